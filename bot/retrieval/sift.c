/* Compares a query with some labels' rows of a large FAQ: what `large.in_common` and
 * `Sifter._coverage` work out with NumPy.
 *
 * C99, no Python.h. The caller lets one thread in at a time and owns all memory. What the arrays
 * say of places in each other is checked where it is followed.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && !defined(PORTABLE) && defined(__linux__) && defined(__GLIBC__)
#define QUICK __attribute__((target_clones("avx2", "default")))
#else
#define QUICK
#endif
#define FETCH(place) __builtin_prefetch(place) /* no more than a hint, wherever it points */

enum {
    NEAREST = 3, /* best rows of a label that are averaged */
    AHEAD = 8,   /* words whose n-grams are fetched before they are needed */
    BLOCK = 2048, /* labels */
    LANES = 32,
    MOST = 1024 /* dimensions */
};

typedef struct { /* the record of the same name in sifted.py */
    const int32_t *first, *start, *word, *own_start, *own, *stem, *gram_start, *gram;
    const float *weight, *by_words, *by_chars, *scale, *meaning_scale;
    const int8_t *vectors, *meaning;
    int64_t labels, rows, tokens, owns, words, stems, grams, parts, dimensions;
    /* of a query */
    uint64_t *gram_bits;            /* one for each n-gram that it has: small enough to be near */
    float *gram_value, *stem_value; /* (grams,), (stems,) times idf; 0 for what it has not */
    float *word_value;              /* (words,) what it has in common with a word */
    uint32_t *stamp;                /* (words,) for which query that was worked out */
} Texts;

typedef struct {
    const int32_t *left, *right; /* (pairs,) stems */
    const float *value, *vector; /* (pairs,), (dimensions,) */
    int32_t pairs;
    uint32_t stamp;
    int64_t without; /* a row that counts for nothing, or -1 */
} Query;

typedef struct {
    float by_terms, nearest, by_meaning, nearest_meaning;
} Compared;

typedef struct { /* the record of the same name in compared.py: a `Classifier` */
    const int32_t *start;
    const void *label;
    const float *weight, *vectors, *intercept; /* (weights,), (dimensions, labels), (labels,) */
    int64_t labels, terms, weights, dimensions, label_bytes;
} Classifier;

static inline int64_t bounded(const int32_t *start, int64_t at, int64_t limit, int64_t *stop) {
    int64_t from = start[at], to = start[at + 1];
    if (from < 0 || to < from || to > limit) from = to = 0;
    *stop = to;
    return from;
}

static inline float in_common(const Texts *texts, const Query *query, int32_t word) {
    if (texts->stamp[word] == query->stamp) return texts->word_value[word];
    int64_t stop, at = bounded(texts->gram_start, word, texts->parts, &stop);
    float sum = 0;
    for (; at < stop; at++) {
        uint32_t gram = (uint32_t)texts->gram[at];
        if ((int64_t)gram < texts->grams && texts->gram_bits[gram >> 6] >> (gram & 63) & 1)
            sum += texts->gram_value[gram];
    }
    texts->stamp[word] = query->stamp;
    return texts->word_value[word] = sum;
}

/* Work out what the words of a label have in common with the query, while the n-grams of the next
 * ones are on their way from memory: they lie anywhere, and waiting for them is most of the time. */
static void meet(const Texts *texts, const Query *query, int64_t label) {
    int64_t stop, at = bounded(texts->own_start, label, texts->owns, &stop);
    for (; at < stop; at++) {
        int64_t later = at + 2 * AHEAD < stop ? texts->own[at + 2 * AHEAD] : -1;
        int64_t soon = at + AHEAD < stop ? texts->own[at + AHEAD] : -1;
        if (later >= 0 && later < texts->words) {
            FETCH(texts->gram_start + later);
            FETCH(texts->stamp + later);
        }
        if (soon >= 0 && soon < texts->words && texts->stamp[soon] != query->stamp) {
            const int32_t *gram = texts->gram + texts->gram_start[soon];
            FETCH(gram);
            FETCH(gram + 16);
            FETCH(gram + 32);
        }
        int32_t word = texts->own[at];
        if (word >= 0 && word < texts->words) in_common(texts, query, word);
    }
}

static inline float paired(const Query *query, int32_t left, int32_t right) {
    float sum = 0;
    for (int32_t at = 0; at < query->pairs; at++)
        if (query->left[at] == left && query->right[at] == right) sum += query->value[at];
    return sum;
}

static float by_terms(const Texts *texts, const Query *query, int64_t row) {
    int64_t stop, at = bounded(texts->start, row, texts->tokens, &stop);
    float chars = 0, words = 0, before = 0;
    int32_t left = -1;
    for (; at < stop; at++) {
        int32_t word = texts->word[at];
        if (word < 0 || word >= texts->words) continue;
        chars += in_common(texts, query, word);
        int32_t stem = texts->stem[word];
        float value = stem >= 0 && stem < texts->stems ? texts->stem_value[stem] : 0;
        words += value;
        if (value != 0 && before != 0) words += paired(query, left, stem);
        before = value, left = stem;
    }
    return (chars * texts->by_chars[row] + words * texts->by_words[row]) * texts->weight[row];
}

