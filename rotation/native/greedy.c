/* rotation/greedy.py, which says what it does and why.

   People are positions. Instead of a matrix of all pairs, each person has a list of the pairs whose state is
   not 0: in a large event they are few, and a matrix would be memory to clear and to miss. Unless they are many,
   after many rounds or a long past. */

#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "sort.h"

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

enum { LARGEST, SMALLER, RESTING };

typedef struct {
    int32_t mate, state;
} Tie;

typedef struct {
    int32_t rooms, largest;
    const int32_t *sizes;
    const int32_t *first; /* Where each room's places begin; after the last room's is the bench. */
    int32_t *filled;      /* How many people each room has; the bench comes last. */
    int32_t *places;
    const uint8_t *there; /* Whether each person is there in this round; NULL when all are. */
} Round;

typedef struct {
    int32_t people;
    int64_t cost, tries_left; /* Cost: of all meetings, without those that earn something. */
    const int32_t *once_more, *once_less;
    int32_t *small, *rests, most_small, most_rests;
    int32_t *matrix; /* The states of all pairs; NULL when there are ties instead. */
    Tie *ties;
    int32_t *begin, *many; /* Each person's ties: where they begin, how many there are. */
    int32_t *row, *other;  /* The states of one person, and of another, by mate; all 0 between uses. */
    int32_t *waiting, *spare, *open;
    int32_t *before;         /* How many people each room of a round had before it was filled. */
    int32_t *room_at, *at;   /* Places that may be mended: their rooms, and which place in it. */
    uint64_t *chance;
} Hall;

/* A matrix pays when people have met one in DENSE others. */
enum { DENSE = 8, MATRIX_PEOPLE = 2000 };

/* As in greedy.py and costs.py. */
enum { PROBES = 12, MENDING_TRIES = 60, TRIES_EACH = 100, TRIES_ALWAYS = 5000, SMALL = 5, REST = 512 };

/* Ties */

/* A person's states by mate: what is written to `row`, or the row of the matrix. */
static const int32_t *load(const Hall *hall, int32_t person, int32_t *row) {
    if (hall->matrix != NULL) return hall->matrix + (size_t)person * hall->people;
    const Tie *tie = hall->ties + hall->begin[person];
    for (int32_t i = 0; i < hall->many[person]; i++) row[tie[i].mate] = tie[i].state;
    return row;
}

static void unload(const Hall *hall, int32_t person, int32_t *row) {
    if (hall->matrix != NULL) return;
    const Tie *tie = hall->ties + hall->begin[person];
    for (int32_t i = 0; i < hall->many[person]; i++) row[tie[i].mate] = 0;
}

/* The first state of a pair that is not 0. */
static void append(Hall *hall, int32_t person, int32_t mate, int32_t state) {
    if (hall->matrix != NULL) {
        hall->matrix[(size_t)person * hall->people + mate] = state;
        return;
    }
    Tie *tie = hall->ties + hall->begin[person] + hall->many[person]++;
    tie->mate = mate;
    tie->state = state;
}

/* Returns the state of the pair before. */
static int32_t change(Hall *hall, int32_t person, int32_t mate, int32_t step) {
    if (hall->matrix != NULL) {
        int32_t *state = hall->matrix + (size_t)person * hall->people + mate;
        *state += step;
        return *state - step;
    }
    Tie *tie = hall->ties + hall->begin[person];
    int32_t i = 0, last = hall->many[person] - 1;
    while (i <= last && tie[i].mate != mate) i++;
    if (i > last) {
        append(hall, person, mate, step);
        return 0;
    }
    int32_t before = tie[i].state;
    tie[i].state += step;
    if (tie[i].state == 0) {
        tie[i] = tie[last];
        hall->many[person]--;
    }
    return before;
}

static int32_t burden(const Hall *hall, int32_t state) {
    return hall->once_more[state] > 0 ? hall->once_more[state] : 0;
}

/* Someone with these states meets others. */
static void meet(Hall *hall, int32_t person, const int32_t *row, const int32_t *mates, int32_t many) {
    for (int32_t i = 0; i < many; i++) {
        int32_t mate = mates[i], state = row[mate];
        hall->cost += burden(hall, state);
        if (state == 0) {
            append(hall, person, mate, 1);
            append(hall, mate, person, 1);
        } else {
            change(hall, person, mate, 1);
            change(hall, mate, person, 1);
        }
    }
}

