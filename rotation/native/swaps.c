/* The inner loop of rotation/kernel.py, which says what it does and why, step for step the same as in
 * rotation/swapping.py: the same numbers drawn, the same swaps in the same order, the same plans.
 *
 * All of a search lives in one block of memory that the caller owns. Places are numbered through all rounds
 * and rooms; a round's last room is its bench. Rooms are numbered through all rounds. */

#include <stddef.h>
#include <string.h>

#include "chance.h"

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

enum { LARGEST_ROOM, SMALLER_ROOM, RESTING, KINDS };
enum { THRESHOLDS = 4096, ROOMS_TRIED = 12, HOPELESS = 3 * 64 };

typedef struct {
    /* What the caller gives: see _SHAPE in rotation/compiled.py. */
    int32_t people, rounds, rooms, places, states, uneven, masked, united, earning;
    int32_t swap_worth, strict;
    /* What the caller reads. */
    int64_t tries, swaps, cost, best_cost;
    uint64_t chance;
    int32_t conflicts_now;
    /* Constant. */
    int32_t *first_room;  /* [rounds + 1] */
    int32_t *first_place; /* [rooms + 1] */
    int32_t *kind;        /* [rooms] */
    int32_t *once_more, *once_less; /* [states] */
    int32_t *role;        /* [people] */
    int32_t *mask;        /* [places] */
    int32_t *unit;        /* [people], -1 for those who are in none */
    /* The plan as it is now, and the best. */
    int32_t *seat, *best; /* [places] */
    int32_t *room_of;     /* [people * rounds]; of someone away the bench */
    int32_t *movable;     /* [rounds * people] */
    /* Sums. */
    int32_t *state;       /* [people * people] */
    int32_t *price;       /* [people * people], once_more of the state */
    int32_t *join;        /* [rooms * people] */
    int32_t *leave;       /* [rounds * people] */
    int32_t *burden;      /* the same without what meetings earn; leave itself when none earns */
    int32_t *wants;       /* [people]: with how many others a meeting would earn */
    int32_t *enter, *exit; /* [KINDS * people] */
    int32_t *conflicts;   /* [rounds * people] */
    int32_t *in_conflict; /* [rounds * people] */
    int32_t *block;       /* [2 * people], scratch: those who move together, and those they change with */
} Search;

typedef struct {
    int32_t a, b, before, after;
} Change;

static int32_t *taken(char **free, size_t numbers) {
    int32_t *start = (int32_t *)*free;
    *free += (numbers * sizeof(int32_t) + 63) & ~(size_t)63;
    return start;
}

/* Lays the arrays out behind the head; how many bytes there are is the same whatever `s` points to. */
static size_t laid_out(Search *s) {
    size_t n = s->people, r = s->rounds, g = s->rooms, p = s->places;
    char *base = (char *)s, *free = base + ((sizeof(Search) + 63) & ~(size_t)63);
    s->first_room = taken(&free, r + 1);
    s->first_place = taken(&free, g + 1);
    s->kind = taken(&free, g);
    s->once_more = taken(&free, s->states);
    s->once_less = taken(&free, s->states);
    s->role = taken(&free, s->masked ? n : 0);
    s->mask = taken(&free, s->masked ? p : 0);
    s->unit = taken(&free, s->united ? n : 0);
    s->seat = taken(&free, p);
    s->best = taken(&free, p);
    s->room_of = taken(&free, n * r);
    s->movable = taken(&free, n * r);
    s->state = taken(&free, n * n);
    s->price = taken(&free, n * n);
    s->join = taken(&free, g * n);
    s->leave = taken(&free, r * n);
    s->burden = s->earning ? taken(&free, r * n) : s->leave;
    s->wants = taken(&free, n);
    s->enter = taken(&free, KINDS * n);
    s->exit = taken(&free, KINDS * n);
    s->conflicts = taken(&free, r * n);
    s->in_conflict = taken(&free, r * n);
    s->block = taken(&free, 2 * n);
    return (size_t)(free - base);
}

