"""The screens about the terminal itself: starting, no work documents, rescue, crash, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.masters import MeasureStep
from sync.faults import FAULTS
from terminal.board_parts import action, fault_hint
from terminal.views import Frame, HelpStage, Light, Mark, MessageStage, Strip, TopBar, Verdict
from terminal.words import NAMES, Words, other

if TYPE_CHECKING:
    from terminal.board_parts import Screen
    from terminal.ui import View
    from terminal.views import Action, Stage

HELPED = (
    "sign-in", "work-list", "step-confirm", "step-identify", "step-measure",
    "step-inspect", "step-label", "step-sign", "blocked", "nonconformity", "reason", "labels",
    "accountability", "sign", "overview", "release", "starting", "rescue", "no-pack",
    "rig", "check",
)  # fmt: skip
"""Screens with a help of their own: texts ``help-<screen>``, one line of text a line of help."""


PAIRS = {
    "scan": ("scan-right", "scan-wrong"),
    "balance": ("weigh-right", "weigh-wrong"),
    "caliper": ("measure-tube-od", "caliper-wrong"),
}
"""The right and the wrong, by what is done; texts ``help-right-…`` and ``help-wrong-…``."""


def starting(words: Words) -> tuple[str, MessageStage, tuple[Action, ...]]:
    """The first screen: shown before anything is opened."""
    verdict = Verdict(Mark.INFO, words("starting"))
    lines = (words("starting-line"),)
    return "starting", MessageStage(words("starting-title"), verdict, lines), ()


def no_pack(view: View, words: Words) -> Screen:
    """Nothing to obey yet: the server has not sent work documents."""
    link = view.link.code
    # What a passing fault says elsewhere ("work goes on") is not true without work documents.
    passing = link in FAULTS and FAULTS[link].kind == "transient"
    why = words("no-pack-offline") if passing else fault_hint(link, words.language)
    unreadable = view.snapshot.pack_problem
    first = words("no-pack-unreadable" if unreadable else "no-pack-line")
    lines = tuple(line for line in (first, why) if line)
    verdict = Verdict(Mark.WARN, words("no-pack"))
    code = unreadable or link
    stage = MessageStage(words("no-pack-title"), verdict, lines, code=code)
    return "no-pack", stage, (action(words, "help"),)


def help_of(view: View, screen: str, stage: Stage, words: Words) -> Screen:
    """What a screen is for, with the right and the wrong, or the right alone."""
    key = screen if screen in HELPED else "any"
    lines = tuple(line.strip() for line in words(f"help-{key}").splitlines() if line.strip())
    right, wrong, done = _pictures(view, screen, stage)
    title = getattr(stage, "title", "")
    shown = HelpStage(
        title=words("help-about", title=title) if title else words("help-title"),
        lines=(*lines, words("help-scanner")),
        right_picture=right,
        wrong_picture=wrong,
        right_word=words(f"help-right-{done}" if done else "help-right"),
        wrong_word=words(f"help-wrong-{done}") if done else "",
    )
    close = action(words, "help", "help-close", usual=True)
    return "help", shown, (close,) if view.ui.rig else (action(words, "rig"), close)


def _pictures(view: View, screen: str, stage: Stage) -> tuple[str, str, str]:
    """The right picture, the wrong one if there is one, and what is done."""
    state = view.snapshot.state
    done = "scan" if screen in {"step-identify", "step-label"} else ""
    if state is not None and state.current and screen == "step-measure":
        step = state.current[1]
        done = step.equipment_class if isinstance(step, MeasureStep) else ""
    if done in PAIRS:
        return (*PAIRS[done], done)
    return getattr(stage, "picture", ""), "", ""


def plain(name: str, language: str, station: str, stage: MessageStage) -> Frame:
    """A frame without anything behind it: before the station is known, and after a crash."""
    grey = Light("", "", Mark.NONE)
    # Nothing is known of the counts here: no zeros that are not true.
    silent = ("", "", "", "")
    strip = Strip(0, 0, 0, 0, silent, grey, (), grey, NAMES[other(language)])
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
