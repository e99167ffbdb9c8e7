/* Ranks a query in a large FAQ: what `Sifter.find` works out with NumPy, in one call.
 *
 * The classifier's word on all labels, from bytes, sifts out a few. Only these are worked out
 * exactly: the classifier's word, and the cosines with their rows. A text is the numbers of its
 * words and a word is its n-grams, so that what a label's words have in common with the query is
 * worked out once for each word, and a row only adds up.
 *
 * C99, no Python.h. The caller lets one thread in at a time and keeps the arrays. Nothing is
 * allocated after opening. What an array says of places in another one is checked where it is
 * followed, and texts are anybody's: they are measured, cut and looked up.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && !defined(PORTABLE) && defined(__linux__) && defined(__GLIBC__)
#define QUICK __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define QUICK
#endif
#define FETCH(place) __builtin_prefetch(place) /* no more than a hint, wherever it points */

enum {
    NEAREST = 3,    /* best rows of a label that are averaged */
    SHORTEST = 2,   /* characters of an n-gram */
    LONGEST = 5,
    PIECED = 100,   /* characters of a word; a longer one has no vector */
    BYTES = 16384,  /* of a query */
    WORDS = 1024,   /* of a query */
    GRAMS = 4 * (BYTES + 2 * WORDS), /* of a query, at most */
    TOP = 16,       /* entries that can be asked for */
    SIFTED = 16,    /* entries that are worked out exactly */
    REFUSALS = 4,   /* the same of what can't be shown */
    SPARE = 8,      /* as many more are chosen roughly */
    FEATURES = 8,
    AHEAD = 8,      /* words whose n-grams are fetched before they are needed */
    MOST = 1024     /* dimensions */
};

enum { FOUND, UNKNOWN, UNABLE };

static const float PHRASINGS_WEIGHT = 0.5f, MEANING_WEIGHT = 2.0f;
static const float NONE = -1e30f;

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
    float score, nearest, nearest_meaning;
} Rated;

typedef struct {
    int32_t label;
    float confidence, feature[FEATURES];
} Entry;

typedef struct {
    int32_t entries, refusal;
    float refusal_score;
    Entry entry[TOP];
} Ranked;

typedef struct { /* what is taken as if it were not there, to learn from the FAQ's own texts */
    int64_t label, row; /* -1 for nothing */
} Without;

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

/* --- names ------------------------------------------------------------------------------------ */

static const uint64_t SEED = 14695981039346656037u;

static inline uint64_t feed(uint64_t hash, const char *bytes, size_t length) { /* FNV-1a */
    for (size_t at = 0; at < length; at++) hash = (hash ^ (unsigned char)bytes[at]) * 1099511628211u;
    return hash;
}

/* Return where a hash stands among ascending ones, or -1. */
static int64_t find(const uint64_t *hashes, int64_t many, uint64_t wanted) {
    int64_t from = 0;
    while (many > 1) {
        int64_t half = many / 2;
        from += hashes[from + half] <= wanted ? half : 0;
        many -= half;
    }
    return many && hashes[from] == wanted ? from : -1;
}

static int32_t numbered(const int32_t *number, int64_t at, int64_t many) {
    return at >= 0 && number[at] >= 0 && number[at] < many ? number[at] : -1;
}

static int32_t find_word(const Texts *texts, uint64_t hash) {
    int64_t at = find(texts->words, texts->words_many, hash);
    return numbered(texts->word_number, at, texts->words_many);
}

static int32_t find_stem(const Texts *texts, uint64_t hash) {
    int64_t at = find(texts->stems, texts->stems_many, hash);
    return numbered(texts->stem_number, at, texts->stems_many);
}

static int32_t find_gram(const Texts *texts, uint64_t hash) {
    int64_t at = find(texts->grams, texts->grams_many, hash);
    return numbered(texts->gram_number, at, texts->grams_many);
}

static int64_t find_pair(const Texts *texts, int64_t left, int64_t right) {
    if (left < 0 || right < 0) return -1;
    int64_t wanted = left * texts->stems_many + right; /* never negative, so that it is ordered alike */
    return find((const uint64_t *)texts->pairs, texts->pairs_many, (uint64_t)wanted);
}

static inline int64_t bounded(const int32_t *start, int64_t at, int64_t limit, int64_t *stop) {
    int64_t from = start[at], to = start[at + 1];
    if (from < 0 || to < from || to > limit) from = to = 0;
    *stop = to;
    return from;
}

