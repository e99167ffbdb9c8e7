/* Ranks a query: what `Index.rank_all` works out with NumPy, in one call.
 *
 * Character n-grams never cross a word and static vectors are sums of words. So what a query has in
 * common with a row of the index is the sum of what it has in common with the row's words, and the
 * vocabulary is small: some thousands of products give the cosines with all rows. What a query's
 * word has in common with the vocabulary is worked out once and kept.
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
    KEY = 40,           /* bytes of a word that is kept */
    GRAMS = 160,        /* its n-grams; there are 158 at most */
    KEPT = 1024,        /* most words that are kept */
    FEWEST = 16,        /* with room for fewer none is kept */
    NEW = 2,            /* new words of a query that are kept; what else is new is added up first */
    PLACES = 2048,      /* to find words in; a power of two, and twice WORDS */
    CHUNK = 1024,
    OWNED = 64
};

enum { FOUND, UNKNOWN, UNABLE };

static const float PHRASINGS_WEIGHT = 0.5f, MEANING_WEIGHT = 2.0f;
static const float NONE = -1e30f;        /* less than any cosine */
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

static void add_piece(const Pieces *pieces, uint32_t row, float *vector) {
    const int8_t *steps = pieces->table + (size_t)row * (size_t)pieces->dimensions;
    for (int32_t at = 0; at < pieces->dimensions; at++)
        vector[at] += pieces->scale[row] * (float)steps[at];
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

typedef struct { /* how often an n-gram occurs */
    uint32_t gram;
    float times;
} Gram;

typedef struct { /* a word that is kept */
    char key[KEY];
    uint32_t length, hash, stamp, grams;
    int32_t next, own, stem;
    float norm;
    Gram gram[GRAMS];
} Slot;

typedef struct { /* a word of a query */
    const char *bytes, *stem_bytes;
    Slot *slot; /* or NULL */
    const Gram *gram;
    float *vector;
    uint32_t length, stem_length, hash, grams;
    int32_t own, stem, piece; /* numbers of the same word, of its stem's term, of its only piece; or -1 */
    float times, norm;
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
    uint32_t *label_start, *label_word; /* (answerable + 1,); the words of an entry */
    /* what is kept */
    Slot *slot;
    float *kept;
    size_t stride;
    uint32_t slots, stamp;
    int32_t bucket[PLACES];
    /* a query */
    uint32_t many, distinct, fresh; /* words; new ones that are not kept */
    const char *stems[WORDS];
    uint16_t order[WORDS], seen[PLACES];
    Word word[WORDS];
    Gram *gram;
    uint32_t grams;
    float *vectors, *count, *rest, *rest_grams, *rest_meanings;
    float *dots;
    Steps steps;
    uint32_t *term;
    float *classifier, *by_grams, *by_vectors, *sum;
    Pair *common; /* (words + 2,) what the query has in common with a word */
    Four *by_words; /* (groups, 2) by word terms, 0 */
    Rated *rated;
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
    uint32_t rows[PIECED], many = 0, *number = calloc((size_t)pieces->names.many + 1, sizeof *number);
    if (!number || !TAKE(kernel->piece_start, (size_t)words->many + 1) ||
        !TAKE(kernel->piece, words->start[words->many])) return 0;
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
    free(number);
    return !kernel->failed;
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
        kernel->place[order[each]] = (uint32_t)(8 * group + 2 * each);
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
        fine = TAKE(kernel->factor, 2 * groups) && TAKE(kernel->by_words, 2 * groups) &&
               (kernel->words.many + 2 <= 65536 ? TAKE(kernel->narrow, 4 * columns)
                                                : TAKE(kernel->wide, 4 * columns));
    }
    free(order);
    return fine;
}