/* Conflicts: who, in which round, would gain by leaving a room, or by joining one. */

static void note_conflict(Search *s, int32_t round, int32_t person) {
    int32_t code = round * s->people + person;
    if (!s->in_conflict[code] && s->movable[code]) {
        s->in_conflict[code] = 1;
        s->conflicts[s->conflicts_now++] = code;
    }
}

static void want(Search *s, int32_t person, int32_t step) {
    s->wants[person] += step;
    if (step > 0 && s->wants[person] == 1)
        for (int32_t r = 0; r < s->rounds; r++) note_conflict(s, r, person);
}

/* Sums from scratch. */

static void set_states(Search *s, const int32_t *start, int32_t starts, const int32_t *tender,
                       int32_t tenders, int32_t band) {
    int32_t n = s->people;
    memset(s->state, 0, sizeof(int32_t) * n * n);
    for (int32_t i = 0; i < starts; i++) {
        int32_t a = start[3 * i], b = start[3 * i + 1];
        s->state[a * n + b] = s->state[b * n + a] = start[3 * i + 2];
    }
    for (int32_t i = 0; i < tenders; i++)
        for (int32_t a = tender[i], b = 0; b < n; b++)
            if (a != b && s->state[a * n + b] < band) s->state[b * n + a] = s->state[a * n + b] += band;
}

static void count_meetings(Search *s) {
    int32_t n = s->people;
    for (int32_t g = 0; g < s->rooms; g++)
        if (s->kind[g] != RESTING)
            for (int32_t i = s->first_place[g]; i < s->first_place[g + 1]; i++)
                for (int32_t j = s->first_place[g]; j < s->first_place[g + 1]; j++)
                    if (i != j) s->state[s->seat[i] * n + s->seat[j]]++;
}

static int32_t positive(int32_t number) { return number > 0 ? number : 0; }

static void set_sums(Search *s) {
    int32_t n = s->people;
    for (int32_t i = 0; i < n * n; i++) s->price[i] = s->once_more[s->state[i]];
    memset(s->join, 0, sizeof(int32_t) * s->rooms * n);
    memset(s->leave, 0, sizeof(int32_t) * s->rounds * n);
    memset(s->burden, 0, sizeof(int32_t) * s->rounds * n);
    memset(s->wants, 0, sizeof(int32_t) * n);
    for (int32_t r = 0; r < s->rounds; r++)
        for (int32_t p = 0; p < n; p++) s->room_of[p * s->rounds + r] = s->first_room[r + 1] - 1;
    for (int32_t r = 0; r < s->rounds; r++)
        for (int32_t g = s->first_room[r]; g < s->first_room[r + 1]; g++)
            for (int32_t i = s->first_place[g]; i < s->first_place[g + 1]; i++) {
                int32_t a = s->seat[i];
                int32_t *row = s->join + (size_t)g * n, *prices = s->price + (size_t)a * n;
                s->room_of[a * s->rounds + r] = g;
                if (s->kind[g] == RESTING) continue;
                for (int32_t b = 0; b < n; b++) row[b] += prices[b];
                for (int32_t j = s->first_place[g]; j < s->first_place[g + 1]; j++) {
                    int32_t less = s->once_less[s->state[a * n + s->seat[j]]];
                    s->leave[r * n + a] += less;
                    if (s->earning) s->burden[r * n + a] += positive(less);
                }
            }
    if (s->earning)
        for (int32_t i = 0; i < n * n; i++) s->wants[i / n] += s->price[i] < 0;
}

static void set_conflicts(Search *s) {
    int32_t codes = s->rounds * s->people;
    memset(s->in_conflict, 0, sizeof(int32_t) * codes);
    s->conflicts_now = 0;
    for (int32_t r = 0; r < s->rounds; r++)
        for (int32_t p = 0; p < s->people; p++)
            if (s->burden[r * s->people + p] || s->wants[p]) note_conflict(s, r, p);
}

