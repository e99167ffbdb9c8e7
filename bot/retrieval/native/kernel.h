/* Ranks a query: what `Index.rank_all` works out with NumPy, in one call.
 *
 * Character n-grams never cross a word and static vectors are sums of words. So what a query has in
 * common with a row of the index is the sum of what it has in common with the row's words, and each
 * of these is looked at once, in however many rows it stands.
 *
 * Not all labels are worked out. What the classifier says of a label is known at once, and of every
 * word that is kept the most that it can add to the best rows of a label is known too, rounded up to
 * a byte; what a new word can add is bounded by its length. The sums are more than a label can
 * reach: labels are worked out, the most promising first, until no other one can come up to them,
 * and each of them only until it is seen that it can't (labels.c).
 *
 * C99 with vectors as GCC and Clang know them, no Python.h. The caller lets one thread in at a
 * time. Texts are anybody's: they are measured, cut and looked up. Nothing is allocated after
 * opening, nothing is recursive, and what an array says of places in another one is checked.
 *
 * names.c      names, numbered and found
 * pieces.c     the table of static vectors, and the pieces of words
 * opening.c    an index, and the words of it
 * laying.c     its rows, laid out in blocks
 * products.c   products with vectors of bytes
 * asking.c     the words of a query, and what they add up to
 * keeping.c    words that were asked before, and the most that they add
 * rating.h     what is shared with the ranking of large FAQs (sift.h)
 * best.h       the three best of a label's rows
 * labels.c     the best labels of a query
 * kernel.c     a ranking
 */
#ifndef ASKWELL_KERNEL_H
#define ASKWELL_KERNEL_H

#include "rating.h"

#if defined(__x86_64__) && !defined(PORTABLE)
#define X86 1
#endif
#if defined(X86) && defined(__linux__) && defined(__GLIBC__)
#define QUICK __attribute__((target_clones("avx2", "default")))
#else
#define QUICK
#endif

enum {
    KEY = 24,       /* bytes of a word that is kept */
    GRAMS = 64,     /* its n-grams */
    PARTS = 8,      /* its pieces */
    KEPT = 6144,    /* most words that are kept */
    NEW = 1,        /* words of a query that are kept at most, when they are asked again */
    PLACES = 2048,  /* to find words of a query in; a power of two, and twice WORDS */
    BUCKETS = 8192, /* to find words in that are kept; a power of two */
    ASKED = 4096,   /* places to note words that were asked once; a power of two */
    LANES = 16,     /* rows of a block, see products.c */
    CHUNK = 4,      /* dimensions of them that stand together */
    OWNED = 64,
    LINE = 64       /* bytes */
};

static const float SLACK = 1e-3f; /* rounding that a bound is given */
static const double BLOCK = 0.70710678118654752; /* length of a block of terms: the root of a half */

#pragma GCC visibility push(hidden)

/* --- names ------------------------------------------------------------------------------------ */

typedef struct {
    uint32_t hash, number; /* the number is one too high; 0 is an empty place */
} Place;

typedef struct { /* numbered from 0 and found by their bytes */
    char *bytes;
    uint32_t *start; /* (many + 1,); a name ends one byte before the next one starts */
    uint32_t many, mask;
    Place *place;
} Names;

static const uint64_t SEED = 14695981039346656037u;

static inline uint64_t feed(uint64_t hash, const char *bytes, size_t length) { /* FNV-1a */
    for (size_t at = 0; at < length; at++) hash = (hash ^ (unsigned char)bytes[at]) * 1099511628211u;
    return hash;
}

static inline uint32_t mixed(uint64_t hash) {
    return (uint32_t)(((hash ^ (hash >> 32)) * 0xd6e8feb86659fd93u) >> 32);
}

int32_t find(const Names *names, uint64_t fed, const char *mark, size_t marks, const char *bytes,
             size_t length);
int32_t find_plain(const Names *names, const char *bytes, size_t length);
int32_t find_or_add(Names *names, const char *bytes, size_t length);
int roomy(Names *names, size_t many);
int read_names(Names *names, const char *text, size_t length);
void forget_names(Names *names);

/* --- the table of static vectors -------------------------------------------------------------- */

typedef struct {
    Names names;
    const int8_t *table; /* (names, dimensions) */
    const float *scale;  /* (names,) */
    int32_t dimensions;
    uint32_t longest; /* bytes of a name */
} Pieces;

size_t characters(const char *bytes, size_t length, uint16_t *start);
size_t split(const Pieces *pieces, const char *word, size_t length, uint32_t *rows);
float length_of(const float *vector, int32_t dimensions);

/* --- an index --------------------------------------------------------------------------------- */

typedef struct {
    const char *phrasings, *terms; /* lines */
    int64_t phrasings_length, terms_length;
    const int32_t *label, *start, *row, *weights_start;
    const float *weight, *idf, *value, *weights, *vectors, *intercept, *calibration;
    const void *weights_label;
    int64_t postings, weights_many, room;
    int32_t rows, word_terms, labels, answerable, label_bytes;
    float bias;
} Parts;

