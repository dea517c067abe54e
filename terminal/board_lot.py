"""The screens about whole lots: work list, overview, release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import entries
from forms import release as rules
from forms.terms import PersonnelClass, Quantity
from forms.units import display
from terminal.board_parts import action, facts
from terminal.views import (
    Action,
    Fact,
    Mark,
    OverviewStage,
    RecordRow,
    Verdict,
    WorkItem,
    WorkListStage,
)

if TYPE_CHECKING:
    from datetime import datetime

    from forms.job import JobState
    from forms.job_state import Judged
    from forms.rules import Verdict as Judgement
    from terminal.board_parts import Screen
    from terminal.ui import View
    from terminal.words import Words

MOST_ROWS = 200


def work_list(view: View, words: Words) -> Screen:
    """The job orders of this station."""
    states = view.snapshot.states.values()
    stage = WorkListStage(
        title=words("work-list-title"),
        items=tuple(_item(state, words) for state in states),
        empty=words("work-list-empty"),
    )
    out = action(words, "sign_out", destructive=False)
    open_ = [state for state in states if not state.closed]
    first: tuple[Action, ...] = ()
    if open_:
        order = open_[0].order.id
        button = action(words, "open_job", usual=True, params=(("job_order", order),))
        first = (
            Action(button.intent, f"{button.label} {order}", usual=True, params=button.params),
        )
    return "work-list", stage, (out, action(words, "help"), *first)


def _item(state: JobState, words: Words) -> WorkItem:
    steps = [(o, s) for o in state.operations for s in o.steps]
    done = sum(state.step_done(o.id, s) for o, s in steps)
    mark, word = status(state, words)
    now = ""
    if state.current is not None:
        operation, step = state.current
        now = f"{operation.id} {words.of(operation.title)} · {words.of(step.title)}"
    return WorkItem(
        job_order=state.order.id,
        product=words.of(state.master.product.name) if state.master else "",
        lot=state.order.lot,
        progress=words("progress", n=done, m=len(steps)),
        now=now,
        done=done / len(steps) if steps else 0.0,
        mark=mark,
        word=word,
    )


def status(state: JobState, words: Words) -> tuple[Mark, str]:
    """Where a job order stands, as mark and word."""
    if state.decision:
        mark = Mark.PASS if state.decision == "released" else Mark.FAIL
        return mark, words(f"meaning-{state.decision}")
    if state.lot_scrapped:
        return Mark.FAIL, words("status-scrapped")
    if state.open_nonconformities:
        return Mark.WARN, words("status-nonconformity")
    if state.current is None:
        return Mark.INFO, words("status-finished")
    return (
        (Mark.INFO, words("status-started")) if state.records else (Mark.NONE, words("status-new"))
    )


def readiness(view: View) -> Judgement | None:
    """What the judge says about releasing now; None without a job order."""
    state, pack, session = view.snapshot.state, view.snapshot.pack, view.snapshot.session
    if state is None:
        return None
    person = session.person if session and _is_quality(view) else None
    return rules.judge_release(state, person=person, lots=pack.lots if pack else ())


def _is_quality(view: View) -> bool:
    session = view.snapshot.session
    return session is not None and PersonnelClass.QUALITY in session.person.classes


def overview(view: View, words: Words) -> Screen:
    """The whole lot on one screen."""
    stage = _overview(view, words, words("overview-title"))
    state = view.snapshot.state
    finished = state is not None and (state.current is None or state.closed)
    back = action(words, "back", "work-list" if finished else "back-to-step", usual=not finished)
    can = state is not None and not state.closed and _is_quality(view)
    buttons = [action(words, "sign_out"), back]
    if can:
        buttons.append(action(words, "release", "to-release", usual=finished))
    return "overview", stage, tuple(buttons)


def release(view: View, words: Words) -> Screen:
    """Release or reject: the judge's reasons, and whether all records have arrived."""
    stage = _overview(view, words, words("release-title"))
    judged = readiness(view)
    arrived = all_arrived(view)
    ready = judged is not None and judged.passed and arrived
    if judged is not None and judged.passed and not arrived:
        verdict = Verdict(Mark.WARN, words("release-waits"), words("release-waits-why"))
        stage = OverviewStage(stage.title, stage.facts, stage.rows, stage.open_points, verdict)
    good, bad = (("decision", "released"),), (("decision", "rejected"),)
    quality = _is_quality(view)
    buttons = (
        action(words, "release", "reject", destructive=True, params=bad, enabled=quality),
        action(words, "back"),
        action(words, "release", usual=True, params=good, enabled=ready and quality),
    )
    return "release", stage, buttons


