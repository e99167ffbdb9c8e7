/* An index of a large FAQ, and a ranking. */
#include "sift.h"

/* --- opening ---------------------------------------------------------------------------------- */

/* Put the classifier's vectors into bytes. */
QUICK static void roughen(Sift *sift) {
    int64_t many = sift->texts.dimensions;
    for (int64_t label = 0; label < sift->texts.labels; label++) {
        const float *vector = sift->texts.said_vectors + label * many;
        float most = largest(vector, many), fine = most > 0 ? 127 / most : 0;
        sift->rough_scale[label] = most / 127;
        for (int64_t at = 0; at < many; at++)
            sift->rough[label * many + at] = (int8_t)rintf(vector[at] * fine);
    }
}

void sift_close(Sift *sift) {
    if (!sift) return;
    void *owned[] = {sift->rough,      sift->rough_scale, sift->gram_value,
                     sift->stem_value, sift->common,      sift->steps.step, sift->meant.step,
                     sift->said,       sift->rated};
    for (size_t at = 0; at < sizeof owned / sizeof *owned; at++) free(owned[at]);
    free(sift);
}

#define TAKE(place, many) (((place) = calloc((size_t)(many) + 1, sizeof *(place))) != NULL)

/* Return an opened index, or NULL: no memory, or too many dimensions. */
Sift *sift_open(const Texts *texts, const Pieces *pieces) {
    Sift *sift = calloc(1, sizeof *sift);
    if (!sift) return NULL;
    sift->texts = *texts;
    sift->pieces = pieces;
    int64_t labels = texts->labels, dimensions = texts->dimensions;
    int fine = dimensions <= MOST && 0 < texts->answerable && texts->answerable < labels &&
               TAKE(sift->rough, labels * dimensions) && TAKE(sift->rough_scale, labels) &&
               TAKE(sift->gram_value, texts->grams_many) && TAKE(sift->stem_value, texts->stems_many) &&
               TAKE(sift->common, texts->words_many) && TAKE(sift->steps.step, dimensions) &&
               TAKE(sift->meant.step, WORDS * dimensions) && TAKE(sift->said, labels) &&
               TAKE(sift->rated, labels);
    if (!fine) {
        sift_close(sift);
        return NULL;
    }
    sift->rarest = texts->stems_many ? 0 : 1;
    for (int64_t at = 0; at < texts->stems_many; at++)
        sift->rarest = texts->word_idf[at] > sift->rarest ? texts->word_idf[at] : sift->rarest;
    if (sift->rarest < 1) sift->rarest = 1;
    roughen(sift);
    return sift;
}

/* --- what is left over ------------------------------------------------------------------------ */

/* Compare one of a label's words with all those of the query that it may come nearest to. */
static inline void come_near(Sift *sift, int32_t word) {
    const Texts *texts = &sift->texts;
    const int8_t *meaning = texts->meaning + word * texts->dimensions;
    float scale = texts->meaning_scale[word];
    for (int32_t at = 0; at < sift->distinct; at++) {
        if (sift->near[at] >= 1) continue;
        float near = 1;
        if (sift->word[at].number != word)
            near = scale * sift->word[at].worth *
                   (float)dot(meaning, sift->meant.step + at * texts->dimensions, texts->dimensions);
        sift->near[at] = near > sift->near[at] ? near : sift->near[at];
    }
}

static int stands_in(const int32_t *own, int64_t many, int32_t word) { /* ascending */
    while (many > 0) {
        int64_t half = many / 2;
        if (own[half] == word) return 1;
        if (own[half] < word) own += half + 1, many -= half + 1;
        else many = half;
    }
    return 0;
}

/* How near a label's words come to each word of the query: 0 to 1. */
QUICK static void come_near_all(Sift *sift, int64_t label) {
    const Texts *texts = &sift->texts;
    int64_t stop, at = bounded(texts->own_start, label, texts->owns, &stop);
    for (int32_t each = 0; each < sift->distinct; each++)
        sift->near[each] = (float)stands_in(texts->own + at, stop - at, sift->word[each].number);
    for (; at < stop; at++) {
        if (at + AHEAD < stop && is_word(texts, texts->own[at + AHEAD]))
            for (int64_t byte = 0; byte < texts->dimensions; byte += 64)
                FETCH(texts->meaning + texts->own[at + AHEAD] * texts->dimensions + byte);
        if (is_word(texts, texts->own[at])) come_near(sift, texts->own[at]);
    }
}

