/* What the classifier says of labels, and what their rows have in common with a query. */
#include "sift.h"

/* --- the classifier --------------------------------------------------------------------------- */

/* Add what a term says of each label. */
static void say(Sift *sift, int64_t term, float value) {
    const Texts *texts = &sift->texts;
    if (term >= texts->said_terms) return;
    int64_t stop, at = bounded(texts->said_start, term, texts->said_many, &stop);
    for (; at < stop; at++) {
        int64_t label = texts->label_bytes == 2 ? ((const int16_t *)texts->said_label)[at]
                                                : ((const int32_t *)texts->said_label)[at];
        if (label >= 0 && label < texts->labels) sift->said[label] += value * texts->said[at];
    }
}

/* What the classifier says of each label; its vectors count as bytes. */
QUICK static void say_roughly(Sift *sift) {
    int64_t many = sift->texts.dimensions;
    for (int64_t label = 0; label < sift->texts.labels; label++) {
        float worth = sift->steps.worth * sift->rough_scale[label];
        sift->said[label] = sift->texts.intercept[label] +
                            worth * (float)dot(sift->rough + label * many, sift->steps.step, many);
    }
}

void sift_classify(Sift *sift) {
    int64_t terms = sift->texts.stems_many + sift->texts.pairs_many;
    say_roughly(sift);
    for (int32_t at = 0; at < sift->terms; at++) say(sift, sift->term[at], sift->term_value[at]);
    for (int32_t at = 0; terms < sift->texts.said_terms && at < sift->grams; at++)
        say(sift, terms + sift->gram[at], sift->gram_value[sift->gram[at]]);
    if (sift->without_label >= 0 && sift->without_label < sift->texts.labels)
        sift->said[sift->without_label] = NONE;
}

static inline float product(const float *one, const float *other, int64_t many) {
    float part[16] = {0}, sum = 0;
    int64_t at = 0;
    for (; at + 16 <= many; at += 16)
        for (int lane = 0; lane < 16; lane++) part[lane] += one[at + lane] * other[at + lane];
    for (; at < many; at++) sum += one[at] * other[at];
    for (int lane = 0; lane < 16; lane++) sum += part[lane];
    return sum;
}

/* Return the same with the exact vectors. */
QUICK static float said_exactly(const Sift *sift, int64_t label) {
    int64_t many = sift->texts.dimensions;
    float roughly = sift->steps.worth * sift->rough_scale[label] *
                    (float)dot(sift->rough + label * many, sift->steps.step, many);
    return sift->said[label] - roughly +
           product(sift->texts.said_vectors + label * many, sift->vector, many);
}

/* --- comparing with rows ---------------------------------------------------------------------- */

static inline float worth(const Sift *sift, int32_t gram) { /* what is none counts as one of no worth */
    uint32_t many = (uint32_t)sift->texts.grams_many, at = (uint32_t)gram;
    return sift->gram_value[at < many ? at : many];
}

static inline uint64_t is_some(float value) { /* no sign, no NaN: any bit will do */
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits != 0;
}

/* Return what a word's n-grams are worth. They stand by length, the shortest first, so that of the
 * longer ones only those are looked at of which the query has both shorter ones, for else it can't
 * have them. */
static inline float in_common(const Sift *sift, const int32_t *gram, int64_t many) {
    int64_t places = many < 10 ? many / 3 + 1 : (many + 6) / 4; /* of the shortest ones */
    int is_whole = many == 3 || many == 6 || (many >= 10 && many % 4 == 2 && places <= 64);
    uint64_t had = 0;
    float sum = 0;
    if (!is_whole) {
        for (int64_t at = 0; at < many; at++) sum += worth(sift, gram[at]);
        return sum;
    }
    for (int64_t at = 0; at < places; at++) {
        float value = worth(sift, gram[at]);
        sum += value;
        had |= is_some(value) << at;
    }
    for (int length = SHORTEST + 1; length <= LONGEST; length++) {
        uint64_t left = had & had >> 1;
        if (!left) break;
        gram += places--;
        for (had = 0; left; left &= left - 1) {
            int at = __builtin_ctzll(left);
            float value = worth(sift, gram[at]);
            sum += value;
            had |= is_some(value) << at;
        }
    }
    return sum;
}

/* Work out what the query has in common with a word. */
static inline void look_at(Sift *sift, int64_t word) {
    const Texts *texts = &sift->texts;
    Common *common = sift->common + word;
    if (common->stamp == sift->stamp) return;
    int64_t stop, at = bounded(texts->gram_start, word, texts->parts, &stop);
    int32_t stem = texts->stem[word];
    float words = stem >= 0 && stem < texts->stems_many ? sift->stem_value[stem] : 0;
    *common = (Common){in_common(sift, texts->gram + at, stop - at), words, sift->stamp, stem};
}

/* Look at all words of a label, while the n-grams of the next ones are on their way from memory:
 * they lie anywhere, and waiting for them is most of the time. */
