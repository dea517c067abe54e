"""What watches over the server and what people did with it, made together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from server.alarms.watch import Watch
from server.audit.strangers import Strangers
from server.audit.trail import Trail
from server.evidence.causes import of_deviation
from server.evidence.freeze import Freezer
from server.quality.parameters import SiteParameters
from server.quality.review import Reviews
from server.scrub.scrub import Scrub

if TYPE_CHECKING:
    from pathlib import Path

    from server.log.book import Book
    from server.trace.instruments import Instruments
    from sync.clock import Clock
    from sync.keys import Verifier


@dataclass(frozen=True, slots=True)
class Oversight:
    """The trail, its strangers, its review, frozen evidence sets, parameters, rules of alarms.

    And the scrub, which reads again what is stored.
    """

    trail: Trail
    strangers: Strangers
    freezer: Freezer
    parameters: SiteParameters
    reviews: Reviews
    watch: Watch
    scrub: Scrub
    folder: Path

    @classmethod
    def over(
        cls, book: Book, instruments: Instruments, folder: Path, clock: Clock, server: Verifier
    ) -> Self:
        """Over the book; a deviation of an instrument freezes its evidence from here on."""
        freezer = Freezer(book, instruments.genealogy)
        instruments.deviations.opened = of_deviation(freezer)
        trail, watch = Trail(book), Watch(book, folder, clock)
        strangers, scrub = Strangers(trail, book.clock), Scrub(book, server)
        asks, reviews = SiteParameters(book), Reviews(book)
        return cls(trail, strangers, freezer, asks, reviews, watch, scrub, folder)
