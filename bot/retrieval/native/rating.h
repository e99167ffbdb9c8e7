/* What the two ways to rank a query share: their limits, their weights, and how labels are rated. */
#ifndef ASKWELL_RATING_H
#define ASKWELL_RATING_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    NEAREST = 3,   /* best rows of a label that are averaged */
    SHORTEST = 2,  /* characters of an n-gram */
    LONGEST = 5,
    PIECED = 100,  /* characters of a word; a longer one has no vector */
    BYTES = 16384, /* of a text */
    WORDS = 1024,  /* of a text */
    TOP = 16,      /* entries that can be asked for */
    FEATURES = 8   /* of a hit, in the order of calibration.FEATURES */
};

enum { FOUND, UNKNOWN, UNABLE, STEMS }; /* what comes of a query; STEMS: they are needed too */

static const float PHRASINGS_WEIGHT = 0.5f, MEANING_WEIGHT = 2.0f;
static const float NONE = -1e30f; /* less than any cosine */

typedef struct {
    int32_t label;
    float score, confidence, nearest, meaning;
} Rated;

/* Put a label where it belongs among the best, the first one of two that are level first. */
static inline int32_t insert(Rated *best, int32_t many, int32_t room, Rated rated) {
    int32_t at = many < room ? many++ : room;
    for (; at > 0; at--) {
        const Rated *above = best + at - 1;
        if (above->score > rated.score || (above->score == rated.score && above->label < rated.label)) break;
        if (at < room) best[at] = *above;
    }
    if (at < room) best[at] = rated;
    return many;
}

/* Return how likely a hit is right, by its features. */
static inline float confidence_of(const float *feature, const float *weight, float bias) {
    float odds = bias;
    for (int each = 0; each < FEATURES; each++) odds += feature[each] * weight[each];
    return 0.5f + 0.5f * tanhf(odds / 2);
}

#endif
