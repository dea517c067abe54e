"""A bar code scanner on a serial line (USB-CDC): suffix CR or LF, AIM prefix, GS as 0x1D."""

from __future__ import annotations

import msgspec

from devices.config import InstrumentConfig
from devices.drivers.reader import WireReader
from devices.kinds import Clock
from devices.port import Line, Port, Wiring
from devices.shots import Origin, ScanRules, Shots


class Options(ScanRules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``scanner_serial``."""

    line: Line = Line()


class Scanner(WireReader):
    """Driver ``scanner_serial`` (kind Reader)."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        options = msgspec.convert(config.options, Options)
        shots = Shots(options, Origin(config.name, config.asset), clock)
        super().__init__(wiring(config.url, options.line), shots)
