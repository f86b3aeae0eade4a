/* A stable sort, as Python's. */

#ifndef INTERMINGLE_SORT_H
#define INTERMINGLE_SORT_H

#include <stdint.h>
#include <string.h>

/* By ascending sign * key, equal ones in the order they had: merges from pairs upwards. `spare` has room for as
   many things. */
static inline void sort(int32_t *things, int32_t many, const int32_t *key, int32_t sign, int32_t *spare) {
    int32_t *from = things, *to = spare, unsorted = 0;
    for (int32_t i = 1; i < many; i++) unsorted |= sign * key[things[i - 1]] > sign * key[things[i]];
    for (int32_t width = 1; unsorted && width < many; width *= 2) {
        for (int32_t low = 0; low < many; low += 2 * width) {
            int32_t middle = low + width < many ? low + width : many;
            int32_t high = middle + width < many ? middle + width : many;
            int32_t a = low, b = middle;
            for (int32_t i = low; i < high; i++) {
                int32_t left = a < middle && (b == high || sign * key[from[a]] <= sign * key[from[b]]);
                to[i] = from[left ? a++ : b++];
            }
        }
        int32_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != things) memcpy(things, from, (size_t)many * sizeof *things);
}

#endif
