"""Which lots are held: by a hold of their own, or by one that reaches everything downstream.

A hold that reaches downstream is never copied onto the lots it reaches: they are asked for when
somebody wants to know. So a lot made later from a held one is held from its first unit on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from server.ingest.statements_holds import scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from server.ingest.statements_holds import HoldScope
    from server.store.protocol import Row, Store

Lot = tuple[str, str]
"""Item and lot number."""


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """A hold in force on a lot."""

    ref: str
    item: str
    lot: str
    """The lot it was placed on."""
    reason: str
    placed: int
    """Index of its leaf in the server's log."""
    inherited: bool
    """True: it was placed on a lot upstream."""


class Holding:
    """Answers which hold is in force on a lot."""

    def __init__(self, store: Store, downstream: Callable[[str, str], Collection[Lot]]) -> None:
        """Over the projections; ``downstream``: every lot that a lot went into, not itself."""
        self._store, self._downstream = store, downstream

    def on(self, item: str, lot: str) -> InForce | None:
        """The hold in force on a lot, its own before one that it inherits; None: no hold."""
        return next(iter(self.over(item, lot)), None)

    def over(self, item: str, lot: str) -> tuple[InForce, ...]:
        """Every hold in force on a lot, its own first."""
        own = [
            _in_force(row, inherited=False)
            for row in self._store.rows("holds", item=item, lot=lot)
            if row["lifted"] is None
        ]
        reaching = [self._row(one) for one in self.scopes() if (item, lot) in self.reach(one)]
        inherited = [_in_force(row, inherited=True) for row in reaching if row is not None]
        return tuple(
            one for one in (*own, *inherited) if not self.cleared(one.ref, item, lot)
        )  # fmt: skip

    def itself(self, item: str, lot: str, *, downstream: bool = False) -> bool:
        """Whether a hold in force was placed on the lot itself, whatever it inherits.

        ``downstream``: one that reaches all that is made from it.
        """
        far = {one.hold for one in self.scopes()} if downstream else set()
        own = (one for one in self.over(item, lot) if not one.inherited)
        return any(not downstream or one.ref in far for one in own)

    def any(self) -> bool:
        """Whether anything at all is held; remembered, as it is asked with every push."""
        return self._store.derived(("holds",), "any", self._any)

    def _any(self) -> bool:
        return any(row["lifted"] is None for row in self._store.rows("holds"))

    def scopes(self) -> tuple[HoldScope, ...]:
        """The open holds that reach downstream; remembered until a hold is placed or lifted."""
        return self._store.derived(("holds", "hold_scopes"), "scopes", self._open)

    def _open(self) -> tuple[HoldScope, ...]:
        rows = self._store.rows("hold_scopes", downstream=1)
        return tuple(one for one in map(scope_of, rows) if self._row(one) is not None)

    def reach(self, scope: HoldScope) -> Collection[Lot]:
        """Every lot downstream of the hold's, as far as it is known now."""
        return self._downstream(scope.item, scope.lot)

    def cleared(self, ref: str, item: str, lot: str) -> bool:
        """Whether quality cleared that one lot of the hold."""
        return self._store.one("hold_clearings", ref=ref, item=item, lot=lot) is not None

    def _row(self, scope: HoldScope) -> Row | None:
        rows = self._store.rows("holds", item=scope.item, lot=scope.lot, ref=scope.hold)
        return next((row for row in rows if row["lifted"] is None), None)


def _in_force(row: Row, *, inherited: bool) -> InForce:
    return InForce(
        ref=row["ref"],
        item=row["item"],
        lot=row["lot"],
        reason=f"{row['item']}/{row['lot']}: {row['reason']}" if inherited else row["reason"],
        placed=row["placed"],
        inherited=inherited,
    )
