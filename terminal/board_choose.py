"""The screens a failure leads to: blocked, nonconformity, disposition, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.terms import Disposition
from terminal.board_parts import action
from terminal.board_step import offered
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
    "reprint": ("label-damaged", "label-unreadable", "printer-jam"),
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
    value = offered(judged.entry) if judged else ""
    raise_it = action(words, "raise_nonconformity", usual=True)
    known = ((words("fact-offered"), value),)
    return "blocked", _stage(words, reasons, known), (action(words, "overview"), raise_it)


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
        source=first.rule.source,
        known=(*(Fact(label, value) for label, value in known if value), *more),
        lifted_by=words("lifted-by", role=by) if by else words("lifted-by-nobody"),
        meanwhile=first.meanwhile(language),
    )


def disposition(view: View, words: Words) -> Screen:
    """A nonconformity is open: what is done about it?"""
    state, position = view.snapshot.state, view.snapshot.position
    raised = state.nonconformities[open_about(state, position)].raised if state else None
    rows = (Fact(words("fact-nonconformity"), raised.description, Mark.FAIL),) if raised else ()
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
    rows = (
        (Fact(words("fact-disposition"), words(f"disposition-{chosen}"), Mark.INFO),)
        if ui.choose == "reason"
        else ()
    )
    choices = tuple(_reason(each, words) for each in REASONS.get(chosen, ()))
    stage = ChooseStage(words(f"reason-title-{ui.choose}"), words("reason-question"), rows, choices)
    return "reason", stage, (action(words, "back"),)


def _reason(key: str, words: Words) -> Choice:
    params = (("reason", key),)
    return Choice(
        "choose_reason",
        words(f"reason-{key}"),
        params=params,
        command=command("choose_reason", params),
    )
