/* Ranks a query: what `Index.rank_all` works out with NumPy, in one call.
 *
 * Character n-grams never cross a word and static vectors are sums of words. So what a query has in
 * common with a row of the index is the sum of what it has in common with the row's words, and each
 * of these is looked at once, in however many rows it stands.
 *
 * Not all labels are worked out. Of a word that was asked before the most that it can add to any
 * four rows is kept, rounded up to a byte; what a new word can add is bounded by its length. The
 * sums are more than a label can reach: labels are worked out, the most promising first, until no
 * other one can come up to them.
 *
 * C99 with vectors as GCC and Clang know them, no Python.h. The caller lets one thread in at a
 * time. Texts are anybody's: they are measured, cut and looked up. Nothing is allocated after
 * opening, nothing is recursive, and what an array says of places in another one is checked.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && !defined(PORTABLE)
#include <immintrin.h>
#define X86 1
#endif
#if defined(X86) && defined(__linux__) && defined(__GLIBC__)
#define QUICK __attribute__((target_clones("avx2", "default")))
#else
#define QUICK
#endif

enum {
    NEAREST = 3,        /* best rows of a label that are averaged */
    SHORTEST = 2,       /* characters of an n-gram */
    LONGEST = 5,
    PIECED = 100,       /* characters of a word; a longer one has no vector */
    BYTES = 16384,      /* of a text */
    WORDS = 1024,       /* of a text */
    TOP = 16,           /* entries that can be asked for */
    FEATURES = 8,
    KEY = 24,           /* bytes of a word that is kept */
    GRAMS = 64,         /* its n-grams */
    PARTS = 8,          /* its pieces */
    KEPT = 2048,        /* most words that are kept */
    NEW = 2,            /* words of a query that are kept at most, when they are asked again */
    PLACES = 2048,      /* to find words in; a power of two, and twice WORDS */
    ASKED = 4096,       /* places to note words that were asked once; a power of two */
    MANY = 256,         /* rows of a label; of more not all are looked at */
    AHEAD = 6,          /* words that are fetched ahead */
    SPARE = 16,         /* labels that are worked out first, beyond those that are asked for */
    REFUSALS = 8,       /* the same of those that can't be shown */
    OWNED = 64
};

enum { FOUND, UNKNOWN, UNABLE };


static const float PHRASINGS_WEIGHT = 0.5f, MEANING_WEIGHT = 2.0f;
static const float NONE = -1e30f; /* less than any cosine */
static const float SLACK = 1e-3f; /* rounding that a bound is given */
static const double BLOCK = 0.70710678118654752; /* length of a block of terms: the root of a half */

typedef float Pair __attribute__((vector_size(8)));  /* by terms, by meaning */
typedef float Four __attribute__((vector_size(16))); /* the pairs of two rows */
typedef int32_t Mask __attribute__((vector_size(16)));

/* --- names, numbered from 0 and found by their bytes ------------------------------------------ */

typedef struct {
    uint32_t hash, number; /* the number is one too high; 0 is an empty place */
} Place;

