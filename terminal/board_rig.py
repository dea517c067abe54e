"""The page of the station's instruments, a card each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from forms.units import display
from terminal.board_parts import action, facts, instrument_name, with_load
from terminal.intents import command
from terminal.standing import asset_of, doubted, last_check, standing
from terminal.views import Fact, InstrumentCard, Mark, RigStage

if TYPE_CHECKING:
    from devices.kinds import Reading
    from terminal.board_parts import Screen
    from terminal.ui import View
    from terminal.words import Words

MOST_FRAME = 24
"""Bytes of the last frame that are shown."""


def rig(view: View, words: Words) -> Screen:
    """Every instrument: does it work, what does it say, is it calibrated, where is it."""
    cards = tuple(_card(view, words, name) for name in view.live.classes)
    ready = any(card.command for card in cards)
    stage = RigStage(
        words("rig-title-check" if ready else "rig-title"),
        cards,
        "" if cards else words("rig-empty"),
    )
    return "rig", stage, (action(words, "back", "back-from-rig", usual=True),)


def may_check(view: View, name: str) -> bool:
    """Whether somebody is there to check it, and it is there to be checked."""
    known = name in view.live.configs and view.live.ready(name)
    return view.snapshot.session is not None and known


def named(view: View, words: Words, name: str) -> str:
    """What the floor calls it; with its own name where the station has several of a class."""
    role = view.live.classes[name]
    said = instrument_name(words, role)
    return f"{said} · {name}" if Counter(view.live.classes.values())[role] > 1 else said


def _card(view: View, words: Words, name: str) -> InstrumentCard:
    found, stands = view.live.condition(name, view.now_ns), standing(view, name)
    mark, word = found.mark, words(found.word)
    cure = words.of(found.cure) if found.cure else ""
    if found.mark is Mark.PASS and stands is not None and stands.reason is not None:
        mark, word = Mark.FAIL, stands.name(words.language)
        gap = " " if words.language == "en" else ""
        cure = f"{stands.words(words.language)}{gap}{stands.reason.meanwhile(words.language)}"
    elif found.mark is Mark.PASS and doubted(view, name):
        mark, word, cure = Mark.WARN, words("light-check-failed"), words("check-failed-cure")
    params, reading = (("instrument", name),), view.live.readings.get(name)
    return InstrumentCard(
        name=named(view, words, name),
        params=params,
        mark=mark,
        word=with_load(word, reading, words),
        value=amount(reading),
        cure=cure,
        facts=(
            *facts(words, ("fact-last-frame", last_frame(view, name))),
            *calibration(view, words, name),
            *facts(words, ("part-serial", serial(view, name)), ("fact-port", _port(view, name))),
            *checked(view, words, name),
        ),
        command=command("check", params) if may_check(view, name) else "",
    )


def amount(reading: Reading | None) -> str:
    """The instrument's digits and unit; empty without a value."""
    if reading is None or reading.quantity is None:
        return ""
    return f"{reading.quantity.value:f}\u2009{display(reading.quantity.unit)}"


def last_frame(view: View, name: str) -> str:
    """When it last sent something, and the bytes; what cannot be printed as an escape."""
    heard = view.live.heard.get(name)
    if heard is None:
        return ""
    said = heard.frame[:MOST_FRAME].decode("ascii", errors="backslashreplace")
    return f"{heard.at:%H:%M:%S}  {said}{'…' if len(heard.frame) > MOST_FRAME else ''}"


def serial(view: View, name: str) -> str:
    """What it says of itself, else what the work documents say."""
    state, asset = view.live.states.get(name), asset_of(view, name)
    said = state.serial_number if state is not None else ""
    return said or (asset.serial_number if asset is not None else "")


def calibration(view: View, words: Words, name: str) -> tuple[Fact, ...]:
    """State and due date by the work documents here; nothing for what does not measure."""
    stands = standing(view, name)
    if stands is None:
        return ()
    due = f" · {stands.due:%Y-%m-%d}" if stands.due else ""
    mark = _TONES[stands.tone]
    return (Fact(words("fact-calibration"), f"{stands.name(words.language)}{due}", mark),)


_TONES = {"pass": Mark.NONE, "warn": Mark.WARN, "fail": Mark.FAIL}


def _port(view: View, name: str) -> str:
    config = view.live.configs.get(name)
    return config.url if config is not None else ""


def checked(view: View, words: Words, name: str) -> tuple[Fact, ...]:
    """The last check on record: when, by whom, what came of it."""
    found, pack = last_check(view, name), view.snapshot.pack
    if found is None:
        return ()
    people = {each.id: each.name for each in pack.people} if pack is not None else {}
    mark = {"pass": Mark.NONE, "fail": Mark.FAIL}.get(found.outcome, Mark.WARN)
    at = found.at.astimezone(view.now.tzinfo)
    said = words(f"checked-{found.outcome}", at=f"{at:%Y-%m-%d %H:%M}",
                 person=people.get(found.person, found.person))  # fmt: skip
    return (Fact(words("fact-checked"), said, mark),)
