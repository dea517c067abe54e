"""An adapter is found by what it is, under whatever name; never the neighbour's."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from devices import port as ports
from devices.port import Port
from devices.sim.balances import SicsBalance
from devices.sim.plugs import OnPty
from devices.testing import fault_of
from devices.usb import Adapter, device_path, is_usb


def adapter(device: str, serial_number: str | None, vid: int | None = 0x0403) -> Adapter:
    """As the system lists it."""
    return SimpleNamespace(device=device, vid=vid, pid=0x6001, serial_number=serial_number)


@pytest.mark.covers("F58")
def test_names_change_places_but_the_adapter_is_the_same() -> None:
    first = [adapter("/dev/ttyUSB0", "A1"), adapter("/dev/ttyUSB1", "A12")]
    swapped = [adapter("/dev/ttyUSB0", "A12"), adapter("/dev/ttyUSB1", "A1")]
    assert device_path("usb://0403:6001/A1", lambda: first) == "/dev/ttyUSB0"
    assert device_path("usb://0403:6001/A1", lambda: swapped) == "/dev/ttyUSB1"
    assert device_path("/dev/ttyUSB0", lambda: swapped) == "/dev/ttyUSB0"
    assert is_usb("usb://0403:6001")
    assert not is_usb("usb://403:6001")


@pytest.mark.covers("F58")
@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("usb://0403:6001/A1", []),
        ("usb://0403:6001/A1", [adapter("/dev/ttyUSB0", "A2")]),
        ("usb://0403:6001/A1", [adapter("/dev/ttyUSB0", None)]),
        ("usb://0403:6001", [adapter("/dev/ttyUSB0", "A1"), adapter("/dev/ttyUSB1", "A2")]),
        ("usb://0403:6001", [adapter("/dev/ttyS0", None, None)]),
    ],
)
def test_no_guess_between_none_and_several(url: str, there: list[Adapter]) -> None:
    fault = fault_of(lambda: device_path(url, lambda: there))
    assert fault is not None
    assert fault.code == "absent"


@pytest.mark.covers("F58")
def test_a_port_opens_the_adapter_wherever_it_came_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = OnPty(SicsBalance(), tmp_path / "0"), OnPty(SicsBalance(), tmp_path / "1")
    name = [old.url]
    there = lambda: [adapter(name[0], "A1")]  # noqa: E731
    monkeypatch.setattr(ports, "device_path", lambda url: device_path(url, there))
    port = Port("usb://0403:6001/A1")
    port.open()
    port.write(b"I4\r\n")
    old.unplug()
    gone = None
    while gone is None:
        gone = fault_of(port.read)
    assert gone.code == "unplugged"
    name[0] = new.url
    port.open()
    port.write(b"I4\r\n")
    got = b""
    while not got.endswith(b"\r\n"):
        got += port.read()
    assert got == b'I4 A "B724518366"\r\n'
    port.close()
    for plug in (old, new):
        plug.close()
