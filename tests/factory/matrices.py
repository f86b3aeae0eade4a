"""Writes published transversal designs as the catalogue has them.

    python -m tests.factory.matrices >> rotation/designs/catalogue.txt

Most are difference matrices over a group: the rows of one give rooms with one person from each column, which
the group turns; all differences between two columns are different. In quasi-difference matrices a place may
be empty (-); there sit people whom the group leaves where they are, and rooms of such people alone complete
the design. The last column of those is the rounds. Rows come in orbits: places move, elements are multiplied,
and something is added to them, so many times.

- 14: four orthogonal Latin squares: D. T. Todorov, J. Combin. Designs 20, 2012; these are by I. Wanless.
- 18: R. J. R. Abel, Existence of five MOLS of orders 18 and 60, J. Combin. Designs 23, 2015.
- 20, 21, 24, 28, 30, 33, 34: R. J. R. Abel, C. J. Colbourn, J. H. Dinitz, Mutually orthogonal Latin squares,
  in: Handbook of Combinatorial Designs, 2007.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from rotation.designs.transversal import columns
from tests.factory.actions import Action, Round
from tests.factory.factory import line, repeat_free

Element = tuple[int, ...] | None
Row = tuple[Element, ...]
Block = tuple[int, ...]
ROOM = 5


@dataclass(frozen=True)
class Matrix:
    """Rows of elements, one a line, and how each becomes `images` of them; `once` stand for themselves.

    An element is a number, or one digit for each part of the group.
    """

    moduli: tuple[int, ...]
    rows: str
    once: str = ""
    images: int = 1
    move: tuple[int, ...] = ()
    times: int = 1
    plus: str = ""

    def all(self) -> Iterator[Row]:
        """The rows of the whole matrix."""
        yield from self._read(self.once)
        for row in self._read(self.rows):
            for _ in range(self.images):
                yield row
                row = self._next(row)

    def _next(self, row: Row) -> Row:
        added = next(self._read(self.plus)) if self.plus else ((0,) * len(self.moduli),) * len(row)
        moved = [row[i] for i in self.move or range(len(row))]
        return tuple(self._sum(self.times, x, y) for x, y in zip(moved, added, strict=True))

    def _sum(self, times: int, x: Element, y: Element) -> Element:
        if x is None or y is None:
            return None
        return tuple((times * a + b) % m for a, b, m in zip(x, y, self.moduli, strict=True))

    def minus(self, x: Element, y: Element) -> Element:
        """x - y; what is empty stays so."""
        return self._sum(-1, y, x)

    def number(self, x: Sequence[int]) -> int:
        """An element as a mixed-radix number."""
        return sum(a * prod(self.moduli[:i]) for i, a in enumerate(x))

    def _read(self, text: str) -> Iterator[Row]:
        for told in text.strip().splitlines():
            yield tuple(self._element(word) for word in told.split())

    def _element(self, word: str) -> Element:
        if word == "-":
            return None
        return (int(word),) if len(self.moduli) == 1 else tuple(map(int, word))


SQUARES_14 = """
bjihgkecalnfmd bfmcenidgjhalk bcdefghijklmna bcdefghijklmna
fckjbhledimagn jcgndfalehkbim gnkjdmiclbhaef jflhnkaecmgdib
mgdlkcbafejnih ikdhaegnmfblcj lifhbjemkangcd emkdjbgfnliahc
cnhemldbigfkaj hjlebifkangcmd dalmgnbjehcfik anighmflkbdcej
edabfnmkcjhgli gbkmfcjeliahdn njcaeifhbdgkml kebcajimdgfhln
nfeicgajldkbhm khclngdafmjibe mfbkcdlagnjihe cgnflembihakjd
iagfjdhnkmelcb elbdmahfignkjc aemnhkjdcifblg ilabkdnhfcjegm
dlnkeafimhcjbg ceabkjnihdmgfl hdnikbagmcelfj ljgnihecbamfdk
gemalfihjnbdkc adficlkmjbenhg cgjflhnbiekdam ndmabcjglfeikh
jhfnimgdbkacel liegjdmhnkcfab fkibmagenldhjc mbhiefljadkncg
hkbgajnmeclidf nmjfhkecbaldgi imhlneckdfajgb difjcnkamehgbl
ablchikgnfdmje fankgbljdcimeh klegafdnhjmcbi ghckmlbdeinjaf
licmdbjfhagenk mgialhcbkedjnf jhadicmlfgbekn fajlgidkhncbme
kmjdneclgbihfa dnhjimbgclfeka ebgcjlkfamindh hkemdacngjblfi
"""
EIGHTEEN = Matrix(
    (2, 3, 3),
    """
    000 000 000 000 000 000 000
    100 020 100 002 021 000 100
    100 100 022 100 000 011 002
    000 100 102 002 100 010 022
    100 000 112 102 020 100 011
    100 120 001 122 112 010 121
    100 110 101 010 100 110 020
    000 110 120 111 021 122 122
    000 010 121 110 112 011 100
    000 020 001 121 102 121 010
    100 010 020 021 102 120 112
    000 120 002 001 012 111 112
    """,
    images=3,
    plus="000 001 010 021 022 012 002",
)
TWENTY = Matrix(
    (19,),
    """
    -  0  0  7  1 11
    7  1 11  -  0  0
    13 15 10 13 15 10
    1  7 11 16 17  5
    16 17  5  1  7 11
    9  6  4  2 14  3
    2 14  3  9  6  4
    """,
    images=3,
    move=(1, 2, 0, 5, 3, 4),
)
TWENTY_ONE = Matrix(
    (21,),
    """
    8  9 11 14 18  0
    17 16  5  1 19  0
    20  4 10  3 12  0
    2 15  6 13  7  0
    """,
    once="0 0 0 0 0 0",
    images=5,
    move=(1, 2, 3, 4, 0, 5),
)
TWENTY_FOUR = Matrix(
    (3, 2, 2, 2),
    """
    0000 0000 0000 0000 0000 0000
    0000 0010 0011 1010 0001 1000
    0000 0100 1001 1011 2010 2001
    0000 0110 2110 2000 1111 1011
    0000 1000 0111 1101 2111 0100
    0000 1010 2011 2110 2100 1100
    0000 1100 2111 0001 1101 0110
    0000 1110 1000 0101 0011 2101
    0000 2000 0100 2100 1010 2111
    0000 2010 1100 2001 2101 0010
    0000 2100 1101 0111 1000 1111
    0000 2110 2010 1100 0110 2011
    """,
    images=2,
    plus="0000 0001 0010 0011 0100 0101",
)
TWENTY_EIGHT = Matrix(
    (2, 2, 7),
    """
    000 102 103 005 003 013
    116 000 114 106 003 006
    011 015 000 005 115 006
    011 101 115 006 000 015
    013 102 112 103 005 000
    014 106 114 000 116 003
    000 113 112 004 011 116
    014 000 016 015 001 102
    105 101 000 114 103 002
    """,
    once="000 000 000 000 000 000",
    images=3,
    move=(1, 2, 0, 5, 3, 4),
)
THIRTY = Matrix(
    (5, 5),
    """
    00 00 00 00 00 00
    -  00 31 30 33 42
    00 -  30 02 12 24
    00 04 -  12 42 03
    00 02 40 -  20 23
    00 03 10 01 -  32
    00 01 20 03 04 -
    """,
    images=5,
    plus="11 21 10 40 34 44",
)
THIRTY_THREE = Matrix(
    (33,),
    """
    0 15 19 22  9 14
    0 11  7 19 12 28
    0 22 14  8 15 23
    0  4 32 24  7  2
    0 17 22 21 26 19
    0  8 18  6 14  3
    """,
    once="0 0 0 0 0 0\n1 4 16 31 25 22\n7 28 13 19 10 0",
    images=5,
    move=(4, 0, 1, 2, 3, 5),
    times=4,
)
THIRTY_FOUR = Matrix(
    (33,),
    """
    - 30 22 25  0  6
    0 17  4 10 12 11
    0 10 32 20 15 18
    0 25 29 15 16 14
    0 23 28 21 32  9
    0  8 22 16 23 20
    """,
    once="0 0 0 0 0 0\n1 4 16 31 25 11\n3 12 15 27 9 11\n10 7 28 13 19 0\n5 20 14 23 26 -",
    images=5,
    move=(4, 0, 1, 2, 3, 5),
    times=4,
)


def squares() -> Iterator[str]:
    """Fourteen rooms of five from four squares, a round for each row; and with ten more people, each of whom
    sits in rooms that have nobody in common."""
    words = SQUARES_14.split()
    blocks: set[Block] = {
        (row, column, *(ord(words[4 * row + square][column]) - ord("a") for square in range(4)))
        for row, column in product(range(14), repeat=2)
    }
    rooms = {block: [c * 14 + x for c, x in enumerate(block[1:])] for block in sorted(blocks)}
    rounds = [[room for block, room in rooms.items() if block[0] == row] for row in range(14)]
    yield checked(Action((1,), 70, 0), rounds)
    across = _disjoint([set(chosen) for chosen in _transversals([], sorted(blocks))])
    for person, chosen in enumerate(across):
        for block in chosen:
            rooms[block].append(70 + person)
    yield checked(Action((1,), 70 + len(across), 0), rounds)


def _transversals(chosen: list[Block], left: list[Block]) -> Iterator[list[Block]]:
    """Blocks that differ from each other in every place, one of every row."""
    if len(chosen) == 14:
        yield chosen
        return
    for block in (block for block in left if block[0] == len(chosen)):
        rest = [other for other in left if all(a != b for a, b in zip(block, other, strict=True))]
        if {other[1] for other in rest} | {each[1] for each in [*chosen, block]} == set(range(14)):
            yield from _transversals([*chosen, block], rest)


def _disjoint(sets: Sequence[set[Block]]) -> list[set[Block]]:
    """As many of the sets as there can be with nothing in common."""
    best: list[set[Block]] = []
    for i, first in enumerate(sets):
        best = max(best, [first, *_disjoint([each for each in sets[i + 1 :] if not each & first])], key=len)
    return best


def turned(matrix: Matrix, size: int) -> str:
    """A round for each row: its first places, so many, turned."""
    n = prod(matrix.moduli)
    turns = Action(matrix.moduli, 1, 0).turns
    rounds = []
    for row in matrix.all():
        room = [matrix.number(x) for x in row if x is not None][:size]
        rounds.append([[c * n + turn[x] for c, x in enumerate(room)] for turn in turns])
    return checked(Action(matrix.moduli, size, 0), rounds)


def quasi(matrix: Matrix) -> list[Round]:
    """A round for every element in the last column, and one for every empty place there.

    In the first rounds rooms that become one another by turning have the same place.
    """
    n, rows = prod(matrix.moduli), list(matrix.all())
    empty = [[row for row in rows if row[c] is None] for c in range(ROOM + 1)]
    u = len(empty[0])

    def person(row: Row, c: int, last: Element) -> int:
        x = row[c]
        if x is None:
            return ROOM * n + c * u + empty[c].index(row)
        return c * n + matrix.number(matrix.minus(x, last) or ())

    elements = list(product(*map(range, matrix.moduli)))
    rounds: list[Round] = []
    for g in elements:
        seated = [(row, matrix.minus(row[ROOM], g)) for row in rows]
        rounds.append([[person(row, c, last) for c in range(ROOM)] for row, last in seated if last])
    alone = columns(u, ROOM, u) if u > 1 else [[list(range(ROOM))]]
    for row, hole in zip(empty[ROOM], alone, strict=True):
        rooms = [[person(row, c, g) for c in range(ROOM)] for g in elements]
        rounds.append(rooms + [[ROOM * n + p for p in room] for room in hole])
    return rounds


def with_more(rounds: Sequence[Round], n: int) -> Iterator[str]:
    """Over a cyclic group with one fixed person in each column: one more person of each room without such a
    person, for all rounds but the last; and one person for all."""
    action = Action((n,), ROOM, ROOM)
    full = [i for i, room in enumerate(rounds[0]) if max(room) < n * ROOM]
    more = {place: action.people + i for i, place in enumerate(full)}
    many = [[[*room, *({more[i]} if i in more else ())] for i, room in enumerate(r)] for r in rounds[:-1]]
    yield checked(Action((n,), ROOM, ROOM + len(full)), many)
    places = [full[0]] * n + [len(rounds[-1]) - 1]
    one = [
        [[*room, *((action.people,) if i == place else ())] for i, room in enumerate(r)]
        for r, place in zip(rounds, places, strict=True)
    ]
    yield checked(Action((n,), ROOM, ROOM + 1), one)


def halves(matrix: Matrix, size: int) -> str:
    """Of a group with a part of two only the rest turns: rounds are the elements of the last column."""
    moduli = matrix.moduli[1:]
    n = prod(moduli)
    small = Matrix(moduli, "")
    rounds = []
    for half, turn in product(range(2), product(*map(range, moduli))):
        rooms = []
        for row in matrix.all():
            split = [(x[0], x[1:]) for x in row if x is not None]
            if split[size][0] == half:
                last = small.minus(split[size][1], turn)
                rooms.append(
                    [
                        (2 * c + part) * n + small.number(small.minus(x, last) or ())
                        for c, (part, x) in enumerate(split[:size])
                    ]
                )
        rounds.append(rooms)
    return checked(Action(moduli, 2 * size, 0), rounds)


def checked(action: Action, rounds: Sequence[Round]) -> str:
    """The rounds as the catalogue has them."""
    sizes = sorted(map(len, rounds[0]), reverse=True)
    assert repeat_free(rounds, sizes)
    return line(action, rounds, sizes)


def lines() -> Iterator[str]:
    """All designs."""
    yield from squares()
    yield halves(EIGHTEEN, 6)
    yield from with_more(quasi(TWENTY), 19)
    for matrix in (TWENTY_ONE, TWENTY_FOUR, TWENTY_EIGHT):
        yield turned(matrix, 6)
    yield checked(Action((5, 5), ROOM, 25), quasi(THIRTY))
    yield turned(THIRTY_THREE, ROOM)
    yield checked(Action((33,), ROOM, ROOM), quasi(THIRTY_FOUR))


if __name__ == "__main__":
    for each in lines():
        print(each)
