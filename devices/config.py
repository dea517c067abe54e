"""A station's instruments, as its configuration names them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

MOST_IN_SERIES = 60
"""Most frames that a settled reading rests on."""


def _demand_sizes(where: str, rule: msgspec.Struct, names: tuple[str, ...]) -> None:
    """ValueError for an amount that is no size."""
    for name in names:
        size = getattr(rule, name)
        if size is not None and not (size.is_finite() and size >= 0):
            msg = f"{where}.{name} must be 0 or more, not {size}"
            raise ValueError(msg)


class Settling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a reading counts as settled, and when an instrument as frozen; a station's choice.

    Amounts are in the reading's own unit.
    """

    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_IN_SERIES)] = 5
    """This many stable readings in a row, at least."""
    spread: Decimal = Decimal("0.01")
    """Largest difference between any two of them."""
    over_ms: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    """They span at least this time; 0: whatever ``count`` takes."""
    drift: Decimal | None = None
    """Largest slope of the best line through them, per second; None: not looked at."""
    frozen_after: Annotated[int, msgspec.Meta(ge=0)] = 0
    """This many identical moving (unstable) frames are *frozen*; 0: never."""
    alive_within: Annotated[int, msgspec.Meta(ge=0)] = 0
    """For an instrument whose last digit is never still: this many identical frames of any state
    are *frozen*; 0: never."""

    def __post_init__(self) -> None:
        """Refuse amounts that are no sizes."""
        _demand_sizes("settling", self, ("spread", "drift"))


class CheckRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person's check of the instrument is judged by, in the reading's own unit."""

    zero: Decimal | None = None
    """Largest value that is still nought; None: five of its last digit."""
    load: Decimal | None = None
    """The weight or gauge block kept at the station; None: any load counts."""
    tolerance: Decimal | None = None
    """Largest difference from it; None: as for nought."""

    def __post_init__(self) -> None:
        """Refuse amounts that are no sizes."""
        _demand_sizes("check", self, ("zero", "load", "tolerance"))


class InstrumentConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One instrument of a station."""

    name: str
    """The name in events and commands, such as ``balance``."""
    equipment_class: str
    """``scanner``, ``balance``, ``caliper``, ``camera``, ``label_printer`` …"""
    asset: str
    """PhysicalAsset id: calibration hangs there."""
    driver: str
    """A name of :data:`devices.registry.DRIVERS`."""
    url: str
    """Serial: ``usb://VID:PID/SERIAL``, device path, ``socket://host:port``; camera: ``dir:PATH``
    or ``video:N``; printer: ``dir:PATH``, ``tcp://host:9100`` or serial."""
    options: dict[str, object] = {}
    """The driver's own options (see its ``Options``)."""
    settling: Settling = Settling()
    check: CheckRule = CheckRule()


def read_configs(data: object) -> tuple[InstrumentConfig, ...]:
    """The instruments of this list of mappings; ``msgspec.ValidationError`` if it is unusable."""
    configs = msgspec.convert(data, tuple[InstrumentConfig, ...])
    names = [config.name for config in configs]
    if len(set(names)) != len(names):
        msg = "two instruments have the same name"
        raise msgspec.ValidationError(msg)
    return configs
