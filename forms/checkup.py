"""A line of the doctor's: what was looked at, how it is, and what to do about it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from forms.terms import Text

State = Literal["ok", "attention", "broken"]
MARKS: dict[State, str] = {"ok": "✓", "attention": "△", "broken": "✗"}
STATES: dict[State, Text] = {
    "ok": Text(en="ok", zh_CN="正常"),
    "attention": Text(en="attention", zh_CN="注意"),
    "broken": Text(en="broken", zh_CN="故障"),
}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One line."""

    check: str
    """What was looked at; stable, for programs."""
    state: State
    what: Text
    cure: Text | None = None
    """What to do, with a command to copy; None where nothing is to be done."""

    def lines(self, language: str) -> list[str]:
        """It in words, the cure below."""
        state = STATES[self.state].in_language(language)
        said = [f"{MARKS[self.state]} {state:<9} {self.check}: {self.what.in_language(language)}"]
        return said + ([f"    → {self.cure.in_language(language)}"] if self.cure else [])


def worst(found: list[Finding]) -> int:
    """The exit code: 0 all is well, 1 something wants attention, 2 something is broken."""
    return max(({"ok": 0, "attention": 1, "broken": 2}[one.state] for one in found), default=0)


def body(found: list[Finding]) -> dict[str, Any]:
    """All of it for a program."""
    return {"exit": worst(found), "findings": msgspec.to_builtins(found)}


def good(check: str, en: str, zh: str) -> Finding:
    """Nothing to do."""
    return Finding(check=check, state="ok", what=Text(en=en, zh_CN=zh))


def bad(check: str, state: State, said: tuple[str, str], cure: tuple[str, str]) -> Finding:
    """Something to do: in English and in Chinese, and the cure in both."""
    return Finding(
        check=check,
        state=state,
        what=Text(en=said[0], zh_CN=said[1]),
        cure=Text(en=cure[0], zh_CN=cure[1]),
    )