/* What a table says of a person's states with others, in all; `except` is not counted. */
static int32_t sum(const int32_t *table, const int32_t *row, const int32_t *mates, int32_t many, int32_t except) {
    int32_t total = 0;
    for (int32_t i = 0; i < many; i++)
        if (mates[i] != except) total += table[row[mates[i]]];
    return total;
}

static int32_t kind_of(const Round *round, int32_t room) {
    return room == round->rooms ? RESTING : round->sizes[room] == round->largest ? LARGEST : SMALLER;
}

static void count(Hall *hall, int32_t person, int32_t kind, int32_t step) {
    if (kind == SMALLER) hall->small[person] += step;
    if (kind == RESTING) hall->rests[person] += step;
}

/* Filling */

/* Those who have a place already: so many in each room, one after the other. Returns where they end. */
static const int32_t *keep(Hall *hall, const Round *round, const int32_t *many, const int32_t *people) {
    for (int32_t room = 0; room < round->rooms; room++) {
        int32_t *mates = round->places + round->first[room];
        for (int32_t i = 0; i < many[room]; i++) {
            meet(hall, *people, load(hall, *people, hall->row), mates, i);
            unload(hall, *people, hall->row);
            count(hall, *people, kind_of(round, room), 1);
            mates[i] = *people++;
        }
        round->filled[room] = many[room];
    }
    return people;
}

static void shuffle(Hall *hall, int32_t *things, int32_t many) {
    for (int32_t i = many - 1; i > 0; i--) {
        int32_t j = (int32_t)chance_below(hall->chance, (uint32_t)i + 1), thing = things[i];
        things[i] = things[j];
        things[j] = thing;
    }
}

/* Someone takes the cheapest of a few open rooms, which then has one place less. */
static void seat(Hall *hall, const Round *round, int32_t person, int32_t many) {
    int32_t cheapest = 0, chosen = -1, slot = (int32_t)chance_below(hall->chance, (uint32_t)many);
    const int32_t *row = load(hall, person, hall->row);
    for (int32_t probe = 0; probe < PROBES && probe < many; probe++, slot++) {
        if (slot == many) slot = 0;
        int32_t room = hall->open[slot], *mates = round->places + round->first[room];
        int32_t price = sum(hall->once_more, row, mates, round->filled[room], -1);
        if (chosen < 0 || price < cheapest) {
            cheapest = price;
            chosen = slot;
            if (price <= 0) break;
        }
    }
    int32_t room = hall->open[chosen], *mates = round->places + round->first[room];
    meet(hall, person, row, mates, round->filled[room]);
    unload(hall, person, hall->row);
    mates[round->filled[room]++] = person;
    count(hall, person, kind_of(round, room), 1);
    hall->open[chosen] = hall->open[many - 1];
}

/* Rooms of one kind, once for each free place; neighbours in the list are different rooms. */
static int32_t find_open(Hall *hall, const Round *round, int32_t kind) {
    int32_t many = 0;
    for (int32_t filled = 0; filled < round->largest; filled++)
        for (int32_t room = 0; room < round->rooms; room++)
            if (round->filled[room] <= filled && filled < round->sizes[room] && kind_of(round, room) == kind)
                hall->open[many++] = room;
    return many;
}

static int32_t find_waiting(Hall *hall, const Round *round) {
    int32_t waiting = 0;
    memset(hall->spare, 0, (size_t)hall->people * sizeof *hall->spare);
    for (int32_t room = 0; room < round->rooms; room++)
        for (int32_t i = 0; i < round->filled[room]; i++) hall->spare[round->places[round->first[room] + i]] = 1;
    for (int32_t person = 0; person < hall->people; person++)
        if (!hall->spare[person] && (round->there == NULL || round->there[person])) hall->waiting[waiting++] = person;
    return waiting;
}

/* Seats those who have no place, those first who rested most; smaller rooms are for those who had fewest. */
static void fill(Hall *hall, const Round *round) {
    int32_t waiting = find_waiting(hall, round), vacant = 0, seated = 0;
    memcpy(hall->before, round->filled, (size_t)(round->rooms + 1) * sizeof *hall->before);
    for (int32_t room = 0; room < round->rooms; room++) vacant += round->sizes[room] - round->filled[room];
    shuffle(hall, hall->waiting, waiting);
    sort(hall->waiting, waiting, hall->rests, -1, hall->spare);
    sort(hall->waiting, vacant, hall->small, 1, hall->spare);
    for (int32_t kind = SMALLER; kind >= LARGEST; kind--)
        for (int32_t open = find_open(hall, round, kind); open > 0; open--)
            seat(hall, round, hall->waiting[seated++], open);
    round->filled[round->rooms] = waiting - vacant;
    for (int32_t i = vacant; i < waiting; i++) {
        round->places[round->first[round->rooms] + i - vacant] = hall->waiting[i];
        count(hall, hall->waiting[i], RESTING, 1);
    }
}

