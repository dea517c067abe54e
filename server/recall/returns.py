"""Of goods that came back, how much is still here for all that is known. Pure.

What came back may go out again, be used or be scrapped, and often nobody says that it was just
that. So whatever goes later takes from what came back first: no more is called here than must be,
and what is missing shows as unknown. Serial numbers say more: a unit went again when it is named.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

ZERO = Decimal(0)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Passing(NamedTuple):
    """So much of a lot came back, or went: out, into another lot, or to scrap."""

    at: str
    """RFC 3339; without a zone UTC; empty: before everything else."""
    back: bool
    quantity: Decimal
    serials: tuple[str, ...] = ()
    """The units in it, where they are known."""


def still_here(passings: Iterable[Passing]) -> Decimal:
    """How much came back and nothing that went since may have been of it."""
    here = _Here()
    for one in sorted(passings, key=_order):
        (here.take_back if one.back else here.let_go)(one)
    return here.sum


class _Here:
    """What came back and is here: units by number, and the rest."""

    def __init__(self) -> None:
        self._named: set[str] = set()
        self._gone: set[str] = set()
        """Units that ever went."""
        self._rest, self._doubted, self._unnamed = ZERO, ZERO, ZERO
        """``_doubted``: how many of those named may have gone without being named; ``_unnamed``:
        how many ever went so: one named now for the first time may be one of them."""

    @property
    def sum(self) -> Decimal:
        return self._rest + len(self._named) - min(self._doubted, Decimal(len(self._named)))

    def take_back(self, one: Passing) -> None:
        self._named |= set(one.serials)
        self._rest += _plain(one)

    def let_go(self, one: Passing) -> None:
        serials = set(one.serials)
        before, first = serials & self._gone - self._named, serials - self._gone - self._named
        self._named -= serials
        self._gone |= serials
        came_again = max(self._doubted - len(self._named), ZERO)  # of the doubted, some did
        going = _plain(one) + len(before) + min(Decimal(len(first)), self._unnamed) + came_again
        self._unnamed += _plain(one)
        taken = min(going, self._rest)
        self._rest -= taken
        self._doubted = min(self._doubted + going - taken, Decimal(len(self._named)))


def _plain(one: Passing) -> Decimal:
    return max(one.quantity - len(one.serials), ZERO)


def _order(one: Passing) -> tuple[datetime, bool]:
    """By time; at the same time what went before what came back: it had to go first."""
    at = _NEVER
    with suppress(ValueError):  # imported history says a time as its system did
        at = datetime.fromisoformat(one.at)
    return at if at.tzinfo else at.replace(tzinfo=UTC), one.back
