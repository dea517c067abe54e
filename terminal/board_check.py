"""The check of an instrument, step by step, drawn as a step of work is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.faults import FAULTS
from devices.scan_words import said
from forms.units import display
from terminal.board_parts import action, facts, fault_hint, with_load
from terminal.board_rig import amount, calibration, last_frame, named, serial
from terminal.checks import CARD, STEP_NS
from terminal.views import Fact, Mark, StepStage, Verdict

if TYPE_CHECKING:
    from devices.kinds import Reading
    from terminal.board_parts import Screen
    from terminal.checks import Check, Done
    from terminal.ui import View
    from terminal.views import Action
    from terminal.words import Words

KINDS = {"scan": "identify", "label": "identify", "picture": "inspect", "print": "label"}
"""How a step of the check is drawn; any other as a measurement."""
PICTURES = {
    "load": "check-load", "closed": "check-closed", "empty": "check-empty",
    "cleared": "check-empty", "scan": "scan-right", "label": "scan-right",
}  # fmt: skip
SECOND = 1_000_000_000


def check(view: View, words: Words, now: Check) -> Screen:
    """The step that waits, or what came of the check."""
    asks = now.asks or now.done[-1].asks
    reading = view.live.readings.get(now.name) if now.asks else now.done[-1].reading
    number = min(len(now.done) + 1, len(now.plan)) if now.asks else len(now.done)
    stage = StepStage(
        kind=KINDS.get(asks, "measure"),
        where=words("check-where", n=number, m=len(now.plan)),
        title=words("check-title", instrument=named(view, words, now.name)),
        instruction=_instruction(now, asks, words),
        critical="",
        picture="" if _image(view, now) else PICTURES.get(asks, ""),
        expected_label=words("expected-check"),
        expected=_expected(now, asks, reading, words),
        value=_value(now, reading),
        unit=display(reading.quantity.unit) if reading and reading.quantity else "",
        source=_source(view, now, words),
        sample="",
        facts=_facts(view, now, words),
        verdict=_verdict(now, words),
        image=_image(view, now),
        history=tuple(_row(done, words) for done in now.done),
    )
    return "check", stage, _actions(view, now, words)


def _instruction(now: Check, asks: str, words: Words) -> str:
    """What to do; of the test card, which code."""
    if asks != "scan":
        return words(f"check-{asks}")
    code = CARD[len(now.done) if now.asks else len(now.done) - 1]
    return words("check-scan", key=code.key, name=code.name)


def _facts(view: View, now: Check, words: Words) -> tuple[Fact, ...]:
    """While it goes on, what helps to see why; then its steps need the room."""
    if not now.asks or _image(view, now):
        return ()
    known = facts(
        words,
        ("fact-last-frame", last_frame(view, now.name)),
        ("part-serial", serial(view, now.name)),
    )
    return (*known, *calibration(view, words, now.name))


def _value(now: Check, reading: Reading | None) -> str:
    if reading is not None and reading.quantity is not None:
        return f"{reading.quantity.value:f}"
    code = now.done[-1].code if now.done and not now.asks else None
    return code.raw.decode("ascii", errors="backslashreplace")[:60] if code else ""


def _expected(now: Check, asks: str, reading: Reading | None, words: Words) -> str:
    """What would be good, in one line."""
    unit = display(reading.quantity.unit) if reading and reading.quantity else ""
    load = now.rule.load
    if asks in ("load", "piece") and load is not None:
        return words("check-expects-known", load=f"{load:f}", unit=unit).strip()
    return words(f"check-expects-{asks}")


def _source(view: View, now: Check, words: Words) -> str:
    """The instrument's state while it is waited for, and for how long it is."""
    if not now.asks:
        return ""
    found = view.live.condition(now.name, view.now_ns)
    left = max(0, now.since_ns + STEP_NS - view.now_ns) // SECOND
    state = with_load(words(found.word), view.live.readings.get(now.name), words)
    return words("check-waits", state=state, n=left)


def _verdict(now: Check, words: Words) -> Verdict | None:
    """Said only when it is recorded."""
    if not now.kept:
        return None
    if now.outcome == "pass":
        return Verdict(Mark.PASS, words("verdict-pass"), words("check-passed"))
    return Verdict(Mark.FAIL, words("verdict-fail"), why(now.done[-1], words))


def why(done: Done, words: Words) -> str:
    """Why a step failed, and what to do now."""
    if done.finding is not None:
        return said(done.finding, "zh_CN" if words.language == "zh_CN" else "en")
    if done.why in FAULTS:
        return fault_hint(done.why, words.language)
    return words(f"check-why-{done.why}" if done.why in WHYS else "check-why-other", code=done.why)


WHYS = frozenset({"not-zero", "not-as-expected", "too-late", "person"})
"""Reasons with words of their own; all others are states of a reading."""


def _row(done: Done, words: Words) -> Fact:
    """A step that was answered: what it was, what was read, how it went."""
    value = amount(done.reading)
    word = words("check-step-fail" if done.why else "check-step-pass")
    name = words(f"check-expects-{done.asks}")
    return Fact(name, f"{value} {word}".strip(), Mark.FAIL if done.why else Mark.PASS)


def _image(view: View, now: Check) -> bytes:
    """The camera's picture, or the label as it was drawn."""
    photo = next((done.photo for done in now.done if done.photo is not None), None)
    if photo is not None:
        return photo.data
    return view.ui.check_png if "print" in now.plan and now.done else b""


def _actions(view: View, now: Check, words: Words) -> tuple[Action, ...]:
    if now.asks:
        return (
            action(words, "check_failed", destructive=True),
            action(words, "back", "back-to-rig"),
        )
    params = (("instrument", now.name),)
    again = action(
        words, "check", "check-again", params=params,
        enabled=view.live.ready(now.name), usual=now.outcome != "pass",
    )  # fmt: skip
    return (again, action(words, "back", "back-to-rig", usual=now.outcome == "pass"))