static void set_fairness(Search *s, const int32_t *counts, const int32_t *weights) {
    int32_t n = s->people;
    for (int32_t p = 0; p < n; p++) s->enter[p] = s->exit[p] = 0;
    for (int32_t kind = SMALLER_ROOM; kind < KINDS; kind++)
        for (int32_t p = 0; p < n; p++) s->enter[kind * n + p] = counts[kind * n + p];
    for (int32_t g = 0; g < s->rooms; g++)
        if (s->kind[g] != LARGEST_ROOM)
            for (int32_t i = s->first_place[g]; i < s->first_place[g + 1]; i++)
                s->enter[s->kind[g] * n + s->seat[i]]++;
    for (int32_t kind = SMALLER_ROOM; kind < KINDS; kind++)
        for (int32_t p = 0; p < n; p++) {
            int32_t times = s->enter[kind * n + p];
            s->enter[kind * n + p] = weights[kind] * (2 * times + 1);
            s->exit[kind * n + p] = weights[kind] * (2 * times - 1);
        }
}

/* An accepted swap. */

static void save(Search *s, int32_t a, int32_t b, int32_t before, int32_t after) {
    int32_t less = s->once_less[after] - s->once_less[before];
    int32_t lighter = positive(s->once_less[after]) - positive(s->once_less[before]);
    const int32_t *at_a = s->room_of + a * s->rounds, *at_b = s->room_of + b * s->rounds;
    for (int32_t r = 0; r < s->rounds; r++) {
        if (at_a[r] != at_b[r] || s->kind[at_a[r]] == RESTING) continue;
        int32_t *saved = s->leave + r * s->people, *burden = s->burden + r * s->people;
        saved[a] += less;
        saved[b] += less;
        if (s->earning) {
            burden[a] += lighter;
            burden[b] += lighter;
        }
        if (burden[a]) note_conflict(s, r, a);
        if (burden[b]) note_conflict(s, r, b);
    }
}

static void reprice(Search *s, int32_t a, int32_t b, int32_t before, int32_t after) {
    int32_t n = s->people, more = s->once_more[after] - s->once_more[before];
    if (s->once_less[after] != s->once_less[before]) save(s, a, b, before, after);
    if (!more) return;
    s->price[a * n + b] += more;
    s->price[b * n + a] += more;
    if (s->earning) {
        int32_t step = (s->once_more[after] < 0) - (s->once_more[before] < 0);
        if (step) {
            want(s, a, step);
            want(s, b, step);
        }
    }
    const int32_t *at_a = s->room_of + a * s->rounds, *at_b = s->room_of + b * s->rounds;
    for (int32_t r = 0; r < s->rounds; r++) {
        s->join[(size_t)at_b[r] * n + a] += more;
        s->join[(size_t)at_a[r] * n + b] += more;
    }
}

static void meet(Search *s, int32_t a, int32_t b, int32_t step) {
    int32_t n = s->people, before = s->state[a * n + b];
    s->state[a * n + b] = s->state[b * n + a] = before + step;
    reprice(s, a, b, before, before + step);
}

static void settle(Search *s, int32_t r, int32_t g) {
    int32_t n = s->people;
    for (int32_t i = s->first_place[g]; i < s->first_place[g + 1]; i++) {
        int32_t a = s->seat[i], gain = 0, burden = 0;
        if (s->kind[g] != RESTING)
            for (int32_t j = s->first_place[g]; j < s->first_place[g + 1]; j++) {
                int32_t less = s->once_less[s->state[a * n + s->seat[j]]];
                gain += less;
                burden += positive(less);
            }
        s->leave[r * n + a] = gain;
        if (s->earning) s->burden[r * n + a] = burden;
        if (burden) note_conflict(s, r, a);
    }
}

static void count_kind(Search *s, int32_t person, int32_t before, int32_t after, const int32_t *weights) {
    int32_t n = s->people;
    if (before != LARGEST_ROOM) {
        s->enter[before * n + person] -= 2 * weights[before];
        s->exit[before * n + person] -= 2 * weights[before];
    }
    if (after != LARGEST_ROOM) {
        s->enter[after * n + person] += 2 * weights[after];
        s->exit[after * n + person] += 2 * weights[after];
    }
}

