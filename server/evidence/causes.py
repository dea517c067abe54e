"""What calls for an evidence set by itself: a deviation opened, a work master replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from server.evidence.freeze import Scope
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.evidence.freeze import Freezer
    from server.people.directory import Acting
    from server.store.protocol import Store
    from server.trace.deviations import Deviation
    from server.trace.touched import LookBack

TOO_MANY = (
    "The records touched are too many for one set: freeze them lot by lot. / "
    "所涉记录过多，无法放入一个证据集：请逐批冻结。"
)
"""In a set that holds no records; signed words are read in either language."""


def of_deviation(freezer: Freezer) -> Callable[[Deviation, LookBack, Acting], None]:
    """What a deviation calls for when it is opened: its evidence set, by the same hand."""

    def freeze(deviation: Deviation, found: LookBack, acting: Acting) -> None:
        scope = Scope(
            cause="deviation",
            about=str(deviation.number),
            lots=tuple((one.item, one.lot) for one in found.lots),
            jobs=tuple(one.job for one in found.lots),
            leaves=(deviation.calibration, deviation.number),
            documents=(deviation.look_back,),
        )
        _frozen(freezer, scope, acting)

    return freeze


def of_change(freezer: Freezer, store: Store) -> Callable[[str, int, int, Acting], None]:
    """What a new revision of a work master calls for when it is approved, by the same hand.

    Job orders of earlier revisions that are not decided yet: what was recorded by the old one.
    """

    def freeze(master: str, revision: int, approval: int, acting: Acting) -> None:
        earlier = [
            str(row["digest"])
            for row in store.rows("masters", id=master, status="approved")
            if row["revision"] < revision
        ]
        if not earlier:
            return
        scope = Scope(
            cause="change",
            about=f"{master} {revision}",
            jobs=_undecided(store, earlier),
            leaves=(approval,),
        )
        _frozen(freezer, scope, acting)

    return freeze


def _undecided(store: Store, masters: list[str]) -> tuple[str, ...]:
    """Job orders of these masters without a decision in force."""
    return tuple(
        str(row["id"])
        for digest in masters
        for row in store.rows("jobs", master=digest)
        if row["status"] not in {"released", "rejected"}
    )


def _frozen(freezer: Freezer, scope: Scope, acting: Acting) -> None:
    """What called for it is recorded, however much rests on it."""
    try:
        freezer.freeze(scope, acting)
    except Refusal as refusal:
        if refusal.code != "too-large":
            raise
        freezer.freeze(msgspec.structs.replace(scope, lots=(), jobs=(), why=TOO_MANY), acting)
