"""The far end of a Zebra (ZPL II) label printer, by network or serial line; for ``label_printer``.

The host status (``~HS``) is asked before (may it print?) and after, until the printer holds no
format and no label any more. Whatever goes wrong once a byte of the job is sent is *print-unknown*:
only looking can tell. Source: Zebra, ZPL II Programming Guide P1099958, ``~HS``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from devices.faults import DeviceFault
from devices.kinds import Clock
from devices.port import Wire

_STATUS_LINE = re.compile(rb"\x02([^\x02\x03]{1,80})\x03")
_STATUS_LINES = 3
_MOST_STATUS = 512
_CHUNK = 512
"""Bytes written at once: under a second at 9600 baud."""
_FLAGS = ((0, 1, "paper"), (0, 2, "pause"), (0, 5, "buffer"), (1, 2, "head"), (1, 3, "ribbon"))
"""Line and place of the flags that keep it from printing."""


class Status(NamedTuple):
    """What the printer says of itself."""

    wrong: tuple[str, ...]
    """What keeps it from printing: paper, pause, buffer, head, ribbon."""
    waiting: bool
    """Whether a format or a label is still in it."""


class Zebra:
    """Sends ZPL and asks how it went."""

    def __init__(self, wire: Wire, clock: Clock, timeout_s: int) -> None:
        """``timeout_s``: longest wait for an answer, and for a label to come out."""
        self._wire, self._clock = wire, clock
        self._timeout_ns = timeout_s * 1_000_000_000

    def check(self) -> None:
        """Fault if it cannot print now."""
        self._wire.open()
        try:
            _demand_ready(self.status())
        finally:
            self._wire.close()

    def send(self, job: bytes) -> None:
        """Print one label; returns once it has come out."""
        self._wire.open()
        try:
            _demand_ready(self.status())
            try:
                self._print(job)
            except DeviceFault as fault:
                raise DeviceFault("print-unknown", str(fault), fault.raw) from fault
        finally:
            self._wire.close()

    def _print(self, job: bytes) -> None:
        for at in range(0, len(job), _CHUNK):
            self._wire.write(job[at : at + _CHUNK])
        stop = self._clock.monotonic_ns() + self._timeout_ns
        while True:
            status = self.status()
            _demand_ready(status)
            if not status.waiting:
                return
            if self._clock.monotonic_ns() > stop:
                raise DeviceFault("no-answer", "the label is still in the printer")

    def status(self) -> Status:
        """The answer to ``~HS``; ``no-answer``, ``garbled``, ``absent``, ``unplugged``."""
        self._wire.write(b"~HS\r\n")
        data = b""
        stop = self._clock.monotonic_ns() + self._timeout_ns
        while len(data) < _MOST_STATUS and self._clock.monotonic_ns() < stop:
            data += self._wire.read()
            found = [each.split(b",") for each in _STATUS_LINE.findall(data)]
            if len(found) >= _STATUS_LINES:
                return _read(found, data)
        raise DeviceFault("garbled" if data else "no-answer", "host status", data)


def _read(lines: list[list[bytes]], raw: bytes) -> Status:
    """The flags, and how much is waiting: formats in the buffer, a part of one, labels to come."""
    try:
        wrong = tuple(name for line, place, name in _FLAGS if lines[line][place] != b"0")
        waiting = any(int(lines[line][place]) for line, place in ((0, 4), (0, 7), (1, 8)))
    except (IndexError, ValueError) as error:
        raise DeviceFault("garbled", "host status", raw) from error
    return Status(wrong, waiting)


def _demand_ready(status: Status) -> None:
    if status.wrong:
        raise DeviceFault("printer-not-ready", ", ".join(status.wrong))
