"""What changed: the newest state of a thing against the one before, member by member, word by word.

Pure. Nothing is left out: a member that appeared or went is a change like another.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Part = tuple[Literal["same", "gone", "new"], str]
"""A run of words, and whether it stayed."""
_WORDS = re.compile(r"\s+|[\w.:-]+|[^\w\s]")
MOST_WORDS = 400
"""A longer text is shown as gone and come, whole: comparing takes the square of its length."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One member that is not what it was."""

    name: str
    """Path within the thing, such as ``capability.unit``."""
    old: str
    """Empty where there was none."""
    new: str
    """Empty where there is none any more."""

    def parts(self) -> list[Part]:
        """Old and new in one line, word by word."""
        return words(self.old, self.new)


def changes(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every member that differs, by name; against nothing, every member is new."""
    before, now = dict(_flat(old or {})), dict(_flat(new))
    return tuple(
        Change(name=name, old=before.get(name, ""), new=now.get(name, ""))
        for name in sorted({*before, *now})
        if before.get(name, "") != now.get(name, "")
    )


def _flat(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple) and any(isinstance(one, dict | list) for one in value):
        for at, inner in enumerate(value):
            yield from _flat(inner, f"{name}.{at}")
    elif isinstance(value, list | tuple):
        yield name, ", ".join(map(str, value))
    elif value is not None and value != "":
        yield name, {True: "true", False: "false"}.get(value, str(value)) if isinstance(
            value, bool) else str(value)  # fmt: skip


def words(old: str, new: str) -> list[Part]:
    """The runs of words that stayed, went and came, in order."""
    before, now = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) > MOST_WORDS or len(now) > MOST_WORDS:
        return [part for part in (("gone", old), ("new", new)) if part[1]]
    found: list[Part] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(before[a:b])))
            continue
        gone, came = "".join(before[a:b]), "".join(now[c:d])
        found += [("gone", gone)] if gone else []
        found += [("new", came)] if came else []
    return found
