/* An index, opened and closed, and its words. */
#include "kernel.h"

/* Return room of zeros that starts where a line of the cache does, so that none is read in two. */
void *take(Kernel *kernel, size_t many, size_t size) {
    char *room = kernel->owning < OWNED ? calloc(many * size + LINE, 1) : NULL;
    if (!room) {
        kernel->failed = 1;
        return NULL;
    }
    kernel->owned[kernel->owning++] = room;
    return room + (LINE - (uintptr_t)room % LINE);
}

/* --- words ------------------------------------------------------------------------------------ */

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
            int32_t number = find_or_add(words, from, (size_t)(at - from));
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
            kernel->piece[many++] = (Piece){number[rows[at]] - 1, pieces->scale[rows[at]]};
        }
        kernel->piece_start[word + 1] = many;
    }
    if (TAKE(kernel->table, kernel->used * dimensions))
        for (uint32_t row = 0; row < pieces->names.many; row++)
            if (number[row]) {
                size_t to = (number[row] - 1) * dimensions;
                memcpy(kernel->table + to, pieces->table + row * dimensions, dimensions);
            }
    return !kernel->failed;
}

void add_word(const Kernel *kernel, uint32_t word, float *vector) {
    for (uint32_t at = kernel->piece_start[word]; at < kernel->piece_start[word + 1]; at++) {
        const int8_t *steps = kernel->table + (size_t)kernel->piece[at].row * (size_t)kernel->dimensions;
        float scale = kernel->piece[at].scale;
        for (int32_t each = 0; each < kernel->dimensions; each++)
            vector[each] += scale * (float)steps[each];
    }
}

/* File the vocabulary under its n-grams: a word once for each time that it has one. */
static int read_grams(Kernel *kernel, Cut *cuts) {
    const Names *words = &kernel->words;
    uint32_t first = (uint32_t)kernel->parts.word_terms, grams = kernel->terms.many - first, sum = 0;
    size_t room = 0, many = 0;
    for (uint32_t word = 0; word < words->many; word++)
        room += 4 * ((size_t)words->start[word + 1] - words->start[word] + 1);
    cuts->start = malloc(((size_t)words->many + 1) * sizeof *cuts->start);
    cuts->gram = malloc((room + 1) * sizeof *cuts->gram); /* takes memory as it is written to */
    if (!cuts->start || !cuts->gram || !TAKE(kernel->grams, (size_t)grams + 1)) return 0;
    for (uint32_t word = 0; word < words->many; word++) {
        size_t length = words->start[word + 1] - words->start[word] - 1;
        cuts->start[word] = (uint32_t)many;
        if (length > BYTES) return 0;
        many += cut(kernel, words->bytes + words->start[word], length, cuts->gram + many);
    }
    cuts->start[words->many] = (uint32_t)many;
    Gram *gram = kernel->grams;
    for (size_t at = 0; at < many; at++) gram[cuts->gram[at]].start++;
    for (uint32_t at = 0; at <= grams; at++) {
        gram[at].start = sum += gram[at].start; /* where each one ends */
        gram[at].idf = at < grams ? kernel->parts.idf[first + at] : 0;
    }
    if (!TAKE(kernel->gram_word, sum)) return 0;
    for (uint32_t word = words->many; word-- > 0;)
        for (uint32_t at = cuts->start[word]; at < cuts->start[word + 1]; at++)
            kernel->gram_word[--gram[cuts->gram[at]].start] = word;
    return 1;
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
            for (; row < kernel->first_row[label + 1]; row++)
                for (uint32_t at = rows->start[row]; at < rows->start[row + 1]; at++) {
                    uint32_t word = rows->word[at];
                    if (last[word] == label + 1) continue;
                    last[word] = (uint32_t)label + 1;
                    if (listing) kernel->label_word[many] = word;
                    many++;
                }
            kernel->label_start[label + 1] = (uint32_t)many;
        }
    }
    free(last);
    return fine;
}

