"""Imported history: files taken apart into rows, when they come and again from what was kept.

The files are kept as documents of kind ``history``, in pieces that end with a line, each packed by
zstd; a statement ``history.imported`` in the log names the files, their digests and their pieces.
The rows of the four tables are a projection: the same pieces give the same rows.
"""

from __future__ import annotations

import csv
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import zstandard

from server.ingest.history_rows import FILES, MOST_BAD, TABLES, Bad, Known, Sheet, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from server.log.leaves import Statement
    from server.store.protocol import Store

KIND, STATED = "history", "history.imported"
PIECE = 8 * 1024 * 1024
"""Bytes of a file in one document, before it is packed."""
SLICE = 64 * 1024
"""Characters whose rows are made together."""
MOST_ROWS = 50_000_000
"""Of one file."""
WAITING = -1
"""In ``history_files.rows``: it was stated, and its pieces are not here (a server put back)."""
_BOM = b"\xef\xbb\xbf"


class BadRows(Exception):
    """Rows that cannot be taken; nothing of the import stands."""

    def __init__(self, bad: list[Bad]) -> None:
        """At least one."""
        super().__init__(f"{bad[0].file}, line {bad[0].line}: {bad[0].code}")
        self.bad = bad


class History:
    """The rows of one import, file after file in the order of :data:`FILES`."""

    def __init__(
        self, store: Store, source: int, read: Callable[[str, int], None] = lambda _file, _n: None
    ) -> None:
        """Into ``store``, by the leaf ``source``; ``read`` is told the bytes that were taken."""
        self._store, self._source, self._read = store, source, read
        self._known = known(store)

    def take(self, file: str, pieces: Iterable[bytes]) -> int:
        """Write the rows of a file; how many. Raises BadRows with the first that are wrong."""
        head: list[str] = []
        line, count, bad = 1, 0, list[Bad]()
        for piece in pieces:
            text, wrong = _decoded(file, line, piece)
            if not head and not wrong:
                first, _, text = text.partition("\n")
                head, wrong = _head(file, first)
                line = 2
            if wrong:
                raise BadRows([*bad, *wrong])
            for some in _slices(text):
                count += self._rows(Sheet(file, some, head, line), bad)
                line += some.count("\n")
                if count > MOST_ROWS:
                    bad.append(Bad(file, line, "too-many", f"{MOST_ROWS:,}"))
                if len(bad) >= MOST_BAD or count > MOST_ROWS:
                    raise BadRows(bad[:MOST_BAD])
            self._read(file, len(piece))
        if bad:
            raise BadRows(bad)
        return count

    def _rows(self, sheet: Sheet, bad: list[Bad]) -> int:
        """Write a sheet's rows unless one was wrong before; how many there are."""
        rows = rows_of(sheet, self._known, self._source)
        bad += sheet.bad
        if rows and not bad:
            self._store.add_rows(TABLES[sheet.file], rows)
        return len(rows)


def _slices(text: str) -> Iterator[str]:
    """Whole lines, so many that their rows stay in the processor's cache."""
    start = 0
    while start < len(text):
        cut = text.rfind("\n", start, start + SLICE) + 1 or text.find("\n", start) + 1
        stop = cut or len(text)
        yield text[start:stop]
        start = stop


def known(store: Store) -> Known:
    """What earlier imports brought."""
    found = Known()
    for table in TABLES.values():
        newest = store.newest(table)
        found.counts[table] = newest["number"] + 1 if newest else 0
    for row in store.scan("history_lots"):
        found.codes[row["lot_code"]] = found.ids[row["lot_id"]] = row["number"]
    for row in store.scan("history_shipment_lines"):
        found.lines[row["line_id"]] = row["number"]
    for row in store.scan("history_serials"):
        found.serials[row["serial"]] = row["number"]
    return found


def packed(piece: bytes) -> tuple[str, bytes]:
    """A piece as it is kept: its digest and its bytes."""
    data = zstandard.ZstdCompressor(level=3).compress(piece)
    return sha256(data).hexdigest(), data


def imported(store: Store, index: int, said: Statement) -> None:
    """The fold of ``history.imported``.

    The import itself writes the rows in the same transaction, before it states them: then there is
    nothing left to do. Where pieces are not here, the files wait until they are imported again.
    """
    if store.count("history_files", idx=index):
        return
    fresh = [file for file in said.body["files"] if _wanted(store, file)]
    whole = all(_kept(store, digest) for file in fresh for digest in file["pieces"])
    if whole and _taken(store, index, fresh):
        return
    for file in fresh:
        note(store, index, file, WAITING)


def note(store: Store, index: int, file: dict[str, Any], rows: int) -> None:
    """That a file is taken, or waits."""
    row = {"sha256": file["sha256"], "idx": index, "file": file["name"], "rows": rows}
    store.put("history_files", row)


def taken(store: Store, digest: str) -> bool:
    """Whether a file of that digest was imported and its rows are here."""
    row = store.one("history_files", sha256=digest)
    return row is not None and row["rows"] != WAITING


def _wanted(store: Store, file: dict[str, Any]) -> bool:
    return not taken(store, file["sha256"])


def _taken(store: Store, index: int, files: list[dict[str, Any]]) -> bool:
    """Write the rows; False if they refer to what waits itself."""
    history = History(store, index)
    try:
        for file in files:
            note(store, index, file, history.take(file["name"], _pieces(store, file)))
    except BadRows:
        for table in TABLES.values():
            store.remove(table, source=index)
        return False
    return True


def _pieces(store: Store, file: dict[str, Any]) -> Iterator[bytes]:
    for digest in file["pieces"]:
        row = store.one("documents", sha256=digest, kind=KIND)
        if row is not None:
            yield unpacked(row["data"])


def unpacked(data: bytes) -> bytes:
    """A kept piece as it was."""
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=PIECE)


def _kept(store: Store, digest: str) -> bool:
    row = store.one("documents", sha256=digest, kind=KIND)
    return row is not None and sha256(row["data"]).hexdigest() == digest


def _decoded(file: str, line: int, piece: bytes) -> tuple[str, list[Bad]]:
    data = piece.removeprefix(_BOM) if line == 1 else piece
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        return "", [Bad(file, line + data.count(b"\n", 0, error.start), "not-utf8", "")]


def _head(file: str, line: str) -> tuple[list[str], list[Bad]]:
    """The names in the first line; others than the wanted ones may be among them."""
    wanted = FILES[file]
    try:
        head = [name.strip() for name in next(csv.reader([line.rstrip("\r")]), [])]
    except csv.Error:
        head = []
    if len(head) == len(set(head)) and set(wanted) <= set(head):
        return head, []
    return [], [Bad(file, 1, "head", ",".join(wanted))]


def in_order(names: Iterable[str]) -> list[str]:
    """Those of the four files, in the order they are read."""
    given = set(names)
    return [name for name in FILES if name in given]
