"""Holding every lot that a deviation touches, in one act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from server.people.directory import Acting
    from server.quality.holds import Holds
    from server.trace.deviations import Deviation, Deviations
    from server.trace.look_back import LookBacks
    from server.trace.touched import TouchedLot


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A hold that was placed."""

    item: str
    lot: str
    hold: str
    """Its ref."""


class TouchedHolds:
    """Places the holds."""

    def __init__(
        self,
        deviations: Deviations,
        look_backs: LookBacks,
        holds: Holds,
    ) -> None:
        """Over what is known of the deviation and the lots."""
        self._deviations, self._look_backs = deviations, look_backs
        self.holds = holds

    def place(self, number: int, acting: Acting) -> tuple[Held, ...]:
        """Hold the lots touched, as they are known now; Refusal for an unknown deviation.

        Those that are held already are left as they are.
        """
        deviation = self._deviations.of(number)
        reason = _reason(deviation)
        return tuple(
            Held(
                item=one.item,
                lot=one.lot,
                hold=self.holds.place(one.item, one.lot, reason, acting),
            )
            for one in self._touched(deviation)
            if self.holds.holding.on(one.item, one.lot) is None
        )

    def called_for(self, deviation: Deviation, acting: Acting) -> tuple[str, ...]:
        """Hold the lots measured, if quality's rules say so of a deviation; their refs."""
        lots = [(one.item, one.lot) for one in self._touched(deviation) if one.direct]
        about = str(deviation.number)
        return self.holds.by_rule("deviation-opened", about, _reason(deviation), acting, lots)

    def _touched(self, deviation: Deviation) -> tuple[TouchedLot, ...]:
        return self._look_backs.within(deviation.asset, deviation.window, most=0).lots


def _reason(deviation: Deviation) -> str:
    """In both languages: it is read at stations and in the console, by whoever is there."""
    number, asset = deviation.number, deviation.asset
    return (
        f"deviation {number}: {asset} was found out of tolerance / "
        f"偏差 {number}：{asset} 校准时发现超差"
    )