/* --- all of it -------------------------------------------------------------------------------- */

static size_t longest_row(const Kernel *kernel) {
    size_t longest = 0;
    for (size_t block = 0; block < kernel->blocks; block++) {
        size_t columns = kernel->column_start[block + 1] - kernel->column_start[block];
        longest = columns > longest ? columns : longest;
    }
    return longest;
}

static int make_room(Kernel *kernel) {
    const Parts *parts = &kernel->parts;
    size_t words = kernel->words.many, labels = (size_t)parts->labels;
    size_t dimensions = (size_t)kernel->dimensions, numbers = labels + (size_t)parts->answerable;
    choose_products(kernel);
    TAKE(kernel->gram_of, 4 * (BYTES + 2 * WORDS));
    TAKE(kernel->piece_of, BYTES);
    TAKE(kernel->vector, dimensions);
    TAKE(kernel->steps.digit[0], dimensions);
    TAKE(kernel->steps.digit[1], dimensions);
    TAKE(kernel->bytes.bytes, kernel->chunks * CHUNK);
    TAKE(kernel->by_words, kernel->blocks * LANES);
    TAKE(kernel->by_meaning, kernel->blocks * LANES);
    TAKE(kernel->term, 2 * WORDS);
    TAKE(kernel->classifier, labels);
    TAKE(kernel->by_grams, labels);
    TAKE(kernel->by_vector, labels);
    TAKE(kernel->bound, labels);
    TAKE(kernel->terms_bound, labels);
    TAKE(kernel->meaning_bound, labels);
    TAKE(kernel->sums, words + 1);
    TAKE(kernel->products, words + 1);
    TAKE(kernel->looked, words + 1);
    TAKE(kernel->fresh, longest_row(kernel) + 1);
    size_t each = sizeof(Slot) + sizeof(uint32_t) + numbers * sizeof(float) + 2 * labels;
    size_t slots = (size_t)parts->room / each;
    kernel->slots = slots > KEPT ? KEPT : (uint32_t)slots;
    TAKE(kernel->slot, kernel->slots);
    TAKE(kernel->slot_stamp, kernel->slots);
    TAKE(kernel->kept, kernel->slots * numbers);
    TAKE(kernel->most, kernel->slots * 2 * labels);
    for (size_t at = 0; at < BUCKETS; at++) kernel->bucket[at] = -1;
    return !kernel->failed;
}

static int fits(const Parts *parts, const Kernel *kernel) {
    if (parts->rows < 1 || parts->labels <= parts->answerable || parts->answerable < 0) return 0;
    if (parts->labels > UINT16_MAX) return 0;
    if (parts->word_terms < 0 || (uint32_t)parts->word_terms > kernel->terms.many) return 0;
    for (int32_t row = 0, last = 0; row < parts->rows; last = parts->label[row++])
        if (parts->label[row] < last || parts->label[row] >= parts->labels) return 0;
    return 1;
}

static int read_index(Kernel *kernel) {
    Rows rows = {0};
    Cut cuts = {0};
    int fine = read_names(&kernel->terms, kernel->parts.terms, (size_t)kernel->parts.terms_length) &&
               fits(&kernel->parts, kernel) && TAKE(kernel->count, (size_t)kernel->parts.word_terms) &&
               read_rows(kernel, &rows) && read_pieces(kernel) && read_lengths(kernel) &&
               read_grams(kernel, &cuts) && lay_rows(kernel, &rows, &cuts) && list_words(kernel, &rows) &&
               file_terms(kernel) && make_room(kernel);
    kernel->rarest = kernel->parts.word_terms ? 0.0f : 1.0f;
    for (int32_t term = 0; fine && term < kernel->parts.word_terms; term++)
        if (kernel->parts.idf[term] > kernel->rarest) kernel->rarest = kernel->parts.idf[term];
    if (kernel->rarest < 1.0f) kernel->rarest = 1.0f;
    free(rows.start);
    free(rows.word);
    free(cuts.start);
    free(cuts.gram);
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