/* Note which words each entry uses. */
static int list_words(Kernel *kernel, const Rows *rows) {
    size_t entries = (size_t)kernel->parts.answerable, row = 0, many = 0;
    uint32_t *last = calloc((size_t)kernel->words.many + 1, sizeof *last);
    int fine = last && TAKE(kernel->label_start, entries + 1);
    for (int listing = 0; fine && listing < 2; listing++) { /* at first only to know how many */
        if (listing) fine = TAKE(kernel->label_word, many);
        if (listing) memset(last, 0, kernel->words.many * sizeof *last);
        row = many = 0;
        for (size_t label = 0; fine && label < entries; label++) {
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

static int make_room(Kernel *kernel) {
    const Parts *parts = &kernel->parts;
    size_t words = kernel->words.many, labels = (size_t)parts->labels;
    size_t dimensions = (size_t)kernel->dimensions;
    TAKE(kernel->gram, 4 * (BYTES + 2 * WORDS));
    TAKE(kernel->vectors, WORDS * dimensions);
    TAKE(kernel->rest, dimensions);
    TAKE(kernel->rest_grams, words);
    TAKE(kernel->rest_meanings, words);
    TAKE(kernel->dots, kernel->used);
    TAKE(kernel->steps.digit[0], dimensions);
    TAKE(kernel->steps.digit[1], dimensions);
    TAKE(kernel->term, 2 * WORDS);
    TAKE(kernel->classifier, labels);
    TAKE(kernel->by_grams, labels);
    TAKE(kernel->by_vectors, labels);
    TAKE(kernel->sum, dimensions);
    TAKE(kernel->common, words + 2);
    TAKE(kernel->rated, labels);
    kernel->stride = 2 * words + dimensions + 2 * labels + (size_t)parts->answerable;
    size_t slots = (size_t)parts->room / (kernel->stride * sizeof(float) + sizeof(Slot));
    kernel->slots = slots < FEWEST ? 0 : slots > KEPT ? KEPT : (uint32_t)slots;
    TAKE(kernel->slot, kernel->slots);
    TAKE(kernel->kept, kernel->slots * kernel->stride);
    for (size_t at = 0; at < PLACES; at++) kernel->bucket[at] = -1;
    return !kernel->failed;
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

#ifdef X86
#define AVX2 __attribute__((target("avx2")))
AVX2 static inline __m256i four(__m256i row, const int16_t *digit) {
    return _mm256_madd_epi16(row, _mm256_loadu_si256((const __m256i *)digit));
}

AVX2 static inline int32_t in_all(__m256i sums) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1)));
}

/* Dimensions are a multiple of 32. */
AVX2 static inline void dots_quick(const int8_t *table, size_t rows, int32_t dimensions,
                                   const Steps *steps, int32_t digits, float *out) {
    for (size_t row = 0; row < rows; row++, table += dimensions) {
        __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
        for (int32_t at = 0; at < dimensions; at += 32) {
            __m256i one = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(table + at)));
            __m256i two = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(table + at + 16)));
            a = _mm256_add_epi32(a, four(one, steps->digit[0] + at));
            b = _mm256_add_epi32(b, four(two, steps->digit[0] + at + 16));
            if (digits == 1) continue;
            c = _mm256_add_epi32(c, four(one, steps->digit[1] + at));
            d = _mm256_add_epi32(d, four(two, steps->digit[1] + at + 16));
        }
        out[row] = steps->worth[0] * (float)in_all(_mm256_add_epi32(a, b));
        if (digits == 2) out[row] += steps->worth[1] * (float)in_all(_mm256_add_epi32(c, d));
    }
}

AVX2 static void dots_of_one(const int8_t *table, size_t rows, int32_t dimensions,
                             const Steps *steps, float *out) {
    dots_quick(table, rows, dimensions, steps, 1, out);
}

AVX2 static void dots_of_two(const int8_t *table, size_t rows, int32_t dimensions,
                             const Steps *steps, float *out) {
    dots_quick(table, rows, dimensions, steps, 2, out);
}
#endif

