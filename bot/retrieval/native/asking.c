/* The words of a query, and what they add up to. */
#include "kernel.h"

/* --- reading ---------------------------------------------------------------------------------- */

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

/* Read words, each behind a space; return how many, or 0 if that fails. */
static uint32_t read_words(Kernel *kernel, const char *from, const char *end) {
    kernel->many = kernel->distinct = kernel->grams_of = kernel->pieces_of = 0;
    memset(kernel->seen, 0, sizeof kernel->seen);
    for (const char *to; from < end; from = to) {
        to = memchr(from + 1, ' ', (size_t)(end - from - 1));
        if (!to) to = end;
        if (kernel->many == WORDS) return 0;
        kernel->order[kernel->many++] = number_of(kernel, from + 1, (size_t)(to - from - 1));
    }
    return kernel->many;
}

/* Read the words' stems in the same way; return 0 if there are more or fewer. */
static int read_stems(Kernel *kernel, const char *from, const char *end) {
    for (uint32_t at = 0; at < kernel->many; at++) {
        if (from >= end) return 0;
        const char *to = memchr(from + 1, ' ', (size_t)(end - from - 1));
        if (!to) to = end;
        kernel->word[kernel->order[at]].stem_bytes = from + 1;
        kernel->word[kernel->order[at]].stem_length = (uint32_t)(to - from - 1);
        from = to;
    }
    return from == end;
}

/* Read a query: words, each behind a space, and perhaps a line's end, their stems in the same way and
   a space. Return 0 if that fails. */
int read_query(Kernel *kernel, const char *text, size_t length) {
    const char *line = memchr(text, '\n', length), *end = text + length;
    if (length > BYTES || !read_words(kernel, text, line ? line : end)) return 0;
    return !line || (end[-1] == ' ' && read_stems(kernel, line + 1, end - 1));
}

/* --- words ------------------------------------------------------------------------------------ */

/* Return the row of a piece: of most pieces that are asked for the copy, so that the table, of which
   it is a tenth, need not be in memory. */
static inline const int8_t *row_of(const Kernel *kernel, uint32_t piece) {
    const int8_t *table = kernel->number[piece] ? kernel->table : kernel->pieces->table;
    size_t row = kernel->number[piece] ? kernel->number[piece] - 1 : piece;
    return table + row * (size_t)kernel->dimensions;
}

QUICK static void add_vector(const Kernel *kernel, const Word *word, float times, float *restrict vector) {
    for (uint32_t at = 0; at < word->pieces; at++) {
        const int8_t *row = row_of(kernel, word->piece[at]);
        float scale = times * kernel->pieces->scale[word->piece[at]];
        for (int32_t each = 0; each < kernel->dimensions; each++) vector[each] += scale * (float)row[each];
    }
}

/* Put a word's vector into whole steps; return its length. */
float take_steps(Kernel *kernel, const Word *word) {
    Steps *steps = &kernel->steps;
    memset(kernel->vector, 0, (size_t)kernel->dimensions * sizeof *kernel->vector);
    add_vector(kernel, word, 1, kernel->vector);
    if (word->pieces == 1) { /* the table has them already */
        const int8_t *row = row_of(kernel, word->piece[0]);
        for (int32_t at = 0; at < kernel->dimensions; at++) steps->digit[0][at] = row[at];
        steps->worth[0] = kernel->pieces->scale[word->piece[0]];
        steps->digits = 1;
        look_anew(kernel);
    } else {
        round_off(kernel, kernel->vector);
    }
    return length_of(kernel->vector, kernel->dimensions);
}

/* Note a word's known n-grams by their numbers among those, as often as they occur; return how many. */
uint32_t cut(const Kernel *kernel, const char *word, size_t length, uint32_t *gram) {
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
            number -= kernel->parts.word_terms;
            if (number >= 0) gram[many++] = (uint32_t)number;
        }
    }
    return many;
}

