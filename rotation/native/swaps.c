/* The inner loop of rotation/kernel.py, which says what it does and why. */

#include "chance.h"

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

/* Lets a test see that both sides draw the same numbers. */
EXPORT uint32_t intermingle_below(uint64_t *state, uint32_t limit) {
    return chance_below(state, limit);
}