/* The products of a vector with rows of a table. */
static void dots(const int8_t *table, size_t rows, int32_t dimensions, const Steps *steps, float *out) {
#ifdef X86
    if (dimensions % 32 == 0 && __builtin_cpu_supports("avx2")) {
        (steps->digits == 1 ? dots_of_one : dots_of_two)(table, rows, dimensions, steps, out);
        return;
    }
#endif
    for (size_t row = 0; row < rows; row++, table += dimensions) {
        out[row] = steps->worth[0] * (float)dot(table, steps->digit[0], dimensions);
        if (steps->digits == 2) out[row] += steps->worth[1] * (float)dot(table, steps->digit[1], dimensions);
    }
}

/* The products of what stands in `steps` with the vectors of all words. */
QUICK static void compare_vector(Kernel *kernel, float *meanings) {
    dots(kernel->table, kernel->used, kernel->dimensions, &kernel->steps, kernel->dots);
    for (uint32_t piece = 0; piece < kernel->used; piece++) kernel->dots[piece] *= kernel->scale[piece];
    for (uint32_t word = 0; word < kernel->words.many; word++) {
        float sum = 0;
        for (uint32_t at = kernel->piece_start[word]; at < kernel->piece_start[word + 1]; at++)
            sum += kernel->dots[kernel->piece[at]];
        meanings[word] = sum;
    }
}

