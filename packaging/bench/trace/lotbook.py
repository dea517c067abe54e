"""Lotbook with the plant's history in it: founded and imported once a store, then asked."""

from __future__ import annotations

import hashlib
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from fresh import MASTER, PLACES, STATION
from serving import PEOPLE, SECRETS, folder_of, founded

from server.masters.history import HistoryImport
from server.store.schema import statements
from server.trace.graph.answers import recall
from server.trace.graph.origins import origins
from server.trace.reach import LotId
from sync.keys import Verifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from question import Question

    from server.folder import DataFolder
    from server.parts import Parts

SIGNS, NOTE = "P-QA", "import.json"


@dataclass(frozen=True)
class Made:
    """A server's data folder with the history in it."""

    path: Path
    url: str
    """Of its PostgreSQL database; empty: SQLite."""
    took_s: float
    """How long the import took, whenever that was."""
    rows: int
    server: Verifier

    def folder(self) -> DataFolder:
        """To be opened."""
        return folder_of(self.path, self.url)


def made(place: Path, history: Path, url: str, say: Callable[[str], None]) -> Made:
    """Found a server at ``place`` and import ``history``, unless both were done before."""
    note = place / NOTE
    if not fits(place):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        (place / "small.yaml").write_text(MASTER, encoding="utf-8")
        founded(place, (STATION,), PLACES, url)
        with folder_of(place / "data", url).open() as parts:
            said = {**_imported(parts, history, say), "server": parts.verifier.vkey,
                    "schema": _schema()}  # fmt: skip
            note.write_bytes(orjson.dumps(said))
    said = orjson.loads(note.read_bytes())
    server = Verifier.parse(said["server"])
    return Made(place / "data", url, said["took_s"], said["rows"], server)


def fits(place: Path) -> bool:
    """Whether a server with the history is at ``place``, its tables as this program makes them."""
    note = place / NOTE
    return note.exists() and orjson.loads(note.read_bytes()).get("schema") == _schema()


def _schema() -> str:
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()


def _imported(parts: Parts, history: Path, say: Callable[[str], None]) -> dict[str, float]:
    done, whole = [0], sum(one.stat().st_size for one in history.glob("*.csv"))

    def read(file: str, count: int) -> None:
        done[0] += count
        say(f"import: {file}, {100 * done[0] // whole} % of all")

    acting = parts.directory.unlock(PEOPLE[SIGNS][1], SECRETS[SIGNS])
    began = time.perf_counter()
    found = HistoryImport(parts.book).bring(history, acting, "bench", "to be measured", read)
    took = time.perf_counter() - began
    return {"took_s": took, "rows": sum(found.rows.values()) if found else 0}


class InProcess:
    """Lotbook's answers without HTTP (:class:`question.Peer`)."""

    def __init__(self, parts: Parts, asked: Question, name: str) -> None:
        """Over open parts."""
        self.name, self._graph = name, parts.genealogy.graph
        self._lots = asked.lots

    def forward(self, lot: int) -> bytes:
        """Every shipment line, with what a recall asks beside."""
        view = self._graph.view()
        return recall(view, view.recent.find(self._id(lot)))

    def backward(self, lot: int) -> bytes:
        """Every lot that went in."""
        view = self._graph.view()
        return origins(view, view.recent.find(self._id(lot)))

    def _id(self, lot: int) -> LotId:
        row = self._lots[lot]
        return LotId(row["item"], row["lot"])

    def close(self) -> None:
        """Nothing: the parts belong to others."""


@contextmanager
def in_process(of: Made, asked: Question, name: str) -> Iterator[tuple[InProcess, float]]:
    """Lotbook in this process, and the seconds from opening the folder to the first answer."""
    began = time.perf_counter()
    with of.folder().open() as parts:
        peer = InProcess(parts, asked, name)
        peer.backward(asked.plant.lots - 1)
        yield peer, time.perf_counter() - began


def lines_in(answer: bytes) -> list[str]:
    """The shipment lines of a forward answer, of Lotbook or of a peer."""
    found = orjson.loads(answer)
    rows = found["shipment_lines"] if isinstance(found, dict) else found
    return sorted(row["line"] for row in rows)


def lots_in(answer: bytes, lot: str) -> list[str]:
    """The lots of a backward answer but ``lot`` itself, of Lotbook or of a peer."""
    found = orjson.loads(answer)
    rows = found["lots"] if isinstance(found, dict) else found
    return sorted({row["lot"] for row in rows} - {lot})
