"""Who follows the server's log by its index misses nothing, however slowly somebody commits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from server.store.opening import DATABASE
from sync.faults import Fault
from sync.protocol import Received
from sync.sqlite import reading
from tests.server.plant import Plant, Station
from tests.server.test_ingest import bytes_of, pushed
from tests.server.test_recovery import drained, site_at


class Follower:
    """Another program that reads what is committed, from where it stopped last."""

    def __init__(self, plant: Plant) -> None:
        self._path = plant.folder.path / DATABASE
        self.seen: list[tuple[int, bytes]] = []
        self.look()

    def look(self) -> int:
        """How much is new."""
        start = len(self.seen)
        asked = "SELECT idx, data FROM leaves WHERE idx >= ? ORDER BY idx"
        with reading(self._path) as connection:
            self.seen += connection.execute(asked, (start,)).fetchall()
        return len(self.seen) - start


def told(station: Station) -> None:
    """Everything the station has, pushed."""
    entries = bytes_of(station)
    assert isinstance(pushed(station, 0, entries, entries), Received)


@pytest.mark.covers("F42")
def test_a_slow_transaction_hides_nothing_from_who_reads_meanwhile(plant: Plant) -> None:
    first, second = plant.station(), plant.station("ST-02")
    first.work("JO-1")
    second.sign_in("P-OP")
    follower = Follower(plant)
    with plant.parts.store.transaction():
        told(first)
        assert follower.look() == 0, "nothing that could still be undone"
        told(second)
        assert follower.look() == 0
    assert follower.look() > first.journal.size + second.journal.size - 2

    def undone() -> None:
        with plant.parts.book.unit():
            plant.parts.book.alarm("disk-low", "undone")
            assert follower.look() == 0
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    plant.parts.book.alarm("disk-low", "kept")
    follower.look()
    leaves = plant.parts.store.rows("leaves")
    assert follower.seen == [(row["idx"], row["data"]) for row in leaves]
    assert [index for index, _ in follower.seen] == list(range(plant.parts.book.size))
    assert not any(b"undone" in data for _, data in follower.seen)


WRITER = """
import json, pathlib, sys
from sync.faults import Fault
from sync.sqlite import open_database
try:
    open_database(pathlib.Path(sys.argv[1]))
except Fault as fault:
    print(json.dumps({"code": fault.code}))
"""


@pytest.mark.covers("F42", "F43")
def test_there_is_no_second_writer(plant: Plant) -> None:
    given = [sys.executable, "-c", WRITER, str(plant.folder.path / DATABASE)]
    done = subprocess.run(given, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"code": "database-in-use"}


@pytest.mark.covers("F43")
def test_of_two_servers_that_both_went_on_a_station_believes_the_one_it_knows(
    tmp_path: Path,
) -> None:
    """A failover without a lease: both copies signed on, and one station sees both."""
    with site_at(tmp_path) as site:
        station = site.plant.station()
        station.work("JO-1")
        drained(station)
        site.backup()
        site.plant.parts.book.alarm("disk-low", "here")
        drained(station)
        before, seen = station.journal.counts(), station.witness.newest()
        site.restore()
        site.plant.parts.book.alarm("disk-low", "there")
        with pytest.raises(Fault) as caught:
            station.outbox.drain()
        assert caught.value.code in {"server-log-forked", "server-recovery"}
        assert station.journal.counts() == before
        assert station.witness.newest() == seen, "the other history is not taken over"
        station.close()
