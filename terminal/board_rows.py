"""The records of a lot as rows: what needs a look first, then the rest by operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import entries
from forms.units import display
from terminal.board_parts import fault_hint
from terminal.views import Mark, RecordRow

if TYPE_CHECKING:
    from forms.job import JobState
    from forms.job_state import Judged
    from forms.terms import Quantity
    from terminal.ui import View
    from terminal.words import Words

    Look = tuple[Mark, str]
    """Why a record needs a look: its mark and the words."""

MOST_ROWS = 200
"""Ordinary records drawn at once; of more, the newest, and how many are left out."""


def rows(view: View, words: Words, state: JobState) -> tuple[RecordRow, ...]:
    """Every record: first those a reviewer must look at, then the others by operation."""
    days = len({one.recorded.day for one in state.records}) > 1
    people = view.snapshot.pack.people if view.snapshot.pack else ()
    names = {person.id: person.name for person in people}
    attempts = _attempts(state)
    first: list[RecordRow] = []
    rest: dict[str, list[RecordRow]] = {}
    for judged in state.records:
        seen = look(judged, state, attempts, words)
        row = _row(judged, seen, names, words, days=days)
        if seen is not None:
            first.append(row)
        else:
            rest.setdefault(_operation(judged), []).append(row)
    return (*_exceptions(first, words), *_others(rest, state, words))


def _exceptions(first: list[RecordRow], words: Words) -> tuple[RecordRow, ...]:
    """What needs a look, under its count; or that there is nothing."""
    if not first:
        return (_heading(words("rows-first-none"), "", Mark.PASS),)
    return (_heading(words("rows-first"), str(len(first)), Mark.WARN), *first)


def _others(
    rest: dict[str, list[RecordRow]], state: JobState, words: Words
) -> tuple[RecordRow, ...]:
    """Ordinary records under their operations; a cut is said."""
    titles = {each.id: f"{each.id} {words.of(each.title)}" for each in state.operations}
    made: list[RecordRow] = []
    left = max(0, sum(map(len, rest.values())) - MOST_ROWS)
    if left:
        made.append(_heading(words("rows-cut"), str(left), Mark.INFO))
    for operation, group in rest.items():
        cut, left = min(left, len(group)), max(0, left - len(group))
        if group[cut:]:
            title = titles.get(operation) or words("rows-lot")
            made += [_heading(title, str(len(group)), Mark.NONE), *group[cut:]]
    return tuple(made)


def _heading(what: str, count: str, mark: Mark) -> RecordRow:
    return RecordRow("", "", what, count, "", mark, "", heading=True)


def _operation(judged: Judged) -> str:
    entry = judged.entry
    return "" if isinstance(entry, entries.Unread) else entry.context.operation


def dated(state: JobState, words: Words) -> str:
    """The days and the zone of all the times."""
    if not state.records:
        return ""
    walls = [one.recorded.wall for one in state.records]
    days = sorted({f"{wall:%Y-%m-%d}" for wall in walls})
    zones = sorted({f"{wall:%z}" for wall in walls})
    shown = " / ".join(f"{zone[:3]}:{zone[3:5]}" for zone in zones)
    span = " – ".join(dict.fromkeys((days[0], days[-1])))
    return words("rows-dated", days=span, zone=shown)


def _row(
    judged: Judged, seen: Look | None, names: dict[str, str], words: Words, *, days: bool
) -> RecordRow:
    """One record; its operation is named where it does not stand under it."""
    entry, wall = judged.entry, judged.recorded.wall
    time = f"{wall:%m-%d %H:%M:%S}" if days else f"{wall:%H:%M:%S}"
    mark, word = seen or (Mark.PASS, words("verdict-pass"))
    if isinstance(entry, entries.Unread):
        return RecordRow(time, "", words("kind-unread"), "", "", mark, word)
    kind = str(type(entry).__struct_config__.tag).replace(".", "-")
    place = (entry.context.operation if seen else "", entry.context.step)
    return RecordRow(
        time=time,
        operation=" ".join(filter(None, place)),
        what=words(f"kind-{kind}"),
        value=value_of(entry, words),
        person=names.get(entry.context.person, entry.context.person),
        mark=mark,
        word=word,
    )


# --- what needs a look -------------------------------------------------------------------------


def _attempts(state: JobState) -> dict[str, int]:
    """Which attempt at its sample each result is, by ref; 0 is the first."""
    return {
        attempt.ref: number
        for samples in state.samples.values()
        for sample in samples
        for number, attempt in enumerate(sample.attempts)
    }


def look(judged: Judged, state: JobState, attempts: dict[str, int], words: Words) -> Look | None:
    """Why a reviewer must look at this record; None for an ordinary one."""
    entry, verdict = judged.entry, judged.verdict
    if isinstance(entry, entries.Unread):
        return Mark.FAIL, words("row-unread")
    if isinstance(entry, entries.CodeUnexpected):
        return Mark.INFO, words("row-unexpected")
    if not verdict.passed:
        mark = Mark.FAIL if verdict.effective else Mark.WARN
        return mark, verdict.words(words.language)[0]
    said = _looks(entry, attempts.get(judged.ref, 0), words)
    return said or _changes(judged, state, words)


def _looks(entry: entries.AnyEntry, attempt: int, words: Words) -> Look | None:
    """Good results that came about in an unusual way."""
    typed = isinstance(entry, entries.MeasurementTaken) and entry.taken.typed
    again = isinstance(entry, entries.LabelPrinted) and entry.copy > 1
    said = [
        words(key)
        for key, so in (("row-repeated", attempt > 0 or again), ("row-typed", typed))
        if so
    ]
    if isinstance(entry, entries.LabelPrinted) and entry.reason:
        said.append(entry.reason)
    return (Mark.WARN, " · ".join(said)) if said else None


def _changes(judged: Judged, state: JobState, words: Words) -> Look | None:
    """Records that say something was not as it should be, or was decided about it."""
    match judged.entry:
        case entries.NonconformityRaised(description=said, about=about):
            found, failed = state.nonconformities.get(judged.ref), state.by_ref.get(about[0])
            settled = found is not None and found.state == "in_force"
            what = " ".join(failed.verdict.words(words.language)) if failed else ""
            return (Mark.INFO if settled else Mark.WARN), what or said
        case entries.DispositionDecided(reason=said) | entries.HoldLifted(reason=said):
            return Mark.INFO, said
        case entries.Corrected(was=was, now=now, reason=said):
            return Mark.WARN, f"{was} → {now} · {said}"
        case entries.HoldPlaced(reason=said):
            return Mark.WARN, said
    return _around(judged.entry, words)


def _around(entry: entries.AnyEntry | entries.Unread, words: Words) -> Look | None:
    """What happened beside the work: instruments, refused people."""
    match entry:
        case entries.InstrumentFaulted(code=code):
            known = words("row-recovered") if code == "recovered" else ""
            return Mark.INFO, known or fault_hint(code, words.language) or code
        case entries.LockLifted():
            return Mark.INFO, words("kind-lock-lifted")
        case entries.SessionRefused():
            return Mark.INFO, words("kind-session-refused")
    return None


# --- values ------------------------------------------------------------------------------------


def value_of(entry: entries.AnyEntry, words: Words) -> str:
    """What a record says, in a few characters."""
    match entry:
        case entries.MeasurementTaken(taken=taken):
            shown = _amount(taken.quantity) if taken.quantity else "—"
            return words("value-typed", value=shown) if taken.typed else shown
        case entries.LotIdentified():
            return entry.lot or entry.gtin or entry.udi_di or "—"
        case entries.Consumed():
            return f"{entry.item} {entry.lot} {_amount(entry.quantity)}"
        case entries.LabelPrinted() | entries.LabelRead() | entries.Produced():
            return entry.serial
        case entries.InstrumentFaulted() | entries.InstrumentChecked():
            return entry.instrument
    return _chosen(entry, words)


def _chosen(entry: entries.AnyEntry, words: Words) -> str:
    """The word of a record that says one of a few things."""
    match entry:
        case entries.Inspected():
            return words(f"outcome-{entry.outcome}")
        case entries.Confirmed():
            return words(f"outcome-{entry.answer}")
        case entries.DispositionDecided():
            return words(f"disposition-{entry.disposition.value}")
        case entries.Signed():
            return words(f"meaning-{entry.meaning.value}")
        case entries.ReleaseDecided():
            return words(f"meaning-{entry.decision}")
    return ""


def _amount(quantity: Quantity) -> str:
    """Digits, thin space, unit as shown."""
    return f"{quantity.value:f}\u2009{display(quantity.unit)}"
