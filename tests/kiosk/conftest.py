"""Windows that remember what was dispatched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devices.testing import SetClock
from devices.wedge import Wedge, WedgeRules
from terminal.kiosk import KioskWindow
from terminal.views import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication

    from devices.kinds import AnyEvent

Sent = list[tuple[str, dict[str, str]]]


class Clock:
    """Milliseconds a test moves."""

    def __init__(self) -> None:
        """Start well after zero."""
        self.now = 10_000

    def __call__(self) -> int:
        """The time."""
        return self.now


class Kiosk:
    """A window with its clock, and what it sent and sounded."""

    def __init__(self, **options: object) -> None:
        """Options as for the window; its wedge's time is set by ``typing``."""
        self.sent: Sent = []
        self.beeps: list[Mark] = []
        self.clock = Clock()
        self.scans: list[AnyEvent] = []
        self.typing = SetClock()
        self.window = KioskWindow(
            lambda intent, params: self.sent.append((intent, params)),
            beep=self.beeps.append,
            now_ms=self.clock,
            wedge=Wedge(WedgeRules(), self.typing),
            scanned=self.scans.append,
            **options,  # type: ignore[arg-type]
        )


@pytest.fixture
def kiosk(qapp: QApplication) -> Iterator[Callable[..., Kiosk]]:
    """Make kiosks; they are closed afterwards."""
    made: list[Kiosk] = []

    def make(**options: object) -> Kiosk:
        made.append(Kiosk(**options))
        return made[-1]

    yield make
    for one in made:
        one.window.leave()
        one.window.deleteLater()
