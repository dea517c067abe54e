"""The demo's plant: the real programs as separate processes, on this machine only."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class DemoError(Exception):
    """Something in the demo was not as it must be; the text says what and where to look."""


def program(name: str) -> list[str]:
    """The command line of one of our programs in this very environment."""
    return [str(Path(sys.executable).with_name(name))]


def free_port() -> int:
    """A loopback TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Plant:
    """Folders, port and running processes of one demo."""

    out: Path
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the server answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def server_data(self) -> Path:
        """The server's data folder."""
        return self.out / "plant" / "server"

    @property
    def station_data(self) -> Path:
        """The station's data folder."""
        return self.out / "plant" / "station"

    @property
    def bench(self) -> Path:
        """Where the simulated instruments have their ports."""
        return self.out / "plant" / "bench"

    @property
    def events(self) -> Path:
        """The kiosk's account of the screens it shows."""
        return self.out / "plant" / "events.jsonl"

    def prepare(self) -> None:
        """Empty folders for a fresh plant."""
        shutil.rmtree(self.out, ignore_errors=True)
        for folder in (self.server_data, self.station_data, self.bench):
            folder.mkdir(parents=True)

    def log(self, name: str) -> Path:
        """Where a process writes what it has to say."""
        return self.out / "plant" / f"{name}.log"

    def environment(self) -> dict[str, str]:
        """What the programs are started with: offscreen where there is no display."""
        env = dict(os.environ)
        if not env.get("DISPLAY") and not env.get("WAYLAND_DISPLAY") and sys.platform == "linux":
            env.setdefault("QT_QPA_PLATFORM", "offscreen")
        return env

    def run(self, *command: str, given: str = "") -> str:
        """Run a program to its end and return what it printed; :class:`DemoError` if it failed."""
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=self.environment(),
            cwd=ROOT,
        )
        if done.returncode != 0:
            msg = f"{' '.join(command[:3])} … ended with {done.returncode}:\n{done.stderr[-2000:]}"
            raise DemoError(msg)
        return done.stdout

    def start(self, name: str, *command: str, feed: bool = False) -> subprocess.Popen[str]:
        """Start a program that goes on; its words go to its log file."""
        log: IO[str] = self.log(name).open("a", encoding="utf-8")
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment(),
            cwd=ROOT,
        )
        log.close()
        self.running[name] = process
        return process

    def stop(self, name: str, how: int = signal.SIGTERM) -> None:
        """End a program and wait until it is gone."""
        process = self.running.pop(name, None)
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)

    def stop_all(self) -> None:
        """End everything, the kiosk first, so that nothing of it is cut off."""
        for name in sorted(self.running, key=("terminal", "server", "bench").index):
            self.stop(name)

    def must_run(self) -> None:
        """Raise :class:`DemoError` if a program ended by itself."""
        for name, process in self.running.items():
            if process.poll() is not None:
                tail = self.log(name).read_text(encoding="utf-8")[-2000:]
                msg = f"{name} ended with {process.returncode}; its last words:\n{tail}"
                raise DemoError(msg)

    def start_server(self) -> None:
        """Start the server and wait until it answers."""
        self.start(
            "server",
            *program("lotbook-server"),
            "run",
            "--data",
            str(self.server_data),
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            self.must_run()
            with socket.socket() as probe:
                probe.settimeout(0.2)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        msg = f"the server did not answer within 20 s; see {self.log('server')}"
        raise DemoError(msg)
