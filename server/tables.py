"""Rows of cells out of the bytes of a file, whatever wrote it: bytes → text → rows.

What cannot be read for certain is `Unreadable`, with a sentence and a fix; never garbage.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import msgspec

from server.bodies import Encoding, RowProblem, Separator

SIZE_LIMIT = 2 * 1024 * 1024  # bytes
COLUMNS_LIMIT = 100
SEPARATORS: tuple[Separator, ...] = (",", ";", "\t", "|")

Row = tuple[int, tuple[str, ...]]  # its number in the table, from 1, and its cells


class Sheet(msgspec.Struct, frozen=True):
    """Rows without blank ones, all of the same width."""

    encoding: Encoding
    separator: Separator
    text: str
    rows: tuple[Row, ...]
    problems: tuple[RowProblem, ...]
    questions: tuple[RowProblem, ...]


class Unreadable(Exception):
    """Nothing can be made of the file as a whole, or of all that follows `row`."""

    def __init__(self, code: str, sentence: str, fix: str, row: int = 0) -> None:
        super().__init__(sentence)
        self.problem = RowProblem(row, code, sentence, fix, fatal=True)


def read_sheet(
    data: bytes,
    encoding: Encoding | None,
    separator: Separator | None,
    is_header: Callable[[Sequence[str]], bool],
) -> Sheet:
    """Bytes as rows of cells, by the given encoding and separator or the likeliest; raises Unreadable."""
    refuse_size(data)
    refuse_other_formats(data)
    found, text = decoded(data, encoding)
    refuse_control_characters(text)
    questions = tuple(encoding_questions(found, text, encoding))
    announced, text = without_separator_line(text)
    if separator is None:
        if addresses := mail_addresses(text):
            return Sheet(found, "", text, tuple(addresses), (), questions)
        separator = announced or guess_separator(text, is_header)
    rows, problems = even_rows(parse(text, separator))
    return Sheet(found, separator, text, tuple(rows), tuple(problems), questions)


# Bytes → text

MAGIC = {
    b"PK\x03\x04": "a workbook or a compressed file",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "a formatted document",
    b"SQLite format 3": "a database",
}
MARKUP = {
    "<!doctype": "a web page",
    "<html": "a web page",
    "<?xml": "an XML file",
    "begin:vcard": "an address book",
    "begin:vcalendar": "a calendar",
    "{": "a JSON file",
    "[": "a JSON file",
}
SAVE_AS_CSV = "Open it in the program that made it, choose Save as, and take “CSV UTF-8”. Or paste the names."
BYTE_ORDER_MARKS: tuple[tuple[bytes, Encoding], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def refuse_size(data: bytes) -> None:
    if len(data) > SIZE_LIMIT:
        raise Unreadable(
            "too-big",
            f"This file has {len(data) / 2**20:.1f} MB; a list may have {SIZE_LIMIT / 2**20:.0f} MB.",
            "Keep only the columns with names, e-mail addresses and roles.",
        )


def refuse_other_formats(data: bytes) -> None:
    for start, what in MAGIC.items():
        if data.startswith(start):
            raise Unreadable("not-csv", f"This is {what}, not a list as text.", SAVE_AS_CSV)
    opening = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").decode("ascii", "replace").lower()
    for first, what in MARKUP.items():
        if opening.startswith(first):
            raise Unreadable("not-csv", f"This is {what}, not a list as text.", SAVE_AS_CSV)


def decoded(data: bytes, chosen: Encoding | None) -> tuple[Encoding, str]:
    """Text and what it was written in: by its mark, by its zero bytes, as UTF-8, else as Windows-1252."""
    for mark, marked in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return marked, strictly(data[len(mark) :], marked)
    if chosen:
        return chosen, strictly(data, chosen)
    if wide := wide_encoding(data):
        return wide, strictly(data, wide)
    try:
        return "utf-8", data.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252", strictly(data, "windows-1252")


def strictly(data: bytes, encoding: Encoding) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(
            "encoding",
            "This file is written in letters that we cannot make out; reading on would garble names.",
            SAVE_AS_CSV,
        ) from None


def wide_encoding(data: bytes) -> Encoding | None:
    """UTF-16 without a mark: half of the bytes of mostly Latin text are zero, all on one side."""
    pairs = len(data) // 2
    if len(data) % 2 or not pairs:
        return None
    if data[1::2].count(0) > 0.6 * pairs:
        return "utf-16-le"
    if data[0::2].count(0) > 0.6 * pairs:
        return "utf-16-be"
    return None


def refuse_control_characters(text: str) -> None:
    if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
        raise Unreadable("not-csv", "This file is not text: it holds bytes that no list has.", SAVE_AS_CSV)


def encoding_questions(encoding: Encoding, text: str, chosen: Encoding | None) -> Iterator[RowProblem]:
    foreign = re.search(r"[^\x00-\x7f]", text)
    if foreign and encoding == "windows-1252" and chosen is None:
        yield RowProblem(
            0,
            "encoding-guessed",
            f"The file does not say how it writes letters. Is “{word_at(text, foreign.start())}” right?",
            "If it is garbled, save the list again as “CSV UTF-8”.",
        )
    # UTF-8 once read as Windows-1252 and saved: ø has become Ã¸. Or it was lost for good: �.
    broken = re.search("Ã[\u0080-\u00bf\u2018-\u203a]|�", text)
    if broken:
        example = word_at(text, broken.start())
        yield RowProblem(
            0,
            "letters-broken",
            f"Some letters were broken before the list came here, as in “{example}”.",
            "Save the list again as “CSV UTF-8”, or correct the names afterwards.",
        )


def word_at(text: str, position: int) -> str:
    """The word around a position, up to 20 characters to either side."""
    before = re.split(r'[\s,;|"]', text[max(0, position - 20) : position])[-1]
    return before + re.split(r'[\s,;|"]', text[position : position + 20])[0]


# Text → rows


def without_separator_line(text: str) -> tuple[Separator | None, str]:
    """Excel's first line `sep=;` is taken at its word and not counted as a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = re.match(r"\"?sep=([,;|\t])\"?\n", text, flags=re.IGNORECASE)
    if not found:
        return None, text
    return next(each for each in SEPARATORS if each == found[1]), text[found.end() :]


