"""Faulty frames for every driver, by the hundred thousand: none may become a wrong value.

``python -m tests.devices.faulty --frames N --seed S`` prints what came of them, by driver. A value
is *accepted* when the settling rule holds (three equal ones in a row), or at once from a gauge that
sends when its key is pressed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import cast

from devices.config import Settling
from devices.faults import DeviceFault
from devices.kinds import Gauge, Meter, Reading
from devices.port import CHUNK
from devices.registry import DRIVERS
from devices.settle import Settler
from devices.sim.instrument import Instrument
from devices.sim.kits import KITS, Kit
from devices.sim.memory import MemoryWire
from devices.sim.pressed import Pressed
from devices.testing import SetClock

Spoil = Callable[[Random, bytes], bytes]


def _cut(random: Random, sent: bytes) -> bytes:
    return sent[: random.randrange(len(sent))]


def _drop(random: Random, sent: bytes) -> bytes:
    at = random.randrange(len(sent))
    return sent[:at] + sent[at + 1 :]


def _double(random: Random, sent: bytes) -> bytes:
    at = random.randrange(len(sent))
    return sent[:at] + sent[at : at + 1] + sent[at:]


def _insert(random: Random, sent: bytes) -> bytes:
    at = random.randrange(len(sent) + 1)
    return sent[:at] + random.randbytes(random.randint(1, 3)) + sent[at:]


def _flip(random: Random, sent: bytes) -> bytes:
    spoilt = bytearray(sent)
    spoilt[random.randrange(len(sent))] ^= 1 << random.randrange(8)
    return bytes(spoilt)


def _burst(random: Random, sent: bytes) -> bytes:
    at = random.randrange(len(sent))
    size = min(random.randint(1, 4), len(sent) - at)
    return sent[:at] + random.randbytes(size) + sent[at + size :]


def _parity(random: Random, sent: bytes) -> bytes:
    return bytes(byte | (0x80 if byte.bit_count() % 2 else 0) for byte in sent) + b""


def _glue(random: Random, sent: bytes) -> bytes:
    return sent[: len(sent) - random.randint(1, 3)] + sent


def _noise(random: Random, sent: bytes) -> bytes:
    return random.randbytes(random.randint(1, 40)) + random.choice((b"", b"\r\n", b"\r", b"\0"))


def _before(random: Random, sent: bytes) -> bytes:
    return random.choice((b"\0", b"\xff", b"\r", b"\n", b"9", b"+", b" ")) * 3 + sent


def _other(random: Random, sent: bytes) -> bytes:
    return random.choice(_OTHERS) + random.choice((b"\r\n", b"\r", b"\n", b"\0"))


_OTHERS = (
    b"ST,+011.5483  g", b"S S     12.345 g", b"N     +   12.345 g  ", b"ST,GS,+  1.240kg",
    b"01A+0000.123", b"-18.78 N", b"1 +12.34 mm", b"+1.23456E+01", b"OL,+9999999E+19",
)  # fmt: skip
SPOILS: dict[str, Spoil] = {
    "cut": _cut,
    "drop": _drop,
    "double": _double,
    "insert": _insert,
    "flip": _flip,
    "burst": _burst,
    "parity": _parity,
    "glue": _glue,
    "noise": _noise,
    "before": _before,
    "other": _other,
}
ON_TCP = ("cut", "glue", "noise", "before", "other")
"""TCP itself guards single bytes; what remains is where messages begin and end."""


class Noisy(MemoryWire):
    """A line that spoils the values on their way, when told."""

    def __init__(self, instrument: Instrument, clock: SetClock, random: Random) -> None:
        """Clean until told otherwise."""
        super().__init__(instrument, clock, CHUNK)
        self._random = random
        self.spoils: tuple[str, ...] = ()
        self.faulty = 0
        self.alike = False
        """True: a frame that is another good frame of this instrument does not count as faulty.
        One press gives one frame without a checksum; nothing could tell."""
        self._next = False

    def spoil_next(self) -> None:
        """Spoil the next value."""
        self._next = True

    def write(self, data: bytes) -> None:
        """Send; an answer with a value may be spoilt."""
        waiting = len(self._waiting)
        super().write(data)
        sent = bytes(self._waiting[waiting:])
        if self._next and sent and self._is_value(data):
            del self._waiting[waiting:]
            self._waiting += self._spoilt(sent)

    def read(self) -> bytes:
        """Read; a value that is sent unasked may be spoilt."""
        if self._next and not self._waiting and (sent := self.instrument.burst()):
            # what streams: the frame that is skipped, or the one that counts
            skipped = self.instrument.streams and self._random.randrange(2)
            self._waiting += sent if skipped else self._spoilt(sent)
        return super().read()

    def _is_value(self, request: bytes) -> bool:
        instrument = self.instrument
        body = request.removesuffix(instrument.ends) if instrument.ends else request
        return body in instrument.measures or (not instrument.measures and not instrument.ends)

    def _spoilt(self, sent: bytes) -> bytes:
        self._next = False
        name = self._random.choice(self.spoils)
        spoilt = SPOILS[name](self._random, sent)
        if spoilt == sent or (self.alike and same_shape(spoilt.strip(), sent.strip())):
            return sent
        self.faulty += 1
        return spoilt


def same_shape(one: bytes, other: bytes) -> bool:
    """Whether only digits became other digits, or a sign the other sign."""
    kinds = (b"0123456789", b"+-")
    return len(one) == len(other) and all(
        a == b or any(a in kind and b in kind for kind in kinds)
        for a, b in zip(one, other, strict=True)
    )


class Trial:
    """One driver on a noisy line."""

    def __init__(self, kit: Kit, seed: int) -> None:
        """Connect; the same seed gives the same faults."""
        self.kit, self.random, self.clock = (
            kit,
            Random(f"{seed}-{kit.name or kit.driver}"),
            SetClock(),
        )
        self.instrument = kit.make()
        self.instrument.show(kit.good)
        self.wire = Noisy(self.instrument, self.clock, self.random)
        self.wire.spoils = tuple(SPOILS) if kit.serial else ON_TCP
        self.wire.alike = kit.pushes
        make = cast("Callable[..., Meter | Gauge]", DRIVERS[kit.driver].load())
        self.driver = make(kit.config(""), self.clock, self.wire)
        self.driver.open()
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self, frames: int) -> None:
        """Weigh until this many faulty frames went by."""
        while self.wire.faulty < frames:
            self._weigh()
        self.counts["faulty"] = self.wire.faulty

    def _weigh(self) -> None:
        change = Decimal(self.random.randint(-2000, 2000)).scaleb(-self.instrument.digits)
        self.instrument.show(self.kit.good + change)
        settler = Settler(Settling(count=3, spread=Decimal(0)))
        for _ in range(6):
            if self.random.random() < 0.7:
                self.wire.spoil_next()
            try:
                found = self._next()
            except DeviceFault as fault:
                self._failed(fault)
                settler.reset()
                continue
            for reading in found:
                self._judge(reading, settler)

    def _next(self) -> list[Reading]:
        if not self.kit.pushes:
            return [cast("Meter", self.driver).read()]
        self.clock.pass_ms(400)
        cast("Pressed", self.instrument).press()
        found: list[Reading] = []
        for _ in range(20):
            try:
                found += cast("Gauge", self.driver).poll()
            except DeviceFault as fault:
                self._failed(fault)
        return found

    def _failed(self, fault: DeviceFault) -> None:
        self.counts[fault.code] += 1
        if fault.code in ("absent", "unplugged", "frame-too-long"):
            self.driver.open()

    def _judge(self, reading: Reading, settler: Settler) -> None:
        if reading.quantity is None:
            self.counts[reading.state] += 1
            return
        accepted = self.kit.pushes or settler.feed(reading).settled
        true = (self.instrument.shown()[0], self.kit.unit)
        right = (reading.quantity.value, reading.quantity.unit) == true
        self.counts["accepted" if accepted else "not settled"] += 1
        self.counts["one frame wrong"] += not right
        if accepted and not right:
            self.wrong.append(f"{reading.raw!r} for {true}")


def main() -> int:
    """Run all drivers; 1 if a wrong value was accepted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results: dict[str, dict[str, object]] = {}
    for name, kit in KITS.items():
        trial = Trial(kit, options.seed)
        trial.run(-(-options.frames // len(KITS)))
        results[name] = {**trial.counts, "wrong": len(trial.wrong), "first": trial.wrong[:3]}
        sys.stdout.write(f"{name}: {json.dumps(results[name])}\n")
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(results, indent=1) + "\n")
    return int(any(each["wrong"] for each in results.values()))


if __name__ == "__main__":
    sys.exit(main())
