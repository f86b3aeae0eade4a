/* The inner loop of rotation/bases.py, which says what it does and why, step for step the same as
 * `_run` there: the same numbers drawn, the same swaps in the same order, the same base rounds. */

#include "chance.h"

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

enum { ROOMS_TRIED = 12, THRESHOLD_MASK = 4095 };

/* What one search keeps; the order is that of _FIELDS in rotation/bases.py. */
typedef struct {
    const int32_t *first;    /* [rooms + 1] places of the rooms of any base round */
    const int32_t *room_of;  /* [people] by place */
    const int32_t *class_of; /* [people * people] */
    const int32_t *kind, *orbit; /* [people]; -1: never moves */
    const int32_t *strict;   /* [rooms * base rounds] */
    int32_t *met;            /* [classes] */
    int32_t *who;            /* [classes] */
    int32_t *seat, *place;   /* [base rounds * people] */
    int32_t *conflicts, *in_conflict; /* [base rounds * people] */
    int32_t *numbers;        /* people, rooms, excess, conflicts */
} Bases;

enum { PEOPLE, ROOMS, EXCESS, CONFLICTS };

static void note(const Bases *b, int32_t code) {
    if (b->in_conflict[code]) return;
    b->in_conflict[code] = 1;
    b->conflicts[b->numbers[CONFLICTS]++] = code;
}

static int32_t pair_code(int32_t n, int32_t round, int32_t p, int32_t q) {
    return p < q ? (round * n + p) * n + q : (round * n + q) * n + p;
}

static void meet(const Bases *b, int32_t round, int32_t p, int32_t q) {
    int32_t n = b->numbers[PEOPLE], c = b->class_of[p * n + q], before = b->met[c]++;
    if (before) {
        note(b, round * n + p);
        note(b, round * n + q);
    }
    if (before == 1) {
        int32_t code = b->who[c], other = code / n;
        note(b, other);
        note(b, other / n * n + code % n);
    }
    b->who[c] ^= pair_code(n, round, p, q);
}

static void part(const Bases *b, int32_t round, int32_t p, int32_t q) {
    int32_t n = b->numbers[PEOPLE], c = b->class_of[p * n + q];
    b->met[c]--;
    b->who[c] ^= pair_code(n, round, p, q);
}

static void swap(const Bases *b, int32_t round, int32_t here, int32_t there) {
    int32_t n = b->numbers[PEOPLE], *seat = b->seat + round * n;
    int32_t p = seat[here], q = seat[there], A = b->room_of[here], B = b->room_of[there];
    for (int32_t i = b->first[A]; i < b->first[A + 1]; i++)
        if (i != here) part(b, round, p, seat[i]);
    for (int32_t i = b->first[B]; i < b->first[B + 1]; i++)
        if (i != there) part(b, round, q, seat[i]);
    seat[here] = q;
    seat[there] = p;
    b->place[round * n + q] = here;
    b->place[round * n + p] = there;
    for (int32_t i = b->first[A]; i < b->first[A + 1]; i++)
        if (i != here) meet(b, round, q, seat[i]);
    for (int32_t i = b->first[B]; i < b->first[B + 1]; i++)
        if (i != there) meet(b, round, p, seat[i]);
}

/* What a swap would cost, as long as that is not above the limit; p has been taken out of its room. */
static int32_t change(const Bases *b, const int32_t *seat, int32_t here, int32_t there, int32_t saved,
                      int32_t limit) {
    int32_t n = b->numbers[PEOPLE], A = b->room_of[here], B = b->room_of[there];
    const int32_t *of_p = b->class_of + seat[here] * n, *of_q = b->class_of + seat[there] * n;
    int32_t first = b->first[B], last = b->first[B + 1], delta = -saved, end = b->first[A];
    int32_t *met = b->met;
    for (int32_t i = first; i < last; i++)
        if (i != there) delta -= --met[of_q[seat[i]]] > 0;
    for (int32_t i = first; i < last; i++)
        if (i != there) delta += met[of_p[seat[i]]]++ > 0;
    if (delta <= limit)
        for (; end < b->first[A + 1] && delta <= limit; end++)
            if (end != here) delta += met[of_q[seat[end]]]++ > 0;
    for (int32_t i = b->first[A]; i < end; i++)
        if (i != here) met[of_q[seat[i]]]--;
    for (int32_t i = first; i < last; i++)
        if (i != there) {
            met[of_p[seat[i]]]--;
            met[of_q[seat[i]]]++;
        }
    return delta;
}

/* Searches for about that many tries; how many there were. */
EXPORT int64_t intermingle_bases_run(const Bases *b, uint64_t *state, int64_t tries,
                                     const int32_t *thresholds) {
    int32_t n = b->numbers[PEOPLE], rooms = b->numbers[ROOMS];
    int64_t done = 0;
    while (done < tries && b->numbers[EXCESS] && b->numbers[CONFLICTS]) {
        *state = chance_step(*state);
        done++;
        int32_t slot = (int32_t)(((*state >> 40) * b->numbers[CONFLICTS]) >> 24);
        int32_t code = b->conflicts[slot], round = code / n, p = code % n;
        int32_t *seat = b->seat + round * n;
        int32_t here = b->place[code], A = b->room_of[here], first = b->first[A], last = b->first[A + 1];
        const int32_t *of_p = b->class_of + p * n, *strict = b->strict + round * rooms;
        int32_t saved = 0;
        for (int32_t i = first; i < last; i++)
            if (i != here) saved += --b->met[of_p[seat[i]]] > 0;
        int32_t found = -1, delta = 0;
        if (saved && b->kind[p] >= 0) {
            int32_t B = (int32_t)(((*state >> 20 & 0xfffff) * rooms) >> 20);
            int32_t threshold = *state >> 8 & THRESHOLD_MASK;
            for (int32_t k = 0; k < rooms && k < ROOMS_TRIED && found < 0; k++) {
                if (++B >= rooms) B = 0;
                if (B == A) continue;
                const int32_t *alike = strict[A] | strict[B] ? b->orbit : b->kind;
                for (int32_t j = b->first[B]; j < b->first[B + 1]; j++) {
                    done++;
                    threshold = (threshold + 1) & THRESHOLD_MASK;
                    if (alike[seat[j]] != alike[p]) continue;
                    delta = change(b, seat, here, j, saved, thresholds[threshold]);
                    if (delta <= thresholds[threshold]) {
                        found = j;
                        break;
                    }
                }
            }
        }
        for (int32_t i = first; i < last; i++)
            if (i != here) b->met[of_p[seat[i]]]++;
        if (found >= 0) {
            swap(b, round, here, found);
            b->numbers[EXCESS] += delta;
        } else if (!saved || b->kind[p] < 0) {
            b->in_conflict[code] = 0;
            b->conflicts[slot] = b->conflicts[--b->numbers[CONFLICTS]];
        }
    }
    return done;
}