static void change_company(Search *s, int32_t g, int32_t place, int32_t goes, int32_t comes) {
    s->seat[place] = comes;
    if (s->kind[g] == RESTING) return;
    int32_t n = s->people;
    int32_t *row = s->join + (size_t)g * n;
    const int32_t *old = s->price + (size_t)goes * n, *new = s->price + (size_t)comes * n;
    for (int32_t x = 0; x < n; x++) row[x] += new[x] - old[x];
}

static void meet_company(Search *s, int32_t g, int32_t goes, int32_t comes) {
    if (s->kind[g] == RESTING) return;
    for (int32_t i = s->first_place[g]; i < s->first_place[g + 1]; i++) {
        int32_t mate = s->seat[i];
        if (mate == comes) continue;
        meet(s, goes, mate, -1);
        meet(s, comes, mate, 1);
    }
}

static int32_t place_of(const Search *s, int32_t g, int32_t person) {
    int32_t place = s->first_place[g];
    while (s->seat[place] != person) place++;
    return place;
}

static void swap(Search *s, int32_t r, int32_t p, int32_t q, const int32_t *weights) {
    int32_t here = s->room_of[p * s->rounds + r], there = s->room_of[q * s->rounds + r];
    int32_t place_p = place_of(s, here, p), place_q = place_of(s, there, q);
    s->swaps++;
    change_company(s, here, place_p, p, q);
    change_company(s, there, place_q, q, p);
    s->room_of[p * s->rounds + r] = there;
    s->room_of[q * s->rounds + r] = here;
    meet_company(s, here, p, q);
    meet_company(s, there, q, p);
    settle(s, r, here);
    settle(s, r, there);
    if (s->kind[here] != s->kind[there]) {
        count_kind(s, p, s->kind[here], s->kind[there], weights);
        count_kind(s, q, s->kind[there], s->kind[here], weights);
    }
}

static int may_change(const Search *s, int32_t place_p, int32_t p, int32_t place_q, int32_t q) {
    return (s->mask[place_p] & s->role[q]) && (s->mask[place_q] & s->role[p]);
}

/* Those of one's unit who are in this room, in the order of their places, oneself among them. */
static int32_t together(const Search *s, int32_t person, int32_t g, int32_t *members) {
    int32_t count = 0;
    if (s->unit[person] < 0) {
        members[0] = person;
        return 1;
    }
    for (int32_t i = s->first_place[g]; i < s->first_place[g + 1]; i++)
        if (s->unit[s->seat[i]] == s->unit[person]) members[count++] = s->seat[i];
    return count;
}

static int listed(const int32_t *members, int32_t count, int32_t person) {
    for (int32_t i = 0; i < count; i++)
        if (members[i] == person) return 1;
    return 0;
}

/* As many people of a room as are in the block, whole units only, from that place on: whether there are. */
static int partners(const Search *s, const int32_t *block, int32_t size, int32_t here, int32_t there,
                    int32_t from, int32_t *found) {
    int32_t first = s->first_place[there], places = s->first_place[there + 1] - first, count = 0;
    for (int32_t step = 0; step < places && count < size; step++) {
        int32_t place = first + (from + step) % places, q = s->seat[place];
        if (listed(found, count, q)) continue;
        int32_t more = together(s, q, there, found + count);
        if (count + more > size) continue;
        int fits = 1;
        for (int32_t i = count; i < count + more && fits; i++)
            fits = !s->masked || may_change(s, place_of(s, here, block[i]), block[i],
                                            place_of(s, there, found[i]), found[i]);
        if (fits) count += more;
    }
    return count == size;
}

