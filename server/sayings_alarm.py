"""What is said of an alarm."""

from __future__ import annotations

import msgspec

from forms.terms import Text


class AlarmSaying(msgspec.Struct, frozen=True, kw_only=True):
    """What an alarm's code means, and what to do about it."""

    what: Text
    todo: Text
    by_quality: bool
    """About the records themselves: closing it is quality's decision alone."""


def records(en: str, zh: str, todo_en: str, todo_zh: str) -> AlarmSaying:
    """About the records themselves: quality alone closes it."""
    return AlarmSaying(
        what=Text(en=en, zh_CN=zh), todo=Text(en=todo_en, zh_CN=todo_zh), by_quality=True
    )


def plant(en: str, zh: str, todo_en: str, todo_zh: str) -> AlarmSaying:
    """About the plant: supervisors and administrators close it too."""
    return AlarmSaying(
        what=Text(en=en, zh_CN=zh), todo=Text(en=todo_en, zh_CN=todo_zh), by_quality=False
    )
