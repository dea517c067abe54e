"""A station's instruments, as its configuration names them."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Settling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a balance's reading counts as settled: ``count`` stable readings within ``spread``."""

    count: int = 5
    spread: Decimal = Decimal("0.01")
    """Largest difference between any two of them, in the reading's own unit."""
    frozen_after: int = 0
    """This many identical moving (unstable) frames are *frozen*; 0: never."""


class InstrumentConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One instrument of a station."""

    name: str
    """The name in events and commands, such as ``balance``."""
    equipment_class: str
    """``scanner``, ``balance``, ``caliper``, ``camera``, ``label_printer`` …"""
    asset: str
    """PhysicalAsset id: calibration hangs there."""
    driver: str
    """``scanner_serial``, ``mt_sics``, ``mitutoyo``, ``camera`` or ``label_printer``."""
    url: str
    """Serial: device path, ``socket://host:port``; camera: ``dir:PATH`` or ``video:N``;
    printer: ``dir:PATH`` or ``tcp://host:9100``."""
    options: dict[str, object] = {}
    """The driver's own options (see its ``Options``)."""
    settling: Settling = Settling()


def read_configs(data: object) -> tuple[InstrumentConfig, ...]:
    """The instruments of this list of mappings; ``msgspec.ValidationError`` if it is unusable."""
    configs = msgspec.convert(data, tuple[InstrumentConfig, ...])
    names = [config.name for config in configs]
    if len(set(names)) != len(names):
        msg = "two instruments have the same name"
        raise msgspec.ValidationError(msg)
    return configs
