/* The best labels of a query: those that can be the best are worked out. */
#include "best.h"

/* --- the classifier --------------------------------------------------------------------------- */

/* Add what a term says of each label. */
void say(const Parts *parts, uint32_t term, float value, float *labels) {
    size_t stop, at = span(parts->weights_start, term, parts->weights_many, &stop);
    for (; at < stop; at++) {
        uint32_t label = parts->label_bytes == 2 ? (uint32_t)((const int16_t *)parts->weights_label)[at]
                                                 : (uint32_t)((const int32_t *)parts->weights_label)[at];
        if (label < (uint32_t)parts->labels) labels[label] += value * parts->weights[at];
    }
}

/* Add what n-grams say of each label. */
void say_grams(const Kernel *kernel, const uint32_t *gram, uint32_t many, float *labels) {
    uint32_t first = (uint32_t)kernel->parts.word_terms;
    for (uint32_t at = 0; at < many; at++)
        say(&kernel->parts, first + gram[at], kernel->grams[gram[at]].idf, labels);
}

/* Add what a vector says of each label, by four dimensions at once. */
QUICK static void say_vector(const Kernel *kernel, const float *vector, float *restrict labels) {
    size_t many = (size_t)kernel->parts.labels;
    int32_t at = 0;
    for (; at + 4 <= kernel->dimensions; at += 4) {
        const float *a = kernel->parts.vectors + (size_t)at * many, *b = a + many, *c = b + many;
        const float *d = c + many;
        float one = vector[at], two = vector[at + 1], three = vector[at + 2], four = vector[at + 3];
        for (size_t label = 0; label < many; label++)
            labels[label] += (one * a[label] + two * b[label]) + (three * c[label] + four * d[label]);
    }
    for (; at < kernel->dimensions; at++)
        for (size_t label = 0; label < many; label++)
            labels[label] += vector[at] * kernel->parts.vectors[(size_t)at * many + label];
}

/* Add up what the classifier says, in the same way whatever was kept. */
QUICK void classify(Kernel *kernel, const Lengths *lengths) {
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
            say_grams(kernel, word->gram, word->grams, of_new);
        }
        for (size_t label = 0; label < labels; label++) by_grams[label] += word->times * said[label];
    }
    say_vector(kernel, kernel->vector, by_vector);
    for (size_t label = 0; label < labels; label++)
        kernel->classifier[label] += kernel->parts.intercept[label] +
            lengths->by_grams * by_grams[label] + lengths->by_vector * by_vector[label];
}

/* --- word terms ------------------------------------------------------------------------------- */

/* Add what a term that stands in few rows adds to them, and note the most of a label. */
static void add_rare(Kernel *kernel, uint32_t term, float value) {
    size_t stop, at = span(kernel->parts.start, term, kernel->parts.postings, &stop);
    say(&kernel->parts, term, value, kernel->classifier);
    for (; at < stop; at++) {
        Posting posting = kernel->posting[at];
        float sum = kernel->by_words[posting.place] += value * posting.value;
        float *most = kernel->terms_bound + kernel->label_of[posting.place / LANES];
        *most = sum > *most ? sum : *most;
    }
}

/* Note a term that stands in many rows, and the most that it adds to labels. */
QUICK static void add_often(Kernel *kernel, size_t number, float value) {
    size_t labels = (size_t)kernel->parts.labels;
    const float *restrict most = kernel->often_most + number * labels;
    const float *restrict said = kernel->often_said + number * labels;
    float *restrict mosts = kernel->by_grams, *restrict classifier = kernel->classifier;
    kernel->frequent[kernel->frequents++] = (Often){kernel->often_start + number * (labels + 1), value};
    for (size_t label = 0; label < labels; label++) mosts[label] += value * most[label];
    for (size_t label = 0; label < labels; label++) classifier[label] += value * said[label];
}

/* Add up by rows and by labels what the word terms say; return whether there are any. */
int add_terms(Kernel *kernel) {
    const Parts *parts = &kernel->parts;
    size_t labels = (size_t)parts->labels;
    uint32_t many = read_terms(kernel);
    double square = 0;
    for (uint32_t at = 0; at < many; at++) {
        double value = (double)kernel->count[kernel->term[at]] * parts->idf[kernel->term[at]];
        square += value * value;
    }
    float scale = square > 0 ? (float)(BLOCK / sqrt(square)) : 0;
    memset(kernel->by_words, 0, kernel->blocks * LANES * sizeof *kernel->by_words);
    memset(kernel->terms_bound, 0, labels * sizeof *kernel->terms_bound);
    memset(kernel->by_grams, 0, labels * sizeof *kernel->by_grams);
    kernel->frequents = 0;
    for (uint32_t each = 0; each < many; each++) {
        uint32_t term = kernel->term[each];
        float value = scale * kernel->count[term] * parts->idf[term];
        kernel->count[term] = 0;
        if (kernel->often[term]) add_often(kernel, kernel->often[term] - 1u, value);
        else add_rare(kernel, term, value);
    }
    for (size_t label = 0; label < labels; label++) kernel->terms_bound[label] += kernel->by_grams[label];
    return many > 0;
}

