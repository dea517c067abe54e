"""The screens about the terminal itself: starting, no work documents, rescue, crash, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.board_parts import action, fault_hint
from terminal.views import Frame, HelpStage, Light, Mark, MessageStage, Strip, TopBar, Verdict
from terminal.words import NAMES, Words, other

if TYPE_CHECKING:
    from terminal.board_parts import Screen
    from terminal.ui import View
    from terminal.views import Action

HELPED = (
    "sign-in", "work-list", "step-confirm", "step-identify", "step-measure",
    "step-inspect", "step-label", "step-sign", "blocked", "nonconformity", "reason",
    "accountability", "sign", "overview", "release", "starting", "rescue", "no-pack",
)  # fmt: skip
"""Screens with a help of their own: texts ``help-<screen>``, one line of text a line of help."""


PICTURED = {"step-identify": "scan", "step-label": "scan", "step-measure": "weigh"}
"""Screens whose help has pictures ``<name>-right`` and ``<name>-wrong``."""


def starting(words: Words) -> tuple[str, MessageStage, tuple[Action, ...]]:
    """The first screen: shown before anything is opened."""
    verdict = Verdict(Mark.INFO, words("starting"))
    lines = (words("starting-line"),)
    return "starting", MessageStage(words("starting-title"), verdict, lines), ()


def no_pack(view: View, words: Words) -> Screen:
    """Nothing to obey yet: the server has not sent work documents."""
    link = fault_hint(view.link.code, words.language) if view.link.code else ""
    lines = tuple(line for line in (words("no-pack-line"), link) if line)
    verdict = Verdict(Mark.WARN, words("no-pack"))
    stage = MessageStage(words("no-pack-title"), verdict, lines, code=view.link.code)
    return "no-pack", stage, (action(words, "help"),)


def rescue(view: View, words: Words) -> Screen:
    """The terminal cannot work: what happened, what is safe, what to do now."""
    fatal = view.ui.fatal
    text = fault_hint(view.ui.fatal_code, words.language) or (
        words.of(fatal.text) if fatal and fatal.text else ""
    )
    lines = (text, words("rescue-saved"))
    verdict = Verdict(Mark.FAIL, words("rescue"))
    stage = MessageStage(words("rescue-title"), verdict, lines, code=view.ui.fatal_code)
    return "rescue", stage, ()


def help_of(screen: str, words: Words) -> Screen:
    """What a screen is for."""
    key = screen if screen in HELPED else "any"
    shown = PICTURED.get(key, "")
    lines = tuple(line.strip() for line in words(f"help-{key}").splitlines() if line.strip())
    stage = HelpStage(
        title=words("help-title"),
        lines=(*lines, words("help-scanner")),
        right_picture=f"{shown}-right" if shown else "",
        wrong_picture=f"{shown}-wrong" if shown else "",
        right_word=words("help-right"),
        wrong_word=words("help-wrong"),
    )
    back = action(words, "help", "help-close", usual=True)
    return "help", stage, (back,)


def plain(name: str, language: str, station: str, stage: MessageStage) -> Frame:
    """A frame without anything behind it: before the station is known, and after a crash."""
    words = Words(language)
    grey = Light("", "", Mark.NONE)
    first, second, third, fourth = (words(n) for n in ("saved", "sent", "accepted", "witnessed"))
    strip = Strip(
        0, 0, 0, 0, (first, second, third, fourth), grey, (), grey, NAMES[other(language)]
    )
    return Frame(name, language, TopBar(station, ""), strip, stage, sound=stage.verdict.mark)


def crash(language: str, station: str, code: str) -> Frame:
    """A mistake of ours: the work is saved, a code to read out."""
    words = Words(language)
    lines = (words("crash-saved"), words("crash-now"))
    verdict = Verdict(Mark.FAIL, words("crash"))
    stage = MessageStage(words("crash-title"), verdict, lines, code=code)
    return plain("crash", language, station, stage)


def unusable(language: str, lines: tuple[str, ...]) -> Frame:
    """The terminal cannot even start (its configuration is wrong): what, where, the cure."""
    words = Words(language)
    verdict = Verdict(Mark.FAIL, words("rescue"))
    stage = MessageStage(words("rescue-title"), verdict, lines, code="config")
    return plain("rescue", language, "", stage)
