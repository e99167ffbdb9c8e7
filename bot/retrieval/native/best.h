/* The three best of a label's rows, LANES of them looked at together. */
#ifndef ASKWELL_BEST_H
#define ASKWELL_BEST_H

#include "kernel.h"

#define MORE(a, b) ((a) > (b) ? (a) : (b))
#define LESS(a, b) ((a) < (b) ? (a) : (b))

typedef struct { /* the three best, best first */
    float one, two, three;
} Best;

typedef struct { /* the three best in each lane */
    float one[LANES], two[LANES], three[LANES];
} Lanes;

static inline void into(Best *best, float next) {
    if (next <= best->three) return;
    if (next <= best->two) {
        best->three = next;
    } else {
        best->three = best->two;
        best->two = next <= best->one ? next : best->one;
        best->one = next <= best->one ? best->one : next;
    }
}

static inline void into_lanes(Lanes *best, const float *next) {
    for (size_t lane = 0; lane < LANES; lane++) {
        float one = best->one[lane], two = best->two[lane], three = best->three[lane];
        float second = LESS(next[lane], one), third = LESS(second, two);
        best->one[lane] = MORE(next[lane], one);
        best->two[lane] = MORE(second, two);
        best->three[lane] = MORE(third, three);
    }
}

static inline void no_lanes(Lanes *best) {
    for (size_t lane = 0; lane < LANES; lane++) best->one[lane] = best->two[lane] = best->three[lane] = NONE;
}

/* The three best of all lanes, of which each half is laid upon the other. */
static inline Best of_lanes(Lanes *lanes) {
    float *one = lanes->one, *two = lanes->two, *three = lanes->three;
    Best best = {NONE, NONE, NONE};
    for (size_t half = LANES / 2; half >= 4; half /= 2)
        for (size_t lane = 0; lane < half; lane++) {
            float first = MORE(one[lane], one[lane + half]), lower = LESS(one[lane], one[lane + half]);
            float left = LESS(one[lane], two[lane + half]), right = LESS(two[lane], one[lane + half]);
            float third = MORE(three[lane], three[lane + half]), second = MORE(two[lane], two[lane + half]);
            one[lane] = first;
            two[lane] = MORE(lower, second);
            left = MORE(left, right);
            three[lane] = MORE(left, third);
        }
    for (size_t lane = 0; lane < 4; lane++) {
        into(&best, one[lane]);
        into(&best, two[lane]);
        into(&best, three[lane]);
    }
    return best;
}

/* What is missing to a block is never the best. */
static inline void blank(float *lanes, size_t rows) {
    for (size_t lane = rows; lane < LANES; lane++) lanes[lane] = NONE;
}

static inline float mean_of(const Best *best, size_t rows) {
    if (!rows) return 0;
    float sum = best->one;
    if (rows > 1) sum += best->two;
    if (rows > 2) sum += best->three;
    return sum / (float)(rows < NEAREST ? rows : NEAREST);
}

#endif