QUICK static float dot(const int8_t *steps, const float *vector, int64_t many) {
    float part[LANES] = {0}, sum = 0;
    int64_t at = 0;
    for (; at + LANES <= many; at += LANES)
        for (int lane = 0; lane < LANES; lane++)
            part[lane] += (float)steps[at + lane] * vector[at + lane];
    for (; at < many; at++) sum += (float)steps[at] * vector[at];
    for (int lane = 0; lane < LANES; lane++) sum += part[lane];
    return sum;
}

QUICK static void unpack(const int8_t *steps, float scale, int64_t many, float *vector) {
    for (int64_t at = 0; at < many; at++) vector[at] = (float)steps[at] * scale;
}

QUICK static float product(const float *one, const float *other, int64_t many) {
    float part[LANES] = {0}, sum = 0;
    int64_t at = 0;
    for (; at + LANES <= many; at += LANES)
        for (int lane = 0; lane < LANES; lane++) part[lane] += one[at + lane] * other[at + lane];
    for (; at < many; at++) sum += one[at] * other[at];
    for (int lane = 0; lane < LANES; lane++) sum += part[lane];
    return sum;
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

/* Add one vector, times a factor, to another one. */
QUICK static void add(float *sum, const float *vector, float factor, int64_t many) {
    for (int64_t at = 0; at < many; at++) sum[at] += factor * vector[at];
}

/* What the classifier says of each label. */
void sift_say(const Classifier *classifier, const int32_t *terms, const float *values, int64_t many,
              const float *vector, float *out) {
    int64_t labels = classifier->labels;
    memcpy(out, classifier->intercept, (size_t)labels * sizeof *out);
    for (int64_t from = 0; from < labels; from += BLOCK) { /* a block stays where it is near */
        int64_t wide = labels - from < BLOCK ? labels - from : BLOCK;
        for (int64_t at = 0; at < classifier->dimensions; at++)
            add(out + from, classifier->vectors + at * labels + from, vector[at], wide);
    }
    for (int64_t at = 0; at < many; at++) {
        if (terms[at] < 0 || terms[at] >= classifier->terms) continue;
        int64_t stop, place = bounded(classifier->start, terms[at], classifier->weights, &stop);
        for (; place < stop; place++) {
            int64_t label = classifier->label_bytes == 2
                                ? ((const int16_t *)classifier->label)[place]
                                : ((const int32_t *)classifier->label)[place];
            if (label >= 0 && label < labels) out[label] += values[at] * classifier->weight[place];
        }
    }
}

/* Compare a query with the rows of labels. */
void sift_compare(const Texts *texts, const Query *query, const int32_t *labels, int64_t many,
                  Compared *out) {
    for (int64_t at = 0; at < many; at++) {
        int64_t stop, row = bounded(texts->first, labels[at], texts->rows, &stop), rows = stop - row;
        float terms[NEAREST] = {-2, -2, -2}, meanings[NEAREST] = {-2, -2, -2};
        meet(texts, query, labels[at]);
        for (; row < stop; row++) {
            const int8_t *steps = texts->vectors + row * texts->dimensions;
            float meaning = dot(steps, query->vector, texts->dimensions) * texts->scale[row];
            keep(terms, row == query->without ? 0 : by_terms(texts, query, row));
            keep(meanings, row == query->without ? 0 : meaning * texts->weight[row]);
        }
        out[at].by_terms = mean(terms, rows), out[at].nearest = rows ? terms[NEAREST - 1] : 0;
        out[at].by_meaning = mean(meanings, rows);
        out[at].nearest_meaning = rows ? meanings[NEAREST - 1] : 0;
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

/* How near a label's words come to each word of a query, given by its number and its vector:
 * (labels, words), 0 to 1. Only what the label does not have as it is has to be compared with. */
void sift_near(const Texts *texts, const int32_t *labels, int64_t many, const int32_t *numbers,
               const float *vectors, int64_t words, float *out) {
    float vector[MOST];
    if (texts->dimensions > MOST) return;
    for (int64_t at = 0; at < many; at++, out += words) {
        int64_t stop, from = bounded(texts->own_start, labels[at], texts->owns, &stop), left = 0;
        for (int64_t asked = 0; asked < words; asked++) {
            int has = numbers[asked] >= 0 && stands_in(texts->own + from, stop - from, numbers[asked]);
            out[asked] = has ? 1 : 0;
            left += !has;
        }
        for (int64_t own = from; own < stop && left; own++) {
            int32_t word = texts->own[own];
            if (word < 0 || word >= texts->words) continue;
            if (own + AHEAD < stop && texts->own[own + AHEAD] >= 0)
                for (int64_t byte = 0; byte < texts->dimensions; byte += 64)
                    FETCH(texts->meaning + texts->own[own + AHEAD] * texts->dimensions + byte);
            unpack(texts->meaning + word * texts->dimensions, texts->meaning_scale[word],
                   texts->dimensions, vector);
            for (int64_t asked = 0; asked < words; asked++) {
                if (out[asked] >= 1) continue;
                float near = product(vector, vectors + asked * texts->dimensions, texts->dimensions);
                if (near > out[asked]) out[asked] = near;
            }
        }
    }
}
