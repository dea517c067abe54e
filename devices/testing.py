"""For tests only: a clock to set, a collector of events, and the drivers' contract."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from devices.config import InstrumentConfig
from devices.faults import FAULTS, DeviceFault
from devices.kinds import AnyEvent, Driver


class SetClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        """Start at a fixed moment."""
        self.ns = 1_000_000_000
        self.wall = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

    def monotonic_ns(self) -> int:
        """Monotonic nanoseconds."""
        return self.ns

    def now(self) -> datetime:
        """Aware wall time."""
        return self.wall

    def pass_ms(self, milliseconds: int) -> None:
        """Move on."""
        self.ns += milliseconds * 1_000_000
        self.wall += timedelta(milliseconds=milliseconds)


class Events:
    """Collects events from any thread, and waits for one."""

    def __init__(self) -> None:
        """Start empty."""
        self.all: list[AnyEvent] = []
        self._changed = threading.Condition()

    def __call__(self, event: AnyEvent) -> None:
        """Take an event."""
        with self._changed:
            self.all.append(event)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[AnyEvent], bool], seconds: float = 8.0) -> AnyEvent:
        """The first event (also an earlier one) that is wanted; AssertionError with all of them."""
        with self._changed:
            if self._changed.wait_for(lambda: any(map(wanted, self.all)), seconds):
                return next(filter(wanted, self.all))
            seen = "\n".join(repr(event)[:160] for event in self.all[-20:])
        msg = f"not seen within {seconds} s; the last events:\n{seen}"
        raise AssertionError(msg)

    def clear(self) -> None:
        """Forget what came so far."""
        with self._changed:
            self.all.clear()


def fault_of(action: Callable[[], object]) -> DeviceFault | None:
    """The DeviceFault of an action, or None; anything else raised comes through."""
    try:
        action()
    except DeviceFault as fault:
        return fault
    return None


def check_absent(
    make: Callable[[InstrumentConfig], Driver],
    config: InstrumentConfig,
    use: Callable[[Driver], object],
) -> None:
    """The part of the contract every driver keeps with nothing connected.

    It can be made and closed without being opened, faults with a code of the catalogue when it is
    opened or used, and can be closed twice.
    """
    driver = make(config)
    driver.close()
    for action in (driver.open, lambda: use(driver)):
        fault = fault_of(action)
        if fault is None or fault.code not in FAULTS:
            msg = f"{config.driver}: absent, but {fault!r}"
            raise AssertionError(msg)
    driver.close()
    driver.close()
