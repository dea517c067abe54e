"""A server is killed between the writes of a batch, and between commit and answer: exactly once."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from server.fsck import examine
from sync.client import HttpSyncService
from sync.faults import Fault
from sync.merkle import leaf_hash
from tests.crash.killed import Mortal
from tests.server.plant import plant_at

CODES = {"server-unreachable", "answer-lost"}
"""All that a station may hear of it."""


def lived_through(path: Path, kills: int, seed: int) -> Mortal:
    """A station records and sends while the server is killed so often; then it all is there."""
    chance = Random(seed)
    with plant_at(path) as plant:
        station = plant.station()
        station.outbox.drain()
        station.service.close()
    line, codes = Mortal(plant.folder, chance), set[str]()
    acknowledged: list[str] = []

    def drained() -> None:
        try:
            station.observed().drain()
        except Fault as fault:
            codes.add(fault.code)
        count = station.journal.counts().accepted
        new = station.journal.entries(len(acknowledged), count)
        acknowledged.extend(leaf_hash(one.data).hex() for one in new)

    with closing(HttpSyncService("http://server", station.signer, transport=line)) as service:
        station.service = service
        while line.deaths < kills:
            plant.clock.pass_(1)
            for _ in range(chance.randint(1, 4)):
                station.sign_in("P-OP")
            drained()
        line.immortal = True
        line.close()
        drained()
    assert codes <= CODES
    assert len(acknowledged) == station.journal.size
    with plant.folder.open() as parts:
        rows = parts.store.rows("entries", origin=station.origin)
        assert [row["leaf"] for row in rows] == acknowledged, "each once, in its place"
        assert parts.store.count("leaves", kind="entry") == parts.store.count("entries")
        assert examine(parts) == []
        assert not parts.book.recovery
    station.database.close()
    return line


@pytest.mark.covers("F40", "A36")
def test_a_server_that_is_killed_over_and_over_has_every_record_once(tmp_path: Path) -> None:
    line = lived_through(tmp_path, 6, 40)
    assert 0 < line.unanswered < line.deaths == 6


@pytest.mark.campaign
@pytest.mark.timeout(3_600)
@pytest.mark.covers("F40", "A36")
def test_a_thousand_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    line = lived_through(tmp_path, 1_000, 41)
    sys.stderr.write(f"\n{line.deaths} kills, {line.unanswered} between commit and answer\n")
    assert line.unanswered >= 150