ADDRESS = re.compile(r"\"?([^<>\"@]*[^<>\"\s@])\"?(?:\s*[<(]\s*|\s+)([^<>\s@,;|]+@[^<>()\s@,;|]+)\s*[>)]?")


def mail_addresses(text: str) -> list[Row]:
    """`"Hansen, Ole" <ole@example.org>, …` as mail programs copy it; nothing when it is anything else."""
    if "<" not in text:
        return []
    parts = [part for part in re.split(r"(?<=>)[\s,;]*", text.strip()) if part]
    found = [ADDRESS.fullmatch(part) for part in parts]
    return (
        [(number, (match[1], match[2])) for number, match in enumerate(found, 1) if match]
        if all(found)
        else []
    )


def guess_separator(text: str, is_header: Callable[[Sequence[str]], bool]) -> Separator:
    """The separator that makes a header of the first line, else the one that most lines have, equally often.

    Nothing when no more than half of the lines have any: a column of names, some as "Last, First".
    """
    lines = list(itertools.islice((line for line in logical_lines(text) if line.strip()), 50))
    best: tuple[float, Separator] = (0.5, "")
    for separator in SEPARATORS:
        counts = [outside_quotes(line).count(separator) for line in lines]
        if not any(counts):
            continue
        if is_header([cell.strip(' "') for cell in lines[0].split(separator)]) and counts[0]:
            return separator
        usual, times = Counter(count for count in counts if count).most_common(1)[0]
        share = sum(count > 0 for count in counts) / len(counts)
        # As much for agreeing as for being there; more cells a line win between equals.
        score = share * (0.6 + 0.4 * times / len(counts)) + min(usual, 20) / 1000
        if share > 0.5 and score > best[0]:
            best = (score, separator)
    return best[1]


def logical_lines(text: str) -> Iterator[str]:
    """Lines, those with a line break inside quotes put together."""
    parts: list[str] = []
    inside = False
    for line in text.split("\n"):
        parts.append(line)
        inside ^= line.count('"') % 2 == 1
        if not inside:
            yield "\n".join(parts)
            parts = []
    if parts:
        yield "\n".join(parts)


def outside_quotes(line: str) -> str:
    return re.sub(r'"(?:[^"]|"")*"', "", line)


def parse(text: str, separator: Separator) -> list[Row]:
    """Every row as it stands, blank ones left out but counted; raises Unreadable at a quote gone wrong."""
    if not separator:
        return parse_one_column(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                rows.append((number, tuple(cell.strip() for cell in cells)))
    except csv.Error:
        raise open_quote(number + 1) from None
    return rows


def parse_one_column(text: str) -> list[Row]:
    """A line is a row; one within quotes may go on over several. Nicknames keep theirs: "Bo" Hill."""
    rows: list[Row] = []
    cells = re.finditer(r'^[ \t]*"((?:[^"]|"")*)"[ \t]*$|^(.*)$', text, flags=re.MULTILINE)
    for number, found in enumerate(cells, start=1):
        cell = found[1].replace('""', '"') if found[1] is not None else found[2].strip()
        if found[1] is None and cell.startswith('"') and cell.count('"') % 2:
            raise open_quote(number)
        if cell.strip():
            rows.append((number, (cell.strip(),)))
    return rows


def open_quote(row: int) -> Unreadable:
    return Unreadable(
        "open-quote",
        f"In row {row} a quotation mark opens and never closes, or closes too early.",
        'Write quotation marks inside a value twice, as in "Robert ""Bob"" Hill", or leave them out.',
        row,
    )


def even_rows(rows: list[Row]) -> tuple[list[Row], list[RowProblem]]:
    """All rows as wide as the first, or as most when the first is narrow; wider ones are problems.

    Empty columns at the right, which spreadsheets leave behind, are cut off.
    """
    filled = [filled_width(cells) for _, cells in rows]
    if not filled:
        return [], []
    usual = Counter(filled).most_common(1)[0][0]
    width = max(filled[0], usual)
    if width > COLUMNS_LIMIT:
        raise too_wide(width)
    even: list[Row] = []
    problems: list[RowProblem] = []
    for (number, cells), wide in zip(rows, filled, strict=True):
        if wide <= width:
            even.append((number, (*cells, *[""] * width)[:width]))
        else:
            problems.append(
                RowProblem(
                    number,
                    "too-many-cells",
                    f"Row {number} has {wide} cells, but the table has {width} columns: are they shifted?",
                    "Put a value that holds the separator in quotation marks, or correct the row.",
                )
            )
    return even, problems


def too_wide(width: int) -> Unreadable:
    fix = "Keep only the columns with names, e-mail addresses and roles."
    return Unreadable("too-wide", f"This table has {width:,} columns; {COLUMNS_LIMIT} are possible.", fix)


def filled_width(cells: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
