"""The SQL behind the verbs: made from the schema only, each statement once, ``?`` for a value."""

from __future__ import annotations

from functools import cache

from server.store.schema import TABLES


def _insert(name: str, verb: str) -> str:
    names = TABLES[name].names
    places = ", ".join(["?"] * len(names))
    return " ".join([verb, "INTO", name, f"({', '.join(names)})", "VALUES", f"({places})"])


ADD = {name: _insert(name, "INSERT") for name in TABLES}
PUT = {
    name: _insert(name, "INSERT OR REPLACE")
    for name, table in TABLES.items()
    if table.role != "truth"
}
"""SQLite's words; truth has none: its rows are never replaced."""


How = tuple[bool, bool, bool, bool]
"""Bounded below, bounded above, newest first, limited in number."""


@cache  # the statements there are is a few dozen, asked for thousands of times a second
def select(table: str, names: tuple[str, ...], how: How = (False, False, False, False)) -> str:
    """Rows whose ``names`` equal what is given, between bounds of the last key column, by key."""
    spec = TABLES[table]
    start, stop, newest_first, limited = how
    direction = " DESC" if newest_first else ""
    order = ", ".join(key + direction for key in spec.keys)
    found = where(table, names, start=start, stop=stop)
    parts = ["SELECT", ", ".join(spec.names), "FROM", table, found, "ORDER BY", order]
    return " ".join([*parts, "LIMIT ?"] if limited else parts)


@cache
def after(table: str, names: tuple[str, ...]) -> str:
    """So many rows whose ``names`` equal what is given, beyond the key given, by key."""
    spec = TABLES[table]
    keys = ", ".join(spec.keys)
    places = ", ".join(["?"] * len(spec.keys))
    found = where(table, names)
    beyond = f"{found} AND" if found else "WHERE"
    what = ", ".join(spec.names)
    parts = ["SELECT", what, "FROM", table, beyond, f"({keys}) > ({places})"]
    return " ".join([*parts, "ORDER BY", keys, "LIMIT ?"])


@cache
def tally(table: str, names: tuple[str, ...], bounds: tuple[bool, bool] = (False, False)) -> str:
    """How many rows whose ``names`` equal what is given, between bounds of the last key column."""
    start, stop = bounds
    return " ".join(["SELECT count(*) FROM", table, where(table, names, start=start, stop=stop)])


@cache
def delete(table: str, names: tuple[str, ...]) -> str:
    """Away with the rows whose ``names`` equal what is given."""
    return " ".join(["DELETE FROM", table, where(table, names)])


@cache
def where(table: str, names: tuple[str, ...], *, start: bool = False, stop: bool = False) -> str:
    """The WHERE clause; KeyError for a column that the schema does not have."""
    spec = TABLES[table]
    if unknown := set(names) - set(spec.names):
        raise KeyError(table, *sorted(unknown))
    clauses = [f"{name} = ?" for name in names]
    bounds = ((start, ">="), (stop, "<"))
    clauses += [f"{spec.keys[-1]} {sign} ?" for bound, sign in bounds if bound]
    return "WHERE " + " AND ".join(clauses) if clauses else ""
