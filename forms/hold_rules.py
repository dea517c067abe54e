"""Which events of the plant hold lots by themselves: quality's rules, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from forms.terms import Term

if TYPE_CHECKING:
    from collections.abc import Iterable

HoldEvent = Literal["deviation-opened", "lot-suspect", "late-use"]
"""What may call for holds: an instrument was found out of tolerance (the lots it measured); quality
took back the release of a received lot (that lot); a lot was used while it was on hold (the lot
it went into)."""
EVENTS: tuple[HoldEvent, ...] = ("deviation-opened", "lot-suspect", "late-use")


class HoldRule(Term, frozen=True, kw_only=True):
    """An event that holds lots without anybody asking."""

    event: HoldEvent
    downstream: bool = False
    """Whether everything made from these lots is held with them, now and later."""


class HoldRules(Term, frozen=True, kw_only=True):
    """The rules in force; an event that none names holds nothing."""

    rules: tuple[HoldRule, ...] = ()


def called_for(rules: Iterable[HoldRule], event: HoldEvent) -> HoldRule | None:
    """The hold that an event calls for; the farther reaching if two rules name it; None: none."""
    found = [one for one in rules if one.event == event]
    return max(found, key=lambda one: one.downstream, default=None)