def all_arrived(view: View) -> bool:
    """Whether the server has accepted every record of this station, and is there now."""
    counted = view.snapshot.counted
    return view.link.online and counted.accepted >= counted.saved


def _overview(view: View, words: Words, title: str) -> OverviewStage:
    state = view.snapshot.state
    if state is None:
        return OverviewStage(title, (), (), ())
    judged = readiness(view)
    reasons = judged.reasons if judged else ()
    points = tuple(Fact(words("open-point"), r.words(words.language), Mark.WARN) for r in reasons)
    mark, word = status(state, words)
    if state.closed:
        verdict = Verdict(mark, word)
        points = ()
    elif judged is not None and judged.passed:
        verdict = Verdict(Mark.PASS, words("release-ready"))
    else:
        verdict = Verdict(Mark.INFO, word, words("open-points", n=len(points)))
    rows = [row for one in state.records for row in _row(view, words, one)]
    produced = f"{len(state.produced)} / {state.order.units}"
    return OverviewStage(
        title=title,
        facts=facts(
            words,
            ("part-lot", state.order.lot),
            ("fact-units", produced),
            ("fact-records", str(len(state.records))),
            ("fact-refused", str(len(state.findings))),
            ("fact-signatures", str(len(state.signatures))),
        ),
        rows=tuple(rows[-MOST_ROWS:]),
        open_points=points,
        verdict=verdict,
    )


def _row(view: View, words: Words, judged: Judged) -> tuple[RecordRow, ...]:
    entry = judged.entry
    if isinstance(entry, entries.Unread):
        return ()
    if isinstance(entry, entries.CodeUnexpected):
        mark, word = Mark.NONE, words("row-unexpected")
    elif judged.verdict.passed:
        mark, word = Mark.PASS, words("verdict-pass")
    else:
        mark = Mark.FAIL if judged.verdict.effective else Mark.WARN
        word = judged.verdict.words(words.language)[0]
    people = view.snapshot.pack.people if view.snapshot.pack else ()
    who = entry.context.person
    name = next((p.name for p in people if p.id == who), who)
    kind = str(type(entry).__struct_config__.tag).replace(".", "-")
    return (
        RecordRow(
            time=_time(judged.recorded.wall),
            operation=" ".join(filter(None, (entry.context.operation, entry.context.step))),
            what=words(f"kind-{kind}"),
            value=value_of(entry, words),
            person=name,
            mark=mark,
            word=word,
        ),
    )


def _time(wall: datetime) -> str:
    """Day, time and zone."""
    zone = wall.strftime("%z")
    return f"{wall:%m-%d %H:%M:%S} {zone[:3]}:{zone[3:5]}"


def value_of(entry: entries.AnyEntry, words: Words) -> str:
    """What a record says, in a few characters."""
    match entry:
        case entries.MeasurementTaken(taken=taken):
            shown = _amount(taken.quantity) if taken.quantity else "—"
            return words("value-typed", value=shown) if taken.typed else shown
        case entries.LotIdentified():
            return entry.lot or entry.gtin or "—"
        case entries.Consumed():
            return f"{entry.item} {entry.lot} {_amount(entry.quantity)}"
        case entries.LabelPrinted() | entries.LabelRead() | entries.Produced():
            return entry.serial
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
