"""What the screens say about labels: the step, a doubt, and labels nobody can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import rights
from forms.entries import LabelPrinted
from forms.identifiers import content_says
from forms.labels import doubtful, gone, reconciled
from terminal.board_parts import action, facts
from terminal.capture_labels import pending, reported
from terminal.intents import command
from terminal.views import Action, Choice, ChooseStage, Fact, Mark

if TYPE_CHECKING:
    from forms.job import JobState
    from forms.masters import Step
    from terminal.board_parts import Screen
    from terminal.snapshot import Snapshot
    from terminal.ui import View
    from terminal.words import Words

    Answering = tuple[dict[str, object], tuple[Action, ...]]


def label(view: View, words: Words, snapshot: Snapshot, current: Step) -> Answering:
    """Print, or find out whether it came out, or read it."""
    del current
    state, serial = snapshot.state, snapshot.position.sample
    if state is None:
        return {}, ()
    if serial not in state.printed or gone(state, serial):
        again = serial in state.printed
        shown: dict[str, object] = {
            "expected": words("label-print", serial=serial),
            "source": words("label-print-again-hint" if again else "label-print-hint"),
            "image": view.ui.label_next if snapshot is view.snapshot else b"",
        }
        return shown, (action(words, "overview"), action(words, "print_label", usual=True))
    printed = state.printed[serial][1]
    shown = {"expected": printed.content, "image": view.ui.label_png}
    if not view.ui.label_png:  # the picture says the same, and larger alone
        shown["facts"] = _parts(printed, words)
    free = not view.ui.waiting
    read = action(words, "read_label", usual=True, enabled=free)
    if free and doubtful(state, serial):
        shown["source"] = words("label-doubt")
        nothing = action(words, "label_absent", destructive=True)
        return shown, (nothing, action(words, "overview"), read)
    shown["source"] = words("label-read-hint")
    again_ = action(words, "print_label", "print-again", enabled=free)
    return shown, (action(words, "overview"), again_, read)


def _parts(printed: LabelPrinted, words: Words) -> tuple[Fact, ...]:
    says = content_says(printed.content)
    return facts(
        words,
        ("part-gtin", says.gtin),
        ("part-lot", says.lot),
        ("part-expiry", says.expiry.isoformat() if says.expiry else ""),
        ("part-serial", says.serial),
        ("part-copy", str(printed.copy) if printed.copy > 1 else ""),
    )


def account(state: JobState | None, words: Words) -> tuple[Action, ...]:
    """The way to the question where labels are, while one is missing or its report is open."""
    if state is None or state.closed or not pending(state):
        return ()
    return (action(words, "account_labels"),)


def missing(view: View, words: Words) -> Screen:
    """Where is this label?"""
    state = view.snapshot.state
    ref = next(iter(pending(state)), "") if state else ""
    rows = _about(view, state, ref, words) if state and ref else ()
    choices = _choices(view, state, ref, words) if state and ref else ()
    found = "-found" if state and ref not in reconciled(state).unexplained else ""
    question = words(f"labels-question{found}" if ref else "labels-none")
    stage = ChooseStage(words("labels-title"), question, rows, choices)
    return "labels", stage, (action(words, "back"),)


def _about(view: View, state: JobState, ref: str, words: Words) -> tuple[Fact, ...]:
    judged, known, count = state.by_ref[ref], state.labels[ref], reconciled(state)
    people = view.snapshot.pack.people if view.snapshot.pack else ()
    person = judged.recorded.entry.context.person  # type: ignore[union-attr]  # it was judged
    said = words(
        "labels-count", issued=count.issued, used=count.used, spoiled=count.spoiled,
        returned=count.returned, missing=len(count.missing),
    )  # fmt: skip
    told = words("labels-reported") if reported(state, ref) else ""
    return (
        Fact("", said, Mark.WARN),
        *facts(
            words,
            ("fact-state", told),
            ("part-serial", known.serial),
            ("part-copy", str(known.copy)),
            ("fact-person", next((each.name for each in people if each.id == person), person)),
            ("fact-time", f"{judged.recorded.wall:%Y-%m-%d %H:%M:%S}"),
        ),
    )


def _choices(view: View, state: JobState, ref: str, words: Words) -> tuple[Choice, ...]:
    session, lost = view.snapshot.session, ref in reconciled(state).unexplained
    offered = [
        _choice("label_found", fate, words, (("fate", fate),))
        for fate in ("spoiled", "returned") if lost
    ]  # fmt: skip
    if not reported(state, ref):
        offered.append(_choice("label_missing", "missing", words))
    elif session is not None and rights.allows(session.person.classes, rights.Action.CONCEDE_FIRST):
        offered.append(_choice("accept_label", "accept" if lost else "close", words))
    return tuple(offered)


def _choice(
    intent: str, key: str, words: Words, params: tuple[tuple[str, str], ...] = ()
) -> Choice:
    return Choice(
        intent,
        words(f"labels-{key}"),
        words(f"labels-{key}-means"),
        params=params,
        command=command(intent, params),
    )