/* Add the products of n-grams with those of all words. */
static void compare_grams(const Kernel *kernel, const Gram *gram, uint32_t many, float times, float *sums) {
    for (uint32_t at = 0; at < many; at++) {
        float idf = kernel->parts.idf[gram[at].gram], value = times * gram[at].times * idf * idf;
        const uint32_t *start = kernel->gram_start + (gram[at].gram - (uint32_t)kernel->parts.word_terms);
        for (uint32_t each = start[0]; each < start[1]; each++) sums[kernel->gram_word[each]] += value;
    }
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

static void say_grams(const Parts *parts, const Gram *gram, uint32_t many, float times, float *labels) {
    for (uint32_t at = 0; at < many; at++)
        say(parts, gram[at].gram, times * gram[at].times * parts->idf[gram[at].gram], labels);
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
    float *grams, *meanings, *vector, *by_grams, *by_vectors, *near;
} Kept;

static Kept kept(const Kernel *kernel, const Slot *slot) {
    size_t words = kernel->words.many, labels = (size_t)kernel->parts.labels;
    float *at = kernel->kept + (size_t)(slot - kernel->slot) * kernel->stride;
    Kept found = {.grams = at, .meanings = at + words, .vector = at + 2 * words};
    found.by_grams = found.vector + kernel->dimensions;
    found.by_vectors = found.by_grams + labels;
    found.near = found.by_vectors + labels;
    return found;
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
    if (word->length > KEY) return NULL;
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

/* --- a query's words -------------------------------------------------------------------------- */

/* Look up what a new word is. */
static void look_up(Kernel *kernel, Word *word, uint32_t vector) {
    uint32_t row[PIECED];
    word->own = find_plain(&kernel->words, word->bytes, word->length);
    word->stem = find_plain(&kernel->terms, word->stem_bytes, word->stem_length);
    if (word->stem >= kernel->parts.word_terms) word->stem = -1;
    word->gram = kernel->gram + kernel->grams;
    word->grams = cut(kernel, word->bytes, word->length, kernel->gram + kernel->grams);
    kernel->grams += word->grams;
    word->vector = kernel->vectors + (size_t)vector * (size_t)kernel->dimensions;
    memset(word->vector, 0, (size_t)kernel->dimensions * sizeof *word->vector);
    size_t pieces = split(kernel->pieces, word->bytes, word->length, row);
    for (size_t at = 0; at < pieces; at++) add_piece(kernel->pieces, row[at], word->vector);
    word->piece = pieces == 1 ? (int32_t)row[0] : -1;
    word->norm = length_of(word->vector, kernel->dimensions);
}

/* Put a new word's vector into whole steps; the row of a single piece has them already. */
static void take_steps(Kernel *kernel, const Word *word) {
    const Pieces *pieces = kernel->pieces;
    Steps *steps = &kernel->steps;
    if (word->piece < 0) {
        round_off(word->vector, kernel->dimensions, steps);
        return;
    }
    const int8_t *row = pieces->table + (size_t)word->piece * (size_t)kernel->dimensions;
    for (int32_t at = 0; at < kernel->dimensions; at++) steps->digit[0][at] = row[at];
    steps->worth[0] = pieces->scale[word->piece];
    steps->digits = 1;
}

/* Work out what a word has in common with all words and labels, and keep it. */
static void keep(Kernel *kernel, Word *word) {
    Slot *slot = word->grams <= GRAMS ? make_place(kernel, word) : NULL;
    if (!slot) return;
    Kept to = kept(kernel, slot);
    size_t labels = (size_t)kernel->parts.labels;
    memset(to.grams, 0, kernel->words.many * sizeof *to.grams);
    compare_grams(kernel, word->gram, word->grams, 1, to.grams);
    take_steps(kernel, word);
    compare_vector(kernel, to.meanings);
    memcpy(to.vector, word->vector, (size_t)kernel->dimensions * sizeof *to.vector);
    memset(to.by_grams, 0, 2 * labels * sizeof *to.by_grams);
    say_grams(&kernel->parts, word->gram, word->grams, 1, to.by_grams);
    say_vector(kernel, word->vector, to.by_vectors);
    for (int32_t label = 0; label < kernel->parts.answerable; label++) to.near[label] = -1;
    slot->grams = word->grams;
    memcpy(slot->gram, word->gram, word->grams * sizeof *slot->gram);
    slot->own = word->own;
    slot->stem = word->stem;
    slot->norm = word->norm;
    word->slot = slot;
    word->gram = slot->gram;
    word->vector = to.vector;
}

static void take_kept(Kernel *kernel, Word *word, Slot *slot) {
    word->slot = slot;
    word->gram = slot->gram;
    word->grams = slot->grams;
    word->own = slot->own;
    word->stem = slot->stem;
    word->norm = slot->norm;
    word->vector = kept(kernel, slot).vector;
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
    kernel->many = kernel->distinct = kernel->grams = kernel->fresh = 0;
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

/* Know every word: from what is kept, or anew. */
static void know_words(Kernel *kernel) {
    uint32_t fresh = 0;
    if (++kernel->stamp == 0) kernel->stamp = 1;
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        Slot *slot = kernel->slots ? recall(kernel, kernel->word + at) : NULL;
        if (slot) take_kept(kernel, kernel->word + at, slot);
        else look_up(kernel, kernel->word + at, fresh++);
    }
    for (uint32_t at = 0, news = 0; at < kernel->distinct && fresh && kernel->slots; at++) {
        if (kernel->word[at].slot || (fresh > NEW && news == NEW - 1)) continue;
        keep(kernel, kernel->word + at);
        news++;
    }
    for (uint32_t at = 0; at < kernel->distinct; at++) kernel->fresh += !kernel->word[at].slot;
}

/* --- adding up -------------------------------------------------------------------------------- */

/* What makes the query's n-grams have the length of a block; 0 if none is known. */
static float scale_grams(Kernel *kernel) {
    double square = 0;
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        for (uint32_t g = 0; g < word->grams; g++)
            kernel->count[word->gram[g].gram] += word->times * word->gram[g].times;
    }
    for (uint32_t at = 0; at < kernel->distinct; at++)
        for (uint32_t g = 0; g < kernel->word[at].grams; g++) {
            uint32_t gram = kernel->word[at].gram[g].gram;
            double value = (double)kernel->count[gram] * kernel->parts.idf[gram];
            square += value * value;
            kernel->count[gram] = 0;
        }
    return square > 0 ? (float)(BLOCK / sqrt(square)) : 0;
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

/* Add up new words that are not kept. */
static void add_rest(Kernel *kernel) {
    size_t words = kernel->words.many, dimensions = (size_t)kernel->dimensions;
    memset(kernel->rest, 0, dimensions * sizeof *kernel->rest);
    memset(kernel->rest_grams, 0, words * sizeof *kernel->rest_grams);
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        if (word->slot) continue;
        compare_grams(kernel, word->gram, word->grams, word->times, kernel->rest_grams);
        say_grams(&kernel->parts, word->gram, word->grams, word->times, kernel->by_grams);
        for (size_t each = 0; each < dimensions; each++)
            kernel->rest[each] += word->times * word->vector[each];
    }
    round_off(kernel->rest, kernel->dimensions, &kernel->steps);
    compare_vector(kernel, kernel->rest_meanings);
    say_vector(kernel, kernel->rest, kernel->by_vectors);
}

/* Add up what the query has in common with each word; nothing is in common with what is no word. */
QUICK static void add_words(Kernel *kernel, float by_grams, float by_vector) {
    size_t words = kernel->words.many;
    float *restrict common = (float *)kernel->common;
    for (size_t from = 0; from < words; from += CHUNK) {
        size_t many = words - from < CHUNK ? words - from : CHUNK;
        float grams[CHUNK] = {0}, meanings[CHUNK] = {0};
        if (kernel->fresh) memcpy(grams, kernel->rest_grams + from, many * sizeof *grams);
        if (kernel->fresh) memcpy(meanings, kernel->rest_meanings + from, many * sizeof *grams);
        for (uint32_t at = 0; at < kernel->distinct; at++) {
            const Word *word = kernel->word + at;
            if (!word->slot) continue;
            Kept of = kept(kernel, word->slot);
            const float *restrict one = of.grams + from, *restrict two = of.meanings + from;
            for (size_t each = 0; each < many; each++) grams[each] += word->times * one[each];
            for (size_t each = 0; each < many; each++) meanings[each] += word->times * two[each];
        }
        for (size_t each = 0; each < many; each++) {
            common[2 * (from + each)] = by_grams * grams[each];
            common[2 * (from + each) + 1] = by_vector * meanings[each];
        }
    }
    kernel->common[words] = (Pair){0, 0};
    kernel->common[words + 1] = (Pair){NONE, NONE};
}

/* One by the length of the query's vector; 0 if it has none. */
QUICK static float scale_vector(Kernel *kernel) {
    size_t dimensions = (size_t)kernel->dimensions;
    float *restrict sum = kernel->sum;
    memset(sum, 0, dimensions * sizeof *sum);
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        const float *restrict vector = word->vector;
        for (size_t each = 0; each < dimensions; each++) sum[each] += word->times * vector[each];
    }
    float length = length_of(sum, kernel->dimensions);
    return length > 0 ? 1 / length : 0;
}