typedef struct {
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

static inline int is_name(const Names *names, uint32_t number, const char *mark, size_t marks,
                          const char *bytes, size_t length) {
    const char *name = names->bytes + names->start[number];
    if (names->start[number + 1] - names->start[number] - 1 != marks + length) return 0;
    return !memcmp(name, mark, marks) && !memcmp(name + marks, bytes, length);
}

/* Return the number of the name that is `mark` and `bytes`, or -1. */
static inline int32_t find(const Names *names, uint64_t fed, const char *mark, size_t marks,
                           const char *bytes, size_t length) {
    uint32_t hash = mixed(fed);
    for (uint32_t at = hash & names->mask; names->place[at].number; at = (at + 1) & names->mask)
        if (names->place[at].hash == hash &&
            is_name(names, names->place[at].number - 1, mark, marks, bytes, length))
            return (int32_t)(names->place[at].number - 1);
    return -1;
}

static int32_t find_plain(const Names *names, const char *bytes, size_t length) {
    return find(names, feed(SEED, bytes, length), "", 0, bytes, length);
}

static void put(Names *names, uint32_t hash, uint32_t number) {
    uint32_t at = hash & names->mask;
    while (names->place[at].number) at = (at + 1) & names->mask;
    names->place[at] = (Place){hash, number + 1};
}

static int roomy(Names *names, size_t many) { /* at least half of the places stay empty */
    uint32_t places = 16;
    while (places < 2 * many && places < (1u << 31)) places *= 2;
    if (names->place && places <= names->mask + 1) return 1;
    Place *old = names->place;
    uint32_t before = old ? names->mask + 1 : 0;
    names->place = calloc(places, sizeof *names->place);
    names->mask = places - 1;
    for (uint32_t at = 0; names->place && at < before; at++)
        if (old[at].number) put(names, old[at].hash, old[at].number - 1);
    free(old);
    return names->place != NULL;
}

static void forget_names(Names *names) {
    free(names->bytes);
    free(names->start);
    free(names->place);
}

/* Read names that stand in lines; there are none in an empty text. */
static int read_names(Names *names, const char *text, size_t length) {
    size_t many = length > 0;
    for (size_t at = 0; at < length; at++) many += text[at] == '\n';
    if (length >= UINT32_MAX || !roomy(names, many)) return 0;
    names->bytes = malloc(length + 1);
    names->start = malloc((many + 1) * sizeof *names->start);
    if (!names->bytes || !names->start) return 0;
    memcpy(names->bytes, text, length);
    names->bytes[length] = '\n';
    names->start[0] = 0;
    for (size_t at = 0; many && at <= length; at++)
        if (names->bytes[at] == '\n') {
            uint32_t start = names->start[names->many];
            put(names, mixed(feed(SEED, names->bytes + start, at - start)), names->many);
            names->start[++names->many] = (uint32_t)at + 1;
        }
    return 1;
}

/* --- words and their parts -------------------------------------------------------------------- */

/* Note where the characters of a text start, and where the last one ends; return how many. */
static size_t characters(const char *bytes, size_t length, uint16_t *start) {
    size_t many = 0;
    for (size_t at = 0; at < length; at++)
        if (((unsigned char)bytes[at] & 0xC0) != 0x80 || at == 0) start[many++] = (uint16_t)at;
    start[many] = (uint16_t)length;
    return many;
}

typedef struct {
    Names names;
    const int8_t *table; /* (names, dimensions) */
    const float *scale;  /* (names,) */
    int32_t dimensions;
    uint32_t longest; /* bytes of a name */
} Pieces;

/* Note the rows of a word's pieces, longest first match; none if a part is unknown. */
static size_t split(const Pieces *pieces, const char *word, size_t length, uint32_t *rows) {
    uint16_t start[4 * PIECED + 1];
    uint64_t fed[4 * PIECED + 1];
    size_t many = 0, count = length <= 4 * PIECED ? characters(word, length, start) : PIECED + 1;
    if (count > PIECED) return 0;
    for (size_t from = 0, to; from < count; from = to) {
        const char *mark = from ? "##" : "";
        size_t marks = from ? 2 : 0, last = from;
        fed[from] = feed(SEED, mark, marks);
        while (last < count && (size_t)(start[last + 1] - start[from]) + marks <= pieces->longest) {
            fed[last + 1] = feed(fed[last], word + start[last], start[last + 1] - start[last]);
            last++;
        }
        int32_t row = -1;
        for (to = last; to > from && row < 0; to--)
            row = find(&pieces->names, fed[to], mark, marks, word + start[from],
                       start[to] - start[from]);
        if (row < 0) return 0;
        to++;
        rows[many++] = (uint32_t)row;
    }
    return many;
}

/* The same, for large FAQs. */
size_t pieces_split(const Pieces *pieces, const char *word, size_t length, uint32_t *rows) {
    return split(pieces, word, length, rows);
}

static float length_of(const float *vector, int32_t dimensions) {
    double square = 0;
    for (int32_t at = 0; at < dimensions; at++) square += (double)vector[at] * vector[at];
    return (float)sqrt(square);
}

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

typedef float (*Dot)(const int8_t *row, const Steps *steps, int32_t dimensions);

typedef struct { /* how often an n-gram occurs */
    uint32_t gram;
    float times;
} Gram;

typedef struct { /* whole steps from the least one on, rounded up */
    float least, step;
} Scale;

typedef struct { /* a word that is kept */
    char key[KEY];
    uint32_t length, hash, stamp, grams, pieces;
    int32_t next, own, stem;
    uint32_t piece[PARTS];
    Scale by_terms, by_meaning;
    Gram gram[GRAMS];
} Slot;

typedef struct { /* a word of a query */
    const char *bytes, *stem_bytes;
    Slot *slot; /* or NULL */
    const Gram *gram;
    const uint32_t *piece;
    uint32_t length, stem_length, hash, grams, pieces;
    int32_t own, stem; /* numbers of the same word, and of its stem's term; or -1 */
    float times;
} Word;

typedef struct {
    int32_t label;
    float score, confidence, nearest, meaning;
} Rated;

typedef struct {
    int32_t entries, refusal;
    float refusal_score;
    Rated entry[TOP];
} Found;

typedef struct {
    Parts parts;
    const Pieces *pieces;
    Names terms, words;
    void *owned[OWNED];
    int32_t owning, failed, dimensions;
    float rarest;
    /* the vocabulary */
    uint32_t *gram_start, *gram_word; /* (grams + 1,); the words that have an n-gram */
    uint32_t *piece_start, *piece;    /* (words + 1,); the pieces of a word */
    uint32_t used;                    /* pieces of all words */
    uint32_t *number;                 /* (pieces,) where in `table` a piece stands, from 1; 0: nowhere */
    int8_t *table;                    /* (used, dimensions) */
    float *scale;                     /* (used,) */
    float *inverse;                   /* (words,) one by the length of a word's vector */
    /* the rows, by label and by length, in groups of four */
    uint32_t *group_start, *column_start; /* (labels + 1,), (groups + 1,) */
    uint16_t *narrow;                     /* (columns, 4) words, if they fit */
    uint32_t *wide;
    Four *factor;    /* (groups, 2) what the rows' sums are multiplied by */
    uint32_t *place; /* (rows,) where the sum of a row's word terms stands */
    int32_t *counts; /* (labels,) rows */
    uint32_t *label_start, *label_word; /* (labels + 1,); the words of a label */
    /* what is kept */
    Slot *slot;
    float *kept; /* (slots, stride) see Kept */
    uint8_t *most; /* (slots, 2, groups) the most that a word adds by terms, and by meaning */
    size_t stride, groups;
    uint32_t slots, stamp;
    int32_t bucket[PLACES];
    uint32_t asked[ASKED];
    /* a query */
    uint32_t many, distinct, fresh; /* words; new ones that are not kept */
    const char *stems[WORDS];
    uint16_t order[WORDS], seen[PLACES];
    Word word[WORDS];
    Gram *gram;
    uint32_t *piece_of; /* of new words */
    uint32_t grams, pieces_of;
    float *vector, *count, *by_terms, *by_meaning;
    Dot dot;
    Steps steps;
    uint32_t *term;
    float *classifier, *by_grams, *by_vector, *bound; /* (labels,) */
    float *sums;      /* (words,) products of n-grams */
    uint32_t *looked; /* (words + 2,) when a word was last looked at */
    Pair *common;     /* (words + 2,) what the query has in common with a word */
    Four *by_words;   /* (groups,) four rows by word terms */
    uint8_t *rated;   /* (labels,) whether a label was worked out */
} Kernel;

static void *take(Kernel *kernel, size_t many, size_t size) {
    void *room = kernel->owning < OWNED ? calloc(many ? many : 1, size) : NULL;
    if (room) kernel->owned[kernel->owning++] = room;
    else kernel->failed = 1;
    return room;
}

static int took(const void *room) {
    return room != NULL;
}

#define TAKE(place, many) took((place) = take(kernel, (many), sizeof *(place)))

/* The numbers from start[at] to start[at + 1]; none where these make no sense. */
static inline size_t span(const int32_t *start, size_t at, int64_t limit, size_t *stop) {
    int64_t from = start[at], to = start[at + 1];
    if (from < 0 || to < from || to > limit) from = to = 0;
    *stop = (size_t)to;
    return (size_t)from;
}

/* Note a word's known n-grams, each once, with their counts; return how many. */
static uint32_t cut(Kernel *kernel, const char *word, size_t length, Gram *gram) {
    static const char mark[] = "#";
    char padded[BYTES + 2];
    uint16_t start[BYTES + 3];
    uint32_t many = 0;
    padded[0] = padded[length + 1] = ' ';
    memcpy(padded + 1, word, length);
    size_t count = characters(padded, length + 2, start);
    for (size_t from = 0; from < count; from++) {
        uint64_t fed = feed(SEED, mark, 1);
        for (size_t to = from; to < count && to < from + LONGEST; to++) {
            fed = feed(fed, padded + start[to], start[to + 1] - start[to]);
            if (to + 1 - from < SHORTEST) continue;
            int32_t number = find(&kernel->terms, fed, mark, 1, padded + start[from],
                                  start[to + 1] - start[from]);
            if (number < kernel->parts.word_terms) continue;
            if (kernel->count[number] == 0) gram[many++].gram = (uint32_t)number;
            kernel->count[number]++;
        }
    }
    for (uint32_t at = 0; at < many; at++) {
        gram[at].times = kernel->count[gram[at].gram];
        kernel->count[gram[at].gram] = 0;
    }
    return many;
}

/* --- opening ---------------------------------------------------------------------------------- */

typedef struct { /* the words of each row, while an index is opened */
    uint32_t *start, *word;
} Rows;

static int32_t word_number(Names *words, const char *bytes, size_t length) {
    uint64_t fed = feed(SEED, bytes, length);
    int32_t number = find(words, fed, "", 0, bytes, length);
    if (number >= 0) return number;
    if (!roomy(words, (size_t)words->many + 1)) return -1;
    uint32_t start = words->start[words->many];
    memcpy(words->bytes + start, bytes, length);
    words->bytes[start + length] = '\n';
    put(words, mixed(fed), words->many);
    words->start[++words->many] = start + (uint32_t)length + 1;
    return (int32_t)words->many - 1;
}

/* Number the words of all rows. */
static int read_rows(Kernel *kernel, Rows *rows) {
    const char *text = kernel->parts.phrasings, *end = text + kernel->parts.phrasings_length;
    Names *words = &kernel->words;
    size_t length = (size_t)(end - text), tokens = 1, row = 0, many = 0;
    if (length >= UINT32_MAX / 2) return 0;
    for (const char *at = text; at < end; at++) tokens += *at == ' ' || *at == '\n';
    rows->start = calloc((size_t)kernel->parts.rows + 1, sizeof *rows->start);
    rows->word = malloc(tokens * sizeof *rows->word);
    words->bytes = malloc(length + 2);
    words->start = calloc(tokens + 1, sizeof *words->start);
    if (!rows->start || !rows->word || !words->bytes || !words->start || !roomy(words, 1)) return 0;
    for (const char *from = text, *at = text;; at++) {
        if (at < end && *at != ' ' && *at != '\n') continue;
        if (at > from) {
            int32_t number = word_number(words, from, (size_t)(at - from));
            if (number < 0) return 0;
            rows->word[many++] = (uint32_t)number;
        }
        if (at == end || *at == '\n') {
            if (row == (size_t)kernel->parts.rows) return 0;
            rows->start[++row] = (uint32_t)many;
        }
        if (at == end) break;
        from = at + 1;
    }
    void *fitting = realloc(words->start, ((size_t)words->many + 1) * sizeof *words->start);
    if (fitting) words->start = fitting;
    fitting = realloc(words->bytes, words->start[words->many] + 1);
    if (fitting) words->bytes = fitting;
    return row == (size_t)kernel->parts.rows;
}

/* Take a copy of the rows of vectors that the vocabulary needs, so that they stand together. */
static int read_pieces(Kernel *kernel) {
    const Pieces *pieces = kernel->pieces;
    const Names *words = &kernel->words;
    size_t dimensions = (size_t)pieces->dimensions;
    uint32_t rows[PIECED], many = 0;
    if (!TAKE(kernel->number, (size_t)pieces->names.many + 1) ||
        !TAKE(kernel->piece_start, (size_t)words->many + 1) ||
        !TAKE(kernel->piece, words->start[words->many])) return 0;
    uint32_t *number = kernel->number;
    for (uint32_t word = 0; word < words->many; word++) {
        const char *bytes = words->bytes + words->start[word];
        size_t found = split(pieces, bytes, words->start[word + 1] - words->start[word] - 1, rows);
        for (size_t at = 0; at < found; at++) {
            if (!number[rows[at]]) number[rows[at]] = ++kernel->used;
            kernel->piece[many++] = number[rows[at]] - 1;
        }
        kernel->piece_start[word + 1] = many;
    }
    if (TAKE(kernel->table, kernel->used * dimensions) && TAKE(kernel->scale, kernel->used))
        for (uint32_t row = 0; row < pieces->names.many; row++)
            if (number[row]) {
                size_t to = (number[row] - 1) * dimensions;
                memcpy(kernel->table + to, pieces->table + row * dimensions, dimensions);
                kernel->scale[number[row] - 1] = pieces->scale[row];
            }
    return !kernel->failed;
}

/* Return the row of a piece: of most pieces that are asked for the copy, so that the table, of which
   it is a tenth, need not be in memory. */
static inline const int8_t *row_of(const Kernel *kernel, uint32_t piece) {
    const int8_t *table = kernel->number[piece] ? kernel->table : kernel->pieces->table;
    size_t row = kernel->number[piece] ? kernel->number[piece] - 1 : piece;
    return table + row * (size_t)kernel->dimensions;
}

static void add_word(const Kernel *kernel, uint32_t word, float *vector) {
    for (uint32_t at = kernel->piece_start[word]; at < kernel->piece_start[word + 1]; at++) {
        const int8_t *steps = kernel->table + (size_t)kernel->piece[at] * (size_t)kernel->dimensions;
        float scale = kernel->scale[kernel->piece[at]];
        for (int32_t each = 0; each < kernel->dimensions; each++)
            vector[each] += scale * (float)steps[each];
    }
}

/* File the vocabulary under its n-grams: a word once for each time that it has one. */
static int read_grams(Kernel *kernel, uint32_t **word_start, Gram **gram) {
    const Names *words = &kernel->words;
    uint32_t grams = kernel->terms.many - (uint32_t)kernel->parts.word_terms;
    size_t room = 0, many = 0;
    for (uint32_t word = 0; word < words->many; word++)
        room += 4 * ((size_t)words->start[word + 1] - words->start[word] + 1);
    *word_start = malloc(((size_t)words->many + 1) * sizeof **word_start);
    *gram = malloc((room + 1) * sizeof **gram); /* takes memory as it is written to */
    if (!*word_start || !*gram || !TAKE(kernel->gram_start, (size_t)grams + 1)) return 0;
    for (uint32_t word = 0; word < words->many; word++) {
        size_t length = words->start[word + 1] - words->start[word] - 1;
        (*word_start)[word] = (uint32_t)many;
        if (length > BYTES) return 0;
        many += cut(kernel, words->bytes + words->start[word], length, *gram + many);
    }
    (*word_start)[words->many] = (uint32_t)many;
    uint32_t *start = kernel->gram_start;
    for (size_t at = 0; at < many; at++)
        start[(*gram)[at].gram - (uint32_t)kernel->parts.word_terms] += (uint32_t)(*gram)[at].times;
    uint32_t sum = 0;
    for (uint32_t at = 0; at <= grams; at++) start[at] = sum += start[at]; /* where each one ends */
    if (!TAKE(kernel->gram_word, sum)) return 0;
    for (uint32_t word = words->many; word-- > 0;)
        for (uint32_t at = (*word_start)[word]; at < (*word_start)[word + 1]; at++)
            for (float times = (*gram)[at].times; times > 0; times--)
                kernel->gram_word[--start[(*gram)[at].gram - (uint32_t)kernel->parts.word_terms]] = word;
    return 1;
}

typedef struct { /* what is only needed while an index is opened */
    Rows rows;
    uint32_t *gram_start; /* (words + 1,); the n-grams of each word */
    Gram *gram;
    float *vector;
} Opening;

/* What a row's sums of n-grams and of vectors are multiplied by. */
QUICK static void scale_row(Kernel *kernel, const Opening *opening, uint32_t row, float factor[2]) {
    const uint32_t *word = opening->rows.word + opening->rows.start[row];
    const uint32_t *end = opening->rows.word + opening->rows.start[row + 1];
    float *count = kernel->count, *vector = opening->vector;
    double square = 0;
    memset(vector, 0, (size_t)kernel->dimensions * sizeof *vector);
    for (const uint32_t *each = word; each < end; each++)
        for (uint32_t g = opening->gram_start[*each]; g < opening->gram_start[*each + 1]; g++)
            count[opening->gram[g].gram] += opening->gram[g].times;
    for (const uint32_t *each = word; each < end; each++) {
        for (uint32_t g = opening->gram_start[*each]; g < opening->gram_start[*each + 1]; g++) {
            uint32_t gram = opening->gram[g].gram;
            double value = (double)count[gram] * kernel->parts.idf[gram];
            square += value * value;
            count[gram] = 0;
        }
        add_word(kernel, *each, vector);
    }
    float length = length_of(vector, kernel->dimensions), weight = kernel->parts.weight[row];
    factor[0] = square > 0 ? (float)(BLOCK * weight / sqrt(square)) : 0;
    factor[1] = length > 0 ? weight / length : 0;
}

/* Order a label's rows by their number of words, so that four of them have about the same. */
static void order_rows(const Rows *rows, uint32_t from, uint32_t to, uint32_t *order) {
    uint32_t count[65] = {0};
    for (uint32_t row = from; row < to; row++) {
        uint32_t many = rows->start[row + 1] - rows->start[row];
        count[1 + (many < 63 ? many : 63)]++;
    }
    for (int at = 1; at < 65; at++) count[at] += count[at - 1];
    for (uint32_t row = from; row < to; row++) {
        uint32_t many = rows->start[row + 1] - rows->start[row];
        order[count[many < 63 ? many : 63]++] = row;
    }
}

static uint32_t words_of(const Rows *rows, uint32_t row) {
    return rows->start[row + 1] - rows->start[row];
}

/* Write down the words of up to four rows, beside each other; return how many lines it takes. */
static uint32_t lay_group(Kernel *kernel, const Opening *opening, const uint32_t *order,
                          size_t many, size_t group) {
    const Rows *rows = &opening->rows;
    uint32_t longest = 1, nothing = kernel->words.many, never = nothing + 1;
    for (size_t each = 0; each < many; each++)
        if (words_of(rows, order[each]) > longest) longest = words_of(rows, order[each]);
    for (size_t each = 0; kernel->factor && each < 4; each++) {
        uint32_t length = each < many ? words_of(rows, order[each]) : 0;
        float *factor = (float *)(kernel->factor + 2 * group) + 2 * each;
        for (uint32_t step = 0; step < longest; step++) {
            size_t to = 4 * ((size_t)kernel->column_start[group] + step) + each;
            uint32_t word = each < many || step ? nothing : never;
            if (step < length) word = rows->word[rows->start[order[each]] + step];
            if (kernel->narrow) kernel->narrow[to] = (uint16_t)word;
            else kernel->wide[to] = word;
        }
        factor[0] = factor[1] = 1;
        if (each >= many) continue;
        scale_row(kernel, opening, order[each], factor);
        kernel->place[order[each]] = (uint32_t)(4 * group + each);
    }
    return longest;
}

/* Lay out the rows in groups of four of one label. What is missing to four is never the best. */
static int group_rows(Kernel *kernel, const Opening *opening) {
    size_t groups = 0, columns, labels = (size_t)kernel->parts.labels, many = (size_t)kernel->parts.rows;
    uint32_t *order = malloc((many + 1) * sizeof *order);
    int fine = order && TAKE(kernel->group_start, labels + 1) && TAKE(kernel->counts, labels);
    for (size_t row = 0; fine && row < many; row++) kernel->counts[kernel->parts.label[row]]++;
    for (size_t label = 0; fine && label < labels; label++) {
        groups += ((size_t)kernel->counts[label] + 3) / 4;
        kernel->group_start[label + 1] = (uint32_t)groups;
    }
    fine = fine && TAKE(kernel->column_start, groups + 1) && TAKE(kernel->place, many);
    for (int laying = 0; fine && laying < 2; laying++) { /* at first only to know how many columns */
        size_t group = 0, row = 0;
        columns = 0;
        for (size_t label = 0; label < labels; label++) {
            size_t end = row + (size_t)kernel->counts[label];
            if (!laying) order_rows(&opening->rows, (uint32_t)row, (uint32_t)end, order + row);
            for (; row < end; row += end - row < 4 ? end - row : 4) {
                columns += lay_group(kernel, opening, order + row, end - row < 4 ? end - row : 4, group);
                kernel->column_start[++group] = (uint32_t)columns;
            }
        }
        if (laying) break;
        fine = TAKE(kernel->factor, 2 * groups) &&
               (kernel->words.many + 2 <= 65536 ? TAKE(kernel->narrow, 4 * columns)
                                                : TAKE(kernel->wide, 4 * columns));
    }
    free(order);
    return fine;
}

/* Note which words each label uses. */
static int list_words(Kernel *kernel, const Rows *rows) {
    size_t labels = (size_t)kernel->parts.labels, row = 0, many = 0;
    uint32_t *last = calloc((size_t)kernel->words.many + 1, sizeof *last);
    int fine = last && TAKE(kernel->label_start, labels + 1);
    for (int listing = 0; fine && listing < 2; listing++) { /* at first only to know how many */
        if (listing) fine = TAKE(kernel->label_word, many);
        if (listing) memset(last, 0, kernel->words.many * sizeof *last);
        row = many = 0;
        for (size_t label = 0; fine && label < labels; label++) {
            for (size_t end = row + (size_t)kernel->counts[label]; row < end; row++)
                for (uint32_t at = rows->start[row]; at < rows->start[row + 1]; at++) {
                    if (last[rows->word[at]] == label + 1) continue;
                    last[rows->word[at]] = (uint32_t)label + 1;
                    if (listing) kernel->label_word[many] = rows->word[at];
                    many++;
                }
            kernel->label_start[label + 1] = (uint32_t)many;
        }
    }
    free(last);
    return fine;
}

static int read_lengths(Kernel *kernel) {
    size_t words = kernel->words.many;
    float *vector = malloc((size_t)kernel->dimensions * sizeof *vector);
    TAKE(kernel->inverse, words);
    for (uint32_t word = 0; vector && !kernel->failed && word < words; word++) {
        memset(vector, 0, (size_t)kernel->dimensions * sizeof *vector);
        add_word(kernel, word, vector);
        float length = length_of(vector, kernel->dimensions);
        kernel->inverse[word] = length > 0 ? 1 / length : 0;
    }
    free(vector);
    return vector && !kernel->failed;
}

static Dot choose_dot(int32_t dimensions);

static int make_room(Kernel *kernel) {
    const Parts *parts = &kernel->parts;
    size_t words = kernel->words.many, labels = (size_t)parts->labels;
    size_t dimensions = (size_t)kernel->dimensions;
    kernel->groups = kernel->group_start[labels];
    kernel->dot = choose_dot(kernel->dimensions);
    TAKE(kernel->gram, 4 * (BYTES + 2 * WORDS));
    TAKE(kernel->piece_of, BYTES);
    TAKE(kernel->vector, dimensions);
    TAKE(kernel->steps.digit[0], dimensions);
    TAKE(kernel->steps.digit[1], dimensions);
    TAKE(kernel->by_terms, kernel->groups);
    TAKE(kernel->by_meaning, kernel->groups);
    TAKE(kernel->term, 2 * WORDS);
    TAKE(kernel->classifier, labels);
    TAKE(kernel->by_grams, labels);
    TAKE(kernel->by_vector, labels);
    TAKE(kernel->bound, labels);
    TAKE(kernel->sums, words);
    TAKE(kernel->looked, words + 2);
    TAKE(kernel->common, words + 2);
    TAKE(kernel->by_words, kernel->groups);
    TAKE(kernel->rated, labels);
    kernel->stride = labels + (size_t)parts->answerable;
    size_t slots = (size_t)parts->room / (kernel->stride * sizeof(float) + 2 * kernel->groups + sizeof(Slot));
    kernel->slots = slots > KEPT ? KEPT : (uint32_t)slots;
    TAKE(kernel->slot, kernel->slots);
    TAKE(kernel->kept, kernel->slots * kernel->stride);
    TAKE(kernel->most, kernel->slots * kernel->groups * 2);
    for (size_t at = 0; at < PLACES; at++) kernel->bucket[at] = -1;
    if (kernel->failed) return 0;
    kernel->common[words] = (Pair){0, 0};
    kernel->common[words + 1] = (Pair){NONE, NONE};
    return 1;
}

static int fits(const Parts *parts, const Kernel *kernel) {
    if (parts->rows < 1 || parts->labels <= parts->answerable || parts->answerable < 0) return 0;
    if (parts->word_terms < 0 || (uint32_t)parts->word_terms > kernel->terms.many) return 0;
    for (int32_t row = 0, last = 0; row < parts->rows; last = parts->label[row++])
        if (parts->label[row] < last || parts->label[row] >= parts->labels) return 0;
    return 1;
}

static int read_index(Kernel *kernel) {
    Opening opening = {.vector = malloc((size_t)kernel->dimensions * sizeof(float))};
    int fine = opening.vector &&
               read_names(&kernel->terms, kernel->parts.terms, (size_t)kernel->parts.terms_length) &&
               fits(&kernel->parts, kernel) && TAKE(kernel->count, kernel->terms.many) &&
               read_rows(kernel, &opening.rows) && read_pieces(kernel) && read_lengths(kernel) &&
               read_grams(kernel, &opening.gram_start, &opening.gram) &&
               group_rows(kernel, &opening) && list_words(kernel, &opening.rows) &&
               make_room(kernel);
    kernel->rarest = kernel->parts.word_terms ? 0.0f : 1.0f;
    for (int32_t term = 0; fine && term < kernel->parts.word_terms; term++)
        if (kernel->parts.idf[term] > kernel->rarest) kernel->rarest = kernel->parts.idf[term];
    if (kernel->rarest < 1.0f) kernel->rarest = 1.0f;
    free(opening.vector);
    free(opening.rows.start);
    free(opening.rows.word);
    free(opening.gram_start);
    free(opening.gram);
    return fine;
}

void kernel_close(Kernel *kernel) {
    if (!kernel) return;
    forget_names(&kernel->terms);
    forget_names(&kernel->words);
    while (kernel->owning) free(kernel->owned[--kernel->owning]);
    free(kernel);
}

/* Return an opened index, or NULL: no memory, or parts that do not fit each other. */
Kernel *kernel_open(const Parts *parts, const Pieces *pieces) {
    Kernel *kernel = calloc(1, sizeof *kernel);
    if (!kernel) return NULL;
    kernel->parts = *parts;
    kernel->pieces = pieces;
    kernel->dimensions = pieces->dimensions;
    if (read_index(kernel)) return kernel;
    kernel_close(kernel);
    return NULL;
}

void pieces_close(Pieces *pieces) {
    if (!pieces) return;
    forget_names(&pieces->names);
    free(pieces);
}

/* Return pieces of words with their rows in a table, which stays the caller's. */
Pieces *pieces_open(const char *names, int64_t length, const int8_t *table, const float *scale,
                    int32_t many, int32_t dimensions) {
    Pieces *pieces = calloc(1, sizeof *pieces);
    if (!pieces) return NULL;
    pieces->table = table;
    pieces->scale = scale;
    pieces->dimensions = dimensions;
    if (!read_names(&pieces->names, names, (size_t)length) || pieces->names.many != (uint32_t)many ||
        dimensions < 1) {
        pieces_close(pieces);
        return NULL;
    }
    for (uint32_t at = 0; at < pieces->names.many; at++) {
        uint32_t bytes = pieces->names.start[at + 1] - pieces->names.start[at] - 1;
        pieces->longest = bytes > pieces->longest ? bytes : pieces->longest;
    }
    return pieces;
}

/* --- products --------------------------------------------------------------------------------- */

static void round_off(const float *vector, int32_t dimensions, Steps *steps) {
    float most = 0;
    for (int32_t at = 0; at < dimensions; at++) most = fabsf(vector[at]) > most ? fabsf(vector[at]) : most;
    if (!(most > 0 && most < 1e30f)) most = 1e30f; /* all are nothing */
    steps->worth[0] = most / 32767;
    steps->worth[1] = steps->worth[0] / 65534;
    steps->digits = 2;
    for (int32_t at = 0; at < dimensions; at++) {
        float whole = rintf(vector[at] / steps->worth[0]);
        steps->digit[0][at] = (int16_t)whole;
        steps->digit[1][at] = (int16_t)rintf((vector[at] - whole * steps->worth[0]) / steps->worth[1]);
    }
}

static inline int32_t dot(const int8_t *row, const int16_t *digit, int32_t dimensions) {
    int32_t sum = 0;
    for (int32_t at = 0; at < dimensions; at++) sum += (int16_t)row[at] * digit[at];
    return sum;
}

static float dot_plain(const int8_t *row, const Steps *steps, int32_t dimensions) {
    float sum = steps->worth[0] * (float)dot(row, steps->digit[0], dimensions);
    return steps->digits == 1 ? sum : sum + steps->worth[1] * (float)dot(row, steps->digit[1], dimensions);
}

#ifdef X86
#define AVX2 __attribute__((target("avx2")))
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

AVX2 static inline __m256i four(__m256i row, const int16_t *digit) {
    return _mm256_madd_epi16(row, _mm256_loadu_si256((const __m256i *)digit));
}

AVX2 static inline float in_all(__m256i sums) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    return (float)_mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1)));
}

