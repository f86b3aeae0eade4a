/* The generator of rotation/chance.py: the same seed gives the same plans with and without this code. */

#ifndef INTERMINGLE_CHANCE_H
#define INTERMINGLE_CHANCE_H

#include <stdint.h>

static inline uint64_t chance_step(uint64_t state) {
    return state * 6364136223846793005u + 1442695040888963407u;
}

/* From 0 up to, not including, limit, out of the upper half of the state. */
static inline uint32_t chance_below(uint64_t *state, uint32_t limit) {
    *state = chance_step(*state);
    return (uint32_t)(((*state >> 32) * limit) >> 32);
}

#endif
