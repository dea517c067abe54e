"""The screens a failure leads to: blocked, nonconformity, disposition, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.entries import Unread
from forms.masters import MeasureStep
from forms.terms import Disposition
from terminal.board_limits import expected
from terminal.board_parts import action, facts
from terminal.board_rows import value_of
from terminal.capture_work import failing, open_about
from terminal.intents import command
from terminal.views import BlockedStage, Choice, ChooseStage, Fact, Mark, Verdict

if TYPE_CHECKING:
    from forms.rules import Reason
    from terminal.board_parts import Screen
    from terminal.ui import View
    from terminal.views import Action
    from terminal.words import Words

REASONS = {
    "rework": ("process-repeated", "part-replaced"),
    "reinspection": ("handling-error", "instrument-disturbed", "sample-prepared-wrongly"),
    "concession": ("no-effect-on-safety", "customer-agreed"),
    "scrap": ("cannot-be-repaired", "suspected-contamination"),
    "reprint": ("label-damaged", "label-unreadable", "printer-jam", "label-lost"),
    "label-accept": ("label-searched", "label-destroyed-unseen"),
    "reject": ("records-incomplete", "requirements-not-met", "lot-damaged"),
}
"""The reasons offered, by what they are given for; texts ``reason-…``."""


def blocked(
    words: Words, reasons: tuple[Reason, ...], known: tuple[tuple[str, str], ...]
) -> Screen:
    """What was offered is refused: kept, without effect; try again."""
    again = action(words, "next", "try-again", usual=True)
    return "blocked", _stage(words, reasons, known), (*_leave(words), again)


def stopped(view: View, words: Words, reasons: tuple[Reason, ...]) -> Screen:
    """The person may not work here: somebody else can."""
    session = view.snapshot.session
    known = ((words("fact-person"), session.person.name if session else ""),)
    out = action(words, "sign_out", usual=True)
    return "blocked", _stage(words, reasons, known), (*_leave(words), out)


def failed(view: View, words: Words) -> Screen:
    """A result is out of limits: it counts, and stops the step until somebody decides."""
    state, position = view.snapshot.state, view.snapshot.position
    refs = failing(state, position)
    judged = state.by_ref[refs[0]] if state else None
    reasons = judged.verdict.reasons if judged else ()
    raise_it = action(words, "raise_nonconformity", usual=True)
    known = tuple((fact.label, fact.value) for fact in _about(view, words, refs[:1]))
    return "blocked", _stage(words, reasons, known), (action(words, "overview"), raise_it)


def _about(view: View, words: Words, refs: tuple[str, ...]) -> tuple[Fact, ...]:
    """What is known about a failing result: where, which sample, what, who and when."""
    state, pack = view.snapshot.state, view.snapshot.pack
    judged = state.by_ref.get(refs[0]) if state and refs else None
    if state is None or state.master is None or judged is None or isinstance(judged.entry, Unread):
        return ()
    entry, context = judged.entry, judged.entry.context
    step = state.master.step(context.operation, context.step)
    people = pack.people if pack else ()
    return facts(
        words,
        ("fact-step", f"{context.operation} {words.of(step.title)}"),
        ("fact-sample", str(getattr(entry, "sample", ""))),
        ("fact-offered", value_of(entry, words)),
        ("expected-measure", expected(step.limits, words) if isinstance(step, MeasureStep) else ""),
        ("fact-person", next((p.name for p in people if p.id == context.person), context.person)),
        ("fact-time", f"{judged.recorded.wall:%Y-%m-%d %H:%M:%S}"),
    )


def _leave(words: Words) -> tuple[Action, ...]:
    return (action(words, "overview"),)


def _stage(
    words: Words, reasons: tuple[Reason, ...], known: tuple[tuple[str, str], ...]
) -> BlockedStage:
    language = words.language
    first = reasons[0]
    more = tuple(Fact(words("fact-also"), r.words(language), Mark.FAIL) for r in reasons[1:])
    lifted = first.rule.lifted_by
    by = words(f"class-{lifted.value}") if lifted else ""
    return BlockedStage(
        title=words("blocked-title"),
        verdict=Verdict(Mark.FAIL, words("verdict-fail"), first.words(language)),
        rule=first.words(language),
        source=words("rule-source", source=first.rule.source),
        known=(*(Fact(label, value) for label, value in known if value), *more),
        lifted_by=words("lifted-by", role=by[:1].upper() + by[1:])
        if by
        else words("lifted-by-nobody"),
        meanwhile=first.meanwhile(language),
    )


def disposition(view: View, words: Words) -> Screen:
    """A nonconformity is open: what is done about it?"""
    state, position = view.snapshot.state, view.snapshot.position
    raised = state.nonconformities[open_about(state, position)].raised if state else None
    rows: tuple[Fact, ...] = ()
    if state is not None and raised is not None:
        judged = state.by_ref.get(raised.about[0]) if raised.about else None
        said = " ".join(judged.verdict.words(words.language)) if judged else raised.description
        rows = (Fact("", said, Mark.FAIL), *_about(view, words, raised.about))
    choices = tuple(_disposition(each, words) for each in Disposition)
    stage = ChooseStage(
        words("nonconformity-title"), words("nonconformity-question"), rows, choices
    )
    return "nonconformity", stage, (action(words, "overview"),)


def _disposition(each: Disposition, words: Words) -> Choice:
    params = (("disposition", each.value),)
    return Choice(
        "decide",
        words(f"disposition-{each.value}"),
        words(f"disposition-{each.value}-means"),
        params=params,
        command=command("decide", params),
    )


def reasons(view: View, words: Words) -> Screen:
    """Why? Chosen from a list, never typed."""
    ui = view.ui
    chosen = ui.disposition.value if ui.choose == "reason" and ui.disposition else ui.choose
    rows: tuple[Fact, ...] = ()
    if ui.choose == "reason":
        disposition = Fact(words("fact-disposition"), words(f"disposition-{chosen}"), Mark.INFO)
        rows = (disposition, *_about(view, words, _failing(view)))
    choices = tuple(_reason(each, words) for each in REASONS.get(chosen, ()))
    stage = ChooseStage(words(f"reason-title-{ui.choose}"), words("reason-question"), rows, choices)
    return "reason", stage, (action(words, "back"),)


def _failing(view: View) -> tuple[str, ...]:
    """The results the open nonconformity is about."""
    state, position = view.snapshot.state, view.snapshot.position
    about = open_about(state, position)
    return state.nonconformities[about].raised.about if state and about else ()


def _reason(key: str, words: Words) -> Choice:
    params = (("reason", key),)
    return Choice(
        "choose_reason",
        words(f"reason-{key}"),
        params=params,
        command=command("choose_reason", params),
    )
