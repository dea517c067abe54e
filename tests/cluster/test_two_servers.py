"""Two real servers on one database: one writes the log, whatever happens to either."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import monotonic

import httpx
import pytest

from server import cli
from server.fsck import examine
from server.store.opening import FILE, open_store
from sync.client import HttpSyncService
from sync.faults import Fault
from tests import postgres
from tests.cluster.pair import free_port, wait_for
from tests.server.plant import PREFIX, Plant, Station, plant_at

pytestmark = pytest.mark.campaign
"""Real processes, and the time it takes to notice that one hangs."""


class Server:
    """One process, with keys and office of its own folder."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        words = [sys.executable, "-m", "server.cli", "run", "--data", str(self.data)]
        with (self.data.parent / f"{self.data.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*words, "--port", str(self.port), *more], stdout=log, stderr=log
            )

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def says(self) -> str:
        """``serves``, ``stands-by``, or why not."""
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2)
        except httpx.HTTPError as error:
            return type(error).__name__
        return "serves" if answer.status_code == 200 else str(answer.json()["code"])

    def serves(self) -> bool:
        return self.says() == "serves"

    def stands_by(self) -> bool:
        return self.says() == "stands-by"


@contextmanager
def two(tmp_path: Path) -> Iterator[tuple[Plant, str, Server, Server]]:
    """A plant whose station is approved; its address; two servers, not started."""
    with plant_at(tmp_path) as plant:
        plant.station().close()
    folder, url = plant.folder, postgres.fresh()
    assert cli.main(["move", "--data", str(folder.path), "--to", url]) == 0
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    for path in folder.path.iterdir():
        if path.is_file() and not path.name.startswith("lotbook.db"):
            shutil.copy2(path, other / path.name)
    assert (other / FILE).exists()
    with ExitStack() as stack:
        servers = Server(folder.path), Server(other)
        for one in servers:
            stack.callback(one.kill)
        yield plant, url, *servers


class Line:
    """A station that asks whichever server serves, as behind a balancer."""

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
        wait_for(first.serves, 60)
        second.start("--standby")
        wait_for(second.stands_by, 60)
        line.record(20)
        line.drain()
        with closing(line.asking(second)) as service, pytest.raises(Fault, match="server"):
            service.head(line.station.origin)
        first.kill()
        killed_s = took_over(second, 60)
        line.record(20)
        line.drain()
        first.start("--standby")
        wait_for(first.stands_by, 60)
        second.signal(signal.SIGSTOP)
        hung_s = took_over(first, 90)
        line.record(20)
        line.drain()
        second.signal(signal.SIGCONT)
        assert second.process is not None
        assert second.process.wait(60) is not None, "it ends: what it remembers is old"
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
        wait_for(lambda: first.serves() or second.serves(), 60)
        loser = second if first.serves() else first
        assert loser.process is not None
        assert loser.process.wait(60) == 1
        log = (loser.data.parent / f"{loser.data.name}.log").read_text(encoding="utf-8")
        assert "Another lotbook-server" in log
