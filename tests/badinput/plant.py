"""A small plant of the real programs: founded once with cheap secrets, copied for each test."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nacl.utils
from ruamel.yaml import YAML

from devices.sim.bench import Bench
from server.folder import DataFolder
from server.fsck import examine
from server.plan import read_plan
from sync.clock import SystemClock
from sync.inbox import Inbox
from sync.journal import Journal
from sync.keys import TEST_COST, FileSigner, Signer, Verifier
from sync.protocol import Enrolment
from sync.sqlite import open_database
from terminal.config import read_config
from terminal.enrol import KEY_FILE, station_key
from terminal.machine import machine_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.parts import Parts

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "packaging" / "demo"
PLAN = DEMO / "plan.yaml"
ORIGIN = "lotbook.demo/S1/ST-01/1"
OPERATOR, ADMINISTRATOR, QUALITY = "P-100", "P-400", "P-300"
LANGUAGES = ("en", "zh_CN")
Screen = dict[str, Any]


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def credentials(person: str) -> dict[str, str]:
    """Badge and secret of one of the demo's people."""
    plan = YAML(typ="safe").load(PLAN.read_text(encoding="utf-8"))
    found = next(one for one in plan["people"] if one["id"] == person)
    return {"badge": found["badge"], "secret": found["secret"]}


def program(name: str) -> list[str]:
    """One of our programs in this environment."""
    return [str(Path(sys.executable).with_name(name))]


def environment(language: str = "en") -> dict[str, str]:
    """Offscreen, in that language."""
    lang = "zh_CN.UTF-8" if language == "zh_CN" else "C.UTF-8"
    return {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "LANG": lang, "LC_ALL": lang,
    }  # fmt: skip