AVX2 static float dot_avx2(const int8_t *row, const Steps *steps, int32_t dimensions) {
    __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
    for (int32_t at = 0; at < dimensions; at += 32) {
        __m256i one = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + at)));
        __m256i two = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + at + 16)));
        a = _mm256_add_epi32(a, four(one, steps->digit[0] + at));
        b = _mm256_add_epi32(b, four(two, steps->digit[0] + at + 16));
        if (steps->digits == 1) continue;
        c = _mm256_add_epi32(c, four(one, steps->digit[1] + at));
        d = _mm256_add_epi32(d, four(two, steps->digit[1] + at + 16));
    }
    float sum = steps->worth[0] * in_all(_mm256_add_epi32(a, b));
    return steps->digits == 1 ? sum : sum + steps->worth[1] * in_all(_mm256_add_epi32(c, d));
}

VNNI static float dot_vnni(const int8_t *row, const Steps *steps, int32_t dimensions) {
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    for (int32_t at = 0; at < dimensions; at += 64) {
        __m512i one = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(row + at)));
        __m512i two = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(row + at + 32)));
        a = _mm512_dpwssd_epi32(a, one, _mm512_loadu_si512(steps->digit[0] + at));
        b = _mm512_dpwssd_epi32(b, two, _mm512_loadu_si512(steps->digit[0] + at + 32));
        if (steps->digits == 1) continue;
        c = _mm512_dpwssd_epi32(c, one, _mm512_loadu_si512(steps->digit[1] + at));
        d = _mm512_dpwssd_epi32(d, two, _mm512_loadu_si512(steps->digit[1] + at + 32));
    }
    float sum = steps->worth[0] * (float)_mm512_reduce_add_epi32(_mm512_add_epi32(a, b));
    return steps->digits == 1 ? sum
                              : sum + steps->worth[1] * (float)_mm512_reduce_add_epi32(_mm512_add_epi32(c, d));
}
#endif

