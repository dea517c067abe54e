r"""A bench of simulated instruments, worked by lines on stdin.

``python -m devices.sim.bench --dir DIR`` makes DIR/scanner, DIR/balance and DIR/caliper (links to
pseudo-terminals), DIR/camera (frames) and DIR/printer (labels), says ``ready``, then answers each
command line with ``ok`` or ``error: why``:

====================================  ==========================================================
``scan TEXT``                         scan; ``\x1d`` in TEXT is a group separator, ``]d2`` the AIM
``scan-hex HEX``, ``scan-twice TEXT``  raw bytes; double fire
``weigh 2.05 g``                      put on the pan: swings, then stable
``settle``, ``unstable``              the balance
``balance MODE``                      normal unstable overload underload busy standby error
``garble HEX``                        the balance's next answer is these bytes
``measure 4.10 mm``                   press the caliper's data key
``caliper-error 911``                 the caliper's own error
``frame FILE``, ``frame``             lay a picture under the camera; clear the bench
``show-label``                        lay the newest printed label under the camera
``camera black|frozen|live``          the camera
``unplug NAME``, ``replug NAME``      scanner, balance, caliper
``quit``                              end
====================================  ==========================================================
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import cast, get_args

from devices.sim.balance import BalanceSim
from devices.sim.caliper import CaliperSim
from devices.sim.camera import CameraSim
from devices.sim.instrument import Mode
from devices.sim.line import Line
from devices.sim.scanner import ScannerSim


class Bench:
    """All simulators of a station, in one folder."""

    def __init__(self, folder: Path) -> None:
        """Make the folder and plug everything in."""
        folder.mkdir(parents=True, exist_ok=True)
        self.printer = folder / "printer"
        self.printer.mkdir(exist_ok=True)
        self.scanner = ScannerSim(folder / "scanner")
        self.balance = BalanceSim(folder / "balance")
        self.caliper = CaliperSim(folder / "caliper")
        self.camera = CameraSim(folder / "camera")
        self._commands: dict[str, Callable[[str], None]] = {
            "scan": lambda text: self.scanner.scan(_bytes(text)),
            "scan-twice": lambda text: self.scanner.scan(_bytes(text), times=2),
            "scan-hex": lambda text: self.scanner.scan(bytes.fromhex(text)),
            "weigh": self._weigh,
            "settle": lambda _: self.balance.settle(),
            "unstable": lambda _: self._mode("unstable"),
            "balance": self._mode,
            "garble": self._garble,
            "measure": lambda text: self.caliper.measure(_quantity(text)[0]),
            "caliper-error": lambda text: self.caliper.fail(int(text)),
            "frame": self._frame,
            "show-label": lambda _: self._show_label(),
            "camera": self._camera,
            "unplug": lambda name: self.line(name).unplug(),
            "replug": lambda name: self.line(name).plug(),
        }

    def line(self, name: str) -> Line:
        """The line of the simulator of that name; ValueError."""
        lines = {
            "scanner": self.scanner.line,
            "balance": self.balance.line,
            "caliper": self.caliper.line,
        }
        if name not in lines:
            msg = f"there is no line {name}"
            raise ValueError(msg)
        return lines[name]

    def do(self, command: str) -> str:
        """Carry out one command line; ``ok`` or ``error: why``."""
        word, _, rest = command.strip("\r\n").partition(" ")
        action = self._commands.get(word)
        if action is None:
            return f"error: unknown command {word}"
        try:
            action(rest)
        except (ValueError, OSError, InvalidOperation) as error:
            return f"error: {error}"
        return "ok"

    def close(self) -> None:
        """Unplug everything."""
        for name in ("scanner", "balance", "caliper"):
            self.line(name).close()
        self.camera.close()

    def _weigh(self, text: str) -> None:
        value, unit = _quantity(text)
        self.balance.weigh(value, unit)

    def _mode(self, mode: str) -> None:
        if mode not in get_args(Mode):
            msg = f"no mode {mode}"
            raise ValueError(msg)
        self.balance.mode = cast("Mode", mode)

    def _garble(self, text: str) -> None:
        self.balance.garbage = bytes.fromhex(text)

    def _frame(self, name: str) -> None:
        self.camera.show(Path(name).read_bytes() if name else None)

    def _show_label(self) -> None:
        labels = sorted(self.printer.glob("*.png"), key=lambda each: each.stat().st_mtime_ns)
        if not labels:
            msg = "nothing was printed yet"
            raise ValueError(msg)
        self.camera.show(labels[-1].read_bytes())

    def _camera(self, mode: str) -> None:
        self.camera.frozen = mode == "frozen"
        if mode == "black":
            self.camera.black()


def _bytes(text: str) -> bytes:
    r"""The bytes of a text in which ``\x1d`` (as four characters) stands for GS."""
    return text.replace("\\x1d", "\x1d").encode()


def _quantity(text: str) -> tuple[Decimal, str]:
    value, _, unit = text.partition(" ")
    return Decimal(value), unit


def main() -> int:
    """Run a bench until ``quit`` or the end of stdin."""
    parser = argparse.ArgumentParser(description="simulated instruments")
    parser.add_argument("--dir", type=Path, required=True)
    bench = Bench(parser.parse_args().dir)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        sys.stdout.write(bench.do(line) + "\n")
        sys.stdout.flush()
    bench.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
