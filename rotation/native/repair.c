/* `keep` of rotation/repair.py, which says who keeps a place and why, for all rounds at once. */

#include <stdlib.h>

#include "sort.h"

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

typedef struct {
    int32_t groups;
    int32_t *people, *first, *full; /* Those who are there, group after group: where each begins, how many it has. */
    int32_t *order;                 /* The groups, the fullest first. */
    int32_t *weight, *spare;
    int32_t *by_size; /* The rooms of the round, the largest first. */
    int32_t *group_in;
} Round;

/* Takes out who is gone, and puts the groups in order. Returns where the round's people end. */
static const int32_t *open_round(Round *round, int32_t groups, const int32_t *members, const int32_t *people) {
    int32_t *end = round->people;
    for (int32_t g = 0; g < groups; g++) {
        round->first[g] = (int32_t)(end - round->people);
        for (int32_t i = 0; i < members[g]; i++, people++)
            if (*people >= 0) *end++ = *people;
        round->full[g] = (int32_t)(end - round->people) - round->first[g];
        round->order[g] = g;
    }
    round->groups = groups;
    sort(round->order, groups, round->full, -1, round->spare);
    return people;
}

/* Of those as full as the first that gets a smaller room, who had most of these go first. */
static void spare_those_who_had_most(Round *round, int32_t large, const int32_t *small) {
    int32_t full = round->full[round->order[large]], from = large, to = large;
    while (from > 0 && round->full[round->order[from - 1]] == full) from--;
    while (to < round->groups && round->full[round->order[to]] == full) to++;
    for (int32_t i = from; i < to; i++) {
        int32_t group = round->order[i], *mates = round->people + round->first[group];
        round->weight[group] = 0;
        for (int32_t k = 0; k < full; k++) round->weight[group] += small[mates[k]];
    }
    sort(round->order + from, to - from, round->weight, -1, round->spare);
}

/* Gives rooms of one size, `by_size` from `from` to `to`, to the groups of the same rank: their old one if it is
   among them. */
static void give(Round *round, int32_t from, int32_t to, const int32_t *sizes, int32_t rooms, int32_t smaller,
                 int32_t *small) {
    int32_t size = sizes[round->by_size[from]], end = to < round->groups ? to : round->groups, next = from;
    for (int32_t i = from; i < end; i++) {
        int32_t group = round->order[i];
        if (group < rooms && sizes[group] == size) round->group_in[group] = group;
    }
    for (int32_t i = from; i < end; i++) {
        int32_t group = round->order[i], *mates = round->people + round->first[group];
        if (group >= rooms || sizes[group] != size) {
            while (round->group_in[round->by_size[next]] >= 0) next++;
            round->group_in[round->by_size[next]] = group;
        }
        for (int32_t k = 0; smaller && k < size && k < round->full[group]; k++) small[mates[k]]++;
    }
}

/* `groups`: of each round; `members` of all groups; `people` in them, -1 for whoever is gone. `rooms`: of each
   round now; `sizes` of all rooms. `small`: smaller rooms of each person so far, which is gone on with. Sets `many`
   of each room and, one after the other, who keeps a place there: `kept`. Returns how many these are, or -1 when
   there is no memory, and then nothing has changed. */
EXPORT int32_t intermingle_keep(
    int32_t rounds, const int32_t *groups, const int32_t *members, const int32_t *people, const int32_t *rooms,
    const int32_t *sizes, int32_t *small, int32_t *many, int32_t *kept
) {
    size_t most_groups = 0, most_rooms = 0, most_people = 0;
    const int32_t *counted = members;
    for (int32_t r = 0; r < rounds; r++) {
        size_t there = 0;
        for (int32_t g = 0; g < groups[r]; g++) there += (size_t)*counted++;
        if ((size_t)groups[r] > most_groups) most_groups = (size_t)groups[r];
        if ((size_t)rooms[r] > most_rooms) most_rooms = (size_t)rooms[r];
        if (there > most_people) most_people = there;
    }
    size_t longest = most_groups > most_rooms ? most_groups : most_rooms;
    int32_t *block = malloc((most_people + 4 * most_groups + longest + 2 * most_rooms + 1) * sizeof *block);
    if (block == NULL) return -1;
    Round round = {.people = block, .first = block + most_people};
    round.full = round.first + most_groups;
    round.order = round.full + most_groups;
    round.weight = round.order + most_groups;
    round.spare = round.weight + most_groups;
    round.by_size = round.spare + longest;
    round.group_in = round.by_size + most_rooms;
    int32_t total = 0;
    for (int32_t r = 0; r < rounds; members += groups[r], sizes += rooms[r], r++) {
        people = open_round(&round, groups[r], members, people);
        for (int32_t room = 0; room < rooms[r]; room++) {
            round.by_size[room] = room;
            round.group_in[room] = -1;
        }
        sort(round.by_size, rooms[r], sizes, -1, round.spare);
        int32_t large = 0, to;
        while (large < rooms[r] && sizes[round.by_size[large]] == sizes[round.by_size[0]]) large++;
        if (large < round.groups) spare_those_who_had_most(&round, large, small);
        for (int32_t from = 0; from < rooms[r]; from = to) {
            to = from;
            while (to < rooms[r] && sizes[round.by_size[to]] == sizes[round.by_size[from]]) to++;
            give(&round, from, to, sizes, rooms[r], from > 0, small);
        }
        for (int32_t room = 0; room < rooms[r]; room++) {
            int32_t group = round.group_in[room], full = group < 0 ? 0 : round.full[group];
            *many = full < sizes[room] ? full : sizes[room];
            for (int32_t k = 0; k < *many; k++) kept[total++] = round.people[round.first[group] + k];
            many++;
        }
    }
    free(block);
    return total;
}
