"""Rules typed after `intermingle plan`: kept in the plan that is printed, or refused in words."""

from __future__ import annotations

import pytest

from rotation import Person, Rules, Template
from server.plan_people import Crowd, crowd
from server.plan_rules import Typed, round_sizes, rules, same_as, templates
from server.plan_trouble import BadInput
from tests.server.plan_runs import EMPLOYERS, FIRST, quick, rounds_of, team, together

PEOPLE = (
    Person("Ana", "mentor", (("Employer", "Acme"),)),
    Person("Tom", "mentee"),
    Person("Holm, Ida", "mentee"),
    Person("Lía", "guide"),
)
CROWD: Crowd = crowd(PEOPLE, {person.id: person.id for person in PEOPLE}, [("ana@example.org", "Ana")])


def test_every_rule_is_read() -> None:
    typed = Typed(
        apart=("Ana, Tom",),
        apart_by=("employer", "role"),
        together=("Tom; Holm, Ida",),
        meet=("Ana; Holm, Ida; Lía",),
        at_most=2,
        host=("Ana=1",),
        stays=("Lía",),
        pin=("Tom=2:3",),
        away=("Tom=1,4-5", "ana@example.org=6"),
        no_pair=("Holm, Ida",),
        rooms_differ=True,
        soft=("meet, apart-by", "host", "--no-pair"),
    )
    assert rules(typed, CROWD, 6, Rules()) == Rules(
        apart=frozenset({("Ana", "Tom")}),
        apart_by=frozenset({"Employer", "role"}),
        together=frozenset({frozenset({"Tom", "Holm, Ida"})}),
        meet=frozenset({("Ana", "Holm, Ida"), ("Ana", "Lía"), ("Holm, Ida", "Lía")}),
        at_most=2,
        hosts=frozenset({("Ana", 1)}),
        stays=frozenset({"Lía"}),
        pins=frozenset({("Tom", 2, 3)}),
        away=frozenset({("Tom", 1), ("Tom", 4), ("Tom", 5), ("Ana", 6)}),
        at_least_three=frozenset({"Holm, Ida"}),
        rooms_differ=True,
        soft=frozenset({"meet", "apart_by", "hosts", "at_least_three"}),
    )


def test_what_is_typed_comes_on_top_of_what_was_given() -> None:
    given = Rules(apart=frozenset({("Ana", "Lía")}), at_most=3, soft=frozenset({"apart"}))
    found = rules(Typed(apart=("Ana, Tom",)), CROWD, 6, given)
    assert found.apart == {("Ana", "Lía"), ("Ana", "Tom")}
    assert found.at_most == 3 and found.soft == {"apart"}


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("1 mentor + 2 mentee", Template((("mentor", 1), ("mentee", 2)))),
        ("1 mentor and 2 mentees", Template((("mentor", 1), ("mentee", 2)))),
        ("at least 1 mentor", Template((), (("mentor", 1),))),
        ("At least one mentor, 1 mentee", Template((), (("mentor", 1), ("mentee", 1)))),
        ("1 mentor + at least 2 mentees", Template((("mentor", 1),), (("mentee", 2),))),
        ("at least 1 mentor + exactly 1 guide", Template((("guide", 1),), (("mentor", 1),))),
        ("same role", Template(same_role=True)),
    ],
)
def test_templates_are_read_as_one_says_them(text: str, template: Template) -> None:
    assert templates([text], CROWD, 2) == [template, template]


def test_a_template_may_be_for_some_rounds_only() -> None:
    one, same = Template((("mentor", 1),)), Template(same_role=True)
    assert templates(["2,4-5: same role", "1 mentor"], CROWD, 5) == [one, same, one, same, same]


