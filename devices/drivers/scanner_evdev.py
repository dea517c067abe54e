"""A bar code scanner that plays keyboard, grabbed by Linux's evdev for us alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from devices.config import InstrumentConfig
from devices.drivers.evdev_keys import EvdevKeys
from devices.drivers.reader import WireReader
from devices.keyboard import Keyboard
from devices.keyed import KeyedWire, KeySource
from devices.keystream import KeyStream
from devices.kinds import Clock
from devices.layouts import LAYOUTS
from devices.shots import Origin, ScanRules, Shots


class Options(ScanRules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``scanner_evdev``."""

    layout: Literal["us", "gb", "de", "fr", "es", "it", "ch"] = "us"
    """The keyboard (country) that the scanner is set to; the station's own does not matter."""


class Scanner(WireReader):
    """Driver ``scanner_evdev`` (kind Reader)."""

    def __init__(
        self,
        config: InstrumentConfig,
        clock: Clock,
        keys: Callable[[str], KeySource] = EvdevKeys,
    ) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        options = msgspec.convert(config.options, Options)
        keyboard = Keyboard(LAYOUTS[options.layout])
        wire = KeyedWire(keys(config.url), keyboard, KeyStream(options.keys), clock)
        origin = Origin(config.name, config.asset, keyed=True)
        super().__init__(wire, Shots(options, origin, clock))
