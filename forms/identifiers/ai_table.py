"""The table of GS1 application identifiers: biip's formats with the content rules of our own.

biip keeps the table up to date with GS1. Its parser is not used: it guesses where a separator was
lost and passes four fifths of GS1's own bad content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from forms.identifiers import checks
from forms.identifiers.ai_rules import CONTENT
from forms.identifiers.linters import complaint

_CSET82 = re.compile(r"[!\"%-?A-Z_a-z]*")
_MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Component:
    """A part of an element's value."""

    length: int
    """Characters; 0 for the rest."""
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """What GS1 says of one AI."""

    ai: str
    title: str
    """GS1's data title, as printed beside the value."""
    variable: bool
    """Whether a separator follows its value when it is not the last."""
    longest: int
    shape: re.Pattern[str]
    components: tuple[Component, ...]


def alike(pattern: str, ai: str) -> bool:
    """Whether the AI is one of the pattern's, in which ``n`` is any digit."""
    return len(pattern) == len(ai) and all(p in {"n", a} for p, a in zip(pattern, ai, strict=True))


def _components(ai: str) -> tuple[Component, ...]:
    for patterns, spec in CONTENT:
        if any(alike(pattern, ai) for pattern in patterns.split()):
            parts = [each.split(",") for each in spec.split()]
            return tuple(Component(int(p[0].replace("*", "0")), tuple(p[1:])) for p in parts)
    return ()


def at_start(text: str) -> ApplicationIdentifier | None:
    """The AI the text begins with; AIs have two to four digits and none begins another."""
    return _beginning(text[:_MOST_DIGITS])


@lru_cache(maxsize=2_048)
def _beginning(text: str) -> ApplicationIdentifier | None:
    # biip reads its table when it is imported: who starts waits for no code of a label.
    from biip import ParseError  # noqa: PLC0415
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier  # noqa: PLC0415

    try:
        found = GS1ApplicationIdentifier.extract(text)
    except ParseError:
        return None
    sizes = re.findall(r"\d+|-", found.format.partition("+")[2])
    return ApplicationIdentifier(
        ai=found.ai,
        title=found.data_title,
        variable=found.separator_required,
        longest=sum(1 if size == "-" else int(size) for size in sizes),
        shape=re.compile(found.pattern),
        components=_components(found.ai),
    )


def known(ai: str) -> ApplicationIdentifier | None:
    """The AI of exactly these digits, if there is one."""
    found = at_start(ai)
    return found if found and found.ai == ai else None


def needs_separator(ai: str) -> bool:
    """Whether GS1 asks for a separator after this element when it is not the last."""
    found = known(ai)
    return found is None or found.variable


def lint(ai: str, value: str) -> list[str]:
    """What is wrong with one element's value; ``unknown-ai`` if there is no such AI."""
    identifier = known(ai)
    if identifier is None:
        return ["unknown-ai"]
    if not value:
        return ["empty-field"]
    if not _CSET82.fullmatch(value):
        return ["bad-character"]
    return ["too-long"] if len(value) > identifier.longest else _lint(identifier, value)


def _lint(identifier: ApplicationIdentifier, value: str) -> list[str]:
    short, content = _content(identifier, value)
    if identifier.shape.fullmatch(identifier.ai + value) and not short:
        return content
    if short or (not identifier.variable and len(value) < identifier.longest):
        return ["bad-length"]
    return ["bad-date" if "bad-date" in content and checks.digital(value) else "bad-value"]


def _content(identifier: ApplicationIdentifier, value: str) -> tuple[bool, list[str]]:
    """Whether the value ends inside a component, and what its components' rules say."""
    findings: list[str] = []
    rest = value
    for component in identifier.components:
        if not rest:
            break
        part = rest[: component.length or None]
        if len(part) < component.length:
            return True, findings
        rest = rest[len(part) :]
        findings += [complaint(rule, part) for rule in component.rules]
    return False, [finding for finding in findings if finding]
