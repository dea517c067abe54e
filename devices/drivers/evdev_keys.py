"""A keyboard of Linux, taken for us alone: no window, console or other program sees its keys.

``/dev/input/by-id/…-event-kbd``, or ``usb://VID:PID/SERIAL`` under whatever name it comes back.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Iterable
from typing import Protocol

import evdev
from evdev import ecodes

from devices.faults import DeviceFault
from devices.keyboard import KeyEvent
from devices.port import POLL_S
from devices.usb import is_usb, only

_LOST = KeyEvent(0, down=True)
"""No key has this code: it becomes a character that spoils the scan."""


class Input(Protocol):
    """What is used of ``evdev.InputDevice``; all may raise OSError."""

    def grab(self) -> None:
        """Take it for us alone."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...

    def fileno(self) -> int:
        """For select."""
        ...

    def read(self) -> Iterable[evdev.InputEvent]:
        """The events that wait."""
        ...

    def set_led(self, led_num: int, value: int) -> None:
        """Light on or off."""
        ...


class _Keyboard:
    """A keyboard as :mod:`devices.usb` looks for it."""

    def __init__(self, path: str) -> None:
        device = evdev.InputDevice(path)
        self.device = path
        self.vid: int | None = device.info.vendor
        self.pid: int | None = device.info.product
        self.serial_number: str | None = device.uniq
        self.types = ecodes.KEY_ENTER in device.capabilities().get(ecodes.EV_KEY, [])
        device.close()


def keyboards() -> list[_Keyboard]:
    """All that can be read and that can type Enter (a scanner shows other inputs besides)."""
    return [each for each in map(_Keyboard, evdev.list_devices()) if each.types]


def _opened(path: str) -> Input:
    return evdev.InputDevice(path)


class EvdevKeys:
    """One keyboard, grabbed."""

    def __init__(self, url: str, opening: Callable[[str], Input] = evdev.InputDevice[str]) -> None:
        """Remember where; nothing is opened yet."""
        self._url, self._opening = url, opening
        self._device: Input | None = None

    def open(self) -> None:
        """Grab it, and put its Caps Lock light out: while it is ours nobody can light it again."""
        self.close()
        path = only(self._url, keyboards()).device if is_usb(self._url) else self._url
        try:
            device = self._opening(path)
        except OSError as error:
            raise DeviceFault("absent", str(error)) from error
        try:
            device.grab()
            device.set_led(ecodes.LED_CAPSL, 0)
        except OSError as error:
            device.close()
            raise DeviceFault("absent", f"{path} cannot be taken: {error}") from error
        self._device = device

    def close(self) -> None:
        """Let it go."""
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def read(self) -> list[KeyEvent]:
        """What was pressed and let go within 50 ms."""
        if self._device is None:
            raise DeviceFault("absent", "the keyboard is not open")
        try:
            ready, _, _ = select.select([self._device], [], [], POLL_S)
            return list(_keys(self._device.read())) if ready else []
        except OSError as error:
            self.close()
            raise DeviceFault("unplugged", str(error)) from error


def _keys(events: Iterable[evdev.InputEvent]) -> Iterable[KeyEvent]:
    """Presses and releases; a held key's repeats are no new keys, lost events are a lost key."""
    for event in events:
        if event.type == ecodes.EV_SYN and event.code == ecodes.SYN_DROPPED:
            yield _LOST
        elif event.type == ecodes.EV_KEY and event.value in (0, 1):
            yield KeyEvent(event.code, down=event.value == 1)
