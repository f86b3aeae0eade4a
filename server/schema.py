"""Writes what is derived from the Python types: client/src/protocol.ts and tables in docs/.

Names and docstrings carry over, so the TypeScript reads like the Python. Only field annotations in the
forms that the contract modules use are understood; anything else is a TypeError naming the field.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from rooms import commands, timetable, views
from rooms.policy import POLICY
from rooms.refused import REFUSALS
from rooms.report import Report
from server import bodies, protocol
from server.config import PREFIX, Config
from server.metrics import Metrics
from server.problems import PROBLEMS

ROOT = Path(__file__).resolve().parent.parent
TYPESCRIPT = Path("client/src/protocol.ts")
PROSE = (Path("docs/protocol.md"), Path("docs/operating.md"))

PRIMITIVES = {
    "str": "string",
    "int": "number",
    "float": "number",
    "bool": "boolean",
    "None": "null",
    "Any": "unknown",
}
WIDTH = 110


class Generated(typing.NamedTuple):
    path: Path
    text: str


def generated(root: Path = ROOT) -> list[Generated]:
    """Every file as it should be. Prose keeps all that stands outside its markers."""
    found = [path for path in PROSE if (root / path).exists()]
    prose = [Generated(path, with_tables((root / path).read_text(encoding="utf-8"))) for path in found]
    return [Generated(TYPESCRIPT, typescript()), *prose]


def stale(root: Path = ROOT) -> list[Path]:
    """The files that are not as they should be, relative to root."""
    return [path for path, text in generated(root) if not same(root / path, text)]


def write(root: Path = ROOT) -> list[Path]:
    """Bring the files up to date; the ones that changed."""
    changed = stale(root)
    for path, text in generated(root):
        if path in changed:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    return changed


def same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


# TypeScript


class Names:
    """Collects declarations in the order in which they are first needed."""

    def __init__(self, optional: bool) -> None:
        self.optional = optional  # whether a field with a default may be left out
        self.declared: dict[str, str] = {}

    def structure(self, found: type) -> str:
        """Declare an interface, and all it refers to; its name."""
        name = found.__name__
        if name not in self.declared:
            self.declared[name] = ""  # keeps its place, and ends recursion
            self.declared[name] = self.interface(found)
        return name

    def interface(self, found: type) -> str:
        lines = [*comment(found), f"export interface {found.__name__} {{"]
        tag = tag_of(found)
        if tag:
            lines.append(f"  type: {quoted(tag)};")
        for field in fields_of(found):
            mark = "?" if self.optional and field.optional else ""
            remark = f" // {field.remark}" if field.remark else ""
            lines.append(f"  {field.name}{mark}: {self.annotation(field)};{remark}")
        return "\n".join([*lines, "}"])

    def annotation(self, field: Field) -> str:
        tree = ast.parse(field.annotation, mode="eval").body
        try:
            return self.expression(tree, vars(sys.modules[field.module]))
        except (KeyError, TypeError) as error:
            raise TypeError(f"No TypeScript for {field.owner}.{field.name}: {field.annotation}") from error

    def expression(self, tree: ast.expr, scope: dict[str, typing.Any]) -> str:
        """An annotation as written, its names kept."""
        match tree:
            case ast.Constant(value=None):
                return "null"
            case ast.Name(id=name) if name in PRIMITIVES:
                return PRIMITIVES[name]
            case ast.Name(id=name):
                return self.named(name, scope[name])
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return f"{self.expression(left, scope)} | {self.expression(right, scope)}"
            case ast.Subscript(value=ast.Name(id="Literal")):
                return self.value(eval_literal(tree))
            case ast.Subscript(value=ast.Name(id=outer), slice=ast.Tuple(elts=inner)):
                return container(outer, [self.element(each, scope) for each in inner])
        raise TypeError(ast.unparse(tree))

    def element(self, tree: ast.expr, scope: dict[str, typing.Any]) -> str:
        if isinstance(tree, ast.Constant) and tree.value is ...:
            return "..."
        return self.expression(tree, scope)

    def named(self, name: str, value: typing.Any) -> str:
        """A struct by its own name; anything else becomes a type alias under the name used."""
        if isinstance(value, type) and is_structure(value):
            return self.structure(value)
        if name not in self.declared:
            self.declared[name] = ""
            self.declared[name] = alias(name, self.value(value))
        return name

    def value(self, value: typing.Any) -> str:
        """A type object, when no source text names its parts."""
        arguments = typing.get_args(value)
        if isinstance(value, types.UnionType):
            return " | ".join(self.value(each) for each in arguments)
        if typing.get_origin(value) is typing.Literal:
            return " | ".join(quoted(each) for each in arguments)
        if arguments:
            inner = ["..." if each is ... else self.value(each) for each in arguments]
            return container(typing.get_origin(value).__name__, inner)
        if value is types.NoneType:
            return "null"
        if value.__name__ in PRIMITIVES:
            return PRIMITIVES[value.__name__]
        return self.structure(value)


class Field(typing.NamedTuple):
    owner: str
    module: str
    name: str
    annotation: str
    optional: bool
    remark: str


def typescript() -> str:
    """The whole of protocol.ts."""
    incoming = Names(optional=False)
    incoming.named("ToBrowser", protocol.ToBrowser)
    incoming.named("View", views.View)
    incoming.structure(Report)
    for each in structures_of(bodies):
        if not each.__name__.endswith("Body"):
            incoming.structure(each)
    outgoing = Names(optional=True)
    outgoing.declared = dict.fromkeys(incoming.declared, "")
    outgoing.named("FromBrowser", protocol.FromBrowser)
    outgoing.named("AnyCommand", commands.AnyCommand)
    for each in structures_of(bodies):
        outgoing.structure(each)
    parts = [
        "// Written by `intermingle schema` from rooms/ and server/: change those and run it again.",
        "",
        f"export const VERSION = {protocol.VERSION};",
        f"export const MESSAGE_LIMIT = {protocol.MESSAGE_LIMIT}; // bytes",
        "// The parts of an event's time beside talk, ms.",
        f"export const WELCOME = {timetable.WELCOME};",
        f"export const CLOSE = {timetable.CLOSE};",
        f"export const GRACE = {timetable.GRACE};",
        f"export const MOVE = {timetable.MOVE};",
        "",
        *close_codes(),
        "",
        "/** Codes of refused commands; each comes with a sentence for people. */",
        alias("RefusalCode", " | ".join(quoted(code) for code in sorted(refusals())) or "never"),
    ]
    for names in (incoming, outgoing):
        parts += [f"\n{text}" for text in names.declared.values() if text]
    return "\n".join(parts) + "\n"


def close_codes() -> Iterator[str]:
    yield "/** Why the server ended a connection, and whether to come back. */"
    yield "export const CLOSE_CODES = {"
    for each in protocol.CLOSE_CODES:
        code = f"{{ name: {quoted(each.name)}, comeBack: {quoted(each.come_back)} }}"
        yield f"  {each.code}: {code}, // {each.meaning}"
    yield "} as const;"


def comment(found: type) -> list[str]:
    """The docstring as a TypeScript comment; generated ones are left out."""
    text = vars(found).get("__doc__")
    if not text or text.startswith(f"{found.__name__}("):
        return []
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) == 1:
        return [f"/** {lines[0]} */"]
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"]


def alias(name: str, value: str) -> str:
    line = f"export type {name} = {value};"
    if len(line) <= WIDTH:
        return line
    return f"export type {name} =\n  | " + "\n  | ".join(value.split(" | ")) + ";"


def container(outer: str, inner: list[str]) -> str:
    match outer, inner:
        case "tuple", [each, "..."]:
            return f"readonly {each}[]" if re.fullmatch(r"\w+", each) else f"readonly ({each})[]"
        case "tuple", several:
            return f"readonly [{', '.join(several)}]"
        case "dict", [key, value]:
            return f"Readonly<Record<{key}, {value}>>"
    raise TypeError(outer)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def eval_literal(tree: ast.Subscript) -> typing.Any:
    """Literal["a", "b"] as an object, from its syntax."""
    return typing.Literal[ast.literal_eval(tree.slice)]


def is_structure(found: type) -> bool:
    return issubclass(found, msgspec.Struct) or dataclasses.is_dataclass(found)


def tag_of(found: type) -> str | None:
    tag = found.__struct_config__.tag if issubclass(found, msgspec.Struct) else None
    return tag if isinstance(tag, str) else None


def fields_of(found: type) -> Iterator[Field]:
    """Fields in order, each with the module whose names its annotation uses."""
    owners = {
        name: base for base in reversed(found.__mro__) for name in vars(base).get("__annotations__", {})
    }
    for name, optional in defaults_of(found):
        owner = owners[name]
        annotation = vars(owner)["__annotations__"][name]
        yield Field(found.__name__, owner.__module__, name, annotation, optional, remark_on(owner, name))


def remark_on(owner: type, field: str) -> str:
    """The comment at the end of the field's line, or nothing."""
    module = inspect.getsource(
        sys.modules[owner.__module__]
    )  # of the class alone takes a thousand times longer
    body = re.search(rf"^class {owner.__name__}\b.*\n((?:    .*\n|\n)*)", module, flags=re.MULTILINE)
    found = re.search(rf"^    {field}: .*?  # (.+)$", body[1] if body else "", flags=re.MULTILINE)
    return found[1] if found else ""


