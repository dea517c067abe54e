"""Between station and server: signed nonsense pushed, and garbage answered.

A push that the station's key signed is never refused, whatever its entries hold; an answer that
the server's key did not sign never counts as a receipt.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

import httpx

from forms.codec import KINDS
from sync import canonical
from sync.checkpoint import Checkpoint
from sync.client import HttpSyncService
from sync.faults import FAULTS, Fault
from sync.framing import ENTRIES_TYPE
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.merkle import CompactRange, leaf_hash
from sync.outbox import Outbox
from sync.protocol import JSON_TYPE, PACK_TYPE, Received
from sync.sqlite import open_database
from sync.testing import ManualClock
from sync.witness import Witness
from tests.fuzz.doors import samples
from tests.fuzz.doors.plants import lasting_plant
from tests.fuzz.json_trees import JsonTrees
from tests.fuzz.mutator import Mutator
from tests.fuzz.target import Check, Inputs, Target, same
from tests.server.plant import PREFIX

PUSHED = f"{PREFIX}/ST-01/1"


def entries(chance: Random) -> Inputs:
    """Entries of every kind, hurt; mostly in an envelope that is right for the next index."""
    grown = JsonTrees(
        chance, [{"kind": kind, "body": body} for kind, body in samples.bodies(KINDS)]
    )
    raw = Mutator(chance, samples.ENTRIES)

    def give() -> bytes:
        if chance.random() < 0.15:
            return raw.next()[: canonical.ENTRY_LIMIT] or b"x"
        tree: Any = grown.tree()
        known = isinstance(tree, dict)
        entry = {**samples.ENTRY, "origin": PUSHED, **(tree if known else {"body": tree})}
        return grown.spelled(entry)[: canonical.ENTRY_LIMIT]

    return give


def pushes() -> Check:
    """Signed, gapless and at most 65,535 bytes long: it is taken, and a receipt comes."""
    plant = lasting_plant()
    station = plant.station()
    range_, stored = CompactRange(), 0

    def check(data: bytes) -> bool:
        nonlocal stored
        # the index in the envelope is right more often than not
        data = data.replace(b'"index":1,', b'"index":%d,' % stored, 1)[: canonical.ENTRY_LIMIT]
        range_.append(leaf_hash(data))
        head = Checkpoint(PUSHED, stored + 1, range_.root()).sign(station.signer)
        answer = station.service.push(PUSHED, stored, (data,), head)
        same("signed evidence is taken", isinstance(answer, Received), True)
        stored += 1
        if stored % 50 == 0:
            kept = station.service.pull(PUSHED, stored - 1, stored)
            same("byte for byte", kept, (data,))
        return not plant.parts.store.one("quarantine", origin=PUSHED, idx=stored - 1)

    return check


class Garbage(httpx.BaseTransport):
    """Opens sessions as a server would, and answers everything else with ``data``."""

    def __init__(self) -> None:
        """With nothing to answer yet."""
        self.data = b""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer."""
        path = request.url.path
        if path.startswith("/station-sessions"):
            at = 6 if path.endswith("challenge") else 7
            return self._answer(200, JSON_TYPE, json.dumps(samples.MESSAGES[at]).encode())
        first, second, body = self.data[:1], self.data[1:2], self.data[2:]
        status = _STATUSES[int.from_bytes(first, "big") % len(_STATUSES)]
        return self._answer(status, _TYPES[int.from_bytes(second, "big") % len(_TYPES)], body)

    def _answer(self, status: int, kind: str, body: bytes) -> httpx.Response:
        return httpx.Response(status, headers={"content-type": kind}, content=body)


_STATUSES = (200, 200, 200, 200, 204, 301, 304, 400, 401, 403, 409, 409, 413, 429, 500, 503)
_TYPES = (JSON_TYPE, JSON_TYPE, JSON_TYPE, "text/plain", ENTRIES_TYPE, PACK_TYPE, "text/html")


def answers(chance: Random) -> Inputs:
    """A status, a type, and a message or note, hurt."""
    grown = JsonTrees(chance, [*samples.MESSAGES, _AGREED, _AGREED])
    raw = Mutator(chance, [*samples.NOTES, b"<html>portal</html>"])

    def give() -> bytes:
        body = grown.next() if chance.random() < 0.8 else raw.next()
        return bytes((chance.randrange(16), chance.randrange(7))) + body

    return give


_EMPTY = CompactRange().root().hex()
_AGREED = {"answer": "head", "size": 0, "root": _EMPTY, "server_time": samples.TIME, "receipt": ""}


def outbox() -> Check:
    """Whatever is answered: a Fault of the catalogue or nothing, and nothing counts as accepted."""
    clock, transport = ManualClock(), Garbage()
    database = open_database(":memory:")
    journal = Journal(database, samples.ORIGIN, samples.STATION, clock)
    journal.append("test.entry", {"n": 1})
    server = Verifier.of(TestSigner("lotbook.test/S1/log", "server"))
    service = HttpSyncService("http://server", samples.STATION, transport=transport)
    witness = Witness(database, server, samples.STATION, clock)
    box = Outbox(journal, service, server, witness=witness)

    def check(data: bytes) -> bool:
        transport.data = data
        accepted = True
        for door in (box.drain, lambda: service.work_pack(""), lambda: service.pull("a", 0, 1)):
            try:
                door()
            except Fault as fault:
                same("a code of the catalogue", fault.code in FAULTS, True)
                accepted = False
        same("nothing accepted", journal.counts().accepted, 0)
        return accepted

    return check


TARGETS = (
    Target("pushes", 2, entries, pushes, 3_000),
    Target("outbox-answers", 3, answers, outbox, 3_000),
)