/* Add up what the classifier says. */
static void classify(Kernel *kernel, float by_grams, float by_vector) {
    size_t labels = (size_t)kernel->parts.labels;
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        if (!word->slot) continue;
        Kept of = kept(kernel, word->slot);
        for (size_t label = 0; label < labels; label++) {
            kernel->by_grams[label] += word->times * of.by_grams[label];
            kernel->by_vectors[label] += word->times * of.by_vectors[label];
        }
    }
    for (size_t label = 0; label < labels; label++)
        kernel->classifier[label] += kernel->parts.intercept[label] +
            by_grams * kernel->by_grams[label] + by_vector * kernel->by_vectors[label];
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

/* The sums of four rows' words. */
#define ADD_UP(words)                                                                   \
    for (size_t at = 4 * column; at < 4 * stop; at += 4) {                              \
        left += beside(common + (words)[at], common + (words)[at + 1]);                 \
        right += beside(common + (words)[at + 2], common + (words)[at + 3]);            \
    }

/* Score one label: its best rows by terms and by meaning. */
static inline Rated rate(const Kernel *kernel, size_t label) {
    const Pair *common = kernel->common;
    const Four none = {NONE, NONE, NONE, NONE};
    Best best = {none, none, none};
    for (size_t group = kernel->group_start[label]; group < kernel->group_start[label + 1]; group++) {
        size_t column = kernel->column_start[group], stop = kernel->column_start[group + 1];
        const Four *factor = kernel->factor + 2 * group, *words = kernel->by_words + 2 * group;
        Four left = {0, 0, 0, 0}, right = left;
        if (kernel->narrow) ADD_UP(kernel->narrow) else ADD_UP(kernel->wide)
        best = into(into(best, left * factor[0] + words[0]), right * factor[1] + words[1]);
    }
    Best other = best; /* what stands on the right goes to the left */
    best = into(best, (Four){other.one[2], other.one[3], NONE, NONE});
    best = into(best, (Four){other.two[2], other.two[3], NONE, NONE});
    best = into(best, (Four){other.three[2], other.three[3], NONE, NONE});
    Rated rated = {.label = (int32_t)label, .score = kernel->classifier[label]};
    int32_t rows = kernel->counts[label];
    if (!rows) return rated;
    Four sum = best.one;
    if (rows > 1) sum += best.two;
    if (rows > 2) sum += best.three;
    rated.score += (PHRASINGS_WEIGHT * sum[0] + MEANING_WEIGHT * sum[1]) / (float)(rows < NEAREST ? rows : NEAREST);
    rated.nearest = best.one[0];
    rated.meaning = best.one[1];
    return rated;
}

