"""The status strip: is my work safe; are the instruments, the disk and the clock?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.board_parts import HOUR, MINUTE, instrument_name
from terminal.conditions import in_short
from terminal.standing import doubted, standing
from terminal.views import Light, Mark, Strip
from terminal.words import NAMES, other

if TYPE_CHECKING:
    from terminal.snapshot import Counted
    from terminal.ui import View
    from terminal.words import Words

QUALITIES = {
    "anchored": Mark.PASS, "free": Mark.WARN, "unchecked": Mark.WARN, "unknown": Mark.FAIL,
}  # fmt: skip
"""Checked with the server; checked, but long ago; not checked yet; wrong."""
_DAY = 24 * HOUR
WRONG_MS = 60_000
"""A clock this far from the server's is wrong, not merely unchecked."""


def strip(view: View, words: Words) -> Strip:
    """Is my work safe; are the instruments and the clock?"""
    counted = view.snapshot.counted
    names = ("saved", "sent", "accepted", "witnessed")
    first, second, third, fourth = (words(name) for name in names)
    lights = tuple(_light(view, words, name) for name in view.live.classes)
    well = sum(light.mark is Mark.PASS for light in lights)
    return Strip(
        saved=counted.saved,
        sent=counted.sent,
        accepted=counted.accepted,
        witnessed=counted.witnessed,
        words=(first, second, third, fourth),
        link=_link(view, words),
        instruments=(*_disk(view, words), *lights),
        clock=_clock(view, words),
        language=NAMES[other(words.language)],
        date=f"{view.now:%Y-%m-%d}",
        ready=words("instruments-ready", n=well),
        troubled=words("instruments-troubled", n=len(lights) - well),
    )


def _disk(view: View, words: Words) -> tuple[Light, ...]:
    """Only where there is something to say."""
    state = view.snapshot.disk
    if not state:
        return ()
    mark = Mark.FAIL if state == "full" else Mark.WARN
    return (Light(words("disk"), words(f"disk-{state}"), mark),)


def _clock(view: View, words: Words) -> Light:
    """The time, and how sure it is. Unknown is not wrong: only a proven error is red."""
    stamp, time = view.snapshot.clock, f"{view.now:%H:%M}"
    if stamp is None or (stamp.sync_age_s is None and stamp.quality == "free"):
        return Light(time, words("clock-unchecked"), QUALITIES["unchecked"])
    off = stamp.offset_ms or 0
    if stamp.quality == "unknown" or abs(off) > WRONG_MS:
        return Light(time, words("clock-unknown"), QUALITIES["unknown"])
    if stamp.quality == "anchored":
        return Light(time, words("clock-anchored"), QUALITIES["anchored"])
    hours = (stamp.sync_age_s or 0) // HOUR
    return Light(time, words("clock-free", n=hours), QUALITIES["free"])


def _link(view: View, words: Words) -> Light:
    link, oldest = view.link, view.snapshot.counted.oldest_unsent
    if link.online:
        return Light(words("link"), _sending(view.snapshot.counted, words), Mark.PASS)
    minutes = int((view.now - oldest).total_seconds()) // MINUTE if oldest else 0
    if minutes < 1:
        return Light(words("link"), words("link-offline"), Mark.WARN)
    for unit, size in (("days", 2 * _DAY), ("hours", 2 * HOUR)):
        if minutes * MINUTE >= size:
            said = words(f"link-offline-{unit}", n=minutes * MINUTE // (size // 2))
            return Light(words("link"), said, Mark.WARN)
    return Light(words("link"), words("link-offline-since", n=minutes), Mark.WARN)


def _sending(counted: Counted, words: Words) -> str:
    """What is on its way: records before photos, as they are sent."""
    if counted.saved > counted.accepted:
        return words("link-sending", n=counted.saved - counted.accepted)
    return words("link-photos", n=counted.photos) if counted.photos else words("link-online")


def _light(view: View, words: Words, name: str) -> Light:
    found = in_short(view.live.condition(name, view.now_ns))
    role, stands = instrument_name(words, view.live.classes[name]), standing(view, name)
    if found.mark is Mark.PASS and stands is not None and stands.reason is not None:
        return Light(role, stands.name(words.language), Mark.FAIL)
    if found.mark is Mark.PASS and doubted(view, name):
        return Light(role, words("light-check-failed"), Mark.WARN)
    return Light(role, words(found.word), found.mark)