/* --- bounds ----------------------------------------------------------------------------------- */

/* Add the most that kept words add to the mean of each label's best rows. */
QUICK static void add_most(Kernel *kernel, const Lengths *lengths) {
    size_t labels = (size_t)kernel->parts.labels;
    float *restrict terms = kernel->terms_bound, *restrict meaning = kernel->meaning_bound;
    float least = lengths->new_terms, least_meaning = lengths->new_meaning;
    memset(meaning, 0, labels * sizeof *meaning);
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        const Word *word = kernel->word + at;
        if (!word->slot) continue;
        Kept of = kept(kernel, word->slot);
        const uint8_t *restrict one = of.terms, *restrict two = of.meaning;
        float by_grams = word->times * lengths->by_grams, by_vector = word->times * lengths->by_vector;
        least += by_grams * word->slot->terms.least;
        least_meaning += by_vector * word->slot->meaning.least;
        by_grams *= word->slot->terms.step;
        by_vector *= word->slot->meaning.step;
        for (size_t label = 0; label < labels; label++) terms[label] += by_grams * (float)one[label];
        for (size_t label = 0; label < labels; label++) meaning[label] += by_vector * (float)two[label];
    }
    for (size_t label = 0; label < labels; label++) terms[label] += least;
    for (size_t label = 0; label < labels; label++) meaning[label] += least_meaning;
}

/* What a label's score is not above, given what it is not above by terms and by meaning. */
static inline float bound(const Kernel *kernel, size_t label, float terms, float meaning) {
    return kernel->classifier[label] + PHRASINGS_WEIGHT * (terms < 1 ? terms : 1) +
           MEANING_WEIGHT * (meaning < 1 ? meaning : 1) + SLACK;
}

/* What no label's score is above. */
void bound_labels(Kernel *kernel, const Lengths *lengths) {
    add_most(kernel, lengths);
    for (size_t label = 0; label < (size_t)kernel->parts.labels; label++) {
        kernel->bound[label] = !rows_of(kernel, label) ? kernel->classifier[label]
            : bound(kernel, label, kernel->terms_bound[label], kernel->meaning_bound[label]);
    }
}

/* --- working out a label ---------------------------------------------------------------------- */

/* The best of what the rows' cosines of meaning are at most, which is noted in `by_meaning`. */
QUICK static Best approach(Kernel *kernel, size_t label, const Lengths *lengths) {
    const Bytes *bytes = &kernel->bytes;
    size_t rows = rows_of(kernel, label), place = (size_t)kernel->first_block[label] * LANES;
    float worth = bytes->worth * lengths->by_vector, more = 1 + bytes->left_out;
    Lanes lanes;
    no_lanes(&lanes);
    for (size_t first = 0; first < rows; first += LANES, place += LANES) {
        int32_t sums[LANES];
        const float *step = kernel->step + place, *left_out = kernel->left_out + place;
        float *most = kernel->by_meaning + place;
        const uint8_t *block = kernel->bytes_of + place * kernel->chunks * CHUNK;
        kernel->multiply_block(block, bytes->bytes, kernel->chunks, sums);
        for (size_t row = 0; row < LANES; row++)
            most[row] = worth * step[row] * (float)(sums[row] - 128 * bytes->sum) +
                        left_out[row] * more + bytes->left_out;
        if (rows - first < LANES) blank(most, rows - first);
        into_lanes(&lanes, most);
    }
    return of_lanes(&lanes);
}

/* Add what the terms that stand in many rows add to those of a label. */
static void add_words_often(Kernel *kernel, size_t label) {
    for (uint32_t each = 0; each < kernel->frequents; each++) {
        const uint32_t *start = kernel->frequent[each].start + label;
        float value = kernel->frequent[each].value;
        const Posting *end = kernel->posting + start[1];
        for (const Posting *at = kernel->posting + start[0]; at < end; at++)
            kernel->by_words[at->place] += value * at->value;
    }
}

/* The best of the rows' cosines by terms. */
QUICK static Best rank_by_terms(Kernel *kernel, size_t label, const Lengths *lengths) {
    size_t rows = rows_of(kernel, label), block = kernel->first_block[label];
    Lanes lanes;
    no_lanes(&lanes);
    add_words_often(kernel, label);
    for (size_t first = 0; first < rows; first += LANES, block++) {
        float sums[LANES];
        const float *words = kernel->by_words + block * LANES, *factor = kernel->by_length + block * LANES;
        add_columns(kernel, block, kernel->sums, sums);
        for (size_t lane = 0; lane < LANES; lane++)
            sums[lane] = words[lane] + lengths->by_grams * factor[lane] * sums[lane];
        if (rows - first < LANES) blank(sums, rows - first);
        into_lanes(&lanes, sums);
    }
    return of_lanes(&lanes);
}

