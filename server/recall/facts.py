"""What a case's own steps do not say: its frozen document, what has grown, who is silent."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from server.recall.points import Facts
from server.recall.scope import DOCUMENT, grown, read

if TYPE_CHECKING:
    from server.log.book import Book
    from server.quality.late_uses import LateUses
    from server.recall.case import RecallCase
    from server.recall.moved import Amounts
    from server.recall.scope import Kept, Scope
    from server.recall.suspects import Suspects
    from server.trace.reach import ShipmentLine

KEPT_READ = 4
"""Documents held in memory; one of a whole plant has tens of megabytes."""


class FactsOf:
    """Finds them."""

    def __init__(
        self, book: Book, suspects: Suspects, amounts: Amounts, late_uses: LateUses
    ) -> None:
        """Over the projections and the genealogy."""
        self._book, self._store = book, book.store
        self._suspects, self._amounts, self._late_uses = suspects, amounts, late_uses
        self._read: OrderedDict[str, Kept] = OrderedDict()

    def kept(self, case: RecallCase) -> Kept | None:
        """The newest frozen scope; None before the first."""
        digest = case.newest.scope if case.newest else ""
        if digest and digest not in self._read:
            data = self.document(digest)
            if data is not None:
                self.remember(digest, read(data))
        return self._read.get(digest)

    def remember(self, digest: str, kept: Kept) -> None:
        """Hold what was frozen just now, or was read."""
        self._read[digest] = kept
        if len(self._read) > KEPT_READ:
            self._read.popitem(last=False)

    def document(self, digest: str) -> bytes | None:
        """The bytes of a frozen scope; None if there is none of that digest."""
        row = self._store.one("documents", sha256=digest, kind=DOCUMENT)
        return None if row is None else bytes(row["data"])

    def lines_of(self, case: RecallCase) -> dict[str, list[ShipmentLine]]:
        """The frozen scope's lines by consignee, in the order of names."""
        kept = self.kept(case)
        found: dict[str, list[ShipmentLine]] = {}
        for one in kept.lines if kept else ():
            found.setdefault(one.consignee, []).append(one)
        return dict(sorted(found.items()))

    def of(self, case: RecallCase) -> Facts:
        """All of them, as of now; of a case that is over, what was frozen last."""
        kept = self.kept(case)
        scope = self._suspects.scope(case.cause, kept) if case.open else None
        own = self._own(kept) if kept else []
        return Facts(
            consignees=kept.consignees if kept else (),
            grown=sum(grown(scope, kept)) if kept and scope else 0,
            silent=_silent(scope),
            late_uses=tuple(self._late(scope)) if scope else (),
            balances=self._amounts.balances(case, own, kept.lines, kept.returned) if kept else (),
            unsayable=len(kept.lots) - len(own) if kept else 0,
        )

    def _own(self, kept: Kept) -> list[tuple[str, str]]:
        """Suspects and lots made here; of imported history nobody knows how much was made."""
        made = {(str(row["item"]), str(row["lot"])) for row in self._store.rows("jobs")}
        wanted = []
        for one in kept.lots:
            here = (one.item, one.lot) in made
            if here or (not one.depth and self._store.one("lots", item=one.item, lot=one.lot)):
                wanted.append((one.item, one.lot))
        return wanted

    def _late(self, scope: Scope) -> list[tuple[int, int]]:
        waiting = [one for one in self._late_uses.all() if not one.closed_at]
        lots = {(one.item, one.lot) for one in scope.lots} if waiting else set()
        return [(one.number, one.units) for one in waiting if (one.item, one.lot) in lots]


def _silent(scope: Scope | None) -> tuple[str, ...]:
    """Whose records may still add to it."""
    return tuple(dict.fromkeys(one.about for one in scope.not_known if one.about)) if scope else ()