/* Return the quickest way to multiply that this processor has. */
static Dot choose_dot(int32_t dimensions) {
#ifdef X86
    if (dimensions % 64 == 0 && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vnni")) return dot_vnni;
    if (dimensions % 32 == 0 && __builtin_cpu_supports("avx2")) return dot_avx2;
#endif
    (void)dimensions;
    return dot_plain;
}

/* The product of what stands in `steps` with a word's vector. */
static inline float product(const Kernel *kernel, uint32_t word) {
    float sum = 0;
    for (uint32_t at = kernel->piece_start[word]; at < kernel->piece_start[word + 1]; at++) {
        const int8_t *row = kernel->table + (size_t)kernel->piece[at] * (size_t)kernel->dimensions;
        sum += kernel->scale[kernel->piece[at]] * kernel->dot(row, &kernel->steps, kernel->dimensions);
    }
    return sum;
}

/* Add the products of an n-gram with those of all words. */
static inline void compare_gram(Kernel *kernel, uint32_t gram, float times) {
    float idf = kernel->parts.idf[gram], value = times * idf * idf;
    const uint32_t *start = kernel->gram_start + (gram - (uint32_t)kernel->parts.word_terms);
    for (uint32_t at = start[0]; at < start[1]; at++) kernel->sums[kernel->gram_word[at]] += value;
}

/* --- the classifier --------------------------------------------------------------------------- */

/* Add what a term says of each label. */
static void say(const Parts *parts, uint32_t term, float value, float *labels) {
    size_t stop, at = span(parts->weights_start, term, parts->weights_many, &stop);
    for (; at < stop; at++) {
        uint32_t label = parts->label_bytes == 2 ? (uint32_t)((const int16_t *)parts->weights_label)[at]
                                                 : (uint32_t)((const int32_t *)parts->weights_label)[at];
        if (label < (uint32_t)parts->labels) labels[label] += value * parts->weights[at];
    }
}

static void say_grams(const Parts *parts, const Gram *gram, uint32_t many, float *labels) {
    for (uint32_t at = 0; at < many; at++)
        say(parts, gram[at].gram, gram[at].times * parts->idf[gram[at].gram], labels);
}

/* Add what a vector says of each label. */
QUICK static void say_vector(const Kernel *kernel, const float *vector, float *restrict labels) {
    size_t many = (size_t)kernel->parts.labels;
    const float *said = kernel->parts.vectors;
    for (int32_t at = 0; at < kernel->dimensions; at++, said += many)
        for (size_t label = 0; label < many; label++) labels[label] += vector[at] * said[label];
}

/* --- words that are kept ---------------------------------------------------------------------- */

typedef struct { /* where what is kept of a word stands */
    float *by_grams, *near;         /* (labels,), (answerable,) */
    uint8_t *by_terms, *by_meaning; /* (groups,) */
} Kept;

static Kept kept(const Kernel *kernel, const Slot *slot) {
    size_t at = (size_t)(slot - kernel->slot), labels = (size_t)kernel->parts.labels;
    float *first = kernel->kept + at * kernel->stride;
    uint8_t *most = kernel->most + 2 * at * kernel->groups;
    return (Kept){first, first + labels, most, most + kernel->groups};
}

static Slot *recall(Kernel *kernel, const Word *word) {
    for (int32_t at = kernel->bucket[word->hash % PLACES]; at >= 0; at = kernel->slot[at].next) {
        Slot *slot = kernel->slot + at;
        if (slot->hash != word->hash || slot->length != word->length ||
            memcmp(slot->key, word->bytes, word->length)) continue;
        slot->stamp = kernel->stamp;
        return slot;
    }
    return NULL;
}

/* Return a place for a word: that of the word that was asked for the longest time ago. */
static Slot *make_place(Kernel *kernel, const Word *word) {
    Slot *oldest = NULL;
    if (word->length > KEY || word->grams > GRAMS || word->pieces > PARTS) return NULL;
    for (uint32_t at = 0; at < kernel->slots; at++) {
        Slot *slot = kernel->slot + at;
        if (slot->stamp != kernel->stamp && (!oldest || slot->stamp < oldest->stamp)) oldest = slot;
    }
    if (!oldest) return NULL;
    int32_t number = (int32_t)(oldest - kernel->slot), *at = kernel->bucket + oldest->hash % PLACES;
    while (*at >= 0 && *at != number) at = &kernel->slot[*at].next;
    if (*at == number) *at = oldest->next;
    memcpy(oldest->key, word->bytes, word->length);
    oldest->length = word->length;
    oldest->hash = word->hash;
    oldest->stamp = kernel->stamp;
    at = kernel->bucket + word->hash % PLACES;
    oldest->next = *at;
    *at = number;
    return oldest;
}

/* Whether a word was asked once before, as far as that was noted. */
static int asked_before(Kernel *kernel, const Word *word) {
    uint32_t *noted = kernel->asked + word->hash % ASKED, before = *noted;
    *noted = word->hash;
    return before == word->hash;
}

/* Round up to whole steps. */
static Scale round_up(const float *values, size_t many, uint8_t *steps) {
    float least = values[0], most = values[0];
    for (size_t at = 1; at < many; at++) {
        least = values[at] < least ? values[at] : least;
        most = values[at] > most ? values[at] : most;
    }
    float step = (most - least) / 254, by = step > 0 ? 1 / step : 0;
    for (size_t at = 0; at < many; at++) steps[at] = (uint8_t)((values[at] - least) * by + 0.999f);
    return (Scale){least, step};
}

/* --- a query's words -------------------------------------------------------------------------- */

/* Look up what a new word is. */
static void look_up(Kernel *kernel, Word *word) {
    uint32_t *piece = kernel->piece_of + kernel->pieces_of;
    Gram *gram = kernel->gram + kernel->grams;
    word->own = find_plain(&kernel->words, word->bytes, word->length);
    word->stem = find_plain(&kernel->terms, word->stem_bytes, word->stem_length);
    if (word->stem >= kernel->parts.word_terms) word->stem = -1;
    word->gram = gram;
    word->grams = cut(kernel, word->bytes, word->length, gram);
    word->piece = piece;
    word->pieces = (uint32_t)split(kernel->pieces, word->bytes, word->length, piece);
    kernel->grams += word->grams;
    kernel->pieces_of += word->pieces;
}

static void take_kept(Word *word, Slot *slot) {
    word->slot = slot;
    word->gram = slot->gram;
    word->grams = slot->grams;
    word->piece = slot->piece;
    word->pieces = slot->pieces;
    word->own = slot->own;
    word->stem = slot->stem;
}

QUICK static void add_vector(const Kernel *kernel, const Word *word, float times, float *restrict vector) {
    for (uint32_t at = 0; at < word->pieces; at++) {
        const int8_t *row = row_of(kernel, word->piece[at]);
        float scale = times * kernel->pieces->scale[word->piece[at]];
        for (int32_t each = 0; each < kernel->dimensions; each++) vector[each] += scale * (float)row[each];
    }
}

/* Put a word's vector into whole steps; return its length. */
static float take_steps(Kernel *kernel, const Word *word) {
    Steps *steps = &kernel->steps;
    memset(kernel->vector, 0, (size_t)kernel->dimensions * sizeof *kernel->vector);
    add_vector(kernel, word, 1, kernel->vector);
    if (word->pieces == 1) { /* the table has them already */
        const int8_t *row = row_of(kernel, word->piece[0]);
        for (int32_t at = 0; at < kernel->dimensions; at++) steps->digit[0][at] = row[at];
        steps->worth[0] = kernel->pieces->scale[word->piece[0]];
        steps->digits = 1;
    } else {
        round_off(kernel->vector, kernel->dimensions, steps);
    }
    return length_of(kernel->vector, kernel->dimensions);
}

/* Return the number of a query's word; every word has one, however often it occurs. */
static uint16_t number_of(Kernel *kernel, const char *bytes, size_t length) {
    uint32_t hash = mixed(feed(SEED, bytes, length)), at = hash % PLACES;
    for (; kernel->seen[at]; at = (at + 1) % PLACES) {
        Word *word = kernel->word + kernel->seen[at] - 1;
        if (word->hash != hash || word->length != length || memcmp(word->bytes, bytes, length)) continue;
        word->times++;
        return (uint16_t)(kernel->seen[at] - 1);
    }
    Word *word = kernel->word + kernel->distinct;
    *word = (Word){.bytes = bytes, .length = (uint32_t)length, .hash = hash, .times = 1};
    kernel->seen[at] = (uint16_t)(++kernel->distinct);
    return (uint16_t)(kernel->distinct - 1);
}

/* Read words, each behind a space, then a line's end and their stems; return 0 if that fails. */
static int read_query(Kernel *kernel, const char *text, size_t length) {
    const char *end = text + length, *line = memchr(text, '\n', length), *from = text;
    kernel->many = kernel->distinct = kernel->grams = kernel->pieces_of = 0;
    memset(kernel->seen, 0, sizeof kernel->seen);
    if (!line || length > BYTES) return 0;
    while (from < line) {
        const char *to = memchr(from + 1, ' ', (size_t)(line - from - 1));
        if (!to) to = line;
        if (kernel->many == WORDS) return 0;
        kernel->order[kernel->many++] = number_of(kernel, from + 1, (size_t)(to - from - 1));
        from = to;
    }
    from = line + 1;
    for (uint32_t at = 0; at < kernel->many; at++) {
        if (from >= end) return 0;
        const char *to = memchr(from + 1, ' ', (size_t)(end - from - 1));
        if (!to) to = end;
        kernel->word[kernel->order[at]].stem_bytes = kernel->stems[at] = from + 1;
        kernel->word[kernel->order[at]].stem_length = (uint32_t)(to - from - 1);
        from = to;
    }
    return from == end && kernel->many > 0;
}

/* --- adding up -------------------------------------------------------------------------------- */

static void count_grams(Kernel *kernel, int of_new) {
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        for (uint32_t g = 0; g < word->grams && !(of_new && word->slot); g++)
            kernel->count[word->gram[g].gram] += word->times * word->gram[g].times;
    }
}

