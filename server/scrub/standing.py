"""How far a round of the scrub is, kept in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import msgspec

from server.scrub.area import Place

if TYPE_CHECKING:
    from server.store.protocol import Store


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A round, under way or over."""

    round: int
    began_at: str
    ended_at: str = ""
    """Empty while it goes on."""
    area: str
    """Table that is read now, or was last."""
    log: str = ""
    number: int = 0
    """Where in it the next piece begins."""
    rows: int = 0
    """Read so far."""
    total: int
    """About as many as there will be."""
    found: int = 0
    """Things that were wrong."""

    @property
    def place(self) -> Place:
        """Where the next piece begins."""
        return Place(self.log, self.number)

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100; 100 only when it is over."""
        if self.ended_at:
            return 100
        return min(99, 100 * self.rows // self.total) if self.total else 0

    def further(self, rows: int, found: int, place: Place | None) -> Self:
        """After a piece."""
        log, number = place or (self.log, self.number)
        return msgspec.structs.replace(
            self, rows=self.rows + rows, found=self.found + found, log=log, number=number
        )

    def at(self, area: str) -> Self:
        """At the beginning of an area."""
        return msgspec.structs.replace(self, area=area, log="", number=0)

    def ended(self, at: str) -> Self:
        """Over."""
        return msgspec.structs.replace(self, ended_at=at)


def newest(store: Store) -> Standing | None:
    """The round kept last; None before the first."""
    row = store.newest("scrub")
    return None if row is None else msgspec.convert(row, Standing)


def save(store: Store, standing: Standing) -> None:
    """Keep it; what is older than the round before goes. Raises Fault."""
    with store.transaction():
        store.put("scrub", msgspec.to_builtins(standing))
        store.remove("scrub", round=standing.round - 2)
