"""The work list, and where a job order stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.entries import Signed
from terminal.board_parts import action
from terminal.views import Action, Mark, WorkItem, WorkListStage

if TYPE_CHECKING:
    from forms.job import JobState
    from terminal.board_parts import Screen
    from terminal.ui import View
    from terminal.words import Words


def work_list(view: View, words: Words) -> Screen:
    """The job orders of this station."""
    states = view.snapshot.states.values()
    stage = WorkListStage(
        title=words("work-list-title"),
        items=tuple(_item(state, words, view.snapshot.counted.accepted) for state in states),
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


def _item(state: JobState, words: Words, accepted: int) -> WorkItem:
    steps = [(o, s) for o in state.operations for s in o.steps]
    done = sum(state.step_done(o.id, s) for o, s in steps)
    mark, word = status(state, words, accepted)
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


def status(state: JobState, words: Words, accepted: int) -> tuple[Mark, str]:
    """Where a job order stands, as mark and word; ``accepted``: entries the server has."""
    if state.decision and _decided_at(state) >= accepted:
        return Mark.WARN, words("status-decision-waits")
    if state.decision:
        mark = Mark.PASS if state.decision == "released" else Mark.FAIL
        return mark, words(f"meaning-{state.decision}")
    if state.lot_scrapped:
        return Mark.FAIL, words("status-scrapped")
    if state.open_nonconformities:
        return Mark.WARN, words("status-nonconformity")
    return _at_work(state, words)


def _at_work(state: JobState, words: Words) -> tuple[Mark, str]:
    """A job order that nothing stands against."""
    if state.master is None:
        return Mark.WARN, words("status-no-master")
    if state.current is None:
        return Mark.INFO, words("status-finished")
    if state.records:
        return Mark.INFO, words("status-started")
    return Mark.NONE, words("status-new")


def _decided_at(state: JobState) -> int:
    """Index of the signature that put the decision in force."""
    ref = state.release[0] if state.release else ""
    return max(
        (
            each.recorded.index
            for each in state.records
            if isinstance(each.entry, Signed) and each.verdict.passed and ref in each.entry.covers
        ),
        default=-1,
    )
