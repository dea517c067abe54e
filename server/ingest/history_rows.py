"""Rows of imported history out of a piece of a file: checked column by column, named by line.

Pure: a piece's text and what is known so far, to the rows of a table or to what is wrong with it.
A million rows are checked in seconds because each check looks at a whole column.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

FILES: dict[str, tuple[str, ...]] = {
    "lots.csv": ("lot_id", "lot_code", "item", "level", "supplier", "time"),
    "shipment_lines.csv": ("line_id", "lot_code", "shipment", "customer", "qty", "time"),
    "edges.csv": ("parent_lot", "child_lot", "quantity", "event_time"),
    "serials.csv": ("serial", "lot_code", "line_id"),
}
"""Columns by file, in the order the files are read: what is referred to comes first."""
TABLES = {name: "history_" + name.removesuffix(".csv") for name in FILES}
MAY_BE_EMPTY = frozenset({("lots.csv", "supplier"), ("lots.csv", "time"), ("lots.csv", "level"),
                          ("serials.csv", "line_id")})  # fmt: skip
MOST_BAD = 20
"""Rows that are named; a file of another kind is wrong everywhere."""
LONGEST_LINE, LONGEST_FIELD = 4_096, 200
"""Characters."""
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE
)
_QUANTITY = re.compile(r"\d{1,18}(\.\d{1,12})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Bad(NamedTuple):
    """What is wrong in a line of a file."""

    file: str
    line: int
    code: str
    """Of :data:`server.sayings_history.WRONG`."""
    text: str
    """The column or the value meant."""


@dataclass
class Known:
    """What was read so far: the numbers of lots and lines, and how many rows each table has."""

    codes: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    serials: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    by_id: bool | None = None
    """Whether ``edges.csv`` names lots by ``lot_id``: as its first row does."""


class Sheet:
    """A piece of a file, by columns."""

    def __init__(self, file: str, text: str, head: Sequence[str], first_line: int) -> None:
        """``text``: whole lines without the head; ``first_line``: the number of the first."""
        self.file, self._first, self.bad = file, first_line, list[Bad]()
        self.columns: dict[str, Sequence[str]] = {}
        rows = self._read(text, len(head))
        self.count = 0 if self.bad else len(rows)
        if rows and not self.bad:
            self.columns = dict(zip(head, zip(*rows, strict=True), strict=True))
            self._check_fields()

    def _read(self, text: str, width: int) -> list[list[str]]:
        if not text.strip():
            return []
        lines = text.rstrip("\r\n").split("\n")  # not splitlines: it knows more ends than CSV
        self.wrong("line-long", (n for n, one in enumerate(lines) if len(one) > LONGEST_LINE))
        if found := _CONTROL.search(text):
            self.wrong("control", [text.count("\n", 0, found.start())])
        if self.bad:
            return []
        reader, rows = csv.reader(lines, strict=True), list[list[str]]()
        try:
            rows.extend(reader)
        except csv.Error as error:
            self.wrong("quotes", [len(rows)], str(error))
            return []
        if len(rows) != len(lines):
            over = (n for n, row in enumerate(rows) if any("\n" in one for one in row))
            self.wrong("quotes", [next(over, len(rows) - 1)])
            return []
        self.wrong("width", (n for n, row in enumerate(rows) if len(row) != width), str(width))
        return rows

    def _check_fields(self) -> None:
        for name, column in self.columns.items():
            if "" in column and (self.file, name) not in MAY_BE_EMPTY:
                self.wrong("empty", (n for n, one in enumerate(column) if not one), name)
            if max(map(len, column)) > LONGEST_FIELD:
                long = (n for n, one in enumerate(column) if len(one) > LONGEST_FIELD)
                self.wrong("field-long", long, name)

    def wrong(self, code: str, places: Iterable[int], text: str = "") -> None:
        """Name the rows at ``places``, the first of them at least."""
        for place in islice(places, MOST_BAD):
            self.bad.append(Bad(self.file, self._first + place, code, text))

    def names(self, name: str, known: Mapping[str, int], code: str) -> list[int | None]:
        """Numbers of what a column refers to; None where it may be empty and is."""
        column = self.columns[name]
        found = list(map(known.get, column))
        if None in found:
            empty = {""} if (self.file, name) in MAY_BE_EMPTY else set()
            pairs = enumerate(zip(column, found, strict=True))
            places = (n for n, (text, number) in pairs if number is None and text not in empty)
            for place in islice(places, MOST_BAD):
                self.wrong(code, [place], column[place])
        return found

    def fresh(self, name: str, known: dict[str, int], first: int) -> None:
        """Number what a column introduces; none may have been there before."""
        column, before = self.columns[name], len(known)
        overlap = known.keys() & set(column)
        known.update(zip(column, range(first, first + len(column)), strict=True))
        if len(known) == before + len(column):
            return
        for place, text in enumerate(column):
            if text in overlap and len(self.bad) < MOST_BAD:
                self.wrong("twice", [place], text)
            overlap.add(text)

    def each(self, name: str, code: str, of: Callable[[str], str | None]) -> list[str]:
        """A column through ``of``; None means it is wrong."""
        column = self.columns[name]
        found = list(map(of, column))
        if None in found:
            for place in islice((n for n, one in enumerate(found) if one is None), MOST_BAD):
                self.wrong(code, [place], column[place])
        return [one or "" for one in found]


@lru_cache(maxsize=65_536)  # times and amounts repeat
def time_of(text: str) -> str | None:
    """The time as RFC 3339; one without a zone is UTC; empty stays empty; None if it is none."""
    if not text:
        return ""
    if not _TIME.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if found.tzinfo is None:
        return f"{found.isoformat()}+00:00"
    return text.replace(" ", "T").upper()


@lru_cache(maxsize=65_536)
def quantity_of(text: str) -> str | None:
    """The amount as decimal text; None if it is none."""
    return text if _QUANTITY.fullmatch(text) else None


def _lots(sheet: Sheet, known: Known, first: int) -> list[Sequence[object]]:
    times = sheet.each("time", "time", time_of)
    sheet.fresh("lot_id", known.ids, first)
    sheet.fresh("lot_code", known.codes, first)
    column = sheet.columns
    return [column["lot_id"], column["lot_code"], column["item"], column["level"],
            column["supplier"], times]  # fmt: skip


def _lines(sheet: Sheet, known: Known, first: int) -> list[Sequence[object]]:
    lots = sheet.names("lot_code", known.codes, "lot-unknown")
    amounts = sheet.each("qty", "quantity", quantity_of)
    times = sheet.each("time", "time", time_of)
    sheet.fresh("line_id", known.lines, first)
    column = sheet.columns
    return [column["line_id"], lots, column["shipment"], column["customer"], amounts, times]


def _edges(sheet: Sheet, known: Known, _first: int) -> list[Sequence[object]]:
    if known.by_id is None:
        known.by_id = sheet.columns["parent_lot"][0] in known.ids
    numbers = known.ids if known.by_id else known.codes
    parents = sheet.names("parent_lot", numbers, "lot-unknown")
    children = sheet.names("child_lot", numbers, "lot-unknown")
    same = (n for n, (a, b) in enumerate(zip(parents, children, strict=True)) if a == b)
    for place in islice((n for n in same if parents[n] is not None), MOST_BAD):
        sheet.wrong("itself", [place], sheet.columns["child_lot"][place])
    amounts = sheet.each("quantity", "quantity", quantity_of)
    return [parents, children, amounts, sheet.each("event_time", "time", time_of)]


def _serials(sheet: Sheet, known: Known, first: int) -> list[Sequence[object]]:
    lots = sheet.names("lot_code", known.codes, "lot-unknown")
    lines = sheet.names("line_id", known.lines, "line-unknown")
    sheet.fresh("serial", known.serials, first)
    return [sheet.columns["serial"], lots, lines]


_COLUMNS: dict[str, Callable[[Sheet, Known, int], list[Sequence[object]]]] = {
    "lots.csv": _lots,
    "shipment_lines.csv": _lines,
    "edges.csv": _edges,
    "serials.csv": _serials,
}


def rows_of(sheet: Sheet, known: Known, source: int) -> list[tuple[Any, ...]]:
    """The rows of the file's table, numbered on; ``sheet.bad`` says what is wrong instead."""
    if sheet.bad or not sheet.count:
        return []
    table = TABLES[sheet.file]
    first = known.counts.get(table, 0)
    columns = _COLUMNS[sheet.file](sheet, known, first)
    if sheet.bad:
        return []
    known.counts[table] = first + sheet.count
    numbers = range(first, first + sheet.count)
    return list(zip(numbers, *columns, [source] * sheet.count, strict=True))
