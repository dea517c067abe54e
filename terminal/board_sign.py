"""The screens that ask for a badge and a secret: sign-in, accountability, signing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.board_parts import action
from terminal.desk_rules import wanted_now
from terminal.signing import text_of
from terminal.views import Pad, SignInStage, SignStage, Verdict

if TYPE_CHECKING:
    from terminal.board_parts import Screen
    from terminal.ui import View
    from terminal.views import Action
    from terminal.words import Words


def sign_in(view: View, words: Words) -> Screen:
    """Nobody is signed in: badge, then secret."""
    signer = view.ui.signer
    stage = SignInStage(
        title=words("sign-in-title"),
        hint=words("sign-in-secret" if signer else "sign-in-badge"),
        picture="badge",
        pad=_pad(view, words) if signer else None,
        person=signer.person.name if signer else "",
        problem=_problem(view, words),
    )
    return "sign-in", stage, _buttons(view, words)


def _pad(view: View, words: Words) -> Pad:
    return Pad(prompt=words("enter-secret"), typed="•" * len(view.ui.pad), secret=True)


def _problem(view: View, words: Words) -> Verdict | None:
    problem = view.ui.problem
    if problem is None:
        return None
    return Verdict(
        problem.mark,
        words(problem.key, **dict(problem.params)),
        words.of(problem.text) if problem.text else "",
    )


def _buttons(view: View, words: Words) -> tuple[Action, ...]:
    if view.ui.signer is None and view.ui.locked_out is not None and view.ui.problem is not None:
        return (action(words, "help"), action(words, "unlock"))
    if view.ui.signer is None:
        return (action(words, "help"),)
    ready = bool(view.ui.pad) and not view.ui.waiting
    ok = action(words, "key", "ok", usual=True, params=(("key", "ok"),), enabled=ready)
    return (action(words, "back"), action(words, "help"), ok)


def sign(view: View, words: Words) -> Screen:
    """Exactly what is signed, the meaning, the person, and the component asked for."""
    ui, signer = view.ui, view.ui.signer
    wanted = wanted_now(ui.signing, signer, view.snapshot.accepted)
    if wanted is None:
        msg = "nothing to sign"
        raise LookupError(msg)
    first = wanted.purpose == "accountability"
    classes = " / ".join(words(f"class-{each.value}") for each in wanted.classes)
    if signer is None:
        asks = words("ask-badge", role=classes)
    else:
        asks = words("ask-secret-accept" if first else "ask-secret-sign")
    stage = SignStage(
        title=words("accountability-title" if first else f"sign-title-{wanted.purpose}"),
        text=text_of(wanted, view.snapshot, words),
        meaning=words(f"meaning-{wanted.meaning.value}"),
        person=signer.person.name if signer else "",
        asks=asks,
        pad=_pad(view, words) if signer else None,
        problem=_problem(view, words),
    )
    ready = bool(ui.pad) and signer is not None and not ui.waiting
    ok = action(words, "sign", "accept" if first else "sign", usual=True, enabled=ready)
    return ("accountability" if first else "sign"), stage, (action(words, "back"), ok)