QUICK static void look_at_label(Sift *sift, int64_t label) {
    const Texts *texts = &sift->texts;
    int64_t stop, at = bounded(texts->own_start, label, texts->owns, &stop);
    for (; at < stop; at++) {
        int32_t later = at + 2 * AHEAD < stop ? texts->own[at + 2 * AHEAD] : -1;
        int32_t soon = at + AHEAD < stop ? texts->own[at + AHEAD] : -1;
        if (is_word(texts, later)) {
            FETCH(texts->gram_start + later);
            FETCH(sift->common + later);
            FETCH(texts->stem + later);
        }
        if (is_word(texts, soon) && sift->common[soon].stamp != sift->stamp) {
            const int32_t *gram = texts->gram + texts->gram_start[soon];
            FETCH(gram);
            FETCH(gram + 16);
        }
        if (is_word(texts, texts->own[at])) look_at(sift, texts->own[at]);
    }
}

static inline float paired(const Sift *sift, int32_t left, int32_t right) {
    float sum = 0;
    for (int32_t at = 0; at < sift->pairs; at++)
        if (sift->left[at] == left && sift->right[at] == right) sum += sift->pair_value[at];
    return sum;
}

/* The cosine by terms, times the row's weight. */
static inline float by_terms(const Sift *sift, int64_t row) {
    const Texts *texts = &sift->texts;
    int64_t stop, at = bounded(texts->start, row, texts->tokens, &stop);
    float chars = 0, words = 0, before = 0;
    int32_t left = -1;
    for (; at < stop; at++) {
        if (!is_word(texts, texts->word[at])) continue;
        const Common *common = sift->common + texts->word[at];
        chars += common->chars;
        words += common->words;
        if (common->words != 0 && before != 0) words += paired(sift, left, common->stem);
        before = common->words;
        left = common->stem;
    }
    return (chars * texts->by_chars[row] + words * texts->by_words[row]) * texts->weight[row];
}

static inline void keep(float *best, float value) { /* the largest ones, ascending */
    if (value <= best[0]) return;
    best[0] = value;
    for (int at = 0; at + 1 < NEAREST && best[at] > best[at + 1]; at++) {
        float higher = best[at];
        best[at] = best[at + 1], best[at + 1] = higher;
    }
}

static float mean(const float *best, int64_t rows) {
    int64_t many = rows < NEAREST ? rows : NEAREST;
    float sum = 0;
    for (int64_t at = 0; at < many; at++) sum += best[NEAREST - 1 - at];
    return many ? sum / (float)many : 0;
}

/* Score one label, of which the classifier says so much. */
QUICK static Rated rate(Sift *sift, int64_t label, float said) {
    const Texts *texts = &sift->texts;
    int64_t stop, row = bounded(texts->first, label, texts->rows, &stop), rows = stop - row;
    float terms[NEAREST] = {NONE, NONE, NONE}, meanings[NEAREST] = {NONE, NONE, NONE};
    look_at_label(sift, label);
    for (; row < stop; row++) {
        const int8_t *vector = texts->vectors + row * texts->dimensions;
        float meaning = sift->steps.worth * texts->scale[row] * texts->weight[row] *
                        (float)dot(vector, sift->steps.step, texts->dimensions);
        keep(terms, row == sift->without_row ? 0 : by_terms(sift, row));
        keep(meanings, row == sift->without_row ? 0 : meaning);
    }
    float score = said + PHRASINGS_WEIGHT * mean(terms, rows) +
                  MEANING_WEIGHT * mean(meanings, rows);
    if (label == sift->without_label) score = NONE;
    return (Rated){.label = (int32_t)label, .score = score, .nearest = rows ? terms[NEAREST - 1] : 0,
                   .meaning = rows ? meanings[NEAREST - 1] : 0};
}

/* --- sifting ---------------------------------------------------------------------------------- */

/* Return the labels from `from` to `to` of which the classifier says most. What it says roughly
 * chooses some more, among which what it says exactly decides. */
static int32_t sift_out(const Sift *sift, int64_t from, int64_t to, int32_t sifted, Rated *best) {
    Rated rough[SIFTED + SPARE];
    int32_t roughs = 0, many = 0;
    for (int64_t label = from; label < to; label++)
        if (roughs < sifted + SPARE || sift->said[label] > rough[roughs - 1].score)
            roughs = insert(rough, roughs, sifted + SPARE,
                            (Rated){.label = (int32_t)label, .score = sift->said[label]});
    for (int32_t at = 0; at < roughs; at++) {
        rough[at].score = said_exactly(sift, rough[at].label);
        many = insert(best, many, sifted, rough[at]);
    }
    return many;
}

int32_t sift_find_best(Sift *sift, int64_t from, int64_t to, int32_t sifted, int32_t room, Rated *best) {
    Rated first[SIFTED];
    int32_t firsts = sifted ? sift_out(sift, from, to, sifted, first) : 0, many = 0;
    for (int32_t at = 0; at < firsts; at++)
        many = insert(best, many, room, rate(sift, first[at].label, first[at].score));
    for (int64_t label = from; !sifted && label < to; label++)
        many = insert(best, many, room, rate(sift, label, said_exactly(sift, label)));
    return many;
}