/* --- vectors ---------------------------------------------------------------------------------- */

static inline int32_t dot(const int8_t *row, const int16_t *step, int64_t many) {
    int32_t sum = 0;
    for (int64_t at = 0; at < many; at++) sum += (int16_t)row[at] * step[at];
    return sum;
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

static float length_of(const float *vector, int64_t many) {
    double square = 0;
    for (int64_t at = 0; at < many; at++) square += (double)vector[at] * vector[at];
    return (float)sqrt(square);
}

static float largest(const float *vector, int64_t many) {
    float most = 0;
    for (int64_t at = 0; at < many; at++) most = fabsf(vector[at]) > most ? fabsf(vector[at]) : most;
    return most;
}

/* Put a vector into whole steps, so many that no product with bytes is too large. */
static void round_off(const float *vector, int64_t many, Steps *steps) {
    float most = largest(vector, many), finest = 16777215.0f / (float)many;
    if (finest > 32767) finest = 32767;
    steps->worth = most / finest;
    for (int64_t at = 0; at < many; at++)
        steps->step[at] = most > 0 ? (int16_t)rintf(vector[at] / steps->worth) : 0;
}

/* Make a word's vector. */
QUICK static void read_vector(const Sift *sift, const Word *word, float *vector) {
    const Texts *texts = &sift->texts;
    uint32_t rows[PIECED];
    size_t many = pieces_split(sift->pieces, word->bytes, word->length, rows);
    memset(vector, 0, (size_t)texts->dimensions * sizeof *vector);
    for (size_t at = 0; at < many; at++) {
        if (rows[at] >= texts->pieces) continue;
        const int8_t *row = texts->table + (int64_t)rows[at] * texts->dimensions;
        float scale = texts->table_scale[rows[at]];
        for (int64_t each = 0; each < texts->dimensions; each++)
            vector[each] += scale * (float)row[each];
    }
}

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

/* --- reading a query -------------------------------------------------------------------------- */

/* Return the number of a query's word; every word has one, however often it occurs. */
static int32_t word_number(Sift *sift, const char *bytes, size_t length) {
    uint64_t hash = feed(SEED, bytes, length);
    for (int32_t at = 0; at < sift->distinct; at++)
        if (sift->word[at].hash == hash) {
            sift->word[at].times++;
            return at;
        }
    sift->word[sift->distinct] = (Word){.bytes = bytes, .length = length, .hash = hash, .times = 1,
                                        .number = find_word(&sift->texts, hash)};
    return sift->distinct++;
}

/* Read words, each behind a space, a line's end, and their stems in the same way. */
static int read_query(Sift *sift, const char *query, size_t length) {
    const char *end = query + length;
    int32_t line = 0, at = 0;
    sift->many = sift->distinct = 0;
    if (length > BYTES) return 0;
    for (const char *from = query; from < end;) {
        if (*from == '\n') {
            line++, at = 0, from++;
            continue;
        }
        const char *to = ++from;
        while (to < end && *to != ' ' && *to != '\n') to++;
        if (line > 1 || at == WORDS || (line && at >= sift->many)) return 0;
        if (line == 0) sift->order[sift->many++] = word_number(sift, from, (size_t)(to - from));
        else sift->word[sift->order[at]].stem =
                 find_stem(&sift->texts, feed(SEED, from, (size_t)(to - from)));
        at++, from = to;
    }
    return line == 1 && at == sift->many;
}

/* Count a known n-gram. */
static inline void count_gram(Sift *sift, int64_t gram, float times) {
    if (gram < 0 || gram >= sift->texts.grams_many || sift->grams == GRAMS) return;
    if (sift->gram_value[gram] == 0) sift->gram[sift->grams++] = (int32_t)gram;
    sift->gram_value[gram] += times;
}

/* Count the n-grams of a word that no text has: of its characters, with a space on both sides. */
static void cut(Sift *sift, const Word *word) {
    char padded[BYTES + 2];
    size_t length = word->length + 2;
    padded[0] = padded[length - 1] = ' ';
    memcpy(padded + 1, word->bytes, word->length);
    for (size_t from = 0; from < length; from++) {
        if (((unsigned char)padded[from] & 0xC0) == 0x80) continue;
        uint64_t hash = SEED;
        size_t to = from;
        for (int characters = 1; characters <= LONGEST && to < length; characters++) {
            do hash = feed(hash, padded + to, 1);
            while (++to < length && ((unsigned char)padded[to] & 0xC0) == 0x80);
            if (characters >= SHORTEST)
                count_gram(sift, find_gram(&sift->texts, hash), word->times);
        }
    }
}

static void count_grams(Sift *sift, const Word *word) {
    if (word->number < 0) {
        cut(sift, word);
        return;
    }
    int64_t stop, at = bounded(sift->texts.gram_start, word->number, sift->texts.parts, &stop);
    for (; at < stop; at++) count_gram(sift, sift->texts.gram[at], word->times);
}

/* Return what makes so many squares in all one half. */
static float half(double squares) {
    return squares > 0 ? (float)(1 / sqrt(2 * squares)) : 0;
}

/* Weigh the n-grams by TF-IDF. What is kept is for products: the idf counts twice. */
static void read_grams(Sift *sift) {
    const float *idf = sift->texts.gram_idf;
    double squares = 0;
    sift->grams = 0;
    for (int32_t at = 0; at < sift->distinct; at++) count_grams(sift, sift->word + at);
    for (int32_t at = 0; at < sift->grams; at++) {
        int32_t gram = sift->gram[at];
        float value = sift->gram_value[gram] *= idf[gram];
        squares += (double)value * value;
    }
    float factor = half(squares);
    for (int32_t at = 0; at < sift->grams; at++) sift->gram_value[sift->gram[at]] *= factor;
}

static void count_term(Sift *sift, int32_t term) {
    int32_t at = 0;
    while (at < sift->terms && sift->term[at] != term) at++;
    if (at == sift->terms) sift->term[sift->terms++] = term, sift->term_value[at] = 0;
    sift->term_value[at]++;
}

/* Weigh the stems and the pairs by TF-IDF. */
static void read_terms(Sift *sift) {
    const Texts *texts = &sift->texts;
    double squares = 0;
    sift->terms = sift->pairs = 0;
    for (int32_t at = 0, before = -1; at < sift->many; at++) {
        int32_t stem = sift->word[sift->order[at]].stem;
        int64_t pair = find_pair(texts, before, stem);
        if (stem >= 0) count_term(sift, stem);
        if (pair >= 0) count_term(sift, (int32_t)(texts->stems_many + pair));
        before = stem;
    }
    for (int32_t at = 0; at < sift->terms; at++) {
        float value = sift->term_value[at] *= texts->word_idf[sift->term[at]];
        squares += (double)value * value;
    }
    float factor = half(squares);
    for (int32_t at = 0; at < sift->terms; at++) sift->term_value[at] *= factor;
}

/* Note what the terms are worth in a product, where it is found by their stems. */
static void spread_terms(Sift *sift) {
    const Texts *texts = &sift->texts;
    for (int32_t at = 0; at < sift->terms; at++) {
        int64_t term = sift->term[at], pair = term - texts->stems_many;
        float value = sift->term_value[at] * texts->word_idf[term];
        if (pair < 0) {
            sift->stem_value[term] = value;
            continue;
        }
        sift->left[sift->pairs] = (int32_t)(texts->pairs[pair] / texts->stems_many);
        sift->right[sift->pairs] = (int32_t)(texts->pairs[pair] % texts->stems_many);
        sift->pair_value[sift->pairs++] = value;
    }
    for (int32_t at = 0; at < sift->grams; at++)
        sift->gram_value[sift->gram[at]] *= texts->gram_idf[sift->gram[at]];
}

static void forget(Sift *sift) {
    for (int32_t at = 0; at < sift->grams; at++) sift->gram_value[sift->gram[at]] = 0;
    for (int32_t at = 0; at < sift->terms; at++)
        if (sift->term[at] < sift->texts.stems_many) sift->stem_value[sift->term[at]] = 0;
}

/* Make the query's vector, and note its words' ones. */
static void read_vectors(Sift *sift) {
    int64_t many = sift->texts.dimensions;
    float vector[MOST];
    memset(sift->vector, 0, sizeof sift->vector);
    for (int32_t at = 0; at < sift->distinct; at++) {
        Word *word = sift->word + at;
        read_vector(sift, word, vector);
        for (int64_t each = 0; each < many; each++) sift->vector[each] += word->times * vector[each];
        float length = length_of(vector, many);
        Steps steps = {sift->meant.step + at * many, 0};
        round_off(vector, many, &steps);
        word->worth = length > 0 ? steps.worth / length : 0;
        word->rarity = word->stem < 0 ? sift->rarest : sift->texts.word_idf[word->stem];
    }
    float length = length_of(sift->vector, many);
    for (int64_t each = 0; length > 0 && each < many; each++) sift->vector[each] /= length;
    round_off(sift->vector, many, &sift->steps);
}

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

static void classify(Sift *sift) {
    int64_t terms = sift->texts.stems_many + sift->texts.pairs_many;
    say_roughly(sift);
    for (int32_t at = 0; at < sift->terms; at++) say(sift, sift->term[at], sift->term_value[at]);
    for (int32_t at = 0; terms < sift->texts.said_terms && at < sift->grams; at++)
        say(sift, terms + sift->gram[at], sift->gram_value[sift->gram[at]]);
    if (sift->without_label >= 0 && sift->without_label < sift->texts.labels)
        sift->said[sift->without_label] = NONE;
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

static inline int is_word(const Texts *texts, int32_t word) {
    return word >= 0 && word < texts->words_many;
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
    return (Rated){(int32_t)label, score, rows ? terms[NEAREST - 1] : 0,
                   rows ? meanings[NEAREST - 1] : 0};
}

/* --- sifting ---------------------------------------------------------------------------------- */

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

/* Rate the labels that are sifted out; return the best of them. */
static int32_t find_best(Sift *sift, int64_t from, int64_t to, int32_t sifted, int32_t room, Rated *best) {
    Rated first[SIFTED];
    int32_t firsts = sift_out(sift, from, to, sifted, first), many = 0;
    for (int32_t at = 0; at < firsts; at++)
        many = insert(best, many, room, rate(sift, first[at].label, first[at].score));
    return many;
}

static int32_t find_every(Sift *sift, int64_t from, int64_t to, int32_t room, Rated *best) {
    int32_t many = 0;
    for (int64_t label = from; label < to; label++) many = insert(best, many, room, rate(sift, label, said_exactly(sift, label)));
    return many;
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
    float sum = 0, near = 0, most = NONE;
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

/* Give each entry its features, in the order of calibration.FEATURES, and its confidence. */
static void calibrate(Sift *sift, const Rated *best, int32_t entries, Ranked *ranked) {
    float refusal = ranked->refusal_score, other = entries > 1 ? best[1].score : refusal;
    for (int32_t at = 0; at < ranked->entries; at++) {
        Entry *entry = ranked->entry + at;
        float *feature = entry->feature, odds = (float)sift->texts.bias;
        entry->label = best[at].label;
        feature[0] = best[at].score;
        feature[1] = best[at].score - (at ? best[0].score : other);
        feature[2] = best[at].score - refusal;
        feature[3] = best[at].nearest;
        feature[4] = best[at].nearest_meaning;
        cover(sift, best[at].label, feature + 5, feature + 6);
        feature[7] = (float)log1p(sift->many);
        for (int each = 0; each < FEATURES; each++) odds += feature[each] * sift->texts.calibration[each];
        entry->confidence = 0.5f + 0.5f * tanhf(odds / 2);
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
    read_vectors(sift);
    classify(sift);
    spread_terms(sift);
    int32_t entries = every ? find_every(sift, 0, shown, room, best)
                            : find_best(sift, 0, shown, SIFTED, room, best);
    if (every) find_every(sift, shown, labels, 1, refusal);
    else find_best(sift, shown, labels, REFUSALS, 1, refusal);
    ranked->refusal = refusal[0].label;
    ranked->refusal_score = refusal[0].score;
    ranked->entries = entries < top ? entries : top;
    calibrate(sift, best, entries, ranked);
    by_confidence(ranked->entry, ranked->entries);
}

/* Rank a query: its words, each behind a space, a line's end, and their stems in the same way.
 * `every` label is rated then, or the few that are sifted out; `label` and `row` are left out. */
int sift_rank(Sift *sift, const char *query, int64_t length, int32_t top, int32_t every,
              int64_t label, int64_t row, Ranked *ranked) {
    if (top < 1 || top > TOP || !read_query(sift, query, (size_t)length)) return UNABLE;
    if (++sift->stamp == 0) { /* after four billion queries */
        memset(sift->common, 0, (size_t)sift->texts.words_many * sizeof *sift->common);
        sift->stamp = 1;
    }
    sift->without_label = label;
    sift->without_row = row;
    read_grams(sift);
    read_terms(sift);
    int known = sift->grams || sift->terms;
    if (known) rank(sift, top, every, ranked);
    forget(sift);
    return known ? FOUND : UNKNOWN;
}
