"""The demo's people: they look at the kiosk's screens and act through its own input paths.

Everything is done with the scanner (badges, command codes, digits, materials) and the simulated
instruments; nothing reaches into the kiosk.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from plant import DemoError, Plant

BURST_S = 0.1
"""Codes without a pause between them would be two codes in one shot."""
DOUBLE_FIRE_S = 0.4
"""The scanner takes the same code again within 0.3 s for one trigger pull that fired twice."""
Screen = dict[str, object]
"""One line of the kiosk's account: name, stage, step, verdict, actions, counts …"""


@dataclass
class Watcher:
    """Reads the kiosk's account of its screens as it grows."""

    plant: Plant
    seen: list[Screen] = field(default_factory=list)
    _offset: int = 0

    def read(self) -> None:
        """Take in the lines written since the last look; an unfinished line waits."""
        if not self.plant.events.exists():
            return
        with self.plant.events.open("rb") as lines:
            lines.seek(self._offset)
            data = lines.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        self.seen += [json.loads(line) for line in whole.splitlines()]

    def now(self) -> Screen:
        """The newest screen; empty before the first."""
        self.read()
        return self.seen[-1] if self.seen else {}

    def sees(self, holds: Callable[[Screen], bool], seconds: float) -> Screen | None:
        """The screen awaited, as soon as it is shown; None if it is not within that time."""
        deadline = time.monotonic() + seconds
        while True:
            screen = self.now()
            if screen and holds(screen):
                return screen
            self.plant.must_run()
            if time.monotonic() > deadline:
                return None
            time.sleep(0.02)

    def until(self, what: str, holds: Callable[[Screen], bool], seconds: float = 15) -> Screen:
        """Wait for a screen; :class:`DemoError` says what was awaited and what was there."""
        screen = self.sees(holds, seconds)
        if screen is None:
            there = json.dumps(self.now())[:900]
            msg = f"waited {seconds:.0f} s for {what}; the kiosk shows {there}"
            raise DemoError(msg)
        return screen


@dataclass
class Hands:
    """Scans, weighs and measures at the simulated bench."""

    plant: Plant
    pace: float = 0.0
    """Seconds to pause after each action, so that a person can watch."""
    _last: str = ""

    def tell(self, line: str) -> None:
        """Give the bench one command line."""
        bench = self.plant.running["bench"]
        if bench.stdin is None:
            msg = "the bench was started without a line to it"
            raise DemoError(msg)
        bench.stdin.write(line + "\n")
        bench.stdin.flush()
        time.sleep(BURST_S + self.pace)

    def scan(self, text: str) -> None:
        """Hold a code under the scanner; the same code twice only after a moment."""
        if text == self._last:
            time.sleep(DOUBLE_FIRE_S)
        self._last = text
        self.tell("scan-hex " + text.encode().hex())

    def show(self, picture: bytes) -> None:
        """Lay something under the camera."""
        file = self.plant.bench / "seen.png"
        file.write_bytes(picture)
        self.tell(f"frame {file}")

    def do(self, intent: str, **params: str) -> None:
        """Scan the command code of a button."""
        tail = ";".join(f"{key}={value}" for key, value in params.items())
        self.scan(f"LB:DO:{intent}:{tail}" if tail else f"LB:DO:{intent}")
