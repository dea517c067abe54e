"""Everything about recalls, made together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from server.quality.late_uses import LateUses
from server.recall.desk import Recalls
from server.recall.drill import Drills
from server.recall.facts import FactsOf
from server.recall.moved import Amounts
from server.recall.steps import Steps
from server.recall.suspects import Suspects

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.ingest.jobs import Jobs
    from server.log.book import Book
    from server.masters.packs import Packs
    from server.people.stations import Stations
    from server.trace.instruments import Instruments
    from sync.clock import Clock


class Desks(NamedTuple):
    """Who knows the stations, and who writes their packs."""

    stations: Stations
    packs: Packs


@dataclass(frozen=True, slots=True)
class RecallOffice:
    """Cases, the drill that practises them, and the work done on held lots."""

    recalls: Recalls
    drills: Drills
    late_uses: LateUses

    @classmethod
    def over(
        cls,
        book: Book,
        jobs: Jobs,
        instruments: Instruments,
        desks: Desks,
        clock: Clock,
        random: Callable[[int], bytes],
    ) -> Self:
        """Over the book and the genealogy."""
        holds = instruments.holds.holds
        late_uses = LateUses(book, jobs, holds.holding)
        suspects = Suspects(book.store, instruments.genealogy, instruments.look_backs)
        facts = FactsOf(book, suspects, Amounts(book.store, jobs), late_uses, holds.holding)
        recalls = Recalls(book, Steps(book), suspects, facts, holds)
        drills = Drills(book, recalls, suspects, *desks, clock.monotonic_ns, random)
        return cls(recalls, drills, late_uses)
