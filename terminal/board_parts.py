"""The parts every frame has: top bar and rail; and small helpers of all boards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.faults import FAULTS as DEVICE_FAULTS
from forms.masters import LabelStep, SignStep
from sync.faults import FAULTS
from terminal.views import Action, Fact, RailItem, TopBar

if TYPE_CHECKING:
    from devices.kinds import Reading
    from forms.job import JobState
    from forms.masters import Operation, Step
    from terminal.ui import View
    from terminal.views import Stage
    from terminal.words import Words

    Screen = tuple[str, Stage, tuple[Action, ...]]

MINUTE, HOUR = 60, 3600


def action(words: Words, intent: str, key: str = "", **more: object) -> Action:
    """A button; its label is ``action-<key or intent>``."""
    label = words(f"action-{(key or intent).replace('_', '-')}")
    return Action(intent, label, **more)  # type: ignore[arg-type]  # names are Action's fields


def top(view: View, words: Words) -> TopBar:
    """Where am I, on what, as whom."""
    snapshot, place = view.snapshot, view.place
    state, session = snapshot.state, snapshot.session
    shown = state if session is not None and view.ui.screen != "list" else None
    unit = place.work_unit
    if shown is not None and shown.current is not None:
        wanted = shown.current[0].work_unit
        unit = wanted if wanted in place.work_units else unit
    named = snapshot.pack.place.work_units.get(unit) if snapshot.pack else None
    person = session.person if session else None
    role = words(f"class-{person.classes[0].value}") if person and person.classes else ""
    return TopBar(
        station=place.station,
        work_unit=f"{unit} {words.of(named)}" if named else unit,
        job_order=shown.order.id if shown else "",
        lot=shown.order.lot if shown else "",
        product=words.of(shown.master.product.name) if shown and shown.master else "",
        person=person.name if person else "",
        role=role,
        lock_in=_lock_in(view, words) if person else "",
    )


def _lock_in(view: View, words: Words) -> str:
    seconds = view.lock_in_s
    if seconds < MINUTE:
        return words("lock-seconds", n=seconds)
    return words("lock-minutes", n=-(-seconds // MINUTE))


def fault_hint(code: str, language: str) -> str:
    """What to do about a fault of the link or of an instrument; empty for an unknown code."""
    if code in FAULTS:
        return FAULTS[code].zh_CN if language == "zh_CN" else FAULTS[code].en
    return DEVICE_FAULTS[code].hint[language] if code in DEVICE_FAULTS else ""


def instrument_name(words: Words, equipment_class: str) -> str:
    """The floor's word for a class of instruments; its own name if there is none."""
    try:
        return words(f"instrument-{equipment_class.replace('_', '-')}")
    except LookupError:
        return equipment_class.replace("_", " ")


def with_load(word: str, reading: Reading | None, words: Words) -> str:
    """The word, and whether a tare is taken off, where the instrument says so."""
    load = reading.load if reading is not None else ""
    return f"{word} · {words(f'load-{load}')}" if load else word


# --- rail --------------------------------------------------------------------------------------


def rail(view: View, words: Words) -> tuple[RailItem, ...]:
    """The operation's steps: done, now, to come."""
    snapshot = view.snapshot
    answer = view.ui.answer
    held = answer is not None and answer.verdict.passed
    state = answer.before.state if answer is not None and held else snapshot.state
    if state is None or snapshot.session is None or view.ui.screen == "list":
        return ()
    current = state.current
    items: list[RailItem] = []
    for operation in state.operations:
        here = current is not None and current[0].id == operation.id
        done = state.operation_done(operation)
        items.append(_heading(operation, words, done=done))
        if here or (current is None and not done):
            now = current[1].id if current else ""
            items += [_item(state, operation, step, now, words) for step in operation.steps]
    return tuple(items)


def _heading(operation: Operation, words: Words, *, done: bool) -> RailItem:
    title = f"{operation.id} {words.of(operation.title)}"
    word = words("state-done") if done else ""
    return RailItem(operation.id, title, "heading", word)


def _item(state: JobState, operation: Operation, step: Step, now: str, words: Words) -> RailItem:
    samples = state.samples.get((operation.id, step.id), ())
    attempts = [attempt for sample in samples for attempt in sample.attempts]
    failed = [attempt for attempt in attempts if not attempt.verdict.passed]
    done = state.step_done(operation.id, step)
    word = words("state-done") if done else words("state-now" if step.id == now else "state-todo")
    blocked = step.id == now and any(sample.state == "failed" for sample in samples)
    progress = _progress(state, operation.id, step)
    return RailItem(
        key=f"{operation.id}/{step.id}",
        title=words.of(step.title),
        state="done" if done else "blocked" if blocked else "now" if step.id == now else "todo",
        word=words("state-blocked") if blocked else f"{word} {progress}".strip(),
        repeats=max(0, len(attempts) - len(samples)),
        deviations=len(failed),
        signed=isinstance(step, SignStep) and done,
    )


def _progress(state: JobState, operation: str, step: Step) -> str:
    """``2 / 3`` where a step has more than one sample or unit."""
    if isinstance(step, LabelStep):
        return f"{len(state.produced)} / {state.order.units}"
    needed = state.samples_needed(step)
    if needed < 2:  # noqa: PLR2004 - one sample needs no count
        return ""
    done = sum(sample.done for sample in state.samples_of(operation, step))
    return f"{done} / {needed}"


def facts(words: Words, *pairs: tuple[str, str]) -> tuple[Fact, ...]:
    """Facts by text key; empty values are left out."""
    return tuple(Fact(words(key), value) for key, value in pairs if value)
