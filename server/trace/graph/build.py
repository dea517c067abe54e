"""Sorting a draft's columns into new arrays, together with those there were. Any thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from server.trace.graph.base import Base, Edges, Lines, Lots, Sources, Units, let_go
from server.trace.graph.packed import Names, Packed, hashes_of, named, names, pack, starts
from server.trace.graph.spread import owners
from server.trace.graph.texts import Texts
from server.trace.graph.told import Retold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import numpy.typing as npt

    from server.trace.graph.base import I64
    from server.trace.graph.draft import Draft, Lined

    Column = npt.NDArray[Any]
    Keep = npt.NDArray[np.bool_]


def build(draft: Draft, dead_edges: Collection[int] = (), dead_units: Collection[int] = ()) -> Base:
    """The arrays of the draft's base without the dead rows, and of what the draft added.

    Of the draft nothing is left, and old arrays that are mapped are in memory only while they are
    read: there is not the room for all of it twice.
    """
    base, changed = draft.base, _changed(draft, dead_edges)
    named_lots = _named(base.lots.names, draft.lots.taken())
    count = named_lots.packed.count
    edges = _edges(draft, count, dead_edges)
    let_go(base.edges)
    units = _units(draft, count, dead_units)
    let_go(base.units)
    made = Base(
        lots=Lots(named_lots, base.lots.told),
        edges=edges,
        sources=_sources(draft, edges),
        units=units,
        shipped=_lines(base.shipped, draft.shipped, count),
        returned=_lines(base.returned, draft.returned, count),
        jobs=_named(base.jobs, draft.jobs.taken()),
        texts=base.texts.joined(_packed(draft.texts.taken())),
    )
    let_go(base.shipped)
    told = Retold(base.lots.told, edges, Texts(made), draft.abouts).all(changed, count)
    let_go(base)
    return replace(made, lots=replace(made.lots, told=told))


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


def _changed(draft: Draft, dead: Collection[int]) -> I64:
    """Lots of which other things are told than before, ascending."""
    lost = owners(draft.base.edges.child_starts, np.array([*dead], np.int64))
    abouts = np.fromiter(draft.abouts, np.int64, len(draft.abouts))
    return np.unique(np.concatenate([lost, abouts, np.asarray(draft.edges["children"], np.int64)]))


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

    rest = ("digits", "decimals", "unit", "at", "ahead", "known", "source")
    parents, *others = (column(name) for name in ("parents", *rest))
    fresh.clear()
    child = child[order]
    rows = parents.argsort(kind="stable").astype(np.int32)
    return Edges(starts(child, count), parents, starts(parents, count), child[rows], rows, *others)


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
    fresh_names = pack(draft.serials)
    draft.serials.clear()
    every = old.names.packed.joined(fresh_names)
    hashes = np.concatenate([old.names.in_order(), hashes_of(fresh_names)])
    places = np.concatenate([np.flatnonzero(keep), np.arange(len(keep), every.count)])[order]
    columns = (
        np.concatenate([getattr(old, name)[keep], np.asarray(fresh[name], dtype)])[order]
        for name, dtype in (("at", "i8"), ("known", "i8"), ("job", "i4"))
    )
    return Units(starts(lots[order], count), named(every.taken(places), hashes[places]), *columns)


def _lines(old: Lines, lined: Lined, count: int) -> Lines:
    lots = np.concatenate([old.lot, np.asarray(lined.columns["lot"], np.int32)])
    order = lots.argsort(kind="stable")
    columns = (
        np.concatenate([getattr(old, name), np.asarray(lined.columns[name], dtype)])[order]
        for name, dtype in (("at", "i8"), ("known", "i8"), ("consignee", "i4"))
    )
    rows = old.rows.joined(pack(lined.rows)).taken(order)
    lined.rows.clear()
    serials = old.serials.joined(pack(lined.serials)).taken(order)
    return Lines(starts(lots[order], count), lots[order], rows, serials, *columns)
