"""Simulated gauges that send when somebody wants them to: a data key, a tightening."""

from __future__ import annotations

from devices.open_results import message
from devices.sim.instrument import Instrument

_WIDTHS = (4, 2, 25, 25, 2, 3, 4, 4, 1, 1, 1, 6, 6, 6, 6, 5, 5, 5, 5, 19, 19, 1, 10)


class Pressed(Instrument):
    """Base: :meth:`press` makes the next :meth:`burst` carry a value."""

    def __init__(self) -> None:
        """Nothing pressed yet."""
        super().__init__()
        self._pressed = 0

    def press(self) -> None:
        """Press the data key."""
        self._pressed += 1

    def burst(self) -> bytes:
        """A value for each press."""
        if self.flaw == "endless":
            return super().burst()
        sent = b""
        while self._pressed:
            self._pressed -= 1
            if self.mode not in ("absent", "standby"):
                sent += self._spoil(self.value_frame() + self.ends)
        return sent


class MitutoyoGauge(Pressed):
    """Mitutoyo Digimatic."""

    ends = b"\r"
    unit = "mm"

    def value_frame(self) -> bytes:
        """``01A+0000.123``."""
        if self.mode == "error":
            return b"911"
        net, _ = self.shown()
        digits = f"{abs(net):08.4f}" if self.mode == "unit" else f"{abs(net):08f}"
        return f"01A{'-' if net < 0 else '+'}{digits}".encode()

    def answer(self, request: bytes) -> bytes:
        """It is never asked."""
        del request
        return b""


class Tightener(Pressed):
    """A controller with Open Protocol; pressing is a tightening."""

    ends = b"\0"
    serial_number = "C0761275"
    unit = "N.m"
    digits = 2

    def __init__(self) -> None:
        """No tightening yet."""
        super().__init__()
        self.count = 0
        self.verdict = True

    def answer(self, request: bytes) -> bytes:
        """Start, tool data, subscribe, keep-alive; an error for anything else."""
        if self.mode == "standby":
            return b""
        known = {
            b"0001": message(b"0002", b"010001020103" + b"Lotbook".ljust(25)),
            b"0040": message(b"0041", b"01" + self.serial_number.ljust(14).encode()),
            b"0060": message(b"0005", b"0060"),
            b"9999": message(b"9999"),
        }
        kind = request[4:8]
        if kind == b"0062":
            return b""
        if self.mode == "error" and kind != b"9999":
            return message(b"0004", kind + b"09")[:-1]
        return known.get(kind, message(b"0004", kind + b"99"))[:-1]

    def value_frame(self) -> bytes:
        """MID 0061, revision 1."""
        self.count += 1
        torque = int(self.shown()[0].scaleb(2))
        low, high = torque - 100 if self.verdict else torque + 1, torque + 100
        good = int(self.verdict)
        values: tuple[int | str, ...] = (
            1, 1, "Lotbook", "", 0, 3, 0, 0, good, good, 1, low, high, torque, torque, 0, 9999, 0,
            0, "2026-11-26:09:54:09", "2026-11-01:12:34:33", 2, self.count,
        )  # fmt: skip
        text = "".join(
            f"{number:02d}{f'{value:0{width}d}' if isinstance(value, int) else value.ljust(width)}"
            for number, (value, width) in enumerate(zip(values, _WIDTHS, strict=True), start=1)
        )
        return message(b"0061", text.encode())[:-1]