/* Mending */

/* What leaving a kind of room (step -1) or entering it (1) costs, as in the search. */
static int32_t fairness(const Hall *hall, int32_t person, int32_t kind, int32_t step) {
    if (kind == SMALLER) return SMALL * (2 * step * hall->small[person] + 1);
    if (kind == RESTING) return REST * (2 * step * hall->rests[person] + 1);
    return 0;
}

/* Someone leaves a room (step -1) or enters it (1), meeting all in it but one. */
static void go(
    Hall *hall, int32_t person, const int32_t *mates, int32_t many, int32_t except, int32_t kind, int32_t step
) {
    for (int32_t i = 0; kind != RESTING && i < many; i++)
        if (mates[i] != except) {
            int32_t before = change(hall, person, mates[i], step);
            change(hall, mates[i], person, step);
            hall->cost += step > 0 ? burden(hall, before) : -burden(hall, before - 1);
        }
    count(hall, person, kind, step);
}

static void mend_place(Hall *hall, const Round *round, int32_t here, int32_t place, int32_t places) {
    int32_t *company = round->places + round->first[here], mates = round->filled[here], p = company[place];
    int32_t kind_here = kind_of(round, here);
    int32_t unfair = (kind_here == SMALLER && hall->small[p] > hall->most_small) ||
                     (kind_here == RESTING && hall->rests[p] > hall->most_rests);
    if (!(unfair || hall->cost > 0) || hall->tries_left <= 0) return;
    const int32_t *row_p = load(hall, p, hall->row);
    int32_t saved = kind_here == RESTING ? 0 : sum(hall->once_less, row_p, company, mates, p);
    for (int32_t try = 0; try < MENDING_TRIES && (unfair || saved > 0); try++) {
        hall->tries_left--;
        uint32_t drawn = chance_below(hall->chance, (uint32_t)places);
        int32_t there = hall->room_at[drawn], many = round->filled[there], kind_there = kind_of(round, there);
        int32_t *others = round->places + round->first[there], q = others[hall->at[drawn]], price = -saved;
        if (there == here || (kind_here != kind_there && !unfair && try < MENDING_TRIES / 2)) continue;
        const int32_t *row_q = load(hall, q, hall->other);
        if (kind_here != RESTING) price += sum(hall->once_more, row_q, company, mates, p);
        if (kind_there != RESTING) {
            price += sum(hall->once_more, row_p, others, many, q);
            price -= sum(hall->once_less, row_q, others, many, q);
        }
        unload(hall, q, hall->other);
        if (kind_here != kind_there)
            price += fairness(hall, p, kind_here, -1) + fairness(hall, p, kind_there, 1) +
                     fairness(hall, q, kind_there, -1) + fairness(hall, q, kind_here, 1);
        if (price < 0) {
            unload(hall, p, hall->row);
            /* Both leave before they enter: nobody has room for more ties than meetings. */
            go(hall, p, company, mates, p, kind_here, -1);
            go(hall, q, others, many, q, kind_there, -1);
            go(hall, q, company, mates, p, kind_here, 1);
            go(hall, p, others, many, q, kind_there, 1);
            company[place] = q;
            others[hall->at[drawn]] = p;
            return;
        }
    }
    unload(hall, p, hall->row);
}

/* In each room those places that were taken since it had so many people as in `before`. */
static void mend(Hall *hall, const Round *round) {
    int32_t places = 0;
    for (int32_t room = 0; room <= round->rooms; room++)
        for (int32_t place = hall->before[room]; place < round->filled[room]; place++) {
            hall->room_at[places] = room;
            hall->at[places++] = place;
        }
    for (int32_t i = 0; i < places; i++) mend_place(hall, round, hall->room_at[i], hall->at[i], places);
}

/* The whole */

static int32_t share(const int32_t *before, int32_t people, int64_t more) {
    for (int32_t person = 0; person < people; person++) more += before[person];
    return people ? (int32_t)((more + people - 1) / people) : 0;
}

/* Everything about one round but who sits where; `first` and `filled` are still to be set. */
static void open_round(Round *round, int32_t rooms, const int32_t *sizes, int32_t *first, int32_t *filled) {
    round->rooms = rooms;
    round->sizes = sizes;
    round->largest = 1;
    for (int32_t room = 0; room < rooms; room++) {
        if (sizes[room] > round->largest) round->largest = sizes[room];
        first[room + 1] = first[room] + sizes[room];
    }
    round->first = first;
    round->filled = filled;
}

