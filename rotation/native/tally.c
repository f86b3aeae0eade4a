/* rotation/tally.py, which says what is counted. */

#include <stdint.h>
#include <stdlib.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

enum { UNITED = 1 << 30 };

/* `rooms`: of each round; `sizes` of all rooms; `seated`: the people in them. Of `pairs` pairs something is known:
   `key` is a * people + b with a < b, `before` how often they had met, plus UNITED for those always together.
   Adds to `met` for each person, and sets `sums`: meetings, distinct pairs, meetings over the cap, unevenness,
   most meetings of a pair. Returns -1 when there is no memory. */
EXPORT int32_t intermingle_tally(
    int32_t people, int32_t rounds, int32_t cap, int32_t pairs, const int32_t *rooms, const int32_t *sizes,
    const int32_t *seated, const int64_t *key, const int32_t *before, int32_t *met, int64_t *sums
) {
    size_t n = (size_t)people;
    /* Of each person and round where the room's people begin and end; times and what is known by mate; each
       person's known pairs, one after the other. */
    int32_t *from = calloc((2 * (size_t)rounds + 4) * n + (size_t)pairs + 2, sizeof *from);
    if (from == NULL) return -1;
    int32_t *to = from + n * (size_t)rounds, *times = to + n * (size_t)rounds, *known = times + n;
    int32_t *touched = known + n, *begin = touched + n, *of = begin + n + 2, place = 0;
    for (int32_t i = 0; i < pairs; i++) begin[key[i] / people + 2]++;
    for (int32_t p = 0; p < people; p++) begin[p + 1] += begin[p];
    for (int32_t i = 0; i < pairs; i++) of[begin[key[i] / people + 1]++] = i;
    for (int32_t r = 0; r < rounds; r++)
        for (int32_t room = *rooms++; room > 0; room--) {
            int32_t end = place + *sizes++;
            for (int32_t i = place; i < end; i++) {
                from[(size_t)seated[i] * rounds + r] = place;
                to[(size_t)seated[i] * rounds + r] = end;
            }
            place = end;
        }
    for (int32_t i = 0; i < 5; i++) sums[i] = 0;
    for (int32_t p = 0; p < people; p++) {
        int32_t mates = 0;
        for (size_t r = (size_t)p * rounds; r < ((size_t)p + 1) * rounds; r++)
            for (int32_t i = from[r]; i < to[r]; i++)
                if (seated[i] > p && times[seated[i]]++ == 0) touched[mates++] = seated[i];
        for (int32_t i = begin[p]; i < begin[p + 1]; i++) known[key[of[i]] % people] = before[of[i]];
        for (int32_t i = 0; i < mates; i++) {
            int32_t q = touched[i], now = times[q], past = known[q] & ~UNITED, united = known[q] & UNITED;
            times[q] = 0;
            sums[0] += now;
            if (now > sums[4]) sums[4] = now;
            if (past == 0) {
                sums[1]++;
                met[p]++;
                met[q]++;
            }
            if (now + past > 1 && !united) {
                int32_t over = now + past - cap;
                if (over > 0) sums[2] += over < now ? over : now;
                sums[3] += (int64_t)now * past + (int64_t)now * (now - 1) / 2;
            }
        }
        for (int32_t i = begin[p]; i < begin[p + 1]; i++) known[key[of[i]] % people] = 0;
    }
    free(from);
    return 0;
}
