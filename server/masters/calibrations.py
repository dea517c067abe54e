"""Calibrations of instruments: entered once, signed, never changed; and what a bad one means."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from forms.assets import Moment, asset_state
from forms.calibration import MOST_POINTS, Calibration, Window
from forms.rights import Action
from forms.terms import Metrology, Quantity
from forms.units import known
from server.ingest.statements_assets import METROLOGY
from server.masters.catalogue import body_of
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from forms.assets import AssetState
    from forms.terms import PhysicalAsset
    from server.log.book import Book
    from server.people.directory import Acting
    from server.store.protocol import Row, Store


def inside(window: Window, row: Row) -> bool:
    """Whether the reading of that row may be of the window's time."""
    wall, received = (datetime.fromisoformat(row[name]) for name in ("wall", "received_at"))
    return window.holds(wall, row["quality"], received)


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """A calibration as it was entered."""

    index: int
    """Of its statement in the log."""
    calibration: Calibration
    person: str
    at: str
    """When it was entered, RFC 3339."""


def metrology_of(store: Store) -> Metrology:
    """What the site asks of its instruments, as the projections of ``store`` have it."""
    row = store.one("places", id=METROLOGY)
    return Metrology() if row is None else msgspec.convert(_body(row), Metrology)


class Calibrations:
    """Enters and reads calibrations, and what the site asks of its instruments."""

    def __init__(self, book: Book) -> None:
        """Over the book."""
        self._book, self._store = book, book.store

    def enter(self, calibration: Calibration, acting: Acting) -> Entered:
        """State a calibration's result, signed; Refusal if it contradicts itself or is no news."""
        acting.must(Action.CALIBRATE)
        self._refuse(calibration)
        kind, body = "asset.calibrated", body_of(calibration)
        index = self._book.state(kind, body, (acting.sign(kind, body),))
        return next(one for one in self.of(calibration.asset) if one.index == index)

    def of(self, asset: str) -> tuple[Entered, ...]:
        """Every calibration of the asset, oldest performed first."""
        rows = self._store.rows("calibrations", asset=asset)
        found = [_entered(row) for row in rows]
        return tuple(sorted(found, key=lambda one: (one.calibration.performed, one.index)))

    def window(self, asset: str, index: int | None = None) -> Window:
        """Which readings the newest calibration puts in doubt; if it was good, those since it.

        ``index``: as it was with that calibration as the newest, whatever was performed since.
        """
        every = self.of(asset)
        last = next((at for at, one in enumerate(every, 1) if one.index == index), len(every))
        entered = [one.calibration for one in every[:last]]
        newest = entered[-1] if entered else None
        since = next((one.performed for one in reversed(entered) if one.good), None)
        if newest is None or newest.as_found != "out-of-tolerance":
            return Window(since=since)
        worst = newest.error
        return Window(
            since=since,
            until=newest.performed if newest.as_left == "in-tolerance" else None,
            error=None if worst is None else Quantity(value=worst, unit=newest.unit),
        )

    def standing(self, asset: PhysicalAsset) -> AssetState:
        """How the asset stands now, by the rule book."""
        return asset_state(asset, Moment(self._book.clock(), "anchored"), self.metrology())

    def metrology(self) -> Metrology:
        """What the site asks of its instruments."""
        return metrology_of(self._store)

    def ask(self, metrology: Metrology, acting: Acting) -> None:
        """Ask something else of the instruments from here on; quality's decision."""
        acting.must(Action.ASK_METROLOGY)
        kind, body = "metrology.asked", body_of(metrology)
        self._book.state(kind, body, (acting.sign(kind, body),))

    def _refuse(self, calibration: Calibration) -> None:
        """Refusal for an unknown asset, a future day, points without a unit, or a contradiction."""
        if self._store.one("assets", id=calibration.asset) is None:
            raise Refusal("not-found", what="asset", name=calibration.asset)
        if (calibration.performed - self._book.clock().date()).days > 1:
            raise Refusal("bad-request", why=f"{calibration.performed} has not come yet")
        if calibration.due is not None and calibration.due <= calibration.performed:
            raise Refusal("bad-request", why="it is due after it was performed")
        if len(calibration.points) > MOST_POINTS:
            raise Refusal("bad-request", why=f"at most {MOST_POINTS} points")
        if calibration.points and not known(calibration.unit):
            raise Refusal("bad-request", why=f"{calibration.unit!r} is not a unit")
        for said in calibration.contradictions():
            raise Refusal("bad-request", why=said)
        certificate = (calibration.laboratory, calibration.certificate)
        if any(
            (one.calibration.laboratory, one.calibration.certificate) == certificate
            for one in self.of(calibration.asset)
        ):
            raise Refusal("exists", what="certificate", name=calibration.certificate)


def _entered(row: Row) -> Entered:
    return Entered(
        index=row["idx"],
        calibration=msgspec.convert(_body(row), Calibration),
        person=row["person"],
        at=row["at"],
    )


def _body(row: Row) -> dict[str, object]:
    return canonical.loads(row["data"])


def day_of(text: str) -> date:
    """A day as people write it, 2031-06-30; Refusal for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("bad-request", why=f"{text[:20]!r} is not a date like 2031-06-30") from None