/* The squared length of what was counted, which is forgotten. */
static double square_grams(Kernel *kernel, int of_new) {
    double square = 0;
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        for (uint32_t g = 0; g < word->grams && !(of_new && word->slot); g++) {
            uint32_t gram = word->gram[g].gram;
            double value = (double)kernel->count[gram] * kernel->parts.idf[gram];
            if (value == 0) continue;
            square += value * value;
            if (!of_new) compare_gram(kernel, gram, kernel->count[gram]);
            kernel->count[gram] = 0;
        }
    }
    return square;
}

typedef struct { /* what a query's products are multiplied by, and what new words add at most */
    float by_grams, by_vector, new_terms, new_meaning;
} Lengths;

static float add_vectors(Kernel *kernel, int of_new) {
    memset(kernel->vector, 0, (size_t)kernel->dimensions * sizeof *kernel->vector);
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        if (!(of_new && word->slot)) add_vector(kernel, word, word->times, kernel->vector);
    }
    return length_of(kernel->vector, kernel->dimensions);
}

/* Add up n-grams and vectors, in the same way whatever was kept. The query's vector stays. */
static Lengths add_words(Kernel *kernel) {
    Lengths lengths = {0, 0, 0, 0};
    uint32_t fresh = 0;
    memset(kernel->sums, 0, kernel->words.many * sizeof *kernel->sums);
    for (uint32_t at = 0; at < kernel->distinct; at++) fresh += !kernel->word[at].slot;
    if (fresh) {
        count_grams(kernel, 1);
        lengths.new_terms = (float)(BLOCK * sqrt(square_grams(kernel, 1)));
        lengths.new_meaning = add_vectors(kernel, 1);
    }
    count_grams(kernel, 0);
    double square = square_grams(kernel, 0);
    float length = add_vectors(kernel, 0);
    round_off(kernel->vector, kernel->dimensions, &kernel->steps);
    lengths.by_grams = square > 0 ? (float)(BLOCK / sqrt(square)) : 0;
    lengths.by_vector = length > 0 ? 1 / length : 0;
    lengths.new_terms *= lengths.by_grams;
    lengths.new_meaning *= lengths.by_vector;
    return lengths;
}

