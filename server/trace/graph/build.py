"""Sorting a draft's columns into new arrays, together with those there were. Any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from server.trace.graph.base import Base, Edges, Lines, Lots, Sources, Units
from server.trace.graph.packed import Names, Packed, names, pack, starts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import numpy.typing as npt

    from server.trace.graph.draft import Draft, Lined

    Column = npt.NDArray[Any]
    Keep = npt.NDArray[np.bool_]


def build(draft: Draft, dead_edges: Collection[int] = (), dead_units: Collection[int] = ()) -> Base:
    """The arrays of the draft's base without the dead rows, and of what the draft added."""
    base = draft.base
    count = base.count + len(draft.lots.fresh)
    edges = _edges(draft, count, dead_edges)
    return Base(
        lots=_lots(draft),
        edges=edges,
        sources=_sources(draft, edges),
        units=_units(draft, count, dead_units),
        shipped=_lines(base.shipped, draft.shipped, count),
        returned=_lines(base.returned, draft.returned, count),
        jobs=_named(base.jobs, draft.jobs.fresh),
        texts=base.texts.joined(_packed(draft.texts.fresh)),
    )


def _packed(texts: Iterable[str]) -> Packed:
    return pack(text.encode() for text in texts)


def _named(before: Names, fresh: Iterable[str]) -> Names:
    """Names with new ones behind; the old hashes are not computed again."""
    more = names(_packed(fresh))
    if not more.packed.count:
        return before
    hashes = np.concatenate([before.hashes, more.hashes])
    places = np.concatenate([before.places, more.places + np.int32(before.packed.count)])
    order = hashes.argsort(kind="stable")
    return Names(before.packed.joined(more.packed), hashes[order], places[order])


def _lots(draft: Draft) -> Lots:
    before, count = draft.base.lots, draft.base.count
    fresh = pack(draft.abouts[place] for place in draft.lots.fresh.values())
    facts = before.facts.joined(fresh)
    changed = {place: said for place, said in draft.abouts.items() if place < count}
    if changed:
        every = (changed.get(place) or facts[place] for place in range(facts.count))
        facts = pack(every)
    return Lots(_named(before.names, draft.lots.fresh), facts)


def _kept(count: int, dead: Collection[int]) -> Keep:
    keep = np.ones(count, np.bool_)
    keep[list(dead)] = False
    return keep


def _edges(draft: Draft, count: int, dead: Collection[int]) -> Edges:
    old, fresh = draft.base.edges, draft.edges
    keep = _kept(len(old.parents), dead)
    owners = np.repeat(np.arange(draft.base.count, dtype=np.int32), np.diff(old.child_starts))
    child = np.concatenate([owners[keep], np.asarray(fresh["children"], np.int32)])
    order = child.argsort(kind="stable")

    def column(name: str) -> Column:
        before: Column = getattr(old, name)
        return np.concatenate([before[keep], np.asarray(fresh[name], before.dtype)])[order]

    parents, child = column("parents"), child[order]
    rows = parents.argsort(kind="stable").astype(np.int32)
    rest = ("digits", "decimals", "unit", "at", "ahead", "known", "source")
    return Edges(
        starts(child, count), parents, starts(parents, count), child[rows], rows,
        *(column(name) for name in rest),
    )  # fmt: skip


def _sources(draft: Draft, edges: Edges) -> Sources:
    """Those of dead rows stay: nothing points at them."""
    old, fresh = draft.base.sources, draft.sources
    columns = {
        name: np.concatenate([getattr(old, name), np.asarray(values, getattr(old, name).dtype)])
        for name, values in fresh.items()
    }
    rows = np.full(len(columns["kind"]), -1, np.int64)
    said = np.flatnonzero(edges.source >= 0)
    rows[edges.source[said]] = said
    return Sources(**columns, row=rows)


def _units(draft: Draft, count: int, dead: Collection[int]) -> Units:
    old, fresh = draft.base.units, draft.units
    keep = _kept(len(old.at), dead)
    owners = np.repeat(np.arange(draft.base.count, dtype=np.int32), np.diff(old.starts))
    lots = np.concatenate([owners[keep], np.asarray(fresh["lot"], np.int32)])
    order = lots.argsort(kind="stable")
    every = old.names.packed.joined(pack(draft.serials))
    places = np.concatenate([np.flatnonzero(keep), np.arange(len(keep), every.count)])[order]
    columns = (
        np.concatenate([getattr(old, name)[keep], np.asarray(fresh[name], dtype)])[order]
        for name, dtype in (("at", "i8"), ("known", "i8"), ("job", "i4"))
    )
    return Units(starts(lots[order], count), names(every.taken(places)), *columns)


def _lines(old: Lines, lined: Lined, count: int) -> Lines:
    lots = np.concatenate([old.lot, np.asarray(lined.columns["lot"], np.int32)])
    order = lots.argsort(kind="stable")
    columns = (
        np.concatenate([getattr(old, name), np.asarray(lined.columns[name], dtype)])[order]
        for name, dtype in (("at", "i8"), ("known", "i8"), ("consignee", "i4"))
    )
    rows = old.rows.joined(pack(lined.rows)).taken(order)
    serials = old.serials.joined(pack(lined.serials)).taken(order)
    return Lines(starts(lots[order], count), lots[order], rows, serials, *columns)
