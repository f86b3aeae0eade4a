/* Swap search for base rounds: the inner loop of the factory.

   Seats hold people; rooms are runs of seats; a base round is a run of rooms. Turning and multiplying carry a
   pair of people into all pairs of its class, so a plan repeats nothing as soon as no class is used more often
   than it may be. Two seats of a base round change people, each of whom may at that be replaced by one of its
   images under the symmetries of that round. Metropolis at one temperature. */

#include <stdint.h>
#include <math.h>

#define LARGEST 64

static uint64_t next(uint64_t *state) {
    uint64_t x = *state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * 0x2545F4914F6CDD1DULL;
}

static int below(uint64_t *state, int limit) {
    return (int)(((next(state) >> 32) * (uint64_t)limit) >> 32);
}

/* Returns the excess left: 0 when the rounds in `place` repeat nothing.

   people, class_of[people * people], used[classes] (times a class is used; starts at what rooms elsewhere use),
   allowed[classes]; room_start[rooms + 1]; round_of[rooms], round_start[rounds + 1] (first seat);
   place[seats]; images[rounds * symmetries * people]; temperature in repeats. */
int search(int people, const int32_t *class_of, int32_t *used, const int32_t *allowed, int rooms,
           const int32_t *room_start, const int32_t *round_of, const int32_t *round_start, int32_t *place,
           int symmetries, const int32_t *images, uint64_t seed, int64_t tries, double temperature) {
    uint64_t state = seed * 0x9E3779B97F4A7C15ULL + 88172645463325252ULL;
    int seats = room_start[rooms], excess = 0;
    int32_t room_of[4096];
    uint64_t accept[16];
    for (int d = 0; d < 16; d++) accept[d] = (uint64_t)(exp(-d / temperature) * 9007199254740992.0);
    for (int room = 0; room < rooms; room++)
        for (int i = room_start[room]; i < room_start[room + 1]; i++) {
            room_of[i] = room;
            for (int j = room_start[room]; j < i; j++) {
                int c = class_of[place[i] * people + place[j]];
                excess += ++used[c] > allowed[c];
            }
        }
    for (int64_t t = 0; t < tries && excess > 0; t++) {
        int a = 0;
        for (int probe = 0; probe < 64; probe++) {
            a = below(&state, seats);
            const int32_t *row = class_of + place[a] * people;
            int room = room_of[a], conflict = 0;
            for (int i = room_start[room]; i < room_start[room + 1]; i++)
                if (i != a) {
                    int c = row[place[i]];
                    if (used[c] > allowed[c]) { conflict = 1; break; }
                }
            if (conflict) break;
        }
        int room = room_of[a], round = round_of[room];
        int first = round_start[round], last = round_start[round + 1];
        int b = first + below(&state, last - first);
        if (symmetries == 1 && room_of[b] == room) continue;
        const int32_t *image = images + (int64_t)round * symmetries * people;
        int p = place[a], q = place[b];
        int to_b = p, to_a = q;
        if (symmetries > 1) {
            to_b = image[below(&state, symmetries) * people + p];
            to_a = image[below(&state, symmetries) * people + q];
            if (room_of[b] == room) {
                /* In one room only the images change. */
                if (a == b) to_b = to_a;
                else { int swap = to_a; to_a = to_b; to_b = swap; }
            }
        }
        int changed[4 * LARGEST], count = 0, delta = 0;
#define REMOVE(seat, other) { int c = class_of[place[seat] * people + place[other]]; \
            delta -= used[c]-- > allowed[c]; changed[count++] = c; }
        for (int i = room_start[room]; i < room_start[room + 1]; i++) if (i != a) REMOVE(a, i)
        for (int i = room_start[room_of[b]]; i < room_start[room_of[b] + 1]; i++)
            if (i != b && !(room_of[b] == room && (i == a || a == b))) REMOVE(b, i)
        int removed = count;
        place[a] = to_a;
        if (a != b) place[b] = to_b;
#define ADD(seat, other) { int c = class_of[place[seat] * people + place[other]]; \
            delta += ++used[c] > allowed[c]; changed[count++] = c; }
        for (int i = room_start[room]; i < room_start[room + 1]; i++) if (i != a) ADD(a, i)
        for (int i = room_start[room_of[b]]; i < room_start[room_of[b] + 1]; i++)
            if (i != b && !(room_of[b] == room && (i == a || a == b))) ADD(b, i)
        if (delta <= 0 || (delta < 16 && (next(&state) >> 11) < accept[delta])) {
            excess += delta;
            continue;
        }
        place[a] = p;
        if (a != b) place[b] = q;
        for (int i = 0; i < removed; i++) used[changed[i]]++;
        for (int i = removed; i < count; i++) used[changed[i]]--;
    }
    return excess;
}