/* The same without the words of one row, for which there is no list. */
QUICK static void come_near_others(Sift *sift, int64_t label) {
    const Texts *texts = &sift->texts;
    int64_t end, row = bounded(texts->first, label, texts->rows, &end), stop;
    memset(sift->near, 0, sizeof sift->near);
    for (; row < end; row++) {
        if (row == sift->without_row) continue;
        for (int64_t at = bounded(texts->start, row, texts->tokens, &stop); at < stop; at++)
            if (is_word(texts, texts->word[at])) come_near(sift, texts->word[at]);
    }
}

/* Note which share of the query's words a label explains, and the most of one word it leaves over. */
static void cover(Sift *sift, int64_t label, float *explained, float *left_over) {
    const int32_t *first = sift->texts.first + label;
    float sum = 0, near = 0, most = 0;
    if (first[0] <= sift->without_row && sift->without_row < first[1]) come_near_others(sift, label);
    else come_near_all(sift, label);
    for (int32_t at = 0; at < sift->distinct; at++) {
        float rarity = sift->word[at].rarity, left = rarity * (1 - sift->near[at]);
        sum += rarity;
        near += rarity * sift->near[at];
        most = left > most ? left : most;
    }
    *explained = near / sum;
    *left_over = most;
}

/* --- ranking ---------------------------------------------------------------------------------- */

/* Give each entry its features and its confidence. */
static void calibrate(Sift *sift, const Rated *best, int32_t entries, Ranked *ranked) {
    float refusal = ranked->refusal_score, other = entries > 1 ? best[1].score : refusal;
    for (int32_t at = 0; at < ranked->entries; at++) {
        Entry *entry = ranked->entry + at;
        float *feature = entry->feature;
        entry->label = best[at].label;
        feature[0] = best[at].score;
        feature[1] = best[at].score - (at ? best[0].score : other);
        feature[2] = best[at].score - refusal;
        feature[3] = best[at].nearest;
        feature[4] = best[at].meaning;
        cover(sift, best[at].label, feature + 5, feature + 6);
        feature[7] = (float)log1p(sift->many);
        entry->confidence = confidence_of(feature, sift->texts.calibration, (float)sift->texts.bias);
    }
}

static void by_confidence(Entry *entry, int32_t entries) {
    for (int32_t from = 1; from < entries; from++)
        for (int32_t at = from; at > 0 && entry[at].confidence > entry[at - 1].confidence; at--) {
            Entry lower = entry[at - 1];
            entry[at - 1] = entry[at];
            entry[at] = lower;
        }
}

static void rank(Sift *sift, int32_t top, int32_t every, Ranked *ranked) {
    Rated best[TOP], refusal[1] = {{.label = -1}};
    int64_t shown = sift->texts.answerable, labels = sift->texts.labels;
    int32_t room = top > 2 ? top : 2;
    sift_read_vectors(sift);
    sift_classify(sift);
    sift_spread_terms(sift);
    int32_t entries = sift_find_best(sift, 0, shown, every ? 0 : SIFTED, room, best);
    sift_find_best(sift, shown, labels, every ? 0 : REFUSALS, 1, refusal);
    ranked->refusal = refusal[0].label;
    ranked->refusal_score = refusal[0].score;
    ranked->entries = entries < top ? entries : top;
    calibrate(sift, best, entries, ranked);
    by_confidence(ranked->entry, ranked->entries);
}

/* Rank a query; see `sift_ask`. With `every` all labels are rated, else the few that are sifted out;
 * `label` and `row` are left out, to learn from the FAQ's own texts, or are -1. */
int sift_rank(Sift *sift, const char *query, int64_t length, int32_t top, int32_t every,
              int64_t label, int64_t row, Ranked *ranked) {
    if (top < 1 || top > TOP) return UNABLE;
    if (++sift->stamp == 0) { /* after four billion queries */
        memset(sift->common, 0, (size_t)sift->texts.words_many * sizeof *sift->common);
        sift->stamp = 1;
    }
    sift->without_label = label;
    sift->without_row = row;
    int outcome = sift_ask(sift, query, (size_t)length);
    if (outcome == FOUND) rank(sift, top, every, ranked);
    if (outcome != UNABLE) sift_forget(sift);
    return outcome;
}