@dataclass
class Site:
    """A server's folder and a station's folder that belong together."""

    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def server(self) -> Path:
        return self.folder / "server"

    @property
    def station(self) -> Path:
        return self.folder / "station"

    @property
    def config(self) -> Path:
        return self.folder / "station.toml"

    @property
    def database(self) -> Path:
        return self.station / "station.db"

    def data_folder(self) -> DataFolder:
        return DataFolder(self.server, SystemClock(), nacl.utils.random, TEST_COST)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def vkey(self) -> str:
        lines = (self.server / "keys.txt").read_text(encoding="utf-8").splitlines()
        return next(line.split()[2] for line in lines if line.startswith("server "))

    def write_config(self, language: str = "en", *, instruments: bool = True) -> None:
        """The station's file; without instruments it needs no bench."""
        text = (DEMO / "station.toml").read_text(encoding="utf-8")
        head, *rest = text.split("[[instruments]]")
        wanted = [part for part in rest if instruments and "dir:" not in part]
        text = "[[instruments]]".join([head, *wanted])
        facts = {
            "url": f"http://127.0.0.1:{self.port}",
            "vkey": self.vkey(),
            "data": str(self.station),
            "bench": str(self.folder / "bench"),
        }
        for key, value in facts.items():
            text = text.replace("{" + key + "}", value)
        # The small disks of these tests have no room to keep a reserve.
        given = f'language = "{language}"\ndisk_reserve_mib = 0'
        text = text.replace('language = "en"', given)
        self.config.write_text(text, encoding="utf-8")

    # --- founding ------------------------------------------------------------------------------

    def found(self, guest: Site | None = None) -> None:
        """Server and station, enrolled by two persons, with its work documents.

        With ``guest``, its station is the one that is enrolled here.
        """
        self.data_folder().init(read_plan(PLAN), DEMO, {})
        self.write_config()
        signer = station_key(read_config((guest or self).config), machine_secret())
        with self.data_folder().open() as parts:
            self._enrol(parts, signer)
            row = parts.packs.current(parts.stations.by_origin(ORIGIN))
        if guest is not None:
            return
        with self.journal() as journal:
            Inbox(journal._database, self._verifier()).accept(row["signed"])

    def _enrol(self, parts: Parts, signer: Signer) -> None:
        parts.stations.request(Enrolment.make("ST-01", ORIGIN, signer))
        for person in (ADMINISTRATOR, QUALITY):
            parts.stations.approve("ST-01", parts.directory.unlock(**credentials(person)))

    def _verifier(self) -> Verifier:
        return Verifier.parse(self.vkey())

    # --- looking at what is kept ---------------------------------------------------------------

    @contextmanager
    def journal(self) -> Iterator[Journal]:
        """The station's log; nobody else may have it open."""
        signer = FileSigner.load(self.station / KEY_FILE, machine_secret())
        database = open_database(self.database)
        try:
            yield Journal(database, ORIGIN, signer, SystemClock())
        finally:
            database.close()

    def kept(self) -> list[bytes]:
        """Every record of the station, byte for byte, after checking them against the head."""
        with self.journal() as journal:
            journal.verify()
            return [one.data for one in journal.entries(0, journal.size)]

    def server_sound(self) -> None:
        """The server's folder agrees with itself: every hash, head, receipt and checkpoint."""
        with self.data_folder().open() as parts:
            assert examine(parts) == []

    # --- the programs --------------------------------------------------------------------------

    def run(self, name: str, *given: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        """Run a program to its end."""
        return subprocess.run(
            [*program(name), *given], capture_output=True, text=True, check=False, timeout=30,
            env=environment(language), cwd=ROOT,
        )  # fmt: skip

    def server_command(self, *given: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        """A command of the server on its folder."""
        return self.run("lotbook-server", *given, "--data", str(self.server), language=language)

    @contextmanager
    def serving(self, data: Path | None = None) -> Iterator[str]:
        """The server, running; its address."""
        command = [
            *program("lotbook-server"), "run", "--data", str(data or self.server),
            "--port", str(self.port),
        ]  # fmt: skip
        with (self.folder / "server.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environment(), cwd=ROOT)
        try:
            self._answers(process)
            yield f"http://127.0.0.1:{self.port}"
        finally:
            end(process)

    def _answers(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            assert process.poll() is None, (self.folder / "server.log").read_text(encoding="utf-8")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.03)
        raise AssertionError("the server did not answer")

    @contextmanager
    def kiosk(
        self, *, bench: bool = False, name: str = "kiosk", config: Path | None = None
    ) -> Iterator[Kiosk]:
        """The terminal, running, with simulated instruments if asked."""
        sims = Bench(self.folder / "bench") if bench else None
        (self.folder / f"{name}.jsonl").unlink(missing_ok=True)
        kiosk = Kiosk(self.folder / f"{name}.jsonl", self.folder / f"{name}.log", sims)
        command = [
            *program("lotbook-terminal"), "run", "--config", str(config or self.config),
            "--events", str(kiosk.events),
        ]  # fmt: skip
        with kiosk.log.open("ab") as log:
            kiosk.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment(), cwd=ROOT
            )
        try:
            yield kiosk
        finally:
            end(kiosk.process)
            if sims is not None:
                sims.close()


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a program to end; by force after ten seconds."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


@dataclass
class Kiosk:
    """A running kiosk: what it shows, and a person with a scanner."""

    events: Path
    log: Path
    bench: Bench | None
    process: subprocess.Popen[bytes] = field(init=False)

    def shown(self) -> list[Screen]:
        """Every screen so far."""
        if not self.events.exists():
            return []
        data = self.events.read_bytes()
        return [json.loads(line) for line in data[: data.rfind(b"\n") + 1].splitlines()]

    def until(self, what: str, holds: Callable[[Screen], bool], seconds: float = 15) -> Screen:
        """Wait until the screen shown now is such a one."""
        end_at = time.monotonic() + seconds
        while True:
            shown = self.shown()
            if shown and holds(shown[-1]):
                return shown[-1]
            last = json.dumps(shown[-1], ensure_ascii=False) if shown else "nothing"
            words = self.log.read_text(encoding="utf-8")[-1500:] if self.log.exists() else ""
            assert self.process.poll() is None, f"the kiosk ended:\n{words}"
            assert time.monotonic() < end_at, f"waited for {what}; it shows {last}\n{words}"
            time.sleep(0.02)

    def once(self, what: str, holds: Callable[[Screen], bool], seconds: float = 15) -> None:
        """Wait until such a screen was shown, be it only for a moment."""
        self.until(what, lambda _: any(map(holds, self.shown())), seconds)

    def named(self, *names: str, seconds: float = 15) -> Screen:
        """Wait for a screen by name."""
        return self.until(" or ".join(names), lambda one: one["name"] in names, seconds)

    def scan(self, text: str) -> None:
        """Hold a code under the scanner; the same twice only after the double-fire pause."""
        assert self.bench is not None
        if text == getattr(self, "_last", ""):
            time.sleep(0.35)
        self._last = text
        self.bench.scanner.scan(text.encode())
        time.sleep(0.07)

    def secret(self, digits: str) -> None:
        """Enter digits from the command sheet, then OK."""
        for digit in digits:
            self.scan(f"LB:KEY:{digit}")
        self.scan("LB:KEY:OK")

    def switch_language(self) -> None:
        """By the command sheet; scans again if the scanner was not there yet."""
        before = self.shown()[-1]["language"]
        for _ in range(8):
            self.scan("LB:DO:language")
            until = time.monotonic() + 1.5
            while time.monotonic() < until:
                if self.shown()[-1]["language"] != before:
                    return
                time.sleep(0.02)
        raise AssertionError("the kiosk does not switch its language")

    def ready(self) -> None:
        """Wait until every instrument is ready."""
        self.until(
            "instruments",
            lambda one: (
                one["name"] == "sign-in"
                and bool(one["instruments"])
                and set(one["instruments"].values()) == {"pass"}
            ),
        )

    def sign_in(self, person: str = OPERATOR) -> None:
        """Badge and secret."""
        given = credentials(person)
        self.ready()
        self.scan(given["badge"])
        self.until("the pad", lambda one: one["pad"])
        self.secret(given["secret"])
        self.until("signed in", lambda one: one["name"] != "sign-in")


def copy_of(site: Site, folder: Path) -> Site:
    """A site of its own for one test."""
    shutil.copytree(site.folder, folder)
    copy = Site(folder)
    copy.write_config()
    return copy
