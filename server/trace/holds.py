"""Holding every lot that a deviation touches, in one act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from server.masters.catalogue import Catalogue
    from server.people.directory import Acting
    from server.quality.readiness import Quality
    from server.trace.deviations import Deviations
    from server.trace.look_back import LookBacks


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
        catalogue: Catalogue,
        quality: Quality,
    ) -> None:
        """Over what is known of the deviation and the lots."""
        self._deviations, self._look_backs = deviations, look_backs
        self._catalogue, self._quality = catalogue, quality

    def place(self, number: int, acting: Acting) -> tuple[Held, ...]:
        """Hold the lots touched, as they are known now; Refusal for an unknown deviation.

        Those that are held already are left as they are.
        """
        deviation = self._deviations.of(number)
        reason = f"deviation {number}: {deviation.asset} was found out of tolerance"
        found = self._look_backs.within(deviation.asset, deviation.window, most=0)
        return tuple(
            Held(
                item=one.item,
                lot=one.lot,
                hold=self._quality.hold(one.item, one.lot, reason, acting),
            )
            for one in found.lots
            if not self._catalogue.held(one.item, one.lot)
        )
