"""An adapter found by what it is, not by the name the system happened to give it.

``usb://0403:6001/A50285BI`` is the adapter with this vendor, product and serial number, on any
``/dev/ttyUSBn`` or ``COMn``. Without a serial number it must be the only one of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from serial.tools import list_ports

from devices.faults import DeviceFault

_URL = re.compile(r"usb://([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?:/([^/\s]{1,64}))?")


class Adapter(Protocol):
    """What the system tells of a serial adapter."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None


A = TypeVar("A", bound=Adapter)


def is_usb(url: str) -> bool:
    """Whether this is such an address, well written."""
    return _URL.fullmatch(url) is not None


def device_path(url: str, adapters: Callable[[], Iterable[Adapter]] = list_ports.comports) -> str:
    """The name the system gives to ``url`` now; any other URL as it is.

    DeviceFault ``absent`` when the adapter is not there, and when several could be meant: a guess
    would read the neighbour's scale.
    """
    return only(url, adapters()).device if is_usb(url) else url


def only(url: str, adapters: Iterable[A]) -> A:
    """The adapter that ``url`` means, of these; DeviceFault ``absent`` as above."""
    match = _URL.fullmatch(url)
    kind, number = (int(match[1], 16), int(match[2], 16)) if match else None, match and match[3]
    same = [each for each in adapters if (each.vid, each.pid) == kind]
    found = [each for each in same if number is None or each.serial_number == number]
    if len(found) != 1:
        seen = ", ".join(sorted(each.serial_number or "no serial number" for each in same))
        said = f"{len(found)} plugged-in adapters are {url}; its kind here: {seen or 'none'}"
        raise DeviceFault("absent", said)
    return found[0]
