"""The documents name what is there: links lead somewhere, and so does every file and function spoken of."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("rotation", "rooms", "server", "client", "tests", "docs")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
FILE = re.compile(r"[\w./*-]+\.(?:py|tsx?|md)\b")
FUNCTION = re.compile(r"`([\w./-]+\.(?:py|tsx?)): ([\w.]+)`")
SOURCES = (".py", ".ts", ".tsx", "")


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def files() -> set[str]:
    """Every file of ours, as named from the clone's top."""
    found = [
        path.relative_to(ROOT)
        for part in PARTS
        for path in (ROOT / part).rglob("*")
        if "node_modules" not in path.parts
    ]
    return {path.as_posix() for path in (*found, *(each.relative_to(ROOT) for each in ROOT.iterdir()))}


def dead_links(document: Path) -> list[str]:
    """Relative links to nothing, and those to a heading that is not there."""
    dead = []
    for link in (one or other for one, other in LINK.findall(without_code(document.read_text()))):
        target, _, heading = link.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        path = document.parent / target if target else document
        if not path.exists() or (heading and heading not in anchors(path)):
            dead.append(link)
    return dead


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """The headings as addresses name them."""
    headings = re.findall(r"^#+ (.+)$", without_code(document.read_text()), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def unknown_files(text: str, known: set[str]) -> list[str]:
    """Names of files that no file has, be it the end of its path."""
    named = {found.removeprefix("./") for found in FILE.findall(re.sub(r"\w+://\S+", "", text))}
    return sorted(name for name in named if not any(fnmatch(f"/{path}", f"*/{name}") for path in known))


def unknown_functions(text: str, known: set[str]) -> list[str]:
    """Of `file: function`, those that the file does not define."""
    missing = []
    for file, function in FUNCTION.findall(text):
        paths = [path for path in known if path == file or path.endswith(f"/{file}")]
        name = re.escape(function.rpartition(".")[2])
        # TypeScript's methods have no word before their name, but stand indented by two.
        defined = re.compile(rf"\b(def|function|const|class) {name}\b|^  (private |async )*{name}\(", re.M)
        if not any(defined.search((ROOT / path).read_text()) for path in paths):
            missing.append(f"{file}: {function}")
    return missing


def listed_modules(text: str) -> Iterator[tuple[str, str]]:
    """Part and module of every name in the block under *Where things are*."""
    block = re.search(r"^## Where things are\n+```\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    part = ""
    for line in block[1].splitlines() if block else ():
        opening = re.match(r"(\w+)/ ", line)
        part = opening[1] if opening else part
        names = re.split(r"\s{2,}", line.removeprefix(f"{part}/").strip())[0]
        yield from ((part, name) for name in names.split() if name != "…")


def exists(part: str, module: str, known: set[str]) -> bool:
    pattern = re.compile(re.escape(module.rstrip("/")).replace(r"\*", r"\w*"))
    folders = (f"{part}/", f"{part}/src/")
    return any(
        pattern.fullmatch(path.removeprefix(folder).removesuffix(ending))
        for folder in folders
        for path in known
        if path.startswith(folder)
        for ending in SOURCES
        if path.endswith(ending)
    )


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert dead_links(document) == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_every_file_and_function_spoken_of_is_there(document: Path) -> None:
    text, known = document.read_text(), files()
    assert unknown_files(text, known) == []
    assert unknown_functions(text, known) == []


def test_the_map_of_the_parts_names_modules_that_are_there() -> None:
    listed, known = list(listed_modules((ROOT / "docs" / "architecture.md").read_text())), files()
    assert {part for part, _ in listed} == {"rotation", "rooms", "server", "client"}
    assert [f"{part}/{module}" for part, module in listed if not exists(part, module, known)] == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text("# One thing\n[b](b.md) [c](#one-thing) [d](#another)\n```\n[e](e.md)\n```\n")
    assert dead_links(document) == ["b.md", "#another"]


def test_a_file_that_is_not_there_is_found() -> None:
    known = {"rooms/decide.py", "docs/architecture.md"}
    text = "`rooms/decide.py`, `rooms/*.py`, `decide.py: decide`, `cide.py`, https://example.org/other.py"
    assert unknown_files(text, known) == ["cide.py"]
    assert unknown_functions(text, known) == []
    assert unknown_functions("`rooms/decide.py: undecide`", known) == ["rooms/decide.py: undecide"]


def test_a_module_that_is_not_there_is_found() -> None:
    known = {"server/journal_sqlite.py", "client/src/clock.ts"}
    assert exists("server", "journal*", known)
    assert exists("client", "src/clock", known)
    assert exists("client", "clock", known)
    assert not exists("server", "clock", known)
