"""Which driver a name of the configuration stands for, and how a rig drives it.

Drivers are imported when a station has such an instrument: a kiosk with one balance does not load
Modbus, VISA and OPC UA.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.kinds import Driver


Checked = Literal["loaded", "closed", "value", "scanner", "camera", "printer"]
"""How a person checks it: a weight is put on, jaws are closed, any value is fresh …"""


class Kind(NamedTuple):
    """A driver: where it is, and what it is to the rig."""

    module: str
    name: str
    role: Literal["listening", "metering", "weighing", "watching", "printing"]
    checked: Checked = "value"

    def load(self) -> Callable[..., Driver]:
        """The driver's class; ValueError when its libraries are not installed."""
        try:
            found = getattr(import_module(f"devices.drivers.{self.module}"), self.name)
        except ModuleNotFoundError as error:
            raise ValueError(
                f"{error.name} is not installed; see the page of this family"
            ) from error
        return cast("Callable[..., Driver]", found)


DRIVERS = {
    "scanner_serial": Kind("scanner_serial", "Scanner", "listening", "scanner"),
    "scanner_evdev": Kind("scanner_evdev", "Scanner", "listening", "scanner"),
    "mitutoyo": Kind("mitutoyo", "Mitutoyo", "listening", "closed"),
    "mt_sics": Kind("mt_sics", "MtSics", "weighing", "loaded"),
    "a_and_d": Kind("a_and_d", "AAndD", "weighing", "loaded"),
    "sbi": Kind("sbi", "Sbi", "weighing", "loaded"),
    "continuous": Kind("continuous", "Continuous", "metering", "loaded"),
    "mark10": Kind("mark10", "Mark10", "metering", "loaded"),
    "mahr": Kind("mahr", "Mahr", "metering", "closed"),
    "modbus": Kind("modbus", "Modbus", "metering"),
    "scpi": Kind("scpi", "Scpi", "metering"),
    "opc_ua": Kind("opc_ua", "OpcUa", "metering"),
    "open_protocol": Kind("open_protocol", "OpenProtocol", "listening"),
    "camera": Kind("camera", "Camera", "watching", "camera"),
    "label_printer": Kind("label_printer", "LabelPrinter", "printing", "printer"),
}
"""Every driver, by its name in the configuration."""


def is_polled(driver: str) -> bool:
    """Whether it is asked for values all the time; the others send when somebody wants them to."""
    kind = DRIVERS.get(driver)
    return kind is not None and kind.role in ("metering", "weighing")