QUICK static void rate_all(Kernel *kernel) {
    for (int32_t label = 0; label < kernel->parts.labels; label++)
        kernel->rated[label] = rate(kernel, (size_t)label);
}

/* --- what is left over ------------------------------------------------------------------------ */

/* How near the nearest of an entry's words comes to a word, by their products. */
static float nearest_kept(const Kernel *kernel, const Word *word, size_t label) {
    float *near = kept(kernel, word->slot).near + label, best = 0;
    const float *meanings = kept(kernel, word->slot).meanings;
    if (*near >= 0) return *near;
    for (uint32_t at = kernel->label_start[label]; at < kernel->label_start[label + 1]; at++) {
        uint32_t each = kernel->label_word[at];
        float product = meanings[each] * kernel->inverse[each];
        if ((int32_t)each == word->own) return *near = 1;
        if (product > best) best = product;
    }
    return *near = word->norm > 0 ? best / word->norm : 0;
}

/* The same for a word that is not kept; its vector stands in `steps`. */
static float nearest_new(const Kernel *kernel, const Word *word, size_t label) {
    float best = 0;
    for (uint32_t at = kernel->label_start[label]; at < kernel->label_start[label + 1]; at++) {
        uint32_t each = kernel->label_word[at];
        float sum = 0;
        if ((int32_t)each == word->own) return 1;
        for (uint32_t part = kernel->piece_start[each]; part < kernel->piece_start[each + 1]; part++) {
            float product;
            size_t row = (size_t)kernel->piece[part] * (size_t)kernel->dimensions;
            dots(kernel->table + row, 1, kernel->dimensions, &kernel->steps, &product);
            sum += kernel->scale[kernel->piece[part]] * product;
        }
        if (sum * kernel->inverse[each] > best) best = sum * kernel->inverse[each];
    }
    return word->norm > 0 ? best / word->norm : 0;
}

typedef struct {
    float explained[TOP], left_over[TOP];
} Coverage;