/* Collect the word terms: stems and pairs of stems, each once; `count` says how often. */
static uint32_t read_terms(Kernel *kernel) {
    uint32_t many = 0;
    for (uint32_t at = 0; at < kernel->many; at++) {
        const Word *word = kernel->word + kernel->order[at];
        int32_t term[2] = {word->stem, -1};
        if (at + 1 < kernel->many && word->stem >= 0) {
            const Word *next = kernel->word + kernel->order[at + 1];
            const char *end = kernel->stems[at + 1] + next->stem_length;
            if (next->stem >= 0)
                term[1] = find_plain(&kernel->terms, kernel->stems[at], (size_t)(end - kernel->stems[at]));
        }
        for (int each = 0; each < 2; each++) {
            if (term[each] < 0 || term[each] >= kernel->parts.word_terms) continue;
            if (kernel->count[term[each]] == 0) kernel->term[many++] = (uint32_t)term[each];
            kernel->count[term[each]]++;
        }
    }
    return many;
}

/* Add up by rows and by labels what the word terms say; return whether there are any. */
static int add_terms(Kernel *kernel) {
    const Parts *parts = &kernel->parts;
    float *by_words = (float *)kernel->by_words;
    uint32_t many = read_terms(kernel);
    double square = 0;
    for (uint32_t at = 0; at < many; at++) {
        double value = (double)kernel->count[kernel->term[at]] * parts->idf[kernel->term[at]];
        square += value * value;
    }
    float scale = square > 0 ? (float)(BLOCK / sqrt(square)) : 0;
    memset(kernel->by_words, 0, kernel->groups * sizeof *kernel->by_words);
    for (uint32_t each = 0; each < many; each++) {
        uint32_t term = kernel->term[each];
        float value = scale * kernel->count[term] * parts->idf[term];
        size_t stop, at = span(parts->start, term, parts->postings, &stop);
        kernel->count[term] = 0;
        say(parts, term, value, kernel->classifier);
        for (; at < stop; at++) {
            uint32_t row = (uint32_t)parts->row[at];
            if (row < (uint32_t)parts->rows)
                by_words[kernel->place[row]] += value * parts->value[at] * parts->weight[row];
        }
    }
    return many > 0;
}

/* Add up what the classifier says, in the same way whatever was kept. */
QUICK static void classify(Kernel *kernel, const Lengths *lengths) {
    size_t labels = (size_t)kernel->parts.labels;
    float *restrict by_grams = kernel->by_grams, *restrict by_vector = kernel->by_vector;
    float *restrict of_new = kernel->bound; /* not needed for bounds yet */
    memset(by_grams, 0, labels * sizeof *by_grams);
    memset(by_vector, 0, labels * sizeof *by_vector);
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        const float *restrict said = of_new;
        if (word->slot) {
            said = kept(kernel, word->slot).by_grams;
        } else {
            memset(of_new, 0, labels * sizeof *of_new);
            say_grams(&kernel->parts, word->gram, word->grams, of_new);
        }
        for (size_t label = 0; label < labels; label++) by_grams[label] += word->times * said[label];
    }
    say_vector(kernel, kernel->vector, by_vector);
    for (size_t label = 0; label < labels; label++)
        kernel->classifier[label] += kernel->parts.intercept[label] +
            lengths->by_grams * by_grams[label] + lengths->by_vector * by_vector[label];
}

