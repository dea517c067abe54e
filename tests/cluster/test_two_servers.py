"""Two real servers on one database: one writes the log, whatever happens to either."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import pytest

from server.fsck import examine
from server.store.opening import open_store
from sync.client import HttpSyncService
from tests import postgres
from tests.cluster.pair import wait_for
from tests.cluster.servers import Server, several
from tests.server.plant import PREFIX, Plant, Station

pytestmark = pytest.mark.campaign
"""Real processes, and the time it takes to notice that one hangs."""


@contextmanager
def two(tmp_path: Path) -> Iterator[tuple[Plant, str, Server, Server]]:
    """A plant whose station is approved; its address; two servers, not started."""
    url = postgres.fresh()
    with several(tmp_path, url, ("one", "two")) as (plant, servers):
        first, second = servers
        yield plant, url, first, second


class Line:
    """A station that asks whichever server serves, as behind a balancer that knows it."""

    def __init__(self, plant: Plant, *servers: Server) -> None:
        self.station = Station(plant, f"{PREFIX}/ST-01/1", "ST-01")
        self.station.service.close()
        self.servers = servers

    def drain(self) -> None:
        station = self.station
        one = next(one for one in self.servers if one.serves())
        with closing(self.asking(one)) as station.service:
            station.observed().drain()  # with its witness: a checkpoint must continue the last

    def asking(self, one: Server) -> HttpSyncService:
        return HttpSyncService(f"http://127.0.0.1:{one.port}", self.station.signer)

    def record(self, count: int) -> None:
        for _ in range(count):
            self.station.sign_in("P-OP")


def took_over(one: Server, seconds: float) -> float:
    """How long it took, in seconds."""
    began = monotonic()
    wait_for(one.serves, seconds)
    return monotonic() - began


@pytest.mark.covers("F43")
def test_whoever_ends_or_hangs_the_other_goes_on_with_the_same_log(tmp_path: Path) -> None:
    with two(tmp_path) as (plant, url, first, second):
        line = Line(plant, first, second)
        first.start("--standby")
        wait_for(first.serves, 240)
        second.start("--standby")
        wait_for(second.passes_on, 240)
        line.record(20)
        line.drain()
        with closing(line.asking(second)) as service:
            assert service.head(line.station.origin).size == line.station.journal.size
        first.kill()
        killed_s = took_over(second, 240)
        line.record(20)
        line.drain()
        first.start("--standby")
        wait_for(first.passes_on, 240)
        second.signal(signal.SIGSTOP)
        hung_s = took_over(first, 240)
        line.record(20)
        line.drain()
        second.signal(signal.SIGCONT)
        assert second.process is not None
        assert second.process.wait(240) is not None, "it ends: what it remembers is old"
        line.drain()
        assert line.station.journal.counts().witnessed >= 60
        print(f"took over after {killed_s:.1f} s (killed), {hung_s:.1f} s (hung)")  # noqa: T201
        first.kill()
        with closing(open_store(first.data, url)) as store:
            sizes = [int(row["size"]) for row in store.rows("checkpoints")]
            assert sizes == sorted(set(sizes))
        with plant.folder.open() as parts:
            assert examine(parts) == []
            assert parts.ingest.head(line.station.origin).size == line.station.journal.size
        line.station.database.close()


@pytest.mark.covers("F43")
def test_of_two_started_at_once_one_is_refused(tmp_path: Path) -> None:
    with two(tmp_path) as (_plant, _url, first, second):
        first.start()
        second.start()
        wait_for(lambda: first.serves() or second.serves(), 240)
        loser = second if first.serves() else first
        assert loser.process is not None
        assert loser.process.wait(240) == 1
        log = (loser.data.parent / f"{loser.data.name}.log").read_text(encoding="utf-8")
        assert "Another lotbook-server" in log
