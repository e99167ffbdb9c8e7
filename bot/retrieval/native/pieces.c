/* The table of static vectors, and the pieces of words that it has vectors for. */
#include "kernel.h"

/* Note where the characters of a text start, and where the last one ends; return how many. */
size_t characters(const char *bytes, size_t length, uint16_t *start) {
    size_t many = 0;
    for (size_t at = 0; at < length; at++)
        if (((unsigned char)bytes[at] & 0xC0) != 0x80 || at == 0) start[many++] = (uint16_t)at;
    start[many] = (uint16_t)length;
    return many;
}

/* Note the rows of a word's pieces, longest first match; none if a part is unknown. */
size_t split(const Pieces *pieces, const char *word, size_t length, uint32_t *rows) {
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

float length_of(const float *vector, int32_t dimensions) {
    double square = 0;
    for (int32_t at = 0; at < dimensions; at++) square += (double)vector[at] * vector[at];
    return (float)sqrt(square);
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
