"""Where a lot came from, as the bytes of its JSON: every lot once, every edge as a row.

A serial's genealogy is some hundred lots and edges. Read one by one they cost more than the walk;
here the columns of all edges are gathered at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from server.trace.graph import amounts, moments
from server.trace.graph.answers import lots_at
from server.trace.graph.reader import Reader
from server.trace.graph.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from server.trace.graph.facts import Source
    from server.trace.graph.view import View

_COLUMNS = ("parents", "digits", "decimals", "unit", "at", "ahead", "known", "source")


def origins(view: View, start: int, more: Mapping[str, Any] | None = None) -> bytes:
    """Lots by depth, the one asked for first, and the edges between them; ``more``: members.

    An edge names its lots by their places among ``lots``; ``source`` is null for imported history.
    """
    levels = walk(view, view.backward, start).levels if start >= 0 else []
    numbers = [int(one) for level in levels for one in level]
    place = {number: at for at, number in enumerate(numbers)}
    reader = Reader(view)
    head = {
        **(more or {}),
        "levels": [len(level) for level in levels],
        "edges": [*_stored(view, numbers, place, reader), *_fresh(view, numbers, place)],
    }
    return b"".join([orjson.dumps(head)[:-1], b',"lots":', lots_at(reader, levels), b"}"])


def _stored(
    view: View, numbers: Sequence[int], place: Mapping[int, int], reader: Reader
) -> Iterator[dict[str, Any]]:
    """Edges of the arrays."""
    rows, children, way = list[int](), list[int](), view.backward
    for number in numbers:
        some = way.rows(number)
        rows += some
        children += [place[number]] * len(some)
    at = np.array(rows, np.int64)
    columns = [getattr(view.base.edges, name)[at].tolist() for name in _COLUMNS]
    times = dict[tuple[int, int], str]()  # those of one child are mostly the same
    for child, parent, digits, decimals, unit, micros, ahead, known, source in zip(
        children, *columns, strict=True
    ):
        when = times.get((micros, ahead))
        if when is None:
            when = times[micros, ahead] = moments.unpacked(micros, ahead)
        text = decimals == amounts.TEXT
        yield {
            "parent": place[parent],
            "child": child,
            "quantity": reader.text(digits) if text else amounts.unpacked(digits, decimals),
            "unit": reader.text(unit),
            "at": when,
            "known": known,
            "source": None if source < 0 else _said(reader.source(source)),
        }


def _fresh(
    view: View, numbers: Sequence[int], place: Mapping[int, int]
) -> Iterator[dict[str, Any]]:
    """Edges that came after the arrays."""
    way = view.backward
    for number in numbers:
        for one in way.fresh(number):
            yield {
                "parent": place[one.ends[0]],
                "child": place[number],
                "quantity": one.said.quantity,
                "unit": one.said.unit,
                "at": one.said.at,
                "known": one.said.known,
                "source": _said(one.said.source),
            }


def _said(source: Source) -> dict[str, Any]:
    """The record or statement behind an edge."""
    names = ("kind", "job", "operation", "person", "station", "origin", "index", "effect")
    return {name: getattr(source, name) for name in names}
