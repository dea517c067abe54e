"""What a case's own steps do not say: its frozen document, what has grown, who is silent."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from server.recall.documents import Documents
from server.recall.frozen import sound
from server.recall.growth import Growth, Standing
from server.recall.pieces import in_turn
from server.recall.points import Facts
from server.recall.scope import DOCUMENT
from server.trace.reach import LotId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.log.book import Book
    from server.masters.holds import Holding
    from server.quality.late_uses import LateUses
    from server.recall.case import RecallCase
    from server.recall.frozen import FrozenScope
    from server.recall.moved import Amounts
    from server.recall.suspects import Suspects
    from server.store.protocol import Row
    from server.trace.not_known import NotKnown
    from server.trace.reach import ReachedLot
    from server.workers import Workers

_Lot = tuple[str, str]
"""Item and lot number."""

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
        self._store = book.store
        self._suspects, self._amounts, self._late_uses = suspects, amounts, late_uses
        self.growth, self._holding = Growth(suspects), holding
        self.documents = Documents(book.store)
        self._read: OrderedDict[str, FrozenScope] = OrderedDict()

    async def frozen(self, case: RecallCase, workers: Workers) -> FrozenScope | None:
        """The newest frozen scope, read beside the event loop.

        None before the first, and of one that the disk spoilt or lost.
        """
        digest = case.newest.scope if case.newest else ""
        found = self._read.get(digest)
        wanted = digest and found is None
        data = self.documents.get(DOCUMENT, digest) if wanted else None
        if data is not None:
            found = await workers.read(partial(sound, data, digest))
        if data is not None and found is not None:
            self.remember(digest, found)
        return found

    def remember(self, digest: str, frozen: FrozenScope) -> None:
        """Hold what was frozen just now, or was read."""
        self._read[digest] = frozen
        if len(self._read) > KEPT_READ:
            self._read.popitem(last=False)

    async def standing(self, case: RecallCase, workers: Workers) -> Standing:
        """The case with what was frozen for it, and what is suspect now."""
        frozen = await self.frozen(case, workers)
        return Standing(case, frozen, await self._suspects.roots(case.cause, frozen))

    async def of(self, case: RecallCase, workers: Workers) -> Facts:
        """All of them, as of now; of a case that is over, what was frozen last.

        The sums of the lots may be some pushes older, where there are many.
        """
        if not case.open:
            return await self._frozen_only(case, workers)
        at = await self.standing(case, workers)
        await self.growth.look(at, workers, to_freeze=False)
        found = await self._frozen_only(case, workers)
        unknown = self._suspects.reaches.not_known()
        return msgspec.structs.replace(
            found,
            grown=sum(self.growth.now(at)) if at.frozen else 0,
            silent=silent_of(unknown),
            unplaced=unplaced_of(unknown),
            late_uses=tuple(self._late(at.roots)),
            unheld=self.unheld(at),
        )

    async def _frozen_only(self, case: RecallCase, workers: Workers) -> Facts:
        """What is known of the newest frozen scope."""
        frozen = await self.frozen(case, workers)
        if frozen is None or case.newest is None:
            return Facts(unread=True)
        own = await self._own(frozen, case.newest.lots, workers)
        return Facts(
            consignees=frozen.consignees,
            balances=await self._amounts.balances(case, own, frozen.kept),
            unsayable=case.newest.lots - len(own),
        )

    async def _own(self, frozen: FrozenScope, lots: int, workers: Workers) -> list[_Lot]:
        """Suspects, lots made here, what lots became; nobody knows how much history had.

        Each of the scope's ``lots`` is asked for, or all that were made are read: the fewer.
        """
        here = sum(self._store.count(table) for table in ("jobs", "transforms"))
        known = None if lots <= here else self._made()
        wanted = []
        async for one in in_turn(await workers.read(partial(_maybe, frozen, known))):
            key = (one.item, one.lot)
            if self._made_here(*key) or (
                not one.depth and self._store.one("lots", item=one.item, lot=one.lot)
            ):
                wanted.append(key)
        return wanted

    def _made(self) -> set[_Lot]:
        """Every lot made here, and what lots became."""
        jobs, turned = self._store.rows("jobs"), self._store.rows("transforms")
        return {(str(row["item"]), str(row["lot"])) for row in jobs} | {
            (str(row["into_item"]), str(row["into_lot"])) for row in turned
        }

    def _made_here(self, item: str, lot: str) -> bool:
        if self._store.one("jobs", item=item, lot=lot) is not None:
            return True
        turned = self._store.one("transforms", into_item=item, into_lot=lot)
        return turned is not None and not self._imported(item, lot)

    def _imported(self, item: str, lot: str) -> bool:
        return self._store.one("history_lots", item=item, lot_code=lot) is not None

    def _late(self, roots: tuple[LotId, ...]) -> list[tuple[int, int]]:
        waiting = [one for one in self._late_uses.all() if not one.closed_at]
        if not waiting:
            return []
        lots = [LotId(one.item, one.lot) for one in waiting]
        within = self._suspects.reaches.among(roots, lots)
        return [(one.number, one.units) for one in waiting if (one.item, one.lot) in within]

    def unheld(self, at: Standing) -> tuple[LotId, ...]:
        """Suspect lots that the case is to hold, and nobody held for it yet.

        One that quality let go again was held.
        """
        if not at.case.holds:
            return ()
        reaching = {(one.item, one.lot) for one in self._holding.scopes()}
        return tuple(
            one for one in at.roots if one not in reaching and not self._lifted(at.case, one)
        )  # fmt: skip

    def _lifted(self, case: RecallCase, lot: LotId) -> bool:
        rows = self.held_for(case, lot)
        return bool(rows) and all(row["lifted"] is not None for row in rows)

    def held_for(self, case: RecallCase, lot: LotId) -> list[Row]:
        """The holds that were placed on the lot for the case."""
        rows = self._store.rows("holds", item=lot.item, lot=lot.lot)
        return [row for row in rows if row["reason"].startswith(named(case))]


def _maybe(frozen: FrozenScope, known: set[_Lot] | None) -> list[ReachedLot]:
    """The lots of which something is to be asked; all where it is not known what was made."""
    return [
        one
        for one in frozen.lots()
        if known is None or not one.depth or (one.item, one.lot) in known
    ]


def silent_of(unknown: Iterable[NotKnown]) -> tuple[str, ...]:
    """Whose records may still add to it."""
    return tuple(dict.fromkeys(one.about for one in unknown if one.about))


def unplaced_of(unknown: Iterable[NotKnown]) -> tuple[tuple[str, int], ...]:
    """Code and count of what may add to it and lies at no log in particular."""
    return tuple((one.code, one.count) for one in unknown if not one.about)


def named(case: RecallCase) -> str:
    """With what the reason of every hold begins that is placed for the case."""
    return f"recall {case.id}: "
