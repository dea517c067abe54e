"""The instruments process: a rig behind JSON lines on stdin and stdout.

First line in: ``{"instruments": [...]}``. Then one command a line in, one event a line out. The
process ends when its stdin does. Its client is :class:`devices.client.RigClient`.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import BinaryIO

import msgspec

from devices.client import RigClient
from devices.clock import SystemClock
from devices.commands import AnyCommand
from devices.config import InstrumentConfig, read_configs
from devices.decoder import Decoder
from devices.faults import DeviceFault
from devices.kinds import AnyEvent, Clock, Faulted
from devices.messages import RIG, read_line
from devices.rig import Rig

__all__ = ["RigClient", "main", "serve"]

LONGEST_COMMAND = 65_536
CRASHED = 70
"""Exit code when an instrument's thread died of a mistake of ours."""


class Setup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line."""

    instruments: list[dict[str, object]]


class Lines:
    """Events as JSON lines; after the other side has gone, nothing."""

    def __init__(self, out: BinaryIO) -> None:
        """Write to ``out``."""
        self._out = out
        self._lock = threading.Lock()
        self._encoder = msgspec.json.Encoder()

    def emit(self, event: AnyEvent) -> None:
        """Write one event."""
        data = self._encoder.encode(event) + b"\n"
        with self._lock:
            try:
                self._out.write(data)
                self._out.flush()
            except (OSError, ValueError):
                # the kiosk has gone; this process ends with its stdin
                return

    def fault(self, fault: DeviceFault) -> None:
        """Write a fault of the process itself."""
        event = Faulted(name=RIG, code=fault.code, kind=fault.kind, detail=fault.detail)
        self.emit(event)


def serve(source: BinaryIO, out: BinaryIO, clock: Clock) -> int:
    """Run a rig until ``source`` ends; the exit code (2: the first line is not usable)."""
    lines = Lines(out)
    try:
        setup = msgspec.json.decode(read_line(source, LONGEST_COMMAND) or b"", type=Setup)
        configs = read_configs(setup.instruments)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        lines.fault(DeviceFault("bad-config", str(error)))
        return 2
    _run(configs, source, lines, clock)
    return 0


def _run(
    configs: tuple[InstrumentConfig, ...], source: BinaryIO, lines: Lines, clock: Clock
) -> None:
    decoder = Decoder()
    rig = Rig(configs, lines.emit, clock, decoder)
    commands = msgspec.json.Decoder(AnyCommand)
    rig.start()
    try:
        while (line := read_line(source, LONGEST_COMMAND)) is not None:
            try:
                rig.do(commands.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                lines.fault(DeviceFault("unknown-command", str(error)))
    finally:
        rig.stop()
        decoder.close()


def _end_process(problem: threading.ExceptHookArgs) -> None:
    """A thread died: end, so that the client starts a whole process again."""
    sys.__excepthook__(problem.exc_type, problem.exc_value or SystemExit(), problem.exc_traceback)
    os._exit(CRASHED)


def main() -> int:
    """Serve stdin and stdout."""
    threading.excepthook = _end_process
    return serve(sys.stdin.buffer, sys.stdout.buffer, SystemClock())


if __name__ == "__main__":
    sys.exit(main())
