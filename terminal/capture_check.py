"""The use case of checking an instrument: what came of it becomes one record. No Qt, no threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import entries
from forms.terms import Attachment, Quantity
from terminal.capture import Act
from terminal.snapshot import Change, Position
from terminal.taken import taken

if TYPE_CHECKING:
    from decimal import Decimal

    from devices.config import InstrumentConfig
    from devices.kinds import CodeRead, Photo
    from forms.entries import Context, Scan
    from terminal.capture_work import Work
    from terminal.checks import Check, Done


def checked(
    station: Work, check: Check, config: InstrumentConfig, serial_number: str, language: str
) -> Change:
    """Record a check that is over, with all its readings; a picture is kept before the record is.

    Nothing is recorded when nobody is signed in, and when the person left before the first answer.
    """
    snapshot = station.snapshot()
    outcome = check.outcome
    if snapshot.session is None or not outcome or not check.done:
        return Change(snapshot, "stale")
    context = station.context(Act(Position(), language))
    entry = entries.InstrumentChecked(
        context=context,
        instrument=config.asset,
        equipment_class=config.equipment_class,
        serial_number=serial_number,
        outcome=outcome,
        steps=tuple(_step(station, context, done) for done in check.done),
    )
    recorded, verdict = station.records.append(entry)
    return Change(station.snapshot(), f"checked:{outcome}", verdict, (recorded,))


def _step(station: Work, context: Context, done: Done) -> entries.CheckStep:
    reading = done.reading
    asset = station.asset(reading.instrument) if reading else None
    unit = reading.quantity.unit if reading and reading.quantity else ""
    return entries.CheckStep(
        asks=done.asks,
        outcome="fail" if done.why else "pass",
        why=done.why,
        taken=taken(reading, done.age_ms, asset) if reading else None,
        expected=_amount(done.expected, unit),
        tolerance=_amount(done.tolerance, unit),
        scan=scan_of(done.code) if done.code else None,
        photo=_kept(station, context, done.photo) if done.photo else None,
    )


def _amount(value: Decimal | None, unit: str) -> Quantity | None:
    return None if value is None or not unit else Quantity(value=value, unit=unit)


def _kept(station: Work, context: Context, photo: Photo) -> Attachment:
    sha256 = station.records.attach(context, photo.data)
    return Attachment(sha256=sha256, media_type=photo.media_type, size=len(photo.data))


def scan_of(code: CodeRead) -> Scan:
    """A code as a record keeps it."""
    return entries.Scan(
        raw=code.raw.hex(),
        source=code.source,
        symbology=code.symbology,
        instrument=code.instrument,
    )
