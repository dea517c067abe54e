"""``lotbook-terminal devices --scan-test``: leads a person through the scanner test card. No Qt."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from devices.clock import SystemClock
from devices.faults import DeviceFault
from devices.registry import DRIVERS
from devices.scan_card import CODES
from devices.scan_judge import judge
from devices.scan_words import rows
from terminal.checks import CARD
from terminal.typed_wire import NAME, TypedWire

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from devices.config import InstrumentConfig
    from devices.drivers.reader import Incoming
    from devices.kinds import Clock
    from devices.scan_card import CardCode
    from devices.scan_judge import Judged

_WAIT_S = 30.0
_QUIET_NS = 300_000_000
"""A scan is over when nothing came for so long."""
_MOST = 4_096


def scan_test(
    options: argparse.Namespace,
    configs: Sequence[InstrumentConfig],
    say: Callable[[str], object],
    shell: TextIO,
) -> int:
    """Ask for each code of the card and say, setting by setting, how the scanner is set.

    0 if all is right, 1 if something is not or the scanner cannot be reached.
    """
    seconds = _WAIT_S if options.seconds is None else options.seconds
    clock = SystemClock()
    try:
        wire, codes = _wire(options.scan_test, configs, clock, shell)
        wire.open()
    except (DeviceFault, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    well = True
    try:
        for code in codes:
            wire.drain()
            say(f"Scan code {code.key} ({code.name}). 请扫描条码 {code.key}。\n")
            judged = judge(_scan(wire, clock, seconds))
            well = well and judged.code == code.key and not judged.findings
            _tell(judged, code.key, say)
    except DeviceFault as fault:
        sys.stderr.write(f"{fault}\n{fault.hint['en']}\n{fault.hint['zh_CN']}\n")
        return 1
    finally:
        wire.close()
    return 0 if well else 1


def _wire(
    name: str, configs: Sequence[InstrumentConfig], clock: Clock, shell: TextIO
) -> tuple[Incoming, tuple[CardCode, ...]]:
    """The line of the scanner of this name, and what to scan; ValueError if there is none."""
    config = next((each for each in configs if each.name == name), None)
    if config is None and name == NAME:
        return TypedWire(shell), CARD
    if config is None:
        known = ", ".join([*(each.name for each in configs), NAME])
        raise ValueError(f"there is no instrument {name}; known: {known}")
    wire: Incoming | None = getattr(DRIVERS[config.driver].load()(config, clock), "wire", None)
    if wire is None or not config.driver.startswith("scanner"):
        raise ValueError(f"{name} ({config.driver}) is no scanner on a line of its own")
    return wire, CODES if config.driver == "scanner_serial" else CARD


def _scan(wire: Incoming, clock: Clock, seconds: float) -> bytes:
    """The bytes of the next scan; none if nobody scanned within ``seconds``."""
    received = b""
    stop = clock.monotonic_ns() + int(seconds * 1e9)
    while clock.monotonic_ns() < stop and len(received) < _MOST:
        data = wire.read()
        if data:
            received += data
            stop = clock.monotonic_ns() + _QUIET_NS
    return received


def _tell(judged: Judged, asked: str, say: Callable[[str], object]) -> None:
    if judged.code and judged.code != asked:
        say(f"  this is code {judged.code} 这是条码 {judged.code}\n")
    for english, chinese in zip(rows(judged, "en"), rows(judged, "zh_CN"), strict=True):
        if english.verdict == "untested":
            continue
        say(f"  {english.name}: {english.word}  {chinese.name}：{chinese.word}\n")
        if english.said:
            say(f"    {english.said}\n    {chinese.said}\n")
