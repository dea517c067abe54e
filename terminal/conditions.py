"""How an instrument does, in one mark and one word: from its light and its newest reading. Pure.

The words are texts ``light-…`` and ``reading-…``; what to do about it is said by the fault's own
hint, or by the instrument's own error code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from devices import own_errors
from devices.faults import FAULTS
from forms.terms import Text
from terminal.views import Mark

if TYPE_CHECKING:
    from devices.kinds import InstrumentState, Reading

LIGHTS = {
    "starting": Mark.INFO,
    "ready": Mark.PASS,
    "absent": Mark.FAIL,
    "silent": Mark.WARN,
    "fault": Mark.FAIL,
    "stopped": Mark.NONE,
}
NAMED = {
    "standby": (Mark.WARN, "light-standby"),
    "unit-refused": (Mark.FAIL, "light-unit"),
    "wrong-instrument": (Mark.FAIL, "light-wrong"),
    "camera-frozen": (Mark.FAIL, "light-frozen"),
    "camera-replay": (Mark.FAIL, "light-frozen"),
    "camera-black": (Mark.FAIL, "light-black"),
}
"""Faults that have a word of their own, shorter than their light's and what to do."""
TROUBLED = frozenset({"overload", "underload", "error", "frozen"})
"""States of a reading that are trouble; the others come and go while one works."""


class Condition(NamedTuple):
    """How an instrument does now."""

    mark: Mark
    word: str
    """Text key."""
    cure: Text | None = None
    """What it means and what to do; None where there is nothing to do."""


SILENT = Condition(Mark.WARN, "light-silent", Text(**FAULTS["no-answer"].hint))
"""Values that should come by themselves have stopped, and nobody says why."""


def condition(state: InstrumentState | None, reading: Reading | None) -> Condition:
    """From the light's state and the reading that came since; None where there is none yet."""
    if state is None:
        return Condition(Mark.INFO, "light-starting")
    if state.state != "ready":
        known = FAULTS.get(state.code)
        mark, word = NAMED.get(state.code, (LIGHTS[state.state], f"light-{state.state}"))
        return Condition(mark, word, Text(**known.hint) if known else None)
    if reading is None:
        return Condition(Mark.PASS, "light-ready")
    if reading.state in TROUBLED:
        cure = (
            own_errors.words(reading.detail) if reading.state == "error" else CURES[reading.state]
        )
        return Condition(Mark.FAIL, f"reading-{reading.state}", cure)
    if reading.state == "unstable":
        return Condition(Mark.INFO, "reading-unstable")
    return Condition(Mark.PASS, "reading-settled" if reading.settled else "light-reading")


def in_short(found: Condition) -> Condition:
    """The same for the status strip: what comes and goes while one works is *ready*."""
    return Condition(Mark.PASS, "light-ready") if found.word in _WORKING else found


_WORKING = frozenset({"reading-unstable", "reading-settled", "light-reading"})
CURES = {
    "overload": Text(
        en="More lies on it than it can measure. Take the load off.",
        zh_CN="载荷超出量程。请取下载荷。",
    ),
    "underload": Text(
        en="The pan or a part of it is missing, or something lifts it. Put it in place.",
        zh_CN="秤盘缺失、未放好或被托起。请放好秤盘。",
    ),
    "frozen": Text(
        en="The same digits come again and again: it does not measure. Switch it off and on.",
        zh_CN="读数长时间完全相同：仪器未在测量。请关机后重新开机。",
    ),
}
"""What to do about a reading that is no value, by its state."""
