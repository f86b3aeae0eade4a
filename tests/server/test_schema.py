"""What is derived from the Python types is current, and reads as it should."""

from __future__ import annotations

import ast
import dataclasses
import textwrap
from pathlib import Path

import msgspec
import pytest

from rooms import commands
from server import protocol, schema


class Leaf(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """A word for it."""

    here: bool  # not yet gone
    pair: tuple[str, int] = ("", 0)
    many: tuple[str | None, ...] = ()


@dataclasses.dataclass(frozen=True)
class Plain:
    leaves: dict[str, Leaf]


class Odd(msgspec.Struct):
    when: set[str]


def declarations(found: type, optional: bool) -> dict[str, str]:
    names = schema.Names(optional)
    names.structure(found)
    return names.declared


def test_the_generated_files_are_current() -> None:
    assert schema.stale() == [], "run: intermingle schema"


def test_a_struct_becomes_an_interface_with_its_tag_docstring_and_comments() -> None:
    assert declarations(Leaf, optional=False)["Leaf"] == textwrap.dedent("""\
        /** A word for it. */
        export interface Leaf {
          type: "Leaf";
          here: boolean; // not yet gone
          pair: readonly [string, number];
          many: readonly (string | null)[];
        }""")


def test_what_has_a_default_may_be_left_out_on_the_way_to_the_server() -> None:
    assert "  pair?: readonly [string, number];" in declarations(Leaf, optional=True)["Leaf"]
    assert "  here: boolean;" in declarations(Leaf, optional=True)["Leaf"]


def test_what_a_dataclass_refers_to_is_declared_as_well() -> None:
    declared = declarations(Plain, optional=False)
    assert list(declared) == ["Plain", "Leaf"]
    assert "  leaves: Readonly<Record<string, Leaf>>;" in declared["Plain"]


def test_a_type_nobody_planned_for_is_named() -> None:
    with pytest.raises(TypeError, match=r"No TypeScript for Odd\.when: set\[str\]"):
        declarations(Odd, optional=False)


def test_every_message_command_and_close_code_is_in_the_typescript() -> None:
    text = schema.typescript()
    for union in (protocol.FromBrowser, protocol.ToBrowser, commands.AnyCommand):
        for each in union.__args__:
            assert f"export interface {each.__name__} {{" in text
    for code in protocol.CLOSE_CODES:
        assert f'{code.code}: {{ name: "{code.name}"' in text


def test_refusals_are_found_where_they_are_made() -> None:
    tree = ast.parse(
        'Refused("gone", "It has gone.")\n'
        'Refused("full", f"Room {n} is full.")\n'
        'protocol.Refusal(cid, "odd", "An odd one.")\n'
        "Refused(code, message)\n"
    )
    assert list(schema.refusals_in(tree)) == [
        ("gone", "It has gone."),
        ("full", "Room … is full."),
        ("odd", "An odd one."),
    ]


def test_tables_are_filled_between_their_markers_and_nothing_else_changes() -> None:
    prose = "Before.\n\n<!-- table: close-codes -->\nold\n<!-- end -->\n\nAfter.\n"
    filled = schema.with_tables(prose)
    assert filled.startswith("Before.\n\n<!-- table: close-codes -->\n| code | name |")
    assert "| 4001 | taken-over | You are here in another window. | no |" in filled
    assert filled.endswith("<!-- end -->\n\nAfter.\n")
    assert schema.with_tables(filled) == filled


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("refusals", "| not-allowed | This role may not do that. |"),
        ("commands", "| StartRound | `expects`, `now?` | host | Announce round"),
        ("from-browser", "| Hello | `version`, `ticket`, `event`, `epoch?`, `seq?` | First message"),
        ("to-browser", "| Done | `cid`, `seq` | The command"),
        ("problems", "| bad-link | 404 | The link is unknown or no longer valid. |"),
        ("settings", "| `port` | `--port` | `INTERMINGLE_PORT` | `8000` | 0 takes any that is free |"),
        ("metrics", "| intermingle_connections | gauge | Open WebSocket connections. |"),
    ],
)
def test_every_table_says_what_the_code_says(name: str, row: str) -> None:
    assert f"\n{row}" in schema.table(name)


def test_a_marker_for_an_unknown_table_is_refused() -> None:
    with pytest.raises(ValueError, match="'weather'"):
        schema.with_tables("<!-- table: weather -->\n<!-- end -->")


def test_a_stale_file_is_found_and_written(tmp_path: Path) -> None:
    assert schema.stale(tmp_path) == [schema.TYPESCRIPT]
    assert schema.write(tmp_path) == [schema.TYPESCRIPT]
    assert schema.stale(tmp_path) == []
    assert schema.write(tmp_path) == []