/* Look up what a new word is. */
void look_up(Kernel *kernel, Word *word) {
    uint32_t *piece = kernel->piece_of + kernel->pieces_of;
    uint32_t *gram = kernel->gram_of + kernel->grams_of;
    word->own = find_plain(&kernel->words, word->bytes, word->length);
    word->stem = find_plain(&kernel->terms, word->stem_bytes, word->stem_length);
    if (word->stem >= kernel->parts.word_terms) word->stem = -1;
    word->gram = gram;
    word->grams = cut(kernel, word->bytes, word->length, gram);
    word->piece = piece;
    word->pieces = (uint32_t)split(kernel->pieces, word->bytes, word->length, piece);
    kernel->grams_of += word->grams;
    kernel->pieces_of += word->pieces;
}

/* --- adding up -------------------------------------------------------------------------------- */

static void count_grams(Kernel *kernel, int of_new) {
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        for (uint32_t g = 0; g < word->grams && !(of_new && word->slot); g++) {
            Gram *gram = kernel->grams + word->gram[g];
            gram->count += word->times;
            __builtin_prefetch(kernel->gram_word + gram->start); /* looked at soon */
        }
    }
}

/* The squared length of what was counted, which is forgotten. */
static double square_grams(Kernel *kernel, int of_new) {
    double square = 0;
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        for (uint32_t g = 0; g < word->grams && !(of_new && word->slot); g++) {
            Gram *gram = kernel->grams + word->gram[g];
            double value = (double)gram->count * gram->idf;
            if (value == 0) continue;
            square += value * value;
            if (!of_new) compare_gram(kernel, gram, gram->count);
            gram->count = 0;
        }
    }
    return square;
}

static float add_vectors(Kernel *kernel, int of_new) {
    memset(kernel->vector, 0, (size_t)kernel->dimensions * sizeof *kernel->vector);
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        if (!(of_new && word->slot)) add_vector(kernel, word, word->times, kernel->vector);
    }
    return length_of(kernel->vector, kernel->dimensions);
}

/* Add up n-grams and vectors, in the same way whatever was kept. The query's vector stays. */
Lengths add_words(Kernel *kernel) {
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
    round_off(kernel, kernel->vector);
    round_to_bytes(kernel->vector, kernel->dimensions, kernel->reach, &kernel->bytes);
    lengths.by_grams = square > 0 ? (float)(BLOCK / sqrt(square)) : 0;
    lengths.by_vector = length > 0 ? 1 / length : 0;
    kernel->bytes.left_out *= lengths.by_vector;
    lengths.new_terms *= lengths.by_grams;
    lengths.new_meaning *= lengths.by_vector;
    return lengths;
}

/* Collect the word terms: stems and pairs of stems, each once; `count` says how often. */
uint32_t read_terms(Kernel *kernel) {
    uint32_t many = 0;
    for (uint32_t at = 0; at < kernel->many; at++) {
        const Word *word = kernel->word + kernel->order[at];
        int32_t term[2] = {word->stem, -1};
        if (at + 1 < kernel->many && word->stem >= 0) {
            const Word *next = kernel->word + kernel->order[at + 1];
            size_t marks = word->stem_length + 1; /* with the space behind it */
            uint64_t fed = feed(feed(SEED, word->stem_bytes, marks), next->stem_bytes, next->stem_length);
            if (next->stem >= 0)
                term[1] = find(&kernel->terms, fed, word->stem_bytes, marks, next->stem_bytes,
                               next->stem_length);
        }
        for (int each = 0; each < 2; each++) {
            if (term[each] < 0 || term[each] >= kernel->parts.word_terms) continue;
            if (kernel->count[term[each]] == 0) kernel->term[many++] = (uint32_t)term[each];
            kernel->count[term[each]]++;
        }
    }
    return many;
}

/* How near the nearest of an entry's words comes to a word of this length. */
float nearest(Kernel *kernel, const Word *word, size_t label, float length) {
    float best = 0;
    for (uint32_t at = kernel->label_start[label]; at < kernel->label_start[label + 1]; at++)
        if ((int32_t)kernel->label_word[at] == word->own) return 1;
    for (uint32_t at = kernel->label_start[label]; at < kernel->label_start[label + 1]; at++) {
        uint32_t each = kernel->label_word[at];
        float near = product(kernel, each) * kernel->inverse[each];
        best = near > best ? near : best;
    }
    return length > 0 ? best / length : 0;
}