def defaults_of(found: type) -> Iterator[tuple[str, bool]]:
    if dataclasses.is_dataclass(found):
        missing = dataclasses.MISSING
        for field in dataclasses.fields(found):
            yield field.name, field.default is not missing or field.default_factory is not missing
    else:
        for each in msgspec.structs.fields(typing.cast(type[msgspec.Struct], found)):
            yield each.encode_name, not each.required


def structures_of(module: types.ModuleType) -> list[type]:
    """The structs defined in a module, in the order of its text."""
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type) and is_structure(each) and each.__module__ == module.__name__
    ]


# The server's own refusals are found where they are made, so that the list cannot miss one.


def refusals() -> dict[str, str]:
    """Code → meaning: those that `rooms` declares, and every `Refusal(cid, "code", "…")` of the server."""
    found = dict(REFUSALS)
    for path in sorted((ROOT / "server").glob("*.py")):
        for code, sentence in refusals_in(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(code, sentence)
    return found


def refusals_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Refused"), args=[ast.Constant(value=str(code)), sentence, *_]):
                yield code, sentence_of(sentence)
            case ast.Call(
                func=ast.Name(id="Refusal") | ast.Attribute(attr="Refusal"),
                args=[_, ast.Constant(value=str(code)), sentence, *_],
            ):
                yield code, sentence_of(sentence)


def sentence_of(tree: ast.expr) -> str:
    """A string as written, with … where a value goes."""
    match tree:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(sentence_of(part) if isinstance(part, ast.Constant) else "…" for part in parts)
    return "…"


# Tables in docs/


def with_tables(prose: str) -> str:
    """The text with every `<!-- table: name -->` … `<!-- end -->` filled in anew."""

    def filled(found: re.Match[str]) -> str:
        return f"<!-- table: {found[1]} -->\n{table(found[1])}\n<!-- end -->"

    return re.sub(r"<!-- table: ([a-z-]+) -->\n.*?<!-- end -->", filled, prose, flags=re.DOTALL)


def table(name: str) -> str:
    match name:
        case "close-codes":
            rows = (
                (str(each.code), each.name, each.meaning, each.come_back) for each in protocol.CLOSE_CODES
            )
            return markdown(("code", "name", "meaning", "come back?"), rows)
        case "refusals":
            return markdown(("code", "meaning"), sorted(refusals().items()))
        case "commands":
            return described_commands()
        case "from-browser":
            return described(typing.get_args(protocol.FromBrowser))
        case "to-browser":
            return described(typing.get_args(protocol.ToBrowser))
        case "problems":
            coded = ((code, str(status), title) for code, (status, title) in sorted(PROBLEMS.items()))
            return markdown(("code", "status", "meaning"), coded)
        case "settings":
            return settings()
        case "metrics":
            watched = sorted(
                (each.name, each.type, each.documentation) for each in Metrics().registry.collect()
            )
            return markdown(("name", "type", "meaning"), watched)
    raise ValueError(f"The prose asks for a table {name!r}, which nobody knows.")


def settings() -> str:
    defaults = Config()
    rows = (
        (
            f"`{each.name}`",
            f"`--{each.name.replace('_', '-')}`",
            f"`{PREFIX}{each.name.upper()}`",
            f"`{shown}`" if (shown := msgspec.json.encode(getattr(defaults, each.name)).decode()) else "",
            each.remark,
        )
        for each in fields_of(Config)
    )
    return markdown(("in a file", "flag", "environment", "default", "meaning"), rows)


def described(found: Iterable[type]) -> str:
    rows = ((each.__name__, fields_text(each), first_paragraph(each)) for each in found)
    return markdown(("type", "fields", "meaning"), rows)


def described_commands() -> str:
    rows = (
        (each.__name__, fields_text(each), who_may(each), first_paragraph(each))
        for each in typing.get_args(commands.AnyCommand)
    )
    return markdown(("type", "fields", "from", "meaning"), rows)


def who_may(command: type[commands.Command]) -> str:
    """The roles that may give it, the humblest of those who host standing for both."""
    roles = POLICY[command]
    hosts = "host" if "facilitator" in roles else "organiser" if "organiser" in roles else ""
    named = (hosts, "guest" if "participant" in roles else "", "server" if "system" in roles else "")
    return ", ".join(filter(None, named))


def fields_text(found: type) -> str:
    return ", ".join(f"`{field.name}{'?' if field.optional else ''}`" for field in fields_of(found))


def first_paragraph(found: type) -> str:
    text = (vars(found).get("__doc__") or "").strip().split("\n\n")[0]
    return " ".join(text.split())


def markdown(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