/* --- the best rows ---------------------------------------------------------------------------- */

#ifdef X86
#define most(a, b) ((Four)_mm_max_ps((__m128)(a), (__m128)(b)))
#define least(a, b) ((Four)_mm_min_ps((__m128)(a), (__m128)(b)))
#else
static inline Four most(Four a, Four b) {
    Mask more = a > b;
    return (Four)((more & (Mask)a) | (~more & (Mask)b));
}

static inline Four least(Four a, Four b) {
    Mask more = a > b;
    return (Four)((more & (Mask)b) | (~more & (Mask)a));
}
#endif

typedef struct { /* the three best, best first */
    Four one, two, three;
} Best;

static inline Best into(Best best, Four next) {
    Four second = least(best.one, next), third = least(best.two, second);
    return (Best){most(best.one, next), most(best.two, second), most(best.three, third)};
}

static inline Four beside(const Pair *left, const Pair *right) {
#ifdef X86
    return (Four)_mm_loadh_pi(_mm_castpd_ps(_mm_load_sd((const double *)left)), (const __m64 *)right);
#else
    return (Four){(*left)[0], (*left)[1], (*right)[0], (*right)[1]};
#endif
}

typedef struct { /* by terms and by meaning, of four rows */
    Four left, right;
} Rowed;

#define ADD_UP(words)                                                                   \
    for (size_t at = 4 * column; at < 4 * stop; at += 4) {                              \
        sum.left += beside(common + (words)[at], common + (words)[at + 1]);             \
        sum.right += beside(common + (words)[at + 2], common + (words)[at + 3]);        \
    }

/* What four rows have in common with the query, or with what else `common` is of. */
static inline Rowed sum_rows(const Kernel *kernel, size_t group) {
    const Pair *common = kernel->common;
    size_t column = kernel->column_start[group], stop = kernel->column_start[group + 1];
    Rowed sum = {{0, 0, 0, 0}, {0, 0, 0, 0}};
    if (kernel->narrow) ADD_UP(kernel->narrow) else ADD_UP(kernel->wide)
    sum.left *= kernel->factor[2 * group];
    sum.right *= kernel->factor[2 * group + 1];
    return sum;
}

static inline void fetch(const Kernel *kernel, uint32_t word) {
    if (word >= kernel->words.many || kernel->looked[word] == kernel->stamp) return;
    const int8_t *row = kernel->table + (size_t)kernel->piece[kernel->piece_start[word]] * (size_t)kernel->dimensions;
    for (int32_t at = 0; at < kernel->dimensions; at += 64) __builtin_prefetch(row + at);
}

/* Work out what the query has in common with a word. */
static inline void look_at(Kernel *kernel, uint32_t word, const Lengths *lengths) {
    if (kernel->looked[word] == kernel->stamp || word >= kernel->words.many) return;
    kernel->looked[word] = kernel->stamp;
    kernel->common[word] = (Pair){lengths->by_grams * kernel->sums[word],
                                  lengths->by_vector * product(kernel, word)};
}

static inline void look_at_label(Kernel *kernel, size_t label, const Lengths *lengths) {
    const uint32_t *word = kernel->label_word + kernel->label_start[label];
    size_t many = kernel->label_start[label + 1] - kernel->label_start[label];
    for (size_t at = 0; at < many; at++) {
        if (at + AHEAD < many) fetch(kernel, word[at + AHEAD]);
        look_at(kernel, word[at], lengths);
    }
}

static inline void look_at_rows(Kernel *kernel, size_t group, const Lengths *lengths) {
    size_t at = 4 * (size_t)kernel->column_start[group], stop = 4 * (size_t)kernel->column_start[group + 1];
    for (; at < stop; at++) look_at(kernel, kernel->narrow ? kernel->narrow[at] : kernel->wide[at], lengths);
}

/* Put four rows where they belong among the best; what counts stands on the left. */
static inline Best rank_rows(const Kernel *kernel, size_t group, Best best) {
    Rowed sum = sum_rows(kernel, group);
    Four words = kernel->by_words[group];
    best = into(best, (Four){sum.left[0] + words[0], sum.left[1], NONE, NONE});
    best = into(best, (Four){sum.left[2] + words[1], sum.left[3], NONE, NONE});
    best = into(best, (Four){sum.right[0] + words[2], sum.right[1], NONE, NONE});
    return into(best, (Four){sum.right[2] + words[3], sum.right[3], NONE, NONE});
}

/* Score one label: its best rows by terms and by meaning. Of many rows not all are looked at. */
QUICK static Rated rate(Kernel *kernel, size_t label, const Lengths *lengths) {
    const Four none = {NONE, NONE, NONE, NONE};
    const float *by_terms = kernel->by_terms, *by_meaning = kernel->by_meaning;
    size_t from = kernel->group_start[label], to = kernel->group_start[label + 1];
    Best best = {none, none, none};
    Rated rated = {.label = (int32_t)label, .score = kernel->classifier[label]};
    int32_t rows = kernel->counts[label], taken = rows < NEAREST ? rows : NEAREST;
    int many = rows > MANY;
    if (!rows) return rated;
    if (!many) look_at_label(kernel, label, lengths);
    for (size_t group = from; group < to; group++) {
        if (by_terms[group] + SLACK < best.three[0] && by_meaning[group] + SLACK < best.three[1]) continue;
        if (many) look_at_rows(kernel, group, lengths);
        best = rank_rows(kernel, group, best);
    }
    Four sum = best.one;
    if (rows > 1) sum += best.two;
    if (rows > 2) sum += best.three;
    rated.score += (PHRASINGS_WEIGHT * sum[0] + MEANING_WEIGHT * sum[1]) / (float)taken;
    rated.nearest = best.one[0];
    rated.meaning = best.one[1];
    return rated;
}

/* --- keeping ---------------------------------------------------------------------------------- */

/* How near the nearest of an entry's words comes to a word of this length. */
static float nearest(const Kernel *kernel, const Word *word, size_t label, float length, int in_common) {
    float best = 0;
    for (uint32_t at = kernel->label_start[label]; at < kernel->label_start[label + 1]; at++) {
        uint32_t each = kernel->label_word[at];
        if ((int32_t)each == word->own) return 1;
        float near = (in_common ? kernel->common[each][1] : product(kernel, each)) * kernel->inverse[each];
        best = near > best ? near : best;
    }
    return length > 0 ? best / length : 0;
}

/* The most that what stands in `common` adds to any of four rows. */
QUICK static void spread(Kernel *kernel) {
    for (size_t group = 0; group < kernel->groups; group++) {
        Rowed sum = sum_rows(kernel, group);
        Four more = most(sum.left, sum.right);
        kernel->by_terms[group] = more[0] > more[2] ? more[0] : more[2];
        kernel->by_meaning[group] = more[1] > more[3] ? more[1] : more[3];
    }
}

/* Work out and keep what a word adds to labels, and at most to rows. */
static void keep(Kernel *kernel, Word *word) {
    Slot *slot = make_place(kernel, word);
    if (!slot) return;
    Kept to = kept(kernel, slot);
    float length = take_steps(kernel, word);
    memset(to.by_grams, 0, (size_t)kernel->parts.labels * sizeof *to.by_grams);
    say_grams(&kernel->parts, word->gram, word->grams, to.by_grams);
    memset(kernel->sums, 0, kernel->words.many * sizeof *kernel->sums);
    for (uint32_t at = 0; at < word->grams; at++) compare_gram(kernel, word->gram[at].gram, word->gram[at].times);
    for (uint32_t each = 0; each < kernel->words.many; each++)
        kernel->common[each] = (Pair){kernel->sums[each], product(kernel, each)};
    for (int32_t label = 0; label < kernel->parts.answerable; label++)
        to.near[label] = nearest(kernel, word, (size_t)label, length, 1);
    spread(kernel);
    slot->by_terms = round_up(kernel->by_terms, kernel->groups, to.by_terms);
    slot->by_meaning = round_up(kernel->by_meaning, kernel->groups, to.by_meaning);
    slot->grams = word->grams;
    memcpy(slot->gram, word->gram, word->grams * sizeof *slot->gram);
    slot->pieces = word->pieces;
    memcpy(slot->piece, word->piece, word->pieces * sizeof *slot->piece);
    slot->own = word->own;
    slot->stem = word->stem;
    take_kept(word, slot);
}

