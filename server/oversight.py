"""What watches over the server and what people did with it, made together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from server.evidence.freeze import Freezer, freezing

if TYPE_CHECKING:
    from server.log.book import Book
    from server.trace.instruments import Instruments


@dataclass(frozen=True, slots=True)
class Oversight:
    """Frozen evidence sets."""

    freezer: Freezer

    @classmethod
    def over(cls, book: Book, instruments: Instruments) -> Self:
        """Over the book; a deviation of an instrument freezes its evidence from here on."""
        freezer = Freezer(book, instruments.genealogy.not_known)
        instruments.deviations.opened = freezing(freezer)
        return cls(freezer)