/* A vector in whole steps: two digits of 15 bits, of which the first is often enough. */
typedef struct {
    int16_t *digit[2];
    float worth[2]; /* of a step */
    int32_t digits;
} Steps;

/* A query's vector in bytes, to be multiplied with blocks of rows. */
typedef struct {
    int8_t *bytes;         /* (chunks, CHUNK) */
    float worth, left_out; /* of a step; the length of what rounding left out */
    int32_t sum;
} Bytes;

typedef float (*Dot)(const int8_t *row, const Steps *steps, int32_t dimensions);
typedef void (*Blocks)(const uint8_t *block, const int8_t *bytes, size_t chunks, int32_t *sums);

typedef struct { /* whole steps from the least one on, rounded up */
    float least, step;
} Scale;

typedef struct { /* a word that is kept */
    char key[KEY];
    uint32_t length, hash, grams, pieces;
    int32_t next, own, stem;
    uint32_t stem_length, piece[PARTS], gram[GRAMS];
    char stem_bytes[KEY + 1]; /* and a space */
    Scale terms, meaning;
} Slot;

typedef struct { /* where the numbers of a kept word stand */
    float *by_grams, *near;  /* (labels,), (answerable,) */
    uint8_t *terms, *meaning; /* (labels,) the most that it adds to the mean of a label's best rows */
} Kept;

typedef struct { /* a word of a query */
    const char *bytes, *stem_bytes;
    Slot *slot;                  /* or NULL */
    const uint32_t *gram, *piece; /* n-grams as often as they occur */
    uint32_t length, stem_length, hash, grams, pieces;
    int32_t own, stem; /* numbers of the same word, and of its stem's term; or -1 */
    float times;
} Word;

typedef struct { /* what a query's products are multiplied by, and what new words add at most */
    float by_grams, by_vector, new_terms, new_meaning;
} Lengths;

typedef struct {
    int32_t entries, refusal;
    float refusal_score;
    Rated entry[TOP];
} Found;

typedef struct {
    uint32_t row; /* of `table` */
    float scale;
} Piece;

typedef struct {
    float idf, count; /* how often a query has it */
    uint32_t start;   /* where its words start */
} Gram;

typedef struct {
    uint32_t place; /* of a row */
    float value;
} Posting;

typedef struct { /* a term of a query that stands in many rows */
    const uint32_t *start;
    float value;
} Often;

typedef struct {
    Parts parts;
    const Pieces *pieces;
    Names terms, words;
    void *owned[OWNED];
    int32_t owning, failed, dimensions;
    float rarest;
    /* the vocabulary */
    Gram *grams;                      /* (grams + 1,) from the first n-gram among the terms on */
    uint32_t *gram_word;              /* the words that have an n-gram */
    uint32_t *piece_start;            /* (words + 1,) */
    Piece *piece;                     /* the pieces of a word */
    uint32_t used;                    /* pieces of all words */
    uint32_t *number;                 /* (pieces,) where in `table` a piece stands, from 1; 0: nowhere */
    int8_t *table;                    /* (used, dimensions) */
    float *inverse;                   /* (words,) one by the length of a word's vector */
    /* the rows, by label and by length, in blocks */
    uint32_t *first_row, *first_block; /* (labels + 1,) */
    uint32_t *place;                   /* (rows,) where a row stands in blocks */
    uint16_t *label_of;                /* (blocks,) */
    uint32_t *column_start, *column;   /* (blocks + 1,); (columns, LANES) the rows' words */
    float *by_length, *by_vector_length; /* (blocks, LANES) factors of sums of n-grams, of vectors */
    uint8_t *bytes_of;                 /* (blocks, chunks, LANES, CHUNK) the rows' vectors */
    float *step, *left_out;            /* (blocks, LANES) of a byte; the length of what rounding left out */
    size_t blocks, chunks;
    uint32_t *label_start, *label_word; /* (labels + 1,); the words of a label */
    /* word terms */
    Posting *posting;      /* as in `parts`, by places and with the rows' weights */
    uint16_t *often;       /* (word terms,) numbers of those that stand in many rows, from 1; 0: in few */
    uint32_t oftens;
    uint32_t *often_start; /* (oftens, labels + 1) where their postings of a label start */
    float *often_most;     /* (oftens, labels) the mean of a label's best */
    float *often_said;     /* (oftens, labels) what the classifier says */
    /* what is kept */
    Slot *slot;
    uint32_t *slot_stamp; /* (slots,) when each was asked last */
    float *kept;          /* (slots, labels + answerable) see Kept */
    uint8_t *most;        /* (slots, 2, labels) */
    uint32_t slots, filled, stamp; /* places, those that were ever used, queries so far */
    int32_t bucket[BUCKETS];
    uint32_t asked[ASKED];
    /* a query */
    uint32_t many, distinct; /* words */
    uint16_t order[WORDS], seen[PLACES];
    Word word[WORDS];
    uint32_t *gram_of, *piece_of; /* of new words */
    uint32_t grams_of, pieces_of;
    float *vector, *count; /* (dimensions,), (terms,) how often a query has a word term */
    Dot multiply;
    Blocks multiply_block;
    Steps steps;
    Bytes bytes;
    float reach; /* the largest byte of a query's vector that can be multiplied */
    uint32_t *term;
    Often frequent[2 * WORDS];
    uint32_t frequents;
    float *classifier, *by_grams, *by_vector, *bound; /* (labels,) */
    float *terms_bound, *meaning_bound;               /* (labels,) */
    float *sums;      /* (words + 1,) what n-grams have in common with a word; 0 with no word */
    float *products;  /* (words + 1,) what vectors have in common with it */
    uint32_t *fresh;  /* words of a row */
    uint32_t *looked; /* (words + 1,) for which vector that was last worked out */
    uint32_t look;    /* the number of the one in `steps` */
    float *by_words;  /* (blocks, LANES) what word terms add to a row */
    float *by_meaning; /* (blocks, LANES) what a row's cosine of meaning is at most */
} Kernel;

