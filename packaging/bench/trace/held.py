"""A recall in earnest: from the suspect lot to the list, and to the hold at every online station.

The stations are as many threads with the real client. Each goes its rounds as a station does, and
has the hold when it is in the WorkPack that it fetched and opened.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from fresh import ITEM, LOT, Worker
from serving import PEOPLE, signer_of
from wire_trace import WHO, Online

from forms.codec import decode_work_pack
from forms.terms import LotStatus
from sync.faults import Fault
from sync.signed_pack import open_pack
from terminal.link import POLL_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from question import Question
    from rounds import Asked
    from serving import Served

STATIONS = tuple(f"ON-{number:02d}" for number in range(1, 21))
PATIENCE_S = 120.0


class Held(NamedTuple):
    """Seconds from when the recall was asked for."""

    listed_s: float
    """Until the list of every shipment line was here."""
    stations_s: list[float]
    """Until each station had the hold."""
    lines: tuple[int, int]
    """Shipment lines listed, and those that are true."""


class Station(threading.Thread):
    """An online station: it asks the server for its head and for work documents, and waits."""

    def __init__(self, name: str, served: Served, begin_s: float, over: threading.Event) -> None:
        """Not begun; its first round is after ``begin_s``."""
        super().__init__(name=name, daemon=True)
        signer = signer_of(name)
        self._service, self._origin = served.service(signer), signer.name
        self._verifier, self._begin_s, self._over = served.verifier, begin_s, over
        self._have = ""
        self.held_at: float | None = None
        self.online = threading.Event()

    def run(self) -> None:
        """Rounds until it is over. A fault ends the thread: then the hold never comes."""
        self._over.wait(self._begin_s)
        while not self._over.is_set():
            self._service.head(self._origin)
            signed = self._service.work_pack(self._have)
            if signed is not None:
                self._take(signed)
            self.online.set()
            self._over.wait(POLL_S)
        self._service.close()

    def _take(self, signed: bytes) -> None:
        pack = open_pack(signed, self._verifier)
        self._have = pack.sha256
        lots = decode_work_pack(pack.content).lots
        held = any((one.item, one.lot, one.status) == (ITEM, LOT, LotStatus.HOLD) for one in lots)
        if held and self.held_at is None:
            self.held_at = time.perf_counter()


def held(line: Online, asked: Question, questions: Asked, place: Path) -> Held | None:
    """Open a recall of a lot used nearly everywhere; None if each was recalled in earlier runs.

    None also where the hold of an earlier run reaches what the stations look at already.
    """
    suspects = [one for one in questions.forward[:3] if not _recalled(line, asked, one[0])]
    if not suspects:
        return None
    lot, truth = suspects[0]
    for name in STATIONS:
        _enrolled(line, asked, name)
    worker = Worker(place, line.served)
    worker.consume(asked.lots[lot]["item"], asked.lots[lot]["lot"])  # at work with it just now
    worker.close()
    over, apart = threading.Event(), POLL_S / len(STATIONS)
    stations = [Station(name, line.served, n * apart, over) for n, name in enumerate(STATIONS)]
    for one in stations:
        one.start()
    try:
        _all(lambda: all(one.online.is_set() for one in stations), "a station is not online")
        if any(one.held_at for one in stations):
            return None
        began = time.perf_counter()
        rows = _opened(line, asked, lot)
        listed = time.perf_counter() - began
        _all(lambda: all(one.held_at for one in stations), "a station has not got the hold")
    finally:
        over.set()
    took = [one.held_at - began for one in stations if one.held_at is not None]
    return Held(listed, sorted(took), (rows, len(truth)))


def _recalled(line: Online, asked: Question, lot: int) -> bool:
    cases = line.get("/api/recalls")
    return any(
        not case["drill"] and case["cause"].get("lot") == asked.lots[lot]["lot"] for case in cases
    )


def _opened(line: Online, asked: Question, lot: int) -> int:
    """Open the case and fetch its list; how many lines that has."""
    suspect = asked.lots[lot]
    cause = {"suspect": "lot", "item": suspect["item"], "lot": suspect["lot"]}
    body = {**line.credentials, "reason": "bench", "cause": cause, "depth": "consumer"}
    case = line.post("/api/recalls", body)["case"]["id"]
    return line.ask("GET", f"/api/recalls/{case}/lines.csv").count(b"\n") - 1


def _enrolled(line: Online, asked: Question, name: str) -> None:
    """A station of that name, enrolled unless an earlier run did that."""
    service = line.served.service(signer_of(name))
    try:
        service.work_pack("")
    except Fault:
        service.enrol(name)
        for who in PEOPLE:
            person = line if who == WHO else Online(line.served, asked, line.name, who)
            person.post(f"/api/stations/{name}/approvals", person.credentials)
            if person is not line:
                person.close()
    finally:
        service.close()


def _all(done: Callable[[], bool], why: str) -> None:
    """Wait until it is so; SystemExit after long."""
    until = time.perf_counter() + PATIENCE_S
    while not done():
        if time.perf_counter() > until:
            raise SystemExit(why)
        time.sleep(0.005)