/* Know every word: from what is kept, or anew. What is asked for again is kept from then on. */
static void know_words(Kernel *kernel) {
    if (++kernel->stamp == 0) kernel->stamp = 1;
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        Slot *slot = recall(kernel, kernel->word + at);
        if (slot) take_kept(kernel->word + at, slot);
        else look_up(kernel, kernel->word + at);
    }
    for (uint32_t at = 0, news = 0; at < kernel->distinct && news < NEW; at++) {
        if (kernel->word[at].slot || !asked_before(kernel, kernel->word + at)) continue;
        keep(kernel, kernel->word + at);
        news++;
    }
}

/* --- which labels matter ---------------------------------------------------------------------- */

/* Add up the most that words add to any of four rows. */
QUICK static void bound_rows(Kernel *kernel, const Lengths *lengths) {
    size_t groups = kernel->groups;
    float *restrict by_terms = kernel->by_terms, *restrict by_meaning = kernel->by_meaning;
    const float *restrict words = (const float *)kernel->by_words;
    float terms = lengths->new_terms, meaning = lengths->new_meaning;
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        if (!word->slot) continue;
        terms += word->times * lengths->by_grams * word->slot->by_terms.least;
        meaning += word->times * lengths->by_vector * word->slot->by_meaning.least;
    }
    for (size_t group = 0; group < groups; group++) {
        const float *four = words + 4 * group;
        float left = four[0] > four[1] ? four[0] : four[1], right = four[2] > four[3] ? four[2] : four[3];
        by_terms[group] = terms + (left > right ? left : right);
        by_meaning[group] = meaning;
    }
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        if (!word->slot) continue;
        Kept of = kept(kernel, word->slot);
        const uint8_t *restrict one = of.by_terms, *restrict two = of.by_meaning;
        float step = word->times * lengths->by_grams * word->slot->by_terms.step;
        for (size_t group = 0; group < groups; group++) by_terms[group] += step * (float)one[group];
        step = word->times * lengths->by_vector * word->slot->by_meaning.step;
        for (size_t group = 0; group < groups; group++) by_meaning[group] += step * (float)two[group];
    }
}

/* What no label's score is above. */
QUICK static void bound_labels(Kernel *kernel) {
    for (size_t label = 0; label < (size_t)kernel->parts.labels; label++) {
        float terms = NONE, meaning = NONE;
        for (size_t group = kernel->group_start[label]; group < kernel->group_start[label + 1]; group++) {
            terms = kernel->by_terms[group] > terms ? kernel->by_terms[group] : terms;
            meaning = kernel->by_meaning[group] > meaning ? kernel->by_meaning[group] : meaning;
        }
        kernel->bound[label] = kernel->classifier[label];
        if (kernel->counts[label])
            kernel->bound[label] += PHRASINGS_WEIGHT * (terms < 1 ? terms : 1) +
                                    MEANING_WEIGHT * (meaning < 1 ? meaning : 1) + SLACK;
    }
}

/* Put a label where it belongs among the best, the first one of two that are level first. */
static int32_t insert(Rated *best, int32_t many, int32_t room, Rated rated) {
    int32_t at = many < room ? many++ : room;
    for (; at > 0; at--) {
        const Rated *above = best + at - 1;
        if (above->score > rated.score || (above->score == rated.score && above->label < rated.label)) break;
        if (at < room) best[at] = *above;
    }
    if (at < room) best[at] = rated;
    return many;
}

/* Work out labels from `from` to `to` until none that is left can be one of the `room` best. */
static int32_t find_best(Kernel *kernel, int32_t from, int32_t to, int32_t room, int32_t spare,
                         const Lengths *lengths, Rated *best) {
    Rated first[TOP + SPARE];
    int32_t firsts = 0, many = 0;
    for (int32_t label = from; label < to; label++)
        firsts = insert(first, firsts, room + spare, (Rated){.label = label, .score = kernel->bound[label]});
    for (int32_t at = 0; at < firsts; at++) kernel->rated[first[at].label] = 1;
    for (int32_t at = 0; at < firsts; at++) {
        if (many == room && first[at].score < best[many - 1].score) return many;
        many = insert(best, many, room, rate(kernel, (size_t)first[at].label, lengths));
    }
    for (int32_t label = from; label < to; label++) {
        if (kernel->rated[label] || kernel->bound[label] < best[many - 1].score) continue;
        many = insert(best, many, room, rate(kernel, (size_t)label, lengths));
    }
    return many;
}

/* --- what is left over ------------------------------------------------------------------------ */

typedef struct {
    float explained[TOP], left_over[TOP];
} Coverage;

/* Which share of the query's words each entry explains, and the most of one word it leaves over. */
static void cover(Kernel *kernel, const Rated *entry, int32_t entries, Coverage *coverage) {
    float sum = 0;
    memset(coverage, 0, sizeof *coverage);
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        const float *near = word->slot ? kept(kernel, word->slot).near : NULL;
        float rarity = word->stem < 0 ? kernel->rarest : kernel->parts.idf[word->stem];
        float length = near ? 0 : take_steps(kernel, word);
        sum += rarity;
        for (int32_t each = 0; each < entries; each++) {
            size_t label = (size_t)entry[each].label;
            float is_near = near ? near[label] : nearest(kernel, word, label, length, 0);
            float left = rarity * (1 - is_near);
            coverage->explained[each] += rarity * is_near;
            if (at == 0 || left > coverage->left_over[each]) coverage->left_over[each] = left;
        }
    }
    for (int32_t each = 0; each < entries; each++) coverage->explained[each] /= sum;
}

/* --- ranking ---------------------------------------------------------------------------------- */

/* Give each entry its confidence, from the features in the order of calibration.FEATURES. */
static void calibrate(const Kernel *kernel, Rated *entry, int32_t entries, float refusal,
                      const Coverage *coverage) {
    float other = entries > 1 ? entry[1].score : refusal;
    float length = (float)log1p(kernel->many), first = entries ? entry[0].score : 0;
    for (int32_t at = 0; at < entries; at++) {
        float feature[FEATURES] = {
            entry[at].score, entry[at].score - (at ? first : other), entry[at].score - refusal,
            entry[at].nearest, entry[at].meaning, coverage->explained[at], coverage->left_over[at],
            length,
        };
        float odds = kernel->parts.bias;
        for (int each = 0; each < FEATURES; each++) odds += feature[each] * kernel->parts.calibration[each];
        entry[at].confidence = 0.5f + 0.5f * tanhf(odds / 2);
    }
}

static void by_confidence(Rated *entry, int32_t entries) {
    for (int32_t from = 1; from < entries; from++)
        for (int32_t at = from; at > 0 && entry[at].confidence > entry[at - 1].confidence; at--) {
            Rated lower = entry[at - 1];
            entry[at - 1] = entry[at];
            entry[at] = lower;
        }
}

/* Rank a query: its words, each behind a space, a line's end, and their stems in the same way. */
int kernel_rank(Kernel *kernel, const char *query, int64_t length, int32_t top, Found *found) {
    Rated entry[TOP], refusal[1];
    Coverage coverage;
    int32_t labels = kernel->parts.labels, answerable = kernel->parts.answerable;
    if (top < 1 || top > TOP || !read_query(kernel, query, (size_t)length)) return UNABLE;
    know_words(kernel);
    memset(kernel->classifier, 0, (size_t)labels * sizeof *kernel->classifier);
    memset(kernel->rated, 0, (size_t)labels * sizeof *kernel->rated);
    Lengths lengths = add_words(kernel);
    if (!add_terms(kernel) && lengths.by_grams == 0) return UNKNOWN;
    classify(kernel, &lengths);
    bound_rows(kernel, &lengths);
    bound_labels(kernel);
    int32_t entries = find_best(kernel, 0, answerable, top > 2 ? top : 2, SPARE, &lengths, entry);
    find_best(kernel, answerable, labels, 1, REFUSALS, &lengths, refusal);
    found->refusal = refusal[0].label;
    found->refusal_score = refusal[0].score;
    cover(kernel, entry, entries, &coverage);
    calibrate(kernel, entry, entries, found->refusal_score, &coverage);
    found->entries = entries < top ? entries : top;
    by_confidence(entry, found->entries);
    memcpy(found->entry, entry, (size_t)found->entries * sizeof *entry);
    return FOUND;
}
