"""A real server process over its own data folder, with stations enrolled in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import nacl.utils

from server.folder import DataFolder
from server.plan import read_plan
from sync.client import HttpSyncService
from sync.clock import SystemClock
from sync.keys import TEST_COST, TestSigner, Verifier
from sync.protocol import Enrolment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PREFIX = "bench.lotbook/S1"
PEOPLE = {"P-ADM": ("administrator", "LB:ID:ADM"), "P-QA": ("quality", "LB:ID:QA")}
PLAN = """
version: 1
demo: true
domain: bench.lotbook
site: S1
place: {enterprise: Bench, site: Bench, area: Room, work_center: Center,
        work_units: {WU-10: {en: Weighing, zh_CN: 称重}}}
stations:
STATIONS
founders: [P-ADM, P-QA]
people:
  - {id: P-ADM, name: Ada, classes: [administrator], badge: "LB:ID:ADM", secret: secret-of-adm-1,
     identity: {document: passport, checked_by: P-QA}}
  - {id: P-QA, name: Quin, classes: [quality], badge: "LB:ID:QA", secret: secret-of-qa-01,
     identity: {document: passport, checked_by: P-ADM}}
"""
SECRETS = {"P-ADM": "secret-of-adm-1", "P-QA": "secret-of-qa-01"}
STATIONS = ("ST-01", "ST-02")


class Served:
    """The running server: where it answers, who it is, what it has used of the processor."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, verifier: Verifier) -> None:
        """Of a process."""
        self.url, self.port = f"http://127.0.0.1:{port}", port
        self.verifier, self._process = verifier, process

    def cpu_s(self) -> float:
        """Seconds of processor time, user and system."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def memory_peak(self) -> int:
        """Bytes of memory that the process held at most (resident set)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def service(self, signer: TestSigner) -> HttpSyncService:
        """A station's line to it."""
        return HttpSyncService(self.url, signer)


def signer_of(station: str) -> TestSigner:
    """A bench station's key."""
    return TestSigner(f"{PREFIX}/{station}/1")


def founded(
    path: Path, stations: Sequence[str] = STATIONS, more: str = "", database: str = ""
) -> Verifier:
    """Found a server in ``path / "data"`` with its stations enrolled; its public key.

    ``more``: lines of the plan besides, whose files lie in ``path``; ``database``: the address of
    its PostgreSQL, SQLite without.
    """
    path.mkdir(parents=True, exist_ok=True)
    listed = "\n".join(f"  - {{id: {station}, work_units: [WU-10]}}" for station in stations)
    (path / "plan.yaml").write_text(PLAN.replace("STATIONS", listed) + more, encoding="utf-8")
    folder = folder_of(path / "data", database)
    folder.init(read_plan(path / "plan.yaml"), path, {})
    with folder.open() as parts:
        both = [parts.directory.unlock(PEOPLE[one][1], SECRETS[one]) for one in PEOPLE]
        for station in stations:
            signer = signer_of(station)
            parts.stations.request(Enrolment.make(station, signer.name, signer))
            for acting in both:
                parts.stations.approve(station, acting)
        return parts.verifier


def folder_of(data: Path, database: str = "") -> DataFolder:
    """A bench server's data folder, to be founded or opened."""
    folder = DataFolder(data, SystemClock(), nacl.utils.random, TEST_COST)
    folder.database = database
    return folder


@contextmanager
def served(path: Path, stations: Sequence[str] = STATIONS) -> Iterator[Served]:
    """Found and run a server in ``path`` until the end."""
    verifier = founded(path, stations)
    with running(path / "data", verifier) as one:
        yield one


@contextmanager
def running(data: Path, verifier: Verifier, patience_s: float = 60) -> Iterator[Served]:
    """The server of a data folder, from when it listens until the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "server.cli", "run", "--data", str(data),
               "--port", str(port)]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait(process, port, patience_s)
            yield Served(process, port, verifier)
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], port: int, patience_s: float) -> None:
    """Until somebody listens: looked at every 5 ms, so that the start-up is not rounded."""
    began = time.perf_counter()
    while process.poll() is None and time.perf_counter() - began < patience_s:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return
    message = "the server did not start"
    raise SystemExit(message)
