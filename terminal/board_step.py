"""The step screens: confirm, identify, measure, inspect, label, sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.entries import InstrumentFaulted, MeasurementTaken
from forms.masters import (
    ConfirmStep,
    IdentifyStep,
    InspectStep,
    LabelStep,
    MeasureStep,
    SignStep,
)
from forms.units import display
from terminal.board_answers import ANSWERS
from terminal.board_parts import action
from terminal.views import Fact, Mark, StepStage, Verdict

if TYPE_CHECKING:
    from forms.job import JobState
    from forms.masters import Operation, Step
    from terminal.board_parts import Screen
    from terminal.snapshot import Snapshot
    from terminal.ui import View
    from terminal.words import Words

STATES = frozenset({"stable", "unstable", "overload", "underload", "error", "frozen"})
KINDS = {
    ConfirmStep: "confirm",
    IdentifyStep: "identify",
    MeasureStep: "measure",
    InspectStep: "inspect",
    LabelStep: "label",
    SignStep: "sign",
}


def answered(view: View, words: Words) -> Screen:
    """The step just answered, with its pass; it moves on by itself or waits for a look."""
    answer = view.ui.answer
    if answer is None:
        return step(view, words)
    name, stage, _ = _step(view, words, answer.before)
    shown = stage if isinstance(stage, StepStage) else None
    if shown is None:
        return name, stage, ()
    good = words("verdict-pass")
    checked = words(f"checked-{shown.kind}") if answer.parts else said(answer.value, words)
    held = _replaced(
        shown,
        verdict=Verdict(Mark.PASS, good, "" if answer.value == "pass" else checked),
        facts=_once(shown.facts, tuple(Fact(words(key), value) for key, value in answer.parts)),
        source=shown.source if shown.kind == "measure" else "",
    )
    waits = answer.until_ns is None
    return name, held, (action(words, "next", usual=True, enabled=waits),) if waits else ()


def said(value: str, words: Words) -> str:
    """What was offered, in words where it is one of a few answers or states."""
    if value in {"yes", "no", "pass", "fail"}:
        return words(f"outcome-{value}")
    return words(f"reading-{value}") if value in STATES else value


def _once(expected: tuple[Fact, ...], read: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Each fact once: what was read stands in the place of what was expected."""
    found = {fact.label: fact for fact in read}
    known = {fact.label for fact in expected}
    held = tuple(found.get(fact.label, fact) for fact in expected)
    return (*held, *(fact for fact in read if fact.label not in known))


def _replaced(stage: StepStage, **changes: object) -> StepStage:
    """The stage with some of its members changed."""
    members = {name: getattr(stage, name) for name in StepStage.__slots__}
    return StepStage(**(members | changes))


def step(view: View, words: Words) -> Screen:
    """The step the work stands at."""
    return _step(view, words, view.snapshot)


def _step(view: View, words: Words, snapshot: Snapshot) -> Screen:
    state = snapshot.state
    if state is None or state.current is None:
        msg = "no step to show"
        raise LookupError(msg)
    operation, current = state.current
    kind = KINDS[type(current)]
    stage = StepStage(
        kind=kind,
        where=_where(state, operation, current, words),
        title=words.of(current.title),
        instruction=words.of(current.instruction),
        critical=words.of(current.critical) if current.critical else "",
        picture=current.picture,
        expected_label=words(f"expected-{kind}"),
        expected="",
        value="",
        unit="",
        source="",
        sample=_sample(snapshot, current, words),
        history=_history(state, operation, current, words),
    )
    changes, actions = ANSWERS[type(current)](view, words, snapshot, current)
    shown = _replaced(stage, **changes)
    return f"step-{kind}", shown, actions


def _where(state: JobState, operation: Operation, current: Step, words: Words) -> str:
    operations = [each.id for each in state.operations]
    steps = [each.id for each in operation.steps]
    return words(
        "where",
        operation=operation.id,
        n=operations.index(operation.id) + 1,
        m=len(operations),
        step=steps.index(current.id) + 1,
        steps=len(steps),
    )


def _sample(snapshot: Snapshot, current: Step, words: Words) -> str:
    state, position = snapshot.state, snapshot.position
    if state is None or not position.sample:
        return ""
    if isinstance(current, LabelStep):
        made = len(state.produced) + 1
        return words("unit-of", serial=position.sample, n=made, m=state.order.units)
    needed_samples = state.samples_needed(current)
    if needed_samples < 2:  # noqa: PLR2004 - one sample needs no count
        return ""
    return words("sample-of", n=int(position.sample), m=needed_samples)


def _history(
    state: JobState, operation: Operation, current: Step, words: Words
) -> tuple[Fact, ...]:
    """Every earlier attempt at this step, oldest first; refused ones too."""
    rows: list[Fact] = []
    for judged in state.records:
        entry, context = judged.entry, judged.recorded.entry.context  # type: ignore[union-attr]
        if (context.operation, context.step) != (operation.id, current.id):
            continue
        value = offered(entry, words)
        if value:
            passed = judged.verdict.passed
            word = words("verdict-pass") if passed else judged.verdict.words(words.language)[0]
            rows.append(Fact(value, word, Mark.PASS if passed else Mark.FAIL))
    return tuple(rows[-8:])


def offered(entry: object, words: Words) -> str:
    """What an entry offered, in readable form; empty for kinds that offer nothing."""
    if isinstance(entry, MeasurementTaken):
        quantity = entry.taken.quantity
        shown = f"{quantity.value:f}\u2009{display(quantity.unit)}" if quantity else "—"
        return f"{entry.sample}: {shown}"
    if isinstance(entry, InstrumentFaulted):
        return ""
    lot = getattr(entry, "lot", "") if type(entry).__name__ == "LotIdentified" else ""
    outcome = getattr(entry, "outcome", "") or getattr(entry, "answer", "")
    if lot or not outcome:
        return str(lot)
    sample = getattr(entry, "sample", 0)
    return f"{sample}: {said(outcome, words)}" if sample else said(outcome, words)