/* `rooms`: of each round; `sizes` of all rooms. In the first `kept` rounds `many` of each room have a place
   already: `people_kept`. `there`: for each round whether each person is there; NULL when all are. `starts`
   pairs, a * people + b each, begin in `states`. `counts`: smaller rooms, then rests, of each person
   so far; they are gone on with, as is `chance`. `places`, set, has room for all people in each round: first the
   places of its rooms, then the bench. Returns 0, or -1 when there is no memory, and then nothing has changed. */
EXPORT int32_t intermingle_arrange(
    int32_t people, int32_t rounds, int32_t kept, int32_t starts, const int32_t *rooms, const int32_t *sizes,
    const int32_t *many, const int32_t *people_kept, int32_t *places, const uint8_t *there,
    const int32_t *once_more, const int32_t *once_less, const int64_t *pairs, const int32_t *states, int32_t *counts,
    uint64_t *chance
) {
    size_t n = (size_t)people, total = 0;
    for (int32_t r = 0; r < rounds; r++) total += (size_t)rooms[r] + 1;
    Round *round = calloc((size_t)rounds + 1, sizeof *round);
    int32_t *block = calloc(10 * n + 2 * total + 2, sizeof *block), *first = block + 10 * n + 2;
    if (round == NULL || block == NULL) {
        free(round);
        free(block);
        return -1;
    }
    Hall hall = {
        .people = people, .tries_left = (int64_t)TRIES_EACH * people + TRIES_ALWAYS, .once_more = once_more,
        .once_less = once_less, .small = counts, .rests = counts + n, .begin = block, .many = block + n + 1,
        .row = block + 2 * n + 1, .other = block + 3 * n + 1, .waiting = block + 4 * n + 1,
        .spare = block + 5 * n + 1, .open = block + 6 * n + 1, .before = block + 7 * n + 1,
        .room_at = block + 8 * n + 2, .at = block + 9 * n + 2, .chance = chance,
    };
    int64_t small = 0, rests = 0;
    int32_t reach = 0;
    for (int32_t r = 0; r < rounds; r++) {
        Round *it = round + r;
        open_round(it, rooms[r], sizes, first, first + total);
        it->places = places + n * r;
        it->there = there ? there + n * r : NULL;
        for (int32_t room = 0; room < rooms[r]; room++)
            if (sizes[room] < it->largest) small += sizes[room];
        for (int32_t p = 0; p < people; p++) rests += it->there == NULL || it->there[p];
        rests -= it->first[rooms[r]];
        reach += it->largest - 1;
        sizes += rooms[r];
        first += rooms[r] + 1;
    }
    hall.most_small = share(hall.small, people, small);
    hall.most_rests = share(hall.rests, people, rests);
    for (int32_t i = 0; i < starts; i++) {
        hall.begin[pairs[i] / people + 1]++;
        hall.begin[pairs[i] % people + 1]++;
    }
    for (int32_t p = 0; p < people; p++) hall.begin[p + 1] += hall.begin[p] + reach;
    if (hall.begin[people] > (int64_t)people * people / DENSE && people <= MATRIX_PEOPLE)
        hall.matrix = calloc(n * n + 1, sizeof *hall.matrix);
    else
        hall.ties = malloc((size_t)(hall.begin[people] + 1) * sizeof *hall.ties);
    if (hall.matrix == NULL && hall.ties == NULL) {
        free(round);
        free(block);
        return -1;
    }
    for (int32_t i = 0; i < starts; i++) {
        int32_t a = (int32_t)(pairs[i] / people), b = (int32_t)(pairs[i] % people);
        append(&hall, a, b, states[i]);
        append(&hall, b, a, states[i]);
    }
    for (int32_t r = 0; r < kept; many += rooms[r++]) people_kept = keep(&hall, round + r, many, people_kept);
    for (int32_t r = 0; r < rounds; r++) {
        fill(&hall, round + r);
        mend(&hall, round + r);
    }
    /* The first round is soonest, and may have been seen: it changes last, and least. */
    for (int32_t r = kept - 1; r >= 0; r--) {
        memset(hall.before, 0, (size_t)(round[r].rooms + 1) * sizeof *hall.before);
        mend(&hall, round + r);
    }
    free(round);
    free(hall.matrix);
    free(hall.ties);
    free(block);
    return 0;
}
