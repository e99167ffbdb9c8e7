/* Ranks a query in a large FAQ: what `Sifter.rank_plainly` works out with NumPy, in one call.
 *
 * The classifier's word on all labels, from bytes, sifts out a few. Only these are worked out
 * exactly: the classifier's word, and the cosines with their rows. A text is the numbers of its
 * words and a word is its n-grams, so that what a label's words have in common with the query is
 * worked out once for each word, and a row only adds up.
 *
 * C99, no Python.h. The caller lets one thread in at a time and keeps the arrays. Nothing is
 * allocated after opening. What an array says of places in another one is checked where it is
 * followed, and texts are anybody's: they are measured, cut and looked up.
 *
 * rating.h        what is shared with the ranking of other FAQs (kernel.h)
 * sift_asking.c   the words of a query, their terms and vectors
 * sift_labels.c   what the classifier says of labels, and what their rows have in common with it
 * sift.c          an index, and a ranking
 */
#ifndef ASKWELL_SIFT_H
#define ASKWELL_SIFT_H

#include "rating.h"

#if defined(__x86_64__) && !defined(PORTABLE) && defined(__linux__) && defined(__GLIBC__)
#define QUICK __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define QUICK
#endif
#define FETCH(place) __builtin_prefetch(place) /* no more than a hint, wherever it points */

enum {
    GRAMS = 4 * (BYTES + 2 * WORDS), /* of a query, at most */
    SIFTED = 16,    /* entries that are worked out exactly */
    REFUSALS = 4,   /* the same of what can't be shown */
    SPARE = 8,      /* as many more are chosen roughly */
    AHEAD = 8,      /* words that are fetched before they are needed */
    MOST = 1024     /* dimensions */
};

typedef struct Pieces Pieces; /* of native/pieces.c */
size_t pieces_split(const Pieces *pieces, const char *word, size_t length, uint32_t *rows);

typedef struct { /* the record of the same name in compared.py: a `Large` and its `Classifier` */
    const uint64_t *words, *stems, *grams; /* hashes, ascending */
    const int64_t *pairs;                  /* left stem times all stems plus right one, ascending */
    const int32_t *first, *start, *word, *own_start, *own, *stem, *gram_start, *gram, *said_start;
    const int32_t *word_number, *stem_number, *gram_number; /* of which hash is which */
    const float *weight, *by_words, *by_chars, *scale, *word_idf, *gram_idf, *meaning_scale;
    const float *table_scale, *said, *said_vectors, *intercept, *calibration;
    const int8_t *vectors, *meaning, *table; /* the table is that of the pieces of words */
    const void *said_label;
    int64_t labels, answerable, rows, tokens, owns, words_many, stems_many, grams_many, pairs_many;
    int64_t parts, dimensions, pieces, said_terms, said_many, label_bytes;
    double bias;
} Texts;

typedef struct { /* one of a query's distinct words */
    uint64_t hash;
    const char *bytes;
    size_t length;
    int32_t number, stem; /* -1 for one that no text has */
    float times, rarity;
    float worth; /* of a step of its vector, where that is one long */
} Word;

typedef struct { /* what the query has in common with one of the FAQ's words */
    float chars, words;
    uint32_t stamp; /* for which query that was worked out */
    int32_t stem;
} Common;

typedef struct { /* a vector in whole steps */
    int16_t *step;
    float worth;
} Steps;

typedef struct {
    int32_t label;
    float confidence, feature[FEATURES];
} Entry;

typedef struct {
    int32_t entries, refusal;
    float refusal_score;
    Entry entry[TOP];
} Ranked;

typedef struct {
    Texts texts;
    const Pieces *pieces;
    float rarest;
    int8_t *rough; /* (labels, dimensions) the classifier's vectors as bytes */
    float *rough_scale;
    /* of a query */
    int64_t without_label, without_row; /* taken as if they were not there; -1 for none */
    uint32_t stamp;
    int32_t many, distinct, grams;
    Word word[WORDS];
    int32_t order[WORDS];               /* numbers of its words as they stand */
    int32_t term[2 * WORDS], terms;     /* stems and pairs, each once */
    float term_value[2 * WORDS];
    int32_t left[WORDS], right[WORDS], pairs; /* the pairs' stems */
    float pair_value[WORDS];                  /* times idf */
    int32_t gram[GRAMS];                /* each once */
    float *gram_value;                  /* (grams,) how often it has it, then times idf, twice */
    float *stem_value;                  /* (stems,) the same of stems */
    Common *common;                     /* (words,) */
    float vector[MOST];
    Steps steps, meant;
    float *said;                        /* (labels,) by the classifier */
    Rated *rated;
    float near[WORDS];
} Sift;

static inline int64_t bounded(const int32_t *start, int64_t at, int64_t limit, int64_t *stop) {
    int64_t from = start[at], to = start[at + 1];
    if (from < 0 || to < from || to > limit) from = to = 0;
    *stop = to;
    return from;
}

static inline int is_word(const Texts *texts, int32_t word) {
    return word >= 0 && word < texts->words_many;
}

static inline int32_t dot(const int8_t *row, const int16_t *step, int64_t many) {
    int32_t sum = 0;
    for (int64_t at = 0; at < many; at++) sum += (int16_t)row[at] * step[at];
    return sum;
}

static inline float largest(const float *vector, int64_t many) {
    float most = 0;
    for (int64_t at = 0; at < many; at++) most = fabsf(vector[at]) > most ? fabsf(vector[at]) : most;
    return most;
}

/* Read a query: its words, each behind a space, a line's end, and their stems in the same way. Weigh
 * its terms; return FOUND, UNKNOWN if the FAQ has none of them, or UNABLE if there is too much. */
int sift_ask(Sift *sift, const char *query, size_t length);
/* Make the query's vector, and note its words' ones. */
void sift_read_vectors(Sift *sift);
/* Note what the terms are worth in a product, once the classifier has seen what they weigh. */
void sift_spread_terms(Sift *sift);
/* Forget the terms, so that the next query finds their places empty. */
void sift_forget(Sift *sift);

/* Work out what the classifier says of each label, from bytes. */
void sift_classify(Sift *sift);
/* Rate the `sifted` labels from `from` to `to` of which the classifier says most, or every one where
 * that is 0; put the best of them, `room` at most, in order and return how many they are. */
int32_t sift_find_best(Sift *sift, int64_t from, int64_t to, int32_t sifted, int32_t room, Rated *best);

#endif