def test_sizes_and_repeated_rounds_are_read() -> None:
    assert round_sizes("4 4 3") == [4, 4, 3]
    assert round_sizes("5, 3+3+2") == [5, (3, 3, 2)]
    assert same_as(["3=1,4=2", "5=1"], 5) == ((3, 1), (4, 2), (5, 1))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--apart", "Anna, Tom"), "Nobody on the list is called “Anna”. Did you mean Ana?"),
        (("--apart", "Ana"), "needs at least two people"),
        (("--together", "Ana, Tom, Ana"), "names Ana twice"),
        (("--meet", "Ana,,Tom"), "A name is missing between two commas."),
        (("--apart-by", "company"), "The list has no column “company”. There are: Employer, role."),
        (("--template", "2 bosses"), "Nobody on the list is a bosses. The roles are: mentor, mentee."),
        (("--template", "mentors"), "cannot be read. Write “1 mentor + 2 mentee”"),
        (("--template", "same role", "--template", "1 mentor"), "say which rounds the second one is for"),
        (("--template", "9: same role"), "there is no round 9; rounds are numbered from 1 to 6"),
        (("--host", "Ana"), "Write “Ana=1”, a name and the number of a room."),
        (("--host", "Ana=0"), "Rooms are numbered from 1."),
        (("--host", "Ana=four"), "“four” is no room"),
        (("--pin", "Ana=2"), "Write round and room, as in “Ana=2:3”."),
        (("--pin", "Ana=7:1"), "there is no round 7"),
        (("--away", "Ana=3-1"), "“3-1” is no round"),
        (("--away", "Ana=1-99999999999"), "is no round"),
        (("--same-as", "5"), "write the later round first, as in “5=1”"),
        (("--same-as", "5=9"), "there is no round 9"),
        (("--soft", "aprat"), "is no rule that can be soft. There are: apart, apart-by"),
        (("--sizes", "4 1"), "--sizes has “1”"),
        (("--sizes", " "), "--sizes needs a number for each round"),
        (("--sizes", "4 4", "--rounds", "3"), "--sizes speaks of 2 rounds, --rounds of 3"),
        (("--sizes", "7+7 4"), "Round 1 has 14 seats to fill, but there are only 12 people."),
        (("--minutes", "15", "--within", "60", "--rounds", "5"), "4 rounds fit"),
        (("--minutes", "15", "--within", "10"), "Not even one round"),
        (("--minutes", "15"), "--minutes and --within go together"),
        (("--minutes", "1", "--within", "5000"), "at most 1,000 can be planned"),
        (("--what-if", "more=1"), "Write no-shows=20%"),
        (("--what-if", "size=1"), "cannot be read"),
        (("--what-if", "no-shows=100%"), "leaves fewer than two of 12 people"),
        (("-o", "plan.pdf"), "has to end in one of"),
        (("--apart", "Ana, Tom", "--together", "Ana, Tom"), "Ana and Tom are to be kept apart and together."),
        (("--apart", "Ana, Tom", "--meet", "Ana, Tom"), "Ana and Tom"),
        (("--together", "Ana, Tom, Priya, Jonas, Zoë"), "Ana"),
        (("--host", "Ana=9"), "room 9"),
        (("--apart-by", "role"), "are all kept apart from each other"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(arguments: tuple[str, ...], said: str) -> None:
    result = quick(team(), *arguments)
    assert said in result.stderr
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_people_and_companies_are_kept_apart() -> None:
    printed = quick(team(), "--apart", "Ana, Tom", "--apart-by", "employer", "--rounds", "3").stdout
    assert len(rounds_of(printed)) == 3
    assert together(printed, ["Ana", "Tom"]) == []
    for at in range(len(EMPLOYERS)):
        colleagues = FIRST[at::4]
        assert not together(printed, colleagues[:2]) and not together(printed, colleagues[1:])


def test_who_belongs_together_is_together_and_who_wishes_to_meet_meets() -> None:
    printed = run_rounds("--together", "Zoë, Amir", "--meet", "Lena, Hugo")
    assert together(printed, ["Zoë", "Amir"]) == [1, 2, 3]
    assert "more than 3 times" not in printed
    assert together(printed, ["Lena", "Hugo"])


def test_hosts_and_pins_have_their_rooms_and_the_absent_none() -> None:
    printed = run_rounds("--host", "Ana=2", "--pin", "Tom=3:1", "--away", "Hugo=1-2", "--stays", "Priya")
    rooms = rounds_of(printed)
    assert len(rooms) == 3 and all("Ana" in each["2"] for each in rooms)
    assert "Tom" in rooms[2]["1"]
    assert [each.get("away") for each in rooms] == [["Hugo"], ["Hugo"], None]
    assert len({room for each in rooms for room, people in each.items() if "Priya" in people}) == 1


def test_templates_make_rooms_and_whoever_is_left_rests() -> None:
    for rooms in rounds_of(run_rounds("--template", "1 mentor + 2 mentee")):
        assert sorted(map(len, rooms.values())) == [3, 3, 3, 3]
    rooms = rounds_of(run_rounds("--template", "1 mentor + 3 mentees"))[0]
    assert [len(rooms[room]) for room in ("1", "2", "rest")] == [4, 4, 4]


def test_rooms_of_one_role_are_made_for_each_role() -> None:
    mentors = set(FIRST[:4])
    for rooms in rounds_of(run_rounds("--template", "same role", "--size", "4")):
        assert mentors in [set(people) for people in rooms.values()]


def test_each_round_has_its_own_sizes_and_may_be_held_again() -> None:
    printed = quick(team(), "--sizes", "4 6+4 4", "--same-as", "3=1").stdout
    first, second, third = rounds_of(printed)
    assert sorted(map(len, second.values())) == [2, 4, 6]
    assert len(second["rest"]) == 2
    assert sorted(map(sorted, first.values())) == sorted(map(sorted, third.values()))


def test_soft_rules_that_are_broken_are_told() -> None:
    result = quick(team(), "--rounds", "2", "--size", "6", "--apart-by", "employer", "--soft", "apart-by")
    assert "Not kept, as apart-by is soft: Round 1 puts" in result.stdout


def test_wishes_are_counted() -> None:
    assert "3 of 3 wishes granted." in run_rounds("--meet", "Ana, Tom, Lena", "--soft", "meet")


def test_rounds_fill_the_time_there_is() -> None:
    assert len(rounds_of(quick(team(), "--minutes", "12", "--within", "90").stdout)) == 7


def test_names_that_two_have_are_asked_about() -> None:
    result = quick(b"Ana\nTom\nAna\nIda\n", "--apart", "Ana, Tom")
    assert "There are several called Ana: write Ana (row 1) or Ana (row 3)." in result.stderr
    assert quick(b"Ana\nTom\nAna\nIda\n", "--apart", "ana (row 3), Tom", "--size", "2").exit_code == 0


def test_a_first_name_is_completed_in_the_refusal_not_in_silence() -> None:
    with pytest.raises(BadInput, match="Did you mean Holm, Ida"):
        CROWD.find("ida")


def run_rounds(*arguments: str) -> str:
    result = quick(team(), "--rounds", "3", *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout
