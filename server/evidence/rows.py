"""A record as a row for people: what was recorded, how it was judged, by whom and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.codec import kind_of
from forms.entries import (
    Confirmed,
    Consumed,
    Corrected,
    DispositionDecided,
    Inspected,
    LabelAccounted,
    LabelPrinted,
    LabelRead,
    LabelResult,
    LotIdentified,
    MeasurementTaken,
    NonconformityRaised,
    Produced,
    ReleaseDecided,
    Signed,
    Unread,
)
from forms.words import VALUES
from server.evidence.words import kind_word, word

if TYPE_CHECKING:
    from datetime import datetime

    from forms.entries import AnyEntry
    from forms.job_state import Attempt
    from server.quality.batch import BatchData, BatchRecord


def stamp(at: datetime) -> str:
    """Date, time and zone: ``2026-11-23 09:15:02 +08:00``."""
    zone = at.strftime("%z")
    return f"{at:%Y-%m-%d %H:%M:%S} {zone[:3]}:{zone[3:5]}"


def signed_at(entry: Signed, record: BatchRecord) -> datetime:
    """The time inside the signature; the record's where that is no time."""
    try:
        return type(record.at).fromisoformat(entry.time)
    except ValueError:
        return record.at


def listed(value: str, language: str) -> str:
    """A value of a closed list (meaning, disposition, status) as shown."""
    text = VALUES.get(value)
    return text.in_language(language) if text else value


def attempts(batch: BatchData) -> dict[str, Attempt]:
    """Every attempt of the job's samples by the ref of its record."""
    return {
        attempt.ref: attempt
        for samples in batch.state.samples.values()
        for sample in samples
        for attempt in sample.attempts
    }


def mark(record: BatchRecord, attempt: Attempt | None) -> str:
    """The verdict's code: passed, failed, refused, superseded, conceded, scrapped, kept."""
    if not record.sound:
        return "unsound"
    if record.verdict is None:
        return "kept"
    if not record.verdict.effective:
        return "refused"
    if attempt is not None:
        return attempt.state
    return "passed" if record.verdict.passed else "failed"


def all_rows(batch: BatchData, language: str) -> dict[str, dict[str, Any]]:
    """Every record of the batch as a row of text, by its ref."""
    tries = attempts(batch)
    return {
        record.ref: row(batch, record, tries.get(record.ref), language) for record in batch.records
    }


def row(
    batch: BatchData, record: BatchRecord, attempt: Attempt | None, language: str
) -> dict[str, Any]:
    """The record as a row of text, in ``language``; nothing in it is markup."""
    entry = record.entry
    context = None if isinstance(entry, Unread) else entry.context
    person = batch.people.get(context.person) if context else None
    verdict = mark(record, attempt)
    return {
        "kind": kind_word(kind_code(entry), language),
        "kind_code": kind_code(entry),
        "what": what(entry, language),
        "sample": str(getattr(entry, "sample", "")),
        "mark": verdict,
        "verdict": word(verdict, language),
        "reasons": list(record.verdict.words(language)) if record.verdict else [],
        "typed": is_typed(entry),
        "changed": bool(attempt and attempt.corrected_by),
        "now": attempt.outcome if attempt and attempt.corrected_by else "",
        "instrument": instrument(entry),
        "raw": raw(entry),
        "person": person.name if person else (context.person if context else ""),
        "person_id": context.person if context else "",
        "time": stamp(record.at),
        "clock": clock(record, language),
        "made": _made(record),
        "station": context.station if context else "",
        "place": f"{record.origin} #{record.index}",
        "short": f"{record.origin.split('/')[2]} #{record.index}",
        "ref": record.ref,
    }


def kind_code(entry: AnyEntry | Unread) -> str:
    """The record's kind as stored."""
    return entry.kind if isinstance(entry, Unread) else kind_of(entry)


def is_typed(entry: AnyEntry | Unread) -> bool:
    """Whether the value came from a hand and not from an instrument."""
    if isinstance(entry, MeasurementTaken):
        return entry.taken.typed
    scan = getattr(entry, "scan", None)
    return scan is not None and scan.source == "typed"


def instrument(entry: AnyEntry | Unread) -> str:
    """Instrument, the day its calibration is due, and its certificate's number."""
    if not isinstance(entry, MeasurementTaken) or not entry.taken.instrument:
        scan = getattr(entry, "scan", None)
        return scan.instrument if scan else ""
    taken = entry.taken
    due = taken.calibration_due.isoformat() if taken.calibration_due else ""
    return ", ".join(filter(None, (taken.instrument, due, taken.certificate)))


def raw(entry: AnyEntry | Unread) -> str:
    """The raw bytes received, readable where they are text."""
    source = entry.taken.raw if isinstance(entry, MeasurementTaken) else ""
    scan = getattr(entry, "scan", None)
    source = scan.raw if scan else source
    try:
        data = bytes.fromhex(source)
    except ValueError:
        return source
    text = data.decode("ascii", "replace").replace("\x1d", "␝")
    return "".join(char if char.isprintable() else "·" for char in text)[:120]


def what(entry: AnyEntry | Unread, language: str) -> str:  # noqa: C901, PLR0911, PLR0912 - a table
    """What was recorded, in a few words."""
    colon = word("colon", language)
    match entry:
        case Unread():
            return word("unread", language)
        case MeasurementTaken():
            quantity = entry.taken.quantity
            state = entry.taken.state
            shown = str(quantity) if quantity is not None else "–"
            return shown if state == "stable" else f"{shown} ({listed(state, language)})"
        case Inspected():
            return kind_word(entry.outcome, language)
        case Confirmed():
            return kind_word(entry.answer, language)
        case LotIdentified():
            expiry = f", {word('expiry', language)} {entry.expiry}" if entry.expiry else ""
            found = "; ".join(listed(one, language) for one in entry.findings)
            return f"{entry.lot or '–'}{expiry}{f' ({found})' if found else ''}"
        case Consumed():
            return f"{entry.item} {entry.lot}: {entry.quantity}"
        case LabelPrinted():
            return f"{entry.serial}: {word('printed_copy', language, copy=entry.copy)}"
        case LabelRead() | Produced():
            return entry.serial
        case LabelResult():
            return f"{entry.serial}: {kind_word(entry.result, language)}"
        case LabelAccounted():
            return f"{entry.serial}: {kind_word(entry.fate, language)}{colon}{entry.reason}"
        case NonconformityRaised():
            return entry.description
        case DispositionDecided():
            return f"{listed(entry.disposition, language)}{colon}{entry.reason}"
        case Corrected():
            return f"{entry.was} → {entry.now}{colon}{entry.reason}"
        case Signed():
            return f"{entry.printed_name}, {listed(entry.meaning, language)}"
        case ReleaseDecided():
            return f"{listed(entry.decision, language)}{colon}{entry.lot}, {entry.quantity}"
        case _:
            return str(getattr(entry, "why", "") or getattr(entry, "code", "") or "")


def clock(record: BatchRecord, language: str) -> str:
    """What is to be said of the record's time: the clock's quality, and that it cannot be."""
    said = [] if record.quality == "anchored" else [word(f"clock_{record.quality}", language)]
    if record.contradiction:
        said.append(f"{word(f'clock_{record.contradiction}', language)} {_made(record)}")
    return "; ".join(said) if language != "zh_CN" else "；".join(said)


def _made(record: BatchRecord) -> str:
    """Between which times it was made, by the server's clock."""
    before = record.made.not_before
    first = stamp(before) if before is not None else "…"
    return f"{first} – {stamp(record.received_at)}"
