"""What a case's own steps do not say: its frozen document, what has grown, who is silent."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from server.recall.growth import Growth
from server.recall.points import Facts
from server.recall.scope import DOCUMENT, read
from server.trace.reach import LotId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.log.book import Book
    from server.masters.holds import Holding
    from server.quality.late_uses import LateUses
    from server.recall.case import RecallCase
    from server.recall.moved import Amounts
    from server.recall.scope import Kept, Made
    from server.recall.suspects import Suspects
    from server.store.protocol import Row
    from server.trace.not_known import NotKnown
    from server.trace.reach import ShipmentLine
    from server.workers import Workers

KEPT_READ = 4
"""Documents held in memory; one of a whole plant has tens of megabytes."""


class FactsOf:
    """Finds them."""

    def __init__(
        self,
        book: Book,
        suspects: Suspects,
        amounts: Amounts,
        late_uses: LateUses,
        holding: Holding,
    ) -> None:
        """Over the projections and the genealogy."""
        self._book, self._store = book, book.store
        self._suspects, self._amounts, self._late_uses = suspects, amounts, late_uses
        self.growth, self._holding = Growth(suspects), holding
        self._read: OrderedDict[str, Kept] = OrderedDict()

    def kept(self, case: RecallCase) -> Kept | None:
        """The newest frozen scope; None before the first."""
        digest = case.newest.scope if case.newest else ""
        if digest and digest not in self._read:
            data = self.document(digest)
            if data is not None:
                self.remember(digest, read(data))
        return self._read.get(digest)

    async def ready(
        self, case: RecallCase, workers: Workers, *, to_freeze: bool = False
    ) -> Made | None:
        """Do beside the event loop what :meth:`of` needs; the next revision if it was made."""
        digest = case.newest.scope if case.newest else ""
        data = None if digest in self._read else self.document(digest)
        if data is not None:
            self.remember(digest, await workers.read(partial(read, data)))
        if not case.open:
            return None
        return await self.growth.look(case, self.kept(case), workers, to_freeze=to_freeze)

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
        live = kept is not None and case.open
        unknown = self._suspects.reaches.not_known() if case.open else ()
        own = self._own(kept) if kept else []
        return Facts(
            consignees=kept.consignees if kept else (),
            grown=sum(self.growth.now(case, kept)) if live else 0,
            silent=silent_of(unknown),
            unplaced=unplaced_of(unknown),
            late_uses=tuple(self._late(case, kept)) if case.open else (),
            unheld=self.unheld(case, kept) if case.open else (),
            balances=self._amounts.balances(case, own, kept.lines, kept.returned) if kept else (),
            unsayable=len(kept.lots) - len(own) if kept else 0,
        )

    def _own(self, kept: Kept) -> list[tuple[str, str]]:
        """Suspects, lots made here, what lots became; nobody knows how much history had."""
        made = {(str(row["item"]), str(row["lot"])) for row in self._store.rows("jobs")}
        turned = {
            (str(row["into_item"]), str(row["into_lot"])) for row in self._store.rows("transforms")
        }
        wanted = []
        for one in kept.lots:
            key = (one.item, one.lot)
            here = key in made or (key in turned and not self._imported(*key))
            if here or (not one.depth and self._store.one("lots", item=one.item, lot=one.lot)):
                wanted.append(key)
        return wanted

    def _imported(self, item: str, lot: str) -> bool:
        return self._store.one("history_lots", item=item, lot_code=lot) is not None

    def _late(self, case: RecallCase, kept: Kept | None) -> list[tuple[int, int]]:
        waiting = [one for one in self._late_uses.all() if not one.closed_at]
        if not waiting:
            return []
        roots = self._suspects.roots(case.cause, kept)
        lots = [LotId(one.item, one.lot) for one in waiting]
        within = self._suspects.reaches.among(roots, lots)
        return [(one.number, one.units) for one in waiting if (one.item, one.lot) in within]

    def unheld(self, case: RecallCase, kept: Kept | None) -> tuple[LotId, ...]:
        """Suspect lots that the case is to hold, and nobody held for it yet.

        One that quality let go again was held.
        """
        if not case.holds:
            return ()
        reaching = {(one.item, one.lot) for one in self._holding.scopes()}
        roots = self._suspects.roots(case.cause, kept)
        return tuple(
            one for one in roots if one not in reaching and not self._lifted(case, one)
        )  # fmt: skip

    def _lifted(self, case: RecallCase, lot: LotId) -> bool:
        rows = self.held_for(case, lot)
        return bool(rows) and all(row["lifted"] is not None for row in rows)

    def held_for(self, case: RecallCase, lot: LotId) -> list[Row]:
        """The holds that were placed on the lot for the case."""
        rows = self._store.rows("holds", item=lot.item, lot=lot.lot)
        return [row for row in rows if row["reason"].startswith(named(case))]


def silent_of(unknown: Iterable[NotKnown]) -> tuple[str, ...]:
    """Whose records may still add to it."""
    return tuple(dict.fromkeys(one.about for one in unknown if one.about))


def unplaced_of(unknown: Iterable[NotKnown]) -> tuple[tuple[str, int], ...]:
    """Code and count of what may add to it and lies at no log in particular."""
    return tuple((one.code, one.count) for one in unknown if not one.about)


def named(case: RecallCase) -> str:
    """With what the reason of every hold begins that is placed for the case."""
    return f"recall {case.id}: "
