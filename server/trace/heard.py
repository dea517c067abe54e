"""Whether anybody ever named a lot: one nobody heard of is told apart from one that went nowhere.

An empty answer to a slip of the pen would read as "it is in nothing". So it is refused, with lots
whose name is one slip away; and where stations are silent, by words that say it may still come.
"""

from __future__ import annotations

from itertools import chain, islice
from string import ascii_uppercase, digits
from typing import TYPE_CHECKING

from server.masters.catalogue import heard_of
from server.trace.reach import LotId
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.store.protocol import Store
    from server.trace.genealogy import Genealogy
    from server.trace.graph.view import View

NEAR = 3
"""Lots named in a refusal."""
_SIGNS = digits + ascii_uppercase + "-"
_LONGEST = 24
"""Signs of a name in which a slip is looked for."""


def demand(genealogy: Genealogy, store: Store, lot: LotId) -> None:
    """Refusal ``lot-unheard``, or ``lot-unheard-yet`` while records are known to be outstanding."""
    view = genealogy.graph.view()
    if is_heard(view, store, lot):
        return
    waits = [one.about or one.code for one in genealogy.not_known()]
    name = f"{lot.item}/{lot.lot}"
    meant = ", ".join(f"{one.item}/{one.lot}" for one in near(view, store, lot)) or "–"
    if waits:
        first = ", ".join(waits[:NEAR])
        raise Refusal("lot-unheard-yet", name=name, near=meant, count=len(waits), first=first)
    raise Refusal("lot-unheard", name=name, near=meant)


def is_heard(view: View, store: Store, lot: LotId) -> bool:
    """Received, made, moved, or imported."""
    return view.recent.find(lot) >= 0 or heard_of(store, *lot)


def near(view: View, store: Store, lot: LotId) -> list[LotId]:
    """Lots that may be meant: of that number, or with a name one slip away. Each is looked up."""
    same = [LotId(row["item"], lot.lot) for row in store.rows("lots", lot=lot.lot, limit=NEAR)] + [
        LotId(row["item"], lot.lot)
        for row in store.rows("history_lots", lot_code=lot.lot, limit=NEAR)
    ]
    slips = chain(
        (LotId(lot.item, one) for one in _slips(lot.lot)),
        (LotId(one, lot.lot) for one in _slips(lot.item)),
    )
    found = chain(same, (one for one in slips if view.recent.find(one) >= 0))
    return list(islice(dict.fromkeys(found), NEAR))


def _slips(name: str) -> Iterator[str]:
    """The name with other capitals or blanks, a sign left out, two turned, one changed or added."""
    yield from (name.upper(), name.lower(), name.strip(), "".join(name.split()))
    if len(name) > _LONGEST:
        return
    for at in range(len(name)):
        yield name[:at] + name[at + 1 :]
        yield name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]
        yield from (name[:at] + sign + name[at + 1 :] for sign in _SIGNS)
    for at in range(len(name) + 1):
        yield from (name[:at] + sign + name[at:] for sign in _SIGNS)
