"""The figures of a run as rows of the table in ``docs/performance.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = ("| id | figure | value | goal | | beside, in the same run |", "| --- " * 6 + "|")
_MET = {True: "met", False: "not met", None: ""}


def table_of(out: Path) -> str:
    """Of the file that a run wrote."""
    found = orjson.loads(out.read_bytes())
    notes = ", ".join(f"{name} {value}" for name, value in found["notes"].items() if value != {})
    return "\n".join([f"{notes}.", "", *HEAD, *map(_row, found["figures"])])


def _row(figure: dict[str, Any]) -> str:
    sign = "at most " if figure.get("most") else "at least "
    goal = "" if figure["goal"] is None else f"{sign}{figure['goal']:,} {figure['unit']}".rstrip()
    beside = "; ".join(_beside(figure))
    value = f"{figure['value']:,} {figure['unit']}".rstrip()
    met = _MET[figure["met"]]
    return f"| {figure['id']} | {figure['what']} | {value} | {goal} | {met} | {beside} |"


def _beside(figure: dict[str, Any]) -> Iterator[str]:
    for name, value in figure["peers"].items():
        yield f"{name} {value:,}"
    if figure.get("note"):
        yield figure["note"]
