"""Who is waited for in a recall: what its page shows first, and offers in its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlencode

from server.recall.points import reached

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.recall.balance import MassBalance
    from server.recall.case import RecallCase

MOST_OFFERED = 500
"""Of those that wait, in one form: who is done makes room for the next."""


class Waited(NamedTuple):
    """Consignees by what they wait for, each in the order of names."""

    first: list[str]
    """All, those that wait for anything before the others."""
    unwritten: list[str]
    """Without a notice of the newest scope."""
    unsent: list[str]
    unanswered: list[str]
    unchecked: list[str]


def waited(case: RecallCase, consignees: Iterable[str]) -> Waited:
    """Where each consignee of the newest scope stands."""
    found = Waited([], [], [], [], [])
    done: list[str] = []
    newest = case.newest.number if case.newest else 0
    for name in consignees:
        notice = case.notices.get(name)
        missing = notice is None or notice.revision < newest
        unsent = notice is not None and not notice.sent_at
        unanswered = notice is not None and bool(notice.sent_at) and not notice.acknowledged_at
        unchecked = not reached(case.checks.get(name), notice)
        lists = zip(found[1:], (missing, unsent, unanswered, unchecked), strict=True)
        for each, belongs in lists:
            if belongs:
                each.append(name)
        waits = missing or unsent or unanswered or unchecked
        (found.first if waits else done).append(name)
    found.first.extend(done)
    return found


def countable(balances: Iterable[MassBalance]) -> list[tuple[str, str]]:
    """The lots that may be counted, those not accounted for first: as a form sends it, and shows.

    The unit is the one its amounts have; what has none is counted in pieces.
    """
    ordered = sorted(balances, key=lambda one: one.closed)
    return [
        (
            urlencode({"item": one.item, "lot": one.lot, "unit": one.unit or "ea"}),
            f"{one.item} / {one.lot} ({one.unit or 'ea'})",
        )
        for one in ordered[:MOST_OFFERED]
    ]


def counted(text: str) -> dict[str, str]:
    """Item, lot and unit that such a form sent; empty for anything else."""
    try:
        found = dict(parse_qsl(text, max_num_fields=3))
    except ValueError:  # more than three
        return {}
    return found if set(found) == {"item", "lot", "unit"} else {}