/* What it costs that these people leave one room for another, where others make place for them. */
static int32_t moving(const Search *s, const int32_t *block, const int32_t *others, int32_t size, int32_t here,
                      int32_t there) {
    int32_t n = s->people, from = s->kind[here], to = s->kind[there], delta = 0;
    for (int32_t i = 0; i < size; i++) {
        const int32_t *states = s->state + (size_t)block[i] * n;
        if (from != RESTING)
            for (int32_t j = s->first_place[here]; j < s->first_place[here + 1]; j++)
                if (!listed(block, size, s->seat[j])) delta -= s->once_less[states[s->seat[j]]];
        if (to != RESTING)
            for (int32_t j = s->first_place[there]; j < s->first_place[there + 1]; j++)
                if (!listed(others, size, s->seat[j])) delta += s->once_more[states[s->seat[j]]];
        /* They go on meeting one another, but not on a bench. */
        for (int32_t j = 0; j < i; j++) {
            if (from == RESTING) delta += s->once_more[states[block[j]]];
            if (to == RESTING) delta -= s->once_less[states[block[j]]];
        }
        if (from != to) delta += s->enter[to * n + block[i]] - s->exit[from * n + block[i]];
    }
    return delta;
}

/* From outside. */

EXPORT int64_t intermingle_swaps_size(const Search *head) {
    Search shape = *head;
    return (int64_t)laid_out(&shape);
}

typedef struct {
    const int32_t *first_room, *first_place, *kind, *once_more, *once_less, *role, *mask, *unit;
} Given;

static void copy(int32_t *to, const int32_t *from, size_t numbers) {
    if (from) memcpy(to, from, numbers * sizeof(int32_t));
}


EXPORT void intermingle_swaps_open(Search *s, const Given *given) {
    size_t n = s->people;
    laid_out(s);
    copy(s->first_room, given->first_room, s->rounds + 1);
    copy(s->first_place, given->first_place, s->rooms + 1);
    copy(s->kind, given->kind, s->rooms);
    copy(s->once_more, given->once_more, s->states);
    copy(s->once_less, given->once_less, s->states);
    copy(s->role, given->role, s->masked ? n : 0);
    copy(s->mask, given->mask, s->masked ? s->places : 0);
    copy(s->unit, given->unit, s->united ? n : 0);
}

/* Goes on from these seats. `start` are (a, b, state) of pairs, `starts` of them; the pairs of the `tenders`
 * people `tender` start a band higher. `counts` are by kind of room and person. */
EXPORT void intermingle_swaps_restart(Search *s, const int32_t *seat, const int32_t *start, int32_t starts,
                                      const int32_t *tender, int32_t tenders, int32_t band,
                                      const int32_t *counts, const int32_t *weights) {
    int32_t n = s->people;
    copy(s->seat, seat, s->places);
    copy(s->best, seat, s->places);
    s->cost = s->best_cost = 0;
    memset(s->movable, 0, sizeof(int32_t) * s->rounds * n);
    for (int32_t r = 0; r < s->rounds; r++)
        for (int32_t i = s->first_place[s->first_room[r]]; i < s->first_place[s->first_room[r + 1]]; i++)
            s->movable[r * n + s->seat[i]] = !s->masked || s->mask[i];
    set_states(s, start, starts, tender, tenders, band);
    count_meetings(s);
    set_sums(s);
    set_fairness(s, counts, weights);
    set_conflicts(s);
}

EXPORT void intermingle_swaps_plan(const Search *s, int32_t best, int32_t *seat) {
    copy(seat, best ? s->best : s->seat, s->places);
}

EXPORT int32_t intermingle_swaps_calm(const Search *s) {
    for (int32_t code = 0; code < s->rounds * s->people; code++)
        if (s->burden[code]) return 0;
    return 1;
}

