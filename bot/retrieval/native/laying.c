/* How the rows are laid out in blocks, and where the word terms stand in them. */
#include "best.h"

/* --- rows ------------------------------------------------------------------------------------- */

/* Write a row's vector in bytes, each one 128 too high, as products.c wants them. */
QUICK static void lay_vector(Kernel *kernel, const float *vector, size_t place) {
    uint8_t *block = kernel->bytes_of + place / LANES * kernel->chunks * LANES * CHUNK + place % LANES * CHUNK;
    float most = 0, left_out = 0;
    for (int32_t at = 0; at < kernel->dimensions; at++)
        most = fabsf(vector[at]) > most ? fabsf(vector[at]) : most;
    float step = most / 127, by = step > 0 ? 1 / step : 0;
    for (size_t at = 0; at < (size_t)kernel->dimensions; at++) {
        float whole = rintf(vector[at] * by), rest = vector[at] - whole * step;
        left_out += rest * rest;
        block[at / CHUNK * LANES * CHUNK + at % CHUNK] = (uint8_t)(128 + (int)whole);
    }
    kernel->step[place] = step;
    kernel->left_out[place] = sqrtf(left_out) * 1.001f;
}

/* Note what a row's sums of n-grams and of vectors are multiplied by, and its vector in bytes. */
QUICK static void scale_row(Kernel *kernel, const Rows *rows, const Cut *cuts, uint32_t row, float *vector) {
    const uint32_t *from = rows->word + rows->start[row], *to = rows->word + rows->start[row + 1];
    size_t place = kernel->place[row];
    Gram *gram = kernel->grams;
    double square = 0;
    memset(vector, 0, (size_t)kernel->dimensions * sizeof *vector);
    for (const uint32_t *word = from; word < to; word++)
        for (uint32_t at = cuts->start[*word]; at < cuts->start[*word + 1]; at++)
            gram[cuts->gram[at]].count++;
    for (const uint32_t *word = from; word < to; word++) {
        for (uint32_t at = cuts->start[*word]; at < cuts->start[*word + 1]; at++) {
            Gram *each = gram + cuts->gram[at];
            double value = (double)each->count * each->idf;
            square += value * value;
            each->count = 0;
        }
        add_word(kernel, *word, vector);
    }
    float length = length_of(vector, kernel->dimensions), weight = kernel->parts.weight[row];
    kernel->by_length[place] = square > 0 ? (float)(BLOCK * weight / sqrt(square)) : 0;
    kernel->by_vector_length[place] = length > 0 ? weight / length : 0;
    for (int32_t at = 0; at < kernel->dimensions; at++) vector[at] *= kernel->by_vector_length[place];
    lay_vector(kernel, vector, place);
}

static uint32_t words_of(const Rows *rows, uint32_t row) {
    return rows->start[row + 1] - rows->start[row];
}

/* Give the rows of a label their places by their number of words, so that those of a block have about
   the same, and note how many columns each block needs. */
static void place_rows(Kernel *kernel, const Rows *rows, size_t label) {
    uint32_t count[66] = {0}, first = kernel->first_block[label] * LANES;
    for (uint32_t row = kernel->first_row[label]; row < kernel->first_row[label + 1]; row++)
        count[1 + (words_of(rows, row) < 64 ? words_of(rows, row) : 64)]++;
    for (int at = 1; at < 66; at++) count[at] += count[at - 1];
    for (uint32_t row = kernel->first_row[label]; row < kernel->first_row[label + 1]; row++) {
        uint32_t many = words_of(rows, row);
        uint32_t place = kernel->place[row] = first + count[many < 64 ? many : 64]++;
        uint32_t *columns = kernel->column_start + place / LANES + 1;
        *columns = many > *columns ? many : *columns;
    }
}

/* Write down the words of the rows of each block, beside each other; `words.many` is no word. */
static int lay_words(Kernel *kernel, const Rows *rows) {
    for (size_t block = 0; block < kernel->blocks; block++)
        kernel->column_start[block + 1] += kernel->column_start[block];
    size_t many = (size_t)kernel->column_start[kernel->blocks] * LANES;
    if (!TAKE(kernel->column, many)) return 0;
    for (size_t at = 0; at < many; at++) kernel->column[at] = kernel->words.many;
    for (uint32_t row = 0; row < (uint32_t)kernel->parts.rows; row++) {
        size_t block = kernel->place[row] / LANES, lane = kernel->place[row] % LANES;
        uint32_t *column = kernel->column + (size_t)kernel->column_start[block] * LANES + lane;
        for (uint32_t at = rows->start[row]; at < rows->start[row + 1]; at++, column += LANES)
            *column = rows->word[at];
    }
    return 1;
}

