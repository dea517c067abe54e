"""What a case's own steps do not say: its frozen document, what has grown, who is silent."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from server.recall.points import Facts
from server.recall.scope import DOCUMENT, grown, read

if TYPE_CHECKING:
    from server.log.book import Book
    from server.quality.late_uses import LateUses
    from server.recall.balance import MassBalance
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
        self._read = lru_cache(KEPT_READ)(self._document)

    def kept(self, case: RecallCase) -> Kept | None:
        """The newest frozen scope; None before the first."""
        return self._read(case.newest.scope) if case.newest else None

    def document(self, digest: str) -> bytes | None:
        """The bytes of a frozen scope; None if there is none of that digest."""
        row = self._store.one("documents", sha256=digest, kind=DOCUMENT)
        return None if row is None else bytes(row["data"])

    def _document(self, digest: str) -> Kept | None:
        data = self.document(digest)
        return None if data is None else read(data)

    def lines_of(self, case: RecallCase) -> dict[str, list[ShipmentLine]]:
        """The frozen scope's lines by consignee, in the order of names."""
        kept = self.kept(case)
        found: dict[str, list[ShipmentLine]] = {}
        for one in kept.lines if kept else ():
            found.setdefault(one.consignee, []).append(one)
        return dict(sorted(found.items()))

    def of(self, case: RecallCase) -> Facts:
        """All of them, as of now."""
        kept, scope = self.kept(case), self._suspects.scope(case.cause)
        return Facts(
            consignees=kept.consignees if kept else (),
            grown=sum(grown(scope, kept)) if kept else 0,
            silent=tuple(dict.fromkeys(one.about for one in scope.not_known if one.about)),
            late_uses=tuple(self._late(scope)),
            balances=self.balances(case),
            unsayable=self._unsayable(case),
        )

    def balances(self, case: RecallCase) -> tuple[MassBalance, ...]:
        """Of the suspect lots and of every lot in the frozen scope that was made here."""
        kept = self.kept(case)
        if kept is None:
            return ()
        return self._amounts.balances(case, self._own(kept), kept.lines, kept.returned)

    def _own(self, kept: Kept) -> list[tuple[str, str]]:
        """Suspects and lots made here; of imported history nobody knows how much was made."""
        made = {(str(row["item"]), str(row["lot"])) for row in self._store.rows("jobs")}
        wanted = []
        for item, lot, depth, _ in kept.lots:
            here = (item, lot) in made
            if here or (not depth and self._store.one("lots", item=item, lot=lot)):
                wanted.append((item, lot))
        return wanted

    def _unsayable(self, case: RecallCase) -> int:
        kept = self.kept(case)
        return len(kept.lots) - len(self._own(kept)) if kept else 0

    def _late(self, scope: Scope) -> list[tuple[int, int]]:
        lots = {(one.item, one.lot) for one in scope.lots}
        return [
            (one.number, one.units)
            for one in self._late_uses.all()
            if not one.closed_at and (one.item, one.lot) in lots
        ]
