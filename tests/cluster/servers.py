"""Real server processes on one database, and stations that ask any of them."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import cycle
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx

from server import cli
from server.store.opening import FILE
from sync.client import HttpSyncService
from sync.faults import Fault
from sync.merkle import leaf_hash
from tests.cluster.pair import free_port, wait_for
from tests.server.plant import PREFIX, Plant, Station, plant_at

QUICK = httpx.Timeout(8.0, connect=2.0)
"""For a station of a test: so that one that hangs does not take the time of the test."""


class Server:
    """One process, with keys and office of its own folder."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *more: str) -> None:
        words = [sys.executable, "-m", "server.cli", "run", "--data", str(self.data)]
        words += ["--port", str(self.port), "--name", self.data.name]
        with (self.data.parent / f"{self.data.name}.log").open("ab") as log:
            self.process = subprocess.Popen([*words, *more], stdout=log, stderr=log)

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """As a service manager does: told to, and waited for."""
        self.signal(signal.SIGTERM)
        assert self.process is not None
        assert self.process.wait(30) == 0
        self.process = None

    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def says(self, timeout: float = 5) -> str:
        """``serves``, ``passes-on``, or why not."""
        try:
            answer = httpx.get(f"{self.url}/healthz", timeout=timeout)
        except httpx.HTTPError as error:
            return type(error).__name__
        if answer.status_code != 200:
            return str(answer.json()["code"])
        return "passes-on" if "via" in answer.headers else "serves"

    def serves(self) -> bool:
        return self.says() == "serves"

    def passes_on(self) -> bool:
        return self.says() == "passes-on"

    def log(self) -> str:
        return (self.data.parent / f"{self.data.name}.log").read_text(encoding="utf-8")


@contextmanager
def several(
    tmp_path: Path, url: str, names: Sequence[str], stations: Sequence[str] = ("ST-01",)
) -> Iterator[tuple[Plant, list[Server]]]:
    """A plant moved to ``url``, its stations approved; a server for each name, not started."""
    with plant_at(tmp_path) as plant:
        for one in stations:
            plant.station(one).close()
    folder = plant.folder
    assert cli.main(["move", "--data", str(folder.path), "--to", url]) == 0
    assert (folder.path / FILE).exists()
    with ExitStack() as stack:
        servers = []
        for name in names:
            servers.append(Server(copied(folder.path, tmp_path / name)))
            stack.callback(servers[-1].kill)
        yield plant, servers


def copied(data: Path, other: Path) -> Path:
    """A data folder of one's own, as the guide says it is made."""
    other.mkdir(mode=0o700)
    for path in data.iterdir():
        if path.is_file() and not path.name.startswith("lotbook.db"):
            shutil.copy2(path, other / path.name)
    return other


def serving(servers: Sequence[Server]) -> Server | None:
    """Which one serves."""
    return next((one for one in servers if one.lives() and one.says(1) == "serves"), None)


class Crowd(threading.Thread):
    """A station that records and sends without end, to one server after the other."""

    def __init__(self, plant: Plant, name: str, urls: Sequence[str]) -> None:
        super().__init__(name=name)
        self.plant, self.station_name, self.urls = plant, name, cycle(urls)
        self.ends, self.pauses = threading.Event(), threading.Event()
        self.paused = threading.Event()
        self.acknowledged: list[str] = []
        """Leaf hashes, hex, of what the station holds a receipt of."""
        self.recorded, self.troubles = 0, 0
        self.answered_at: list[float] = []
        """When something was acknowledged (monotonic)."""
        self.codes: set[str] = set()

    def run(self) -> None:
        station = Station(self.plant, f"{PREFIX}/{self.station_name}/1", self.station_name)
        station.service.close()
        while not self.ends.is_set():
            if self.pauses.is_set():
                self.paused.set()
                sleep(0.05)
                continue
            self.paused.clear()
            for _ in range(3):
                station.sign_in("P-OP")
            self.send(station)
            sleep(0.05)  # the servers need the machine, too
        for _ in range(60):  # and at the end everything arrives
            if self.send(station):
                break
            sleep(0.5)
        self.recorded = station.journal.size
        station.database.close()

    def send(self, station: Station) -> bool:
        """Whether all of it is acknowledged."""
        service = HttpSyncService(next(self.urls), station.signer, timeout=QUICK)
        try:
            with closing(service) as station.service:
                station.observed().drain()
        except Fault as fault:
            self.troubles += 1
            self.codes.add(fault.code)
            sleep(0.1)
        count = station.journal.counts().accepted
        new = station.journal.entries(len(self.acknowledged), count)
        if count > len(self.acknowledged):
            self.answered_at.append(monotonic())
        self.acknowledged += [leaf_hash(one.data).hex() for one in new]
        return count == station.journal.size

    @property
    def silence(self) -> float:
        """The longest time, in seconds, between two acknowledgements."""
        pairs = zip(self.answered_at, self.answered_at[1:], strict=False)
        return max((late - soon for soon, late in pairs), default=0.0)


@contextmanager
def crowd(plant: Plant, names: Sequence[str], servers: Sequence[Server]) -> Iterator[list[Crowd]]:
    """Stations at work, each of them asking all servers by turns."""
    urls = [one.url for one in servers]
    made = [Crowd(plant, name, urls[at % len(urls) :] + urls) for at, name in enumerate(names)]
    for one in made:
        one.start()
    try:
        yield made
    finally:
        for one in made:
            one.ends.set()
        for one in made:
            one.join(120)
            assert not one.is_alive()


def asked(server: Server, seconds: float) -> list[str]:
    """What a server says again and again, until it is gone or the time is over."""
    said, until = [], monotonic() + seconds
    while server.lives() and monotonic() < until:
        said.append(server.says(2))
    return said


def served_by(servers: Sequence[Server], but: Any = None, seconds: float = 240) -> Server:  # noqa: ANN401
    """Who serves, once it is another one."""
    found: list[Server] = []

    def look() -> bool:
        now = serving([one for one in servers if one is not but])
        found.extend([now] if now else [])
        return now is not None

    wait_for(look, seconds)
    return found[-1]
