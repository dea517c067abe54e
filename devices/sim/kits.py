"""One kit for each driver: its simulator, the settings that fit it, and how each trouble shows.

The contract of all drivers (``tests/devices/test_contract.py``) runs over these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from devices.config import InstrumentConfig
from devices.sim.balances import AAndDBalance, ContinuousScale, SbiBalance, SicsBalance
from devices.sim.instrument import Instrument

_SHOWS = {
    "normal": "stable",
    "unstable": "unstable",
    "overload": "overload",
    "underload": "underload",
    "busy": "error",
    "error": "error",
    "unit": "unit-refused",
    "standby": "no-answer",
    "absent": "no-answer",
    "half": "half-frame",
    "glued": "garbled",
    "garbage": "garbled",
    "endless": "frame-too-long",
    "late": "no-answer",
    "twice": "stable",
}
"""The state of the reading, or the code of the fault, in each trouble."""


class Kit(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to try a driver."""

    driver: str
    make: Callable[[], Instrument]
    unit: str
    """UCUM code of what it measures."""
    good: Decimal
    options: Mapping[str, object] = {}
    shows: Mapping[str, str] = {}
    """Where this family differs from the usual; an empty word: it knows no such state."""
    names_itself: bool = True
    serial: bool = True
    """Hangs on a serial line; else on a socket."""

    def expected(self, trouble: str) -> str:
        """The state or fault code in this trouble; empty: it cannot be."""
        return {**_SHOWS, **self.shows}[trouble]

    def config(self, url: str = "", /, **more: object) -> InstrumentConfig:
        """A configuration for it; ``more`` options on top."""
        return InstrumentConfig(
            name="it",
            equipment_class="balance",
            asset="A-1",
            driver=self.driver,
            url=url,
            options={"deadline_ms": 300, **self.options, **more},
        )


TROUBLES = tuple(_SHOWS)

KITS = {
    kit.driver: kit
    for kit in (
        Kit(driver="mt_sics", make=SicsBalance, unit="g", good=Decimal("12.345")),
        Kit(
            driver="a_and_d",
            make=AAndDBalance,
            unit="g",
            good=Decimal("11.5495"),
            shows={"standby": "standby", "late": "standby"},
        ),
        Kit(
            driver="sbi",
            make=SbiBalance,
            unit="g",
            good=Decimal("12.345"),
            shows={"standby": "standby", "late": "standby"},
        ),
        Kit(
            driver="continuous",
            make=ContinuousScale,
            unit="kg",
            good=Decimal("1.240"),
            shows={"half": "stable", "late": "stable"},
            names_itself=False,
        ),
    )
}
"""Every driver that is asked for values, by name."""
