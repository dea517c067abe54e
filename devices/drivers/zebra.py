"""The network end of a Zebra (ZPL) label printer; used by ``label_printer``."""

from __future__ import annotations

import io
import re
import socket

from PIL import Image

from devices.faults import DeviceFault

_STATUS_LINE = re.compile(rb"\x02([^\x02\x03]{1,80})\x03")
_STATUS_LINES = 3
_MOST_STATUS = 512
_DARK = 128


class ZebraOutlet:
    """Raw TCP to a ZPL printer: asks its status before (may it print?) and after (did it?)."""

    def __init__(self, host: str, port: int, timeout_s: int) -> None:
        """Remember where."""
        self._address, self._timeout_s = (host, port), timeout_s

    def check(self) -> None:
        """Ask for the status."""
        try:
            with self._connect() as line:
                _demand_ready(_status(line))
        except OSError as error:
            raise DeviceFault("absent", str(error)) from error

    def send(self, png: bytes, job: str) -> str:
        """Print one label."""
        try:
            line = self._connect()
        except OSError as error:
            raise DeviceFault("absent", str(error)) from error
        with line:
            sent = False
            try:
                _demand_ready(_status(line))
                sent = True
                line.sendall(zpl(png))
                _demand_ready(_status(line))
            except (OSError, DeviceFault) as error:
                if sent:
                    raise DeviceFault("print-unknown", f"{job}: {error}") from error
                if isinstance(error, DeviceFault):
                    raise
                raise DeviceFault("no-answer", str(error)) from error
        return f"{self._address[0]}:{self._address[1]}"

    def _connect(self) -> socket.socket:
        return socket.create_connection(self._address, timeout=self._timeout_s)


def zpl(png: bytes) -> bytes:
    """The picture as one ZPL label (``^GFA``, one bit a dot)."""
    image = Image.open(io.BytesIO(png)).convert("L").point(lambda dot: 255 if dot < _DARK else 0)
    bits = image.convert("1").tobytes()
    row = (image.width + 7) // 8
    head = f"^XA^PW{image.width}^LL{image.height}^FO0,0^GFA,{len(bits)},{len(bits)},{row},"
    return head.encode() + bits.hex().upper().encode() + b"^FS^XZ\r\n"


def _status(line: socket.socket) -> list[list[bytes]]:
    """The three lines of the host status (``~HS``), split at commas."""
    line.sendall(b"~HS\r\n")
    data = b""
    while len(data) < _MOST_STATUS:
        found = [each.split(b",") for each in _STATUS_LINE.findall(data)]
        if len(found) >= _STATUS_LINES:
            return found
        more = line.recv(_MOST_STATUS)
        if not more:
            break
        data += more
    raise DeviceFault("garbled", "host status", data)


def _demand_ready(status: list[list[bytes]]) -> None:
    """Fault on paper out, pause, full buffer (line 1) or an open head, ribbon out (line 2)."""
    first, second = status[0], status[1]
    flags = {"paper": first[1:2], "pause": first[2:3], "head": second[2:3], "ribbon": second[3:4]}
    wrong = [name for name, flag in flags.items() if flag != [b"0"]]
    if wrong:
        raise DeviceFault("printer-not-ready", ", ".join(wrong))
