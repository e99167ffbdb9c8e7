/* A ranking, with how sure it is. */
#include "kernel.h"

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
            float is_near = near ? near[label] : nearest(kernel, word, label, length);
            float left = rarity * (1 - is_near);
            coverage->explained[each] += rarity * is_near;
            if (at == 0 || left > coverage->left_over[each]) coverage->left_over[each] = left;
        }
    }
    for (int32_t each = 0; each < entries; each++) coverage->explained[each] /= sum;
}

/* --- ranking ---------------------------------------------------------------------------------- */

/* Give each entry its confidence, from its features. */
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
        entry[at].confidence = confidence_of(feature, kernel->parts.calibration, kernel->parts.bias);
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

/* Rank a query as `read_query` reads it. STEMS: it has words that are not kept, so their stems are
   needed. */
int kernel_rank(Kernel *kernel, const char *query, int64_t length, int32_t top, Found *found) {
    Rated entry[TOP], refusal[1];
    Coverage coverage;
    int32_t labels = kernel->parts.labels, answerable = kernel->parts.answerable;
    if (top < 1 || top > TOP || !read_query(kernel, query, (size_t)length)) return UNABLE;
    if (!know_words(kernel)) return STEMS;
    memset(kernel->classifier, 0, (size_t)labels * sizeof *kernel->classifier);
    Lengths lengths = add_words(kernel);
    if (!add_terms(kernel) && lengths.by_grams == 0) return UNKNOWN;
    classify(kernel, &lengths);
    bound_labels(kernel, &lengths);
    int32_t entries = find_best(kernel, 0, answerable, top > 2 ? top : 2, &lengths, entry);
    find_best(kernel, answerable, labels, 1, &lengths, refusal);
    found->refusal = refusal[0].label;
    found->refusal_score = refusal[0].score;
    cover(kernel, entry, entries, &coverage);
    calibrate(kernel, entry, entries, found->refusal_score, &coverage);
    found->entries = entries < top ? entries : top;
    by_confidence(entry, found->entries);
    memcpy(found->entry, entry, (size_t)found->entries * sizeof *entry);
    return FOUND;
}

/* Keep the words of a query, stems and all, before they are asked; UNABLE: there is no more room. */
int kernel_learn(Kernel *kernel, const char *query, int64_t length) {
    return read_query(kernel, query, (size_t)length) && keep_words(kernel) ? FOUND : UNABLE;
}