/* Which share of the query's words each entry explains, and the most of one word it leaves over. */
static void cover(Kernel *kernel, const Rated *entry, int32_t entries, Coverage *coverage) {
    float sum = 0;
    memset(coverage, 0, sizeof *coverage);
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        float rarity = word->stem < 0 ? kernel->rarest : kernel->parts.idf[word->stem];
        if (!word->slot) take_steps(kernel, word);
        sum += rarity;
        for (int32_t each = 0; each < entries; each++) {
            size_t label = (size_t)entry[each].label;
            float near = word->slot ? nearest_kept(kernel, word, label)
                                    : nearest_new(kernel, word, label);
            float left = rarity * (1 - near);
            coverage->explained[each] += rarity * near;
            if (at == 0 || left > coverage->left_over[each]) coverage->left_over[each] = left;
        }
    }
    for (int32_t each = 0; each < entries; each++) coverage->explained[each] /= sum;
}

/* --- ranking ---------------------------------------------------------------------------------- */

/* Put the best entries first, the earlier one of two that are level; return how many there are. */
static int32_t choose(const Kernel *kernel, int32_t top, Rated *entry) {
    int32_t many = 0;
    for (int32_t label = 0; label < kernel->parts.answerable; label++) {
        const Rated *rated = kernel->rated + label;
        if (many == top && !(rated->score > entry[many - 1].score)) continue;
        int32_t at = many < top ? many++ : many - 1;
        for (; at > 0 && rated->score > entry[at - 1].score; at--) entry[at] = entry[at - 1];
        entry[at] = *rated;
    }
    return many;
}

static int32_t refuse(const Kernel *kernel) {
    int32_t best = kernel->parts.answerable;
    for (int32_t label = best + 1; label < kernel->parts.labels; label++)
        if (kernel->rated[label].score > kernel->rated[best].score) best = label;
    return best;
}

/* Give each entry its confidence, from the features in the order of calibration.FEATURES. */
static void calibrate(const Kernel *kernel, Rated *entry, int32_t entries, float refusal,
                      const Coverage *coverage) {
    float other = entries > 1 ? entry[1].score : refusal, first = entry[0].score;
    for (int32_t at = 0; at < entries; at++) {
        float feature[FEATURES] = {
            entry[at].score, entry[at].score - (at ? first : other), entry[at].score - refusal,
            entry[at].nearest, entry[at].meaning, coverage->explained[at], coverage->left_over[at],
            (float)log1p(kernel->many),
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

static int score_all(Kernel *kernel) {
    size_t labels = (size_t)kernel->parts.labels;
    memset(kernel->classifier, 0, labels * sizeof *kernel->classifier);
    memset(kernel->by_grams, 0, labels * sizeof *kernel->by_grams);
    memset(kernel->by_vectors, 0, labels * sizeof *kernel->by_vectors);
    memset(kernel->by_words, 0, kernel->group_start[labels] * 2 * sizeof *kernel->by_words);
    know_words(kernel);
    float by_grams = scale_grams(kernel), by_vector = scale_vector(kernel);
    int terms = add_terms(kernel);
    if (!terms && by_grams == 0) return UNKNOWN;
    if (kernel->fresh) add_rest(kernel);
    add_words(kernel, by_grams, by_vector);
    classify(kernel, by_grams, by_vector);
    rate_all(kernel);
    return FOUND;
}

/* Rank a query: its words, each behind a space, a line's end, and their stems in the same way. */
int kernel_rank(Kernel *kernel, const char *query, int64_t length, int32_t top, Found *found) {
    Rated entry[TOP];
    Coverage coverage;
    if (top < 1 || top > TOP || !read_query(kernel, query, (size_t)length)) return UNABLE;
    int outcome = score_all(kernel);
    if (outcome != FOUND) return outcome;
    int32_t entries = choose(kernel, top > 2 ? top : 2, entry);
    found->refusal = refuse(kernel);
    found->refusal_score = kernel->rated[found->refusal].score;
    cover(kernel, entry, entries, &coverage);
    calibrate(kernel, entry, entries, found->refusal_score, &coverage);
    found->entries = entries < top ? entries : top;
    by_confidence(entry, found->entries);
    memcpy(found->entry, entry, (size_t)found->entries * sizeof *entry);
    return FOUND;
}
