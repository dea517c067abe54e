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
from devices.sim.meters import (
    GRAM,
    STATUS,
    MahrGauge,
    Mark10Gauge,
    ModbusMeter,
    ModbusTcpMeter,
    ScpiMeter,
)
from devices.sim.pressed import MitutoyoGauge, Tightener

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


_MODBUS = {
    "address": 10,
    "count": 4,
    "scale": "0.001",
    "unit": "g",
    "status_at": 2,
    "unit_at": 3,
    "unit_code": GRAM,
    "identity_address": 100,
    **{f"{name}_mask": bit for name, bit in STATUS.items()},
}
_MODBUS_SHOWS = {
    "standby": "standby",
    "late": "standby",
    "endless": "garbled",
    "busy": "busy",
    "glued": "stable",
}
"""Frames are told apart by length: two without a terminator between them are two frames."""
_NO_STATES = dict.fromkeys(("unstable", "underload", "busy"), "")
_PUSHED = dict.fromkeys(("unstable", "overload", "underload", "busy", "late"), "")


class Kit(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to try a driver."""

    driver: str
    name: str = ""
    """Where a driver has several kits."""
    make: Callable[[], Instrument]
    unit: str
    """UCUM code of what it measures."""
    good: Decimal
    options: Mapping[str, object] = {}
    shows: Mapping[str, str] = {}
    """Where this family differs from the usual; an empty word: it knows no such state."""
    names_itself: bool = True
    pushes: bool = False
    """Sends when somebody presses; else it is asked."""
    serial: bool = True
    """Hangs on a serial line; else on a socket."""

    def expected(self, trouble: str) -> str:
        """The state or fault code in this trouble; empty: it cannot be."""
        return {**_SHOWS, **self.shows}[trouble]

    def config(self, url: str = "", /, **more: object) -> InstrumentConfig:
        """A configuration for it; ``more`` options on top."""
        patience = {} if self.driver == "mitutoyo" else {"deadline_ms": 300}
        return InstrumentConfig(
            name="it",
            equipment_class="balance",
            asset="A-1",
            driver=self.driver,
            url=url,
            options={**patience, **self.options, **more},
        )


TROUBLES = tuple(_SHOWS)

KITS = {
    kit.name or kit.driver: kit
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
        Kit(
            driver="modbus",
            make=ModbusMeter,
            unit="g",
            good=Decimal("12.345"),
            options=_MODBUS,
            shows=_MODBUS_SHOWS,
        ),
        Kit(
            driver="modbus",
            name="modbus-tcp",
            make=ModbusTcpMeter,
            unit="g",
            good=Decimal("12.345"),
            options={**_MODBUS, "framing": "tcp"},
            shows=_MODBUS_SHOWS,
            serial=False,
        ),
        Kit(
            driver="scpi",
            make=ScpiMeter,
            unit="kPa",
            good=Decimal("101.325"),
            options={"unit": "kPa", "unit_query": "UNIT?", "unit_answer": "KPA"},
            shows={
                **_NO_STATES,
                "underload": "underload",
                "error": "instrument-error",
                "standby": "no-answer",
                "late": "standby",
            },
            serial=False,
        ),
        Kit(
            driver="mark10",
            make=Mark10Gauge,
            unit="N",
            good=Decimal("18.78"),
            shows={**_NO_STATES, "twice": "wrong-answer"},
            names_itself=False,
        ),
        Kit(
            driver="mahr",
            make=MahrGauge,
            unit="mm",
            good=Decimal("2.345"),
            options={"width": 7},
            shows=_NO_STATES,
        ),
        Kit(
            driver="mitutoyo",
            make=MitutoyoGauge,
            unit="mm",
            good=Decimal("4.123"),
            options={"decimals": [3]},
            shows=_PUSHED,
            names_itself=False,
            pushes=True,
        ),
        Kit(
            driver="open_protocol",
            make=Tightener,
            unit="N.m",
            good=Decimal("7.39"),
            shows={
                **_PUSHED,
                "half": "garbled",
                "unit": "",
                "error": "",
                "standby": "unplugged",
                "absent": "unplugged",
            },
            pushes=True,
            serial=False,
        ),
    )
}
"""Every driver that gives values, by name."""
