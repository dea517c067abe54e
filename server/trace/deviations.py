"""Deviations: an instrument found out of tolerance waits for quality's conclusion.

Opened with the calibration that found it, in one unit, with the look-back as evidence. While it is
open, no lot that the instrument measured in that time is released (``server.quality.known``).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from forms.calibration import Calibration, Window
from forms.rights import Action
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.book import Book
    from server.masters.calibrations import Calibrations, Entered
    from server.people.directory import Acting
    from server.store.protocol import Row
    from server.trace.look_back import LookBacks
    from server.trace.touched import LookBack

KIND = "look-back"
"""Of the documents that hold a look-back."""


class Deviation(msgspec.Struct, frozen=True, kw_only=True):
    """An instrument that was found out of tolerance."""

    number: int
    """Of its statement in the log."""
    asset: str
    calibration: int
    """Index of the calibration that found it."""
    window: Window
    look_back: str
    """SHA-256 of the look-back as it was then, a document."""
    readings: int
    within_error: int
    lots: int
    opened_by: str
    opened_at: str
    conclusion: str
    """Quality's; empty while it is open."""
    closed_by: str
    closed_at: str

    @property
    def open(self) -> bool:
        """Whether it waits for quality."""
        return not self.closed_at


class Deviations:
    """Enters calibrations, opens what a bad one calls for, and closes it."""

    def __init__(self, book: Book, calibrations: Calibrations, look_backs: LookBacks) -> None:
        """Over the book."""
        self._book, self._store = book, book.store
        self._calibrations, self._look_backs = calibrations, look_backs
        self.opened: Callable[[Deviation, LookBack, Acting], None] = _nothing
        """Called in the same unit when one is opened."""

    def calibrated(
        self, calibration: Calibration, acting: Acting, beside: Callable[[], None]
    ) -> tuple[Entered, Deviation | None]:
        """Enter a calibration; found out of tolerance, it opens a deviation by the same hand.

        ``beside``: what is kept in the same transaction.
        """
        with self._book.unit():
            beside()
            entered = self._calibrations.enter(calibration, acting)
            if calibration.as_found != "out-of-tolerance":
                return entered, None
            return entered, self._open(entered, acting)

    def all(self) -> tuple[Deviation, ...]:
        """Every deviation, oldest first."""
        return tuple(_deviation(row) for row in self._store.rows("deviations"))

    def of(self, number: int) -> Deviation:
        """One; Refusal if there is none."""
        row = self._store.one("deviations", idx=number)
        if row is None:
            raise Refusal("not-found", what="deviation", name=number)
        return _deviation(row)

    def evidence(self, number: int) -> bytes:
        """The look-back as it was when the deviation was opened: canonical JSON."""
        digest = self.of(number).look_back
        document = self._store.one("documents", sha256=digest, kind=KIND)
        if document is None:
            raise Refusal("not-found", what="document", name=digest[:12])
        return bytes(document["data"])

    def close(self, number: int, conclusion: str, acting: Acting) -> Deviation:
        """Quality's conclusion, signed; it is final."""
        acting.must(Action.CLOSE_DEVIATION)
        if not self.of(number).open:
            raise Refusal("wrong-state", what="deviation", name=number, state="closed")
        if not conclusion.strip():
            raise Refusal("reason-needed")
        kind, body = "deviation.closed", {"deviation": number, "conclusion": conclusion}
        self._book.state(kind, body, (acting.sign(kind, body),))
        return self.of(number)

    def _open(self, entered: Entered, acting: Acting) -> Deviation:
        asset = entered.calibration.asset
        window = self._calibrations.window(asset, entered.index)
        found = self._look_backs.within(asset, window)
        data = canonical.dumps(msgspec.to_builtins(found))
        digest = hashlib.sha256(data).hexdigest()
        if self._store.one("documents", sha256=digest) is None:
            self._store.add("documents", {"sha256": digest, "kind": KIND, "data": data})
        body: dict[str, Any] = {
            "asset": asset,
            "calibration": entered.index,
            "window": msgspec.to_builtins(found.window),
            "look_back": digest,
            "readings": found.total,
            "within_error": found.within_error,
            "lots": len(found.lots),
        }
        number = self._book.state(
            "deviation.opened", body, (acting.sign("deviation.opened", body),)
        )
        deviation = self.of(number)
        self.opened(deviation, found, acting)
        return deviation


def _nothing(_deviation: Deviation, _found: LookBack, _acting: Acting) -> None:
    """Nobody is to be told."""


def _deviation(row: Row) -> Deviation:
    body = canonical.loads(row["data"])
    beside = ("opened_by", "opened_at", "conclusion", "closed_by", "closed_at")
    return msgspec.convert(
        body | {"number": row["idx"], **{name: row[name] for name in beside}}, Deviation
    )