/* Work out what the query's vector has in common with a row's words, of which new ones are noted
   first, so that the processor need not wait for one of them before it sees the next. */
static void look_at_row(Kernel *kernel, size_t place) {
    size_t block = place / LANES, at = (size_t)kernel->column_start[block] * LANES + place % LANES;
    size_t end = (size_t)kernel->column_start[block + 1] * LANES;
    uint32_t *fresh = kernel->fresh, many = 0;
    for (; at < end; at += LANES) {
        uint32_t next = fresh[many] = kernel->column[at];
        many += kernel->looked[next] != kernel->look;
        kernel->looked[next] = kernel->look;
    }
    for (at = 0; at < many; at++) kernel->products[fresh[at]] = multiply(kernel, fresh[at]);
}

static float sum_row(const Kernel *kernel, size_t place) {
    size_t block = place / LANES, at = (size_t)kernel->column_start[block] * LANES + place % LANES;
    size_t end = (size_t)kernel->column_start[block + 1] * LANES;
    float sum = 0;
    for (; at < end; at += LANES) sum += kernel->products[kernel->column[at]];
    return sum;
}

/* The best of the rows' cosines of meaning, of which `approach` says what they are at most: first of
   the three rows that promise most, then of all that can still come up to them. */
static Best rank_by_meaning(Kernel *kernel, size_t label, const Lengths *lengths, float promising) {
    size_t first = (size_t)kernel->first_block[label] * LANES, end = first + rows_of(kernel, label);
    Best best = {NONE, NONE, NONE};
    for (int others = 0; others < 2; others++)
        for (size_t row = first; row < end; row++) {
            float most = kernel->by_meaning[row] + SLACK;
            if ((kernel->by_meaning[row] >= promising) == others || most < best.three) continue;
            look_at_row(kernel, row);
            into(&best, lengths->by_vector * kernel->by_vector_length[row] * sum_row(kernel, row));
        }
    return best;
}

/* Score a label by its best rows; return 0 as soon as it is seen to stay below `enough`. */
static int rate(Kernel *kernel, size_t label, const Lengths *lengths, float enough, Rated *rated) {
    size_t rows = rows_of(kernel, label);
    *rated = (Rated){.label = (int32_t)label, .score = kernel->classifier[label]};
    if (!rows) return 1;
    Best meaning = approach(kernel, label, lengths);
    float most = mean_of(&meaning, rows);
    if (bound(kernel, label, kernel->terms_bound[label], most) < enough) return 0;
    Best terms = rank_by_terms(kernel, label, lengths);
    if (bound(kernel, label, mean_of(&terms, rows), most) < enough) return 0;
    meaning = rank_by_meaning(kernel, label, lengths, meaning.three);
    rated->score += PHRASINGS_WEIGHT * mean_of(&terms, rows) + MEANING_WEIGHT * mean_of(&meaning, rows);
    rated->nearest = terms.one;
    rated->meaning = meaning.one;
    return 1;
}

/* --- the best labels -------------------------------------------------------------------------- */

/* Return the label that promises most, looking at several at once. */
QUICK static int32_t most_promising(const float *bound, int32_t from, int32_t to) {
    enum { SIDE = 8 };
    float most[SIDE], best = NONE;
    int32_t label = from;
    for (int32_t side = 0; side < SIDE; side++) most[side] = NONE;
    for (; label + SIDE <= to; label += SIDE)
        for (int32_t side = 0; side < SIDE; side++) most[side] = MORE(bound[label + side], most[side]);
    for (; label < to; label++) most[0] = MORE(bound[label], most[0]);
    for (int32_t side = 0; side < SIDE; side++) best = MORE(most[side], best);
    for (label = from; label + 1 < to && bound[label] < best; label++) {}
    return label;
}

/* Work out labels from `from` to `to` until none that is left can be one of the `room` best. */
int32_t find_best(Kernel *kernel, int32_t from, int32_t to, int32_t room, const Lengths *lengths,
                  Rated *best) {
    int32_t many = 0;
    for (int32_t left = to - from; left > 0; left--) {
        int32_t label = most_promising(kernel->bound, from, to);
        float enough = many == room ? best[many - 1].score : NONE;
        Rated rated;
        if (kernel->bound[label] < enough) break;
        kernel->bound[label] = 2 * NONE;
        if (rate(kernel, (size_t)label, lengths, enough, &rated)) many = insert(best, many, room, rated);
    }
    return many;
}
