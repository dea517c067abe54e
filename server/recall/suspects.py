"""Which lots a recall begins with: a lot, a unit's lot, a supplier's, those an asset measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from server.masters.catalogue import heard_of
from server.recall.scope import union
from server.trace.reach import LotId
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.recall.case import Cause
    from server.recall.frozen import FrozenScope
    from server.recall.scope import Scope
    from server.store.protocol import Store
    from server.trace.look_back import LookBacks
    from server.trace.reach import Reaches


class Suspects:
    """Finds the lots a cause names, and all that they reached."""

    def __init__(self, store: Store, reaches: Reaches, look_backs: LookBacks) -> None:
        """Over the projections and the genealogy."""
        self._store, self.reaches, self._look_backs = store, reaches, look_backs

    def asked(self, roots: tuple[LotId, ...]) -> Callable[[], Scope]:
        """The work of finding all that these reached, as of now, for any thread."""
        answer = self.reaches.asked(roots)
        return lambda: union(roots, answer())

    async def some(self, cause: Cause) -> tuple[LotId, ...]:
        """:meth:`roots`; Refusal if nothing is suspect."""
        roots = await self.roots(cause)
        if not roots:
            raise Refusal("not-found", what=cause.suspect, name=named(cause))
        return roots

    async def roots(self, cause: Cause, before: FrozenScope | None = None) -> tuple[LotId, ...]:
        """The lots the cause names, each once.

        What was suspect ``before`` stays so: an instrument that was calibrated since does not take
        back what it measured.
        """
        old = before.kept.roots if before else ()
        return tuple(dict.fromkeys((*old, *await self._named(cause))))

    async def _named(self, cause: Cause) -> list[LotId]:
        match cause.suspect:
            case "lot":
                found = self._lots(cause.item, cause.lot)
            case "serial":
                found = self._serial(cause.serial)
            case "supplier-lot":
                found = self._supplied(cause.supplier, cause.lot)
            case "asset":
                lots = (await self._look_backs.of_in_pieces(cause.asset, most=0)).lots
                found = [LotId(one.item, one.lot) for one in lots if one.direct]
            case _:
                assert_never(cause.suspect)
        return found

    def _lots(self, item: str, lot: str) -> list[LotId]:
        """The lot itself if anybody ever heard of it."""
        return [LotId(item, lot)] if heard_of(self._store, item, lot) else []

    def _serial(self, serial: str) -> list[LotId]:
        found = [
            LotId(row["item"], row["lot"]) for row in self._store.rows("production", serial=serial)
        ]
        for row in self._store.rows("history_serials", serial=serial):
            lot = self._store.one("history_lots", number=row["lot"])
            found += [LotId(lot["item"], lot["lot_code"])] if lot else []
        return found

    def _supplied(self, supplier: str, lot: str) -> list[LotId]:
        """Lots received from the supplier: of that number, or all where none is given."""
        only: dict[str, Any] = {"lot": lot} if lot else {}
        found = [
            LotId(row["item"], row["lot"])
            for row in self._store.rows("lots", source="received", **only)
            if canonical.loads(row["data"]).get("supplier") == supplier
        ]
        old: dict[str, Any] = {"lot_code": lot} if lot else {}
        rows = self._store.rows("history_lots", supplier=supplier, **old)
        return found + [LotId(row["item"], row["lot_code"]) for row in rows]


def named(cause: Cause) -> str:
    """What is suspect, in one line."""
    parts = (cause.item, cause.lot, cause.serial, cause.supplier, cause.asset)
    return "/".join(part for part in parts if part)
