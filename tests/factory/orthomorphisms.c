/* Difference matrices from orthogonal orthomorphisms of a small group, by trying all that an automorphism of
   the group leaves as they are.

   An orthomorphism is a permutation f of the group with f(0) = 0 for which x -> f(x) - x is a permutation too.
   Two are orthogonal when their difference is a permutation. A set of m that are pairwise orthogonal, with the
   rows 0 and x, gives a difference matrix of m + 2 rows (A. B. Evans, Orthomorphism Graphs of Groups, 1992). */

#include <stdint.h>
#include <stdlib.h>

#define LARGEST 64
#define MOST 100000
#define STEPS 20000000

typedef struct {
    int order, wanted, count;
    int64_t steps;
    const int8_t *minus, *image;
    int8_t (*all)[LARGEST];
    int chosen[LARGEST];
} Search;

/* Takes y as the value at x, and so the images of y at the images of x; returns how many places that fills, or
   -1 when it cannot be. */
static int take(const Search *s, int8_t *f, int x, int y, uint64_t *used, uint64_t *differences) {
    int filled = 0, at = x, value = y;
    do {
        int d = s->minus[value * s->order + at];
        if (f[at] >= 0 || *used >> value & 1 || *differences >> d & 1) {
            for (; filled; filled--) { f[x] = -1; x = s->image[x]; }
            return -1;
        }
        f[at] = (int8_t)value;
        *used |= 1ULL << value;
        *differences |= 1ULL << d;
        filled++;
        at = s->image[at];
        value = s->image[value];
    } while (at != x);
    if (value == y) return filled;
    for (; filled; filled--) { f[x] = -1; x = s->image[x]; }
    return -1;
}

static void collect(Search *s, int8_t *f, uint64_t used, uint64_t differences) {
    int x = 0;
    while (x < s->order && f[x] >= 0) x++;
    if (x == s->order && s->count < MOST) {
        for (int i = 0; i < x; i++) s->all[s->count][i] = f[i];
        s->count++;
    }
    if (x == s->order || s->count == MOST || ++s->steps > STEPS) return;
    for (int y = 0; y < s->order; y++) {
        uint64_t with = used, apart = differences;
        int filled = used >> y & 1 ? -1 : take(s, f, x, y, &with, &apart);
        if (filled > 0) {
            collect(s, f, with, apart);
            for (int at = x; filled; filled--) { f[at] = -1; at = s->image[at]; }
        }
    }
}

static int orthogonal(const Search *s, int a, int b) {
    uint64_t seen = 0;
    for (int x = 0; x < s->order; x++) {
        uint64_t bit = 1ULL << s->minus[s->all[a][x] * s->order + s->all[b][x]];
        if (seen & bit) return 0;
        seen |= bit;
    }
    return 1;
}

static int clique(Search *s, int size, const int *open, int many) {
    if (size == s->wanted) return 1;
    int *next = malloc(sizeof(int) * (size_t)(many + 1));
    int found = 0;
    for (int i = 0; i < many && !found; i++) {
        int count = 0;
        if (++s->steps > 2LL * STEPS) break;
        s->chosen[size] = open[i];
        for (int j = i + 1; j < many; j++)
            if (orthogonal(s, open[i], open[j])) next[count++] = open[j];
        found = count >= s->wanted - size - 1 && clique(s, size + 1, next, count);
    }
    free(next);
    return found;
}

/* Fills matrix[rows][order] and returns 1, or returns 0. minus[a * order + b] is a - b, image an automorphism. */
int difference_matrix(int order, int rows, const int8_t *minus, const int8_t *image, int8_t *matrix) {
    Search s = {order, rows - 2, 0, 0, minus, image, malloc(sizeof(int8_t[LARGEST]) * MOST), {0}};
    int8_t f[LARGEST] = {0};
    for (int x = 1; x < order; x++) f[x] = -1;
    collect(&s, f, 1, 1);
    int *everyone = malloc(sizeof(int) * (size_t)(s.count + 1));
    for (int i = 0; i < s.count; i++) everyone[i] = i;
    int found = clique(&s, 0, everyone, s.count);
    for (int x = 0; x < order && found; x++) {
        matrix[x] = 0;
        matrix[order + x] = (int8_t)x;
        for (int i = 0; i < s.wanted; i++) matrix[(i + 2) * order + x] = s.all[s.chosen[i]][x];
    }
    free(everyone);
    free(s.all);
    return found;
}