EXPORT void intermingle_swaps_run(Search *s, const int32_t *warm, int64_t tries, const int32_t *weights) {
    int32_t n = s->people, fresh = 0, *block = s->block, *others = block + n;
    int64_t done = s->tries, end = done + tries;
    while (done < end) {
        int32_t code, cold = 0;
        uint64_t chance = s->chance = chance_step(s->chance);
        done += 2;
        if (s->conflicts_now && !(s->uneven && !(chance & 0x70000))) {
            int32_t slot = (int32_t)(((chance >> 44) * (uint64_t)s->conflicts_now) >> 20);
            code = s->conflicts[slot];
            if (!s->burden[code] && !s->wants[code % n]) {
                s->in_conflict[code] = 0;
                s->conflicts[slot] = s->conflicts[--s->conflicts_now];
                continue;
            }
        } else if (s->uneven) {
            code = (int32_t)(((chance >> 44) * (uint64_t)(s->rounds * n)) >> 20);
            if (!s->movable[code]) continue;
            cold = s->strict;
        } else {
            break;
        }
        int32_t r = code / n, p = code % n, here = s->room_of[p * s->rounds + r];
        int32_t size = 1, place_p = s->masked ? place_of(s, here, p) : 0;
        block[0] = p;
        if (s->united) size = together(s, p, here, block);
        int32_t kind_here = s->kind[here], own = s->leave[code], limit = own + HOPELESS;
        const int32_t *to_here = s->join + (size_t)here * n, *saved = s->leave + (size_t)r * n;
        const int32_t *price_p = s->price + (size_t)p * n, *arriving = s->enter + (size_t)kind_here * n;
        int32_t first = s->first_room[r], count = s->first_room[r + 1] - first;
        int32_t there = (int32_t)(((chance >> 32 & 4095) * (uint64_t)count) >> 12);
        uint32_t t = chance >> 20 & 4095;
        for (int32_t tried = 0; tried < count && tried < ROOMS_TRIED; tried++) {
            if (++there >= count) there = 0;
            int32_t g = first + there, kind_there = s->kind[g], delta = 0, accepted = 0;
            int32_t from = s->first_place[g], until = s->first_place[g + 1];
            done++;
            if (g == here) continue;
            if (size > 1) {
                done += 4 * size * (until - from);
                t++;
                if (until - from < size || !partners(s, block, size, here, g, t % (until - from), others)) continue;
                delta = moving(s, block, others, size, here, g) + moving(s, others, block, size, g, here);
                accepted = delta <= (cold ? -1 : warm[t % THRESHOLDS]);
            } else {
                int32_t base = kind_there == RESTING ? 0 : s->join[(size_t)g * n + p];
                if (base > limit) continue;
                base -= own;
                /* Each joins the other's company without the other, and a bench is no company. */
                int32_t both = (kind_here != RESTING) + (kind_there != RESTING), uneven = kind_here != kind_there;
                const int32_t *leaving = s->exit + (size_t)kind_there * n;
                if (uneven) base += s->enter[kind_there * n + p] - s->exit[kind_here * n + p];
                for (int32_t i = from; i < until && !accepted; i++) {
                    int32_t q = s->seat[i];
                    t++;
                    delta = base - saved[q] - both * price_p[q];
                    if (kind_here != RESTING) delta += to_here[q];
                    if (uneven) delta += arriving[q] - leaving[q];
                    if (delta > (cold ? -1 : warm[t % THRESHOLDS])) continue;
                    if (s->masked && !may_change(s, place_p, p, i, q)) continue;
                    if (s->united && together(s, q, g, others) > 1) continue;
                    others[0] = q;
                    accepted = 1;
                }
                done += until - from;
            }
            if (!accepted) continue;
            if (fresh && delta > 0) {
                memcpy(s->best, s->seat, sizeof(int32_t) * s->places);
                fresh = 0;
            }
            for (int32_t i = 0; i < size; i++) swap(s, r, block[i], others[i], weights);
            end -= (int64_t)size * s->swap_worth;
            s->cost += delta;
            if (s->cost < s->best_cost) {
                s->best_cost = s->cost;
                fresh = 1;
            }
            break;
        }
    }
    if (fresh) memcpy(s->best, s->seat, sizeof(int32_t) * s->places);
    s->tries = done;
}
