"""What the server knows and does about instruments, made together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from server.masters.calibrations import Calibrations
from server.trace.deviations import Deviations
from server.trace.genealogy import Genealogy
from server.trace.holds import TouchedHolds
from server.trace.look_back import LookBacks

if TYPE_CHECKING:
    from server.log.book import Book
    from server.masters.catalogue import Catalogue
    from server.quality.readiness import Quality


@dataclass(frozen=True, slots=True)
class Instruments:
    """Calibrations, look-backs, deviations, and the holds they call for."""

    calibrations: Calibrations
    look_backs: LookBacks
    deviations: Deviations
    holds: TouchedHolds
    genealogy: Genealogy

    @classmethod
    def over(cls, book: Book, catalogue: Catalogue, quality: Quality) -> Self:
        """Over the book."""
        calibrations, genealogy = Calibrations(book), Genealogy(book.store, book.clock)
        look_backs = LookBacks(book.store, calibrations, genealogy, book.clock)
        deviations = Deviations(book, calibrations, look_backs)
        return cls(
            calibrations, look_backs, deviations,
            TouchedHolds(deviations, look_backs, catalogue, quality), genealogy,
        )  # fmt: skip
