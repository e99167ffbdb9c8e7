/* The words of a query, their terms and vectors. */
#include "sift.h"

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

static float length_of(const float *vector, int64_t many) {
    double square = 0;
    for (int64_t at = 0; at < many; at++) square += (double)vector[at] * vector[at];
    return (float)sqrt(square);
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

int sift_ask(Sift *sift, const char *query, size_t length) {
    if (!read_query(sift, query, length)) return UNABLE;
    read_grams(sift);
    read_terms(sift);
    return sift->grams || sift->terms ? FOUND : UNKNOWN;
}

void sift_spread_terms(Sift *sift) {
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

void sift_forget(Sift *sift) {
    for (int32_t at = 0; at < sift->grams; at++) sift->gram_value[sift->gram[at]] = 0;
    for (int32_t at = 0; at < sift->terms; at++)
        if (sift->term[at] < sift->texts.stems_many) sift->stem_value[sift->term[at]] = 0;
}

void sift_read_vectors(Sift *sift) {
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