/* products.c */
void choose_products(Kernel *kernel);
void round_off(Kernel *kernel, const float *vector);
void look_anew(Kernel *kernel);
void round_to_bytes(const float *vector, int32_t dimensions, float reach, Bytes *to);
void compare_gram(Kernel *kernel, const Gram *gram, float times);

/* The product of what stands in `steps` with a word's vector. */
static inline float multiply(const Kernel *kernel, uint32_t word) {
    float sum = 0;
    const Piece *end = kernel->piece + kernel->piece_start[word + 1];
    for (const Piece *piece = kernel->piece + kernel->piece_start[word]; piece < end; piece++) {
        const int8_t *row = kernel->table + (size_t)piece->row * (size_t)kernel->dimensions;
        sum += piece->scale * kernel->multiply(row, &kernel->steps, kernel->dimensions);
    }
    return sum;
}

/* The same, worked out at most once. */
static inline float product(Kernel *kernel, uint32_t word) {
    if (kernel->looked[word] != kernel->look) {
        kernel->looked[word] = kernel->look;
        kernel->products[word] = multiply(kernel, word);
    }
    return kernel->products[word];
}

/* Add up values of the words of each row of a block. */
static inline void add_columns(const Kernel *kernel, size_t block, const float *values, float *sums) {
    const uint32_t *word = kernel->column + (size_t)kernel->column_start[block] * LANES;
    const uint32_t *end = kernel->column + (size_t)kernel->column_start[block + 1] * LANES;
    for (size_t lane = 0; lane < LANES; lane++) sums[lane] = 0;
    for (; word < end; word += LANES)
        for (size_t lane = 0; lane < LANES; lane++) sums[lane] += values[word[lane]];
}

static inline size_t rows_of(const Kernel *kernel, size_t label) {
    return kernel->first_row[label + 1] - kernel->first_row[label];
}

/* opening.c */
void *take(Kernel *kernel, size_t many, size_t size);
void add_word(const Kernel *kernel, uint32_t word, float *vector);

static inline int took(const void *room) {
    return room != NULL;
}

#define TAKE(place, many) took((place) = take(kernel, (many), sizeof *(place)))

/* laying.c */
typedef struct { /* the words of each row */
    uint32_t *start, *word;
} Rows;

typedef struct { /* the n-grams of each word */
    uint32_t *start, *gram;
} Cut;

int lay_rows(Kernel *kernel, const Rows *rows, const Cut *cuts);
int file_terms(Kernel *kernel);

/* asking.c */
uint32_t cut(const Kernel *kernel, const char *word, size_t length, uint32_t *gram);
int read_query(Kernel *kernel, const char *text, size_t length);
void look_up(Kernel *kernel, Word *word);
float take_steps(Kernel *kernel, const Word *word);
Lengths add_words(Kernel *kernel);
uint32_t read_terms(Kernel *kernel);
float nearest(Kernel *kernel, const Word *word, size_t label, float length);

/* keeping.c */
Kept kept(const Kernel *kernel, const Slot *slot);
int know_words(Kernel *kernel);
int keep_words(Kernel *kernel);

/* labels.c */
void say(const Parts *parts, uint32_t term, float value, float *labels);
void say_grams(const Kernel *kernel, const uint32_t *gram, uint32_t many, float *labels);
int add_terms(Kernel *kernel);
void classify(Kernel *kernel, const Lengths *lengths);
void bound_labels(Kernel *kernel, const Lengths *lengths);
int32_t find_best(Kernel *kernel, int32_t from, int32_t to, int32_t room, const Lengths *lengths,
                  Rated *best);

/* --- small things that all need --------------------------------------------------------------- */

/* The numbers from start[at] to start[at + 1]; none where these make no sense. */
static inline size_t span(const int32_t *start, size_t at, int64_t limit, size_t *stop) {
    int64_t from = start[at], to = start[at + 1];
    if (from < 0 || to < from || to > limit) from = to = 0;
    *stop = (size_t)to;
    return (size_t)from;
}

#pragma GCC visibility pop

#endif
