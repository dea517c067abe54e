"""What is known of the amounts of a lot in a recall, from the projections and what was counted."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from server.recall.balance import Moved, balance
from server.recall.pieces import in_turn
from server.recall.returns import Passing, still_here
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from server.ingest.jobs import Jobs
    from server.recall.balance import MassBalance
    from server.recall.case import Count, RecallCase
    from server.recall.scope import Scope
    from server.store.protocol import Store
    from server.trace.reach import ShipmentLine


class _Amount(NamedTuple):
    """So much of a lot, in what unit, at what time."""

    quantity: str
    unit: str
    at: str = ""
    serials: tuple[str, ...] = ()


_Amounts = list[_Amount]


class Amounts:
    """Adds up what each lot of a case amounts to."""

    def __init__(self, store: Store, jobs: Jobs) -> None:
        """Over the projections."""
        self._store, self._jobs = store, jobs

    async def balances(
        self, case: RecallCase, lots: Iterable[tuple[str, str]], scope: Scope
    ) -> tuple[MassBalance, ...]:
        """One for each lot, in the order given; others have their turn meanwhile."""
        out, back = _by_lot(scope.lines), _by_lot(scope.returned)
        found = []
        async for item, lot in in_turn(lots):
            found.append(self._of(item, lot, out, back, case.counts.get(f"{item}/{lot}")))
        return tuple(found)

    def _of(
        self,
        item: str,
        lot: str,
        out: Mapping[tuple[str, str], _Amounts],
        back: Mapping[tuple[str, str], _Amounts],
        count: Count | None,
    ) -> MassBalance:
        made, unit, scrapped = self._made(item, lot)
        came = self._came(item, lot)
        sums = {
            "used": self._used(item, lot),
            "shipped": out.get((item, lot), []),
            "returned": back.get((item, lot), []),
            "scrapped": [_Amount(f"{scrapped}", unit)]
            + ([_Amount(count.scrapped, count.unit, count.at)] if count else []),
        }
        stock = [_Amount(count.in_stock, count.unit)] if count else []
        everything = [amount for each in (came, *sums.values(), stock) for amount in each]
        unit = unit or next((one.unit for one in everything if one.unit), "")
        mixed = {one.unit for one in everything if one.unit not in {unit, ""}}
        return balance(
            Moved(
                item=item,
                lot=lot,
                unit=unit,
                made=_with(made, _total(came, unit)) if came else made,
                **{name: _total(amounts, unit) for name, amounts in sums.items()},
                here=still_here(_passings(sums, unit)),
                in_stock=_total(stock, unit) if stock else None,
                mixed_units=tuple(sorted(mixed)),
            )
        )

    def _made(self, item: str, lot: str) -> tuple[Decimal | None, str, int]:
        """How much there ever was, its unit, and how many units were scrapped in the making."""
        jobs = self._store.rows("jobs", item=item, lot=lot)
        if jobs:
            states = [self._jobs.state(job["id"]) for job in jobs]
            scrapped = sum(len(state.scrapped) for state in states if state)
            serials = {row["serial"] for row in self._store.rows("production", item=item, lot=lot)}
            made = serials.union(*(state.scrapped for state in states if state))
            return Decimal(len(made)), "ea", scrapped
        row = self._store.one("lots", item=item, lot=lot)
        if row is None:
            return None, "", 0
        quantity = canonical.loads(row["data"])["quantity"]
        if not isinstance(quantity, dict):
            return None, "", 0
        return Decimal(str(quantity["value"])), str(quantity["unit"]), 0

    def _came(self, item: str, lot: str) -> _Amounts:
        """Out of other lots: by a split, a merge, a new label, rework.

        A job order that reworks makes units of its own, which are counted as made.
        """
        turned = self._store.rows("transforms", into_item=item, into_lot=lot)
        job = turned and self._store.one("jobs", item=item, lot=lot) is not None
        return [
            _Amount(row["quantity"], row["unit"], row["at"])
            for row in turned
            if not (job and row["kind"] == "reworked")
        ]

    def _used(self, item: str, lot: str) -> _Amounts:
        """Into other lots: what was drawn, whether the rule book counted it or not."""
        drawn = self._store.rows("consumption", item=item, lot=lot)
        turned = self._store.rows("transforms", item=item, lot=lot)
        return [
            *(_Amount(row["quantity"], row["unit"], row["wall"]) for row in drawn),
            *(_Amount(row["quantity"], row["unit"], row["at"]) for row in turned),
        ]


def _with(made: Decimal | None, came: Decimal) -> Decimal:
    """What there ever was of a lot: made or received, and what other lots became."""
    return came if made is None else made + came


def _by_lot(lines: Iterable[ShipmentLine]) -> dict[tuple[str, str], _Amounts]:
    found: dict[tuple[str, str], _Amounts] = {}
    for one in lines:
        found.setdefault((one.item, one.lot), []).append(
            _Amount(one.quantity, one.unit, one.at, one.serials)
        )
    return found


def _passings(sums: Mapping[str, _Amounts], unit: str) -> Iterator[Passing]:
    for name, amounts in sums.items():
        for one in _in(amounts, unit):
            quantity = Decimal(one.quantity or "0")
            yield Passing(one.at, name == "returned", quantity, one.serials)


def _total(amounts: _Amounts, unit: str) -> Decimal:
    """The sum of those in that unit; the others are said to be mixed."""
    return sum((Decimal(one.quantity or "0") for one in _in(amounts, unit)), Decimal(0))


def _in(amounts: _Amounts, unit: str) -> _Amounts:
    return [one for one in amounts if one.unit in {unit, ""}]
