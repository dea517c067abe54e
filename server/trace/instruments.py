"""What the server knows and does about instruments, made together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from server.masters.calibrations import Calibrations
from server.trace.deviations import Deviations
from server.trace.holds import TouchedHolds
from server.trace.look_back import LookBacks

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.calibration import Calibration
    from server.log.book import Book
    from server.masters.calibrations import Entered
    from server.people.directory import Acting
    from server.quality.holds import Holds
    from server.trace.deviations import Deviation
    from server.trace.genealogy import Genealogy


def _nothing() -> None:
    """Nothing is kept beside."""


@dataclass(frozen=True, slots=True)
class Instruments:
    """Calibrations, look-backs, deviations, and the holds they call for."""

    calibrations: Calibrations
    look_backs: LookBacks
    deviations: Deviations
    holds: TouchedHolds
    genealogy: Genealogy

    @classmethod
    def over(cls, book: Book, holds: Holds, genealogy: Genealogy) -> Self:
        """Over the book."""
        calibrations = Calibrations(book)
        look_backs = LookBacks(book.store, calibrations, genealogy, book.clock)
        deviations = Deviations(book, calibrations, look_backs)
        return cls(
            calibrations, look_backs, deviations,
            TouchedHolds(deviations, look_backs, holds), genealogy,
        )  # fmt: skip

    def calibrated(
        self, calibration: Calibration, acting: Acting, beside: Callable[[], None] = _nothing
    ) -> tuple[Entered, Deviation | None]:
        """Enter a calibration; a deviation it opens holds lots where quality's rules say so.

        ``beside``: what is kept with it, or not at all.
        """
        entered, deviation = self.deviations.calibrated(calibration, acting, beside)
        if deviation is not None:
            self.holds.called_for(deviation, acting)
        return entered, deviation