/* Lay out the rows of each label in blocks. */
int lay_rows(Kernel *kernel, const Rows *rows, const Cut *cuts) {
    size_t labels = (size_t)kernel->parts.labels, many = (size_t)kernel->parts.rows, places;
    float *vector = malloc((size_t)kernel->dimensions * sizeof *vector);
    int fine = vector && TAKE(kernel->first_row, labels + 1) && TAKE(kernel->first_block, labels + 1);
    for (size_t row = 0; fine && row < many; row++) kernel->first_row[kernel->parts.label[row] + 1]++;
    for (size_t label = 0; fine && label < labels; label++) {
        uint32_t blocks = (kernel->first_row[label + 1] + LANES - 1) / LANES;
        kernel->first_row[label + 1] += kernel->first_row[label];
        kernel->first_block[label + 1] = kernel->first_block[label] + blocks;
    }
    kernel->blocks = fine ? kernel->first_block[labels] : 0;
    kernel->chunks = ((size_t)kernel->dimensions + CHUNK - 1) / CHUNK;
    places = kernel->blocks * LANES;
    fine = fine && TAKE(kernel->place, many) && TAKE(kernel->label_of, kernel->blocks) &&
           TAKE(kernel->column_start, kernel->blocks + 1) &&
           TAKE(kernel->by_length, places) && TAKE(kernel->by_vector_length, places) &&
           TAKE(kernel->bytes_of, places * kernel->chunks * CHUNK) && TAKE(kernel->step, places) &&
           TAKE(kernel->left_out, places);
    for (size_t label = 0; fine && label < labels; label++) {
        for (size_t block = kernel->first_block[label]; block < kernel->first_block[label + 1]; block++)
            kernel->label_of[block] = (uint16_t)label;
        place_rows(kernel, rows, label);
    }
    fine = fine && lay_words(kernel, rows);
    for (uint32_t row = 0; fine && row < many; row++) scale_row(kernel, rows, cuts, row, vector);
    free(vector);
    return fine;
}

/* --- word terms ------------------------------------------------------------------------------- */

/* Whether a term stands in so many rows that it pays to know where those of a label start. */
static int is_often(const Parts *parts, size_t term) {
    size_t stop, start = span(parts->start, term, parts->postings, &stop), at = start + 1;
    if (stop - start < 2 * (size_t)parts->labels || parts->row[start] < 0) return 0;
    for (; at < stop; at++)
        if (parts->row[at] <= parts->row[at - 1]) return 0;
    return parts->row[stop - 1] < parts->rows;
}

/* Note where the postings of each label start, the mean of the best of them, and what the classifier
   says of the term. */
static void file_term(Kernel *kernel, size_t term, size_t number) {
    const Parts *parts = &kernel->parts;
    size_t labels = (size_t)parts->labels, stop, at = span(parts->start, term, parts->postings, &stop);
    uint32_t *start = kernel->often_start + number * (labels + 1);
    float *most = kernel->often_most + number * labels;
    for (size_t label = 0; label < labels; label++) {
        Best best = {0, 0, 0};
        start[label] = (uint32_t)at;
        for (; at < stop && (uint32_t)parts->row[at] < kernel->first_row[label + 1]; at++)
            into(&best, kernel->posting[at].value);
        most[label] = mean_of(&best, rows_of(kernel, label));
    }
    start[labels] = (uint32_t)stop;
    say(parts, (uint32_t)term, 1, kernel->often_said + number * labels);
}

/* Take a copy of the postings that says where rows stand and how much they count. */
static int read_postings(Kernel *kernel) {
    const Parts *parts = &kernel->parts;
    if (parts->postings >= UINT32_MAX || !TAKE(kernel->posting, (size_t)parts->postings)) return 0;
    for (size_t at = 0; at < (size_t)parts->postings; at++) {
        uint32_t row = (uint32_t)parts->row[at];
        if (row < (uint32_t)parts->rows)
            kernel->posting[at] = (Posting){kernel->place[row], parts->value[at] * parts->weight[row]};
    }
    return 1;
}

int file_terms(Kernel *kernel) {
    const Parts *parts = &kernel->parts;
    size_t labels = (size_t)parts->labels, terms = (size_t)parts->word_terms;
    if (!read_postings(kernel) || !TAKE(kernel->often, terms)) return 0;
    for (size_t term = 0; term < terms && kernel->oftens < UINT16_MAX; term++)
        if (is_often(parts, term)) kernel->often[term] = (uint16_t)++kernel->oftens;
    if (!TAKE(kernel->often_start, kernel->oftens * (labels + 1)) ||
        !TAKE(kernel->often_most, kernel->oftens * labels) ||
        !TAKE(kernel->often_said, kernel->oftens * labels)) return 0;
    for (size_t term = 0; term < terms; term++)
        if (kernel->often[term]) file_term(kernel, term, kernel->often[term] - 1u);
    return 1;
}
