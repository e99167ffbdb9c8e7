/* Words that were asked before, and the most that they add.
 *
 * The mean of a label's best rows of two words is never more than the sum of the two words' means.
 * So what words add to labels at most is kept, rounded up to a byte, and added up.
 */
#include "best.h"

/* Return where the numbers of a kept word stand. */
Kept kept(const Kernel *kernel, const Slot *slot) {
    size_t at = (size_t)(slot - kernel->slot), labels = (size_t)kernel->parts.labels;
    float *numbers = kernel->kept + at * (labels + (size_t)kernel->parts.answerable);
    uint8_t *most = kernel->most + 2 * at * labels;
    return (Kept){numbers, numbers + labels, most, most + labels};
}

static Slot *recall(Kernel *kernel, const Word *word) {
    for (int32_t at = kernel->bucket[word->hash % BUCKETS]; at >= 0; at = kernel->slot[at].next) {
        Slot *slot = kernel->slot + at;
        if (slot->hash != word->hash || slot->length != word->length ||
            memcmp(slot->key, word->bytes, word->length)) continue;
        kernel->slot_stamp[at] = kernel->stamp;
        return slot;
    }
    return NULL;
}

/* Return a place for a word: that of the word that was asked for the longest time ago. */
static Slot *make_place(Kernel *kernel, const Word *word) {
    uint32_t number = 0;
    if (word->length > KEY || word->stem_length > KEY || word->grams > GRAMS || word->pieces > PARTS ||
        !kernel->slots) return NULL;
    for (uint32_t at = 1; at < kernel->slots; at++)
        if (kernel->slot_stamp[at] < kernel->slot_stamp[number]) number = at;
    if (kernel->slot_stamp[number] == kernel->stamp) return NULL;
    kernel->filled += kernel->slot_stamp[number] == 0;
    Slot *oldest = kernel->slot + number;
    int32_t *at = kernel->bucket + oldest->hash % BUCKETS;
    while (*at >= 0 && *at != (int32_t)number) at = &kernel->slot[*at].next;
    if (*at >= 0) *at = oldest->next;
    memcpy(oldest->key, word->bytes, word->length);
    oldest->length = word->length;
    oldest->hash = word->hash;
    kernel->slot_stamp[number] = kernel->stamp;
    at = kernel->bucket + word->hash % BUCKETS;
    oldest->next = *at;
    *at = (int32_t)number;
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

static void fetch(const void *from, size_t length) {
    for (size_t at = 0; at < length; at += 64) __builtin_prefetch((const char *)from + at);
}

/* Take what is kept of a word, and send for what will be looked at. */
static void take_kept(const Kernel *kernel, Word *word, Slot *slot) {
    size_t labels = (size_t)kernel->parts.labels;
    Kept of = kept(kernel, slot);
    fetch(slot->gram, slot->grams * sizeof *slot->gram);
    fetch(of.by_grams, labels * sizeof *of.by_grams);
    fetch(of.terms, 2 * labels);
    word->slot = slot;
    word->gram = slot->gram;
    word->grams = slot->grams;
    word->piece = slot->piece;
    word->pieces = slot->pieces;
    word->own = slot->own;
    word->stem = slot->stem;
    word->stem_bytes = slot->stem_bytes;
    word->stem_length = slot->stem_length;
}

/* --- what a word adds ------------------------------------------------------------------------- */

/* Work out what the word that stands in `steps` has in common with all words. */
static void compare_with_all(Kernel *kernel, const Word *word) {
    memset(kernel->sums, 0, kernel->words.many * sizeof *kernel->sums);
    for (uint32_t at = 0; at < word->grams; at++) compare_gram(kernel, kernel->grams + word->gram[at], 1);
    for (uint32_t each = 0; each < kernel->words.many; each++)
        product(kernel, each);
}

/* Work out the mean of each label's best rows, by values of words. */
QUICK static void average_best(const Kernel *kernel, const float *values, const float *factor, float *means) {
    for (size_t label = 0; label < (size_t)kernel->parts.labels; label++) {
        size_t rows = rows_of(kernel, label), block = kernel->first_block[label];
        Lanes lanes;
        no_lanes(&lanes);
        for (size_t first = 0; first < rows; first += LANES, block++) {
            float sums[LANES];
            add_columns(kernel, block, values, sums);
            for (size_t lane = 0; lane < LANES; lane++) sums[lane] *= factor[block * LANES + lane];
            if (rows - first < LANES) blank(sums, rows - first);
            into_lanes(&lanes, sums);
        }
        Best best = of_lanes(&lanes);
        means[label] = mean_of(&best, rows);
    }
}

/* Work out and keep what a word adds to labels. */
static void keep(Kernel *kernel, Word *word) {
    size_t labels = (size_t)kernel->parts.labels;
    Slot *slot = make_place(kernel, word);
    if (!slot) return;
    Kept to = kept(kernel, slot);
    float length = take_steps(kernel, word);
    memset(to.by_grams, 0, labels * sizeof *to.by_grams);
    say_grams(kernel, word->gram, word->grams, to.by_grams);
    compare_with_all(kernel, word);
    for (int32_t label = 0; label < kernel->parts.answerable; label++)
        to.near[label] = nearest(kernel, word, (size_t)label, length);
    average_best(kernel, kernel->sums, kernel->by_length, kernel->terms_bound);
    average_best(kernel, kernel->products, kernel->by_vector_length, kernel->meaning_bound);
    slot->terms = round_up(kernel->terms_bound, labels, to.terms);
    slot->meaning = round_up(kernel->meaning_bound, labels, to.meaning);
    slot->grams = word->grams;
    memcpy(slot->gram, word->gram, word->grams * sizeof *slot->gram);
    slot->pieces = word->pieces;
    memcpy(slot->piece, word->piece, word->pieces * sizeof *slot->piece);
    slot->own = word->own;
    slot->stem = word->stem;
    memcpy(slot->stem_bytes, word->stem_bytes, word->stem_length);
    slot->stem_bytes[word->stem_length] = ' ';
    slot->stem_length = word->stem_length;
    take_kept(kernel, word, slot);
}

/* Know every word, from what is kept or anew; return 0 if that takes its stem, which was not given. */
static int know_all(Kernel *kernel) {
    if (++kernel->stamp == 0) kernel->stamp = 1;
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        Slot *slot = recall(kernel, kernel->word + at);
        if (slot) take_kept(kernel, kernel->word + at, slot);
        else if (!kernel->word[at].stem_bytes) return 0;
        else look_up(kernel, kernel->word + at);
    }
    return 1;
}

/* The same. A word that is asked for again is kept from then on, and one of the index's own at once. */
int know_words(Kernel *kernel) {
    if (!know_all(kernel)) return 0;
    for (uint32_t at = 0, news = 0; at < kernel->distinct && news < NEW; at++) {
        Word *word = kernel->word + at;
        if (word->slot || (word->own < 0 && !asked_before(kernel, word))) continue;
        keep(kernel, word);
        news++;
    }
    return 1;
}

/* Keep every word, and give up none for it; return 0 if that takes room, or stems that were not given. */
int keep_words(Kernel *kernel) {
    if (!know_all(kernel)) return 0;
    for (uint32_t at = 0; at < kernel->distinct; at++) {
        if (kernel->word[at].slot) continue;
        if (kernel->filled == kernel->slots) return 0;
        keep(kernel, kernel->word + at);
    }
    return 1;
}
