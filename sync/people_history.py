"""Who was enrolled with which key and classes, leaf by leaf of the server's log. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

PEOPLE_KINDS = frozenset({"person.enrolled", "person.changed", "person.rekeyed", "person.granted"})
"""Statements that say how a person stands from there on."""


@dataclass(frozen=True)
class Standing:
    """What a statement of the log says of a person, from its position on."""

    position: int
    name: str
    public_key: str
    """Hex."""
    classes: frozenset[str]
    active: bool


@dataclass
class PeopleHistory:
    """Everybody's standings by position."""

    _people: dict[str, list[Standing]] = field(default_factory=dict)

    def take(self, position: int, kind: str, body: dict[str, Any]) -> None:
        """Note a statement; kinds that are not about people are left aside."""
        if kind not in PEOPLE_KINDS:
            return
        classes = _classes(body)
        standing = Standing(
            position,
            str(body.get("name", "")),
            str(body.get("public_key", "")),
            classes,
            body.get("active", True) is True,
        )
        self._people.setdefault(str(body.get("id")), []).append(standing)

    def at(self, person: str, position: int) -> Standing | None:
        """How the person stood at a position of the log; None if not enrolled by then."""
        known = self._people.get(person, [])
        place = bisect_right(known, position, key=lambda one: one.position)
        return known[place - 1] if place else None

    def newest(self) -> dict[str, Standing]:
        """How everybody stands at the end."""
        return {person: known[-1] for person, known in self._people.items()}


def _classes(body: dict[str, Any]) -> frozenset[str]:
    """Every class held, at the whole site or at a part of it; where is not known here."""
    classes, grants = body.get("classes"), body.get("grants")
    found = [str(one) for one in classes] if isinstance(classes, list) else []
    for grant in grants if isinstance(grants, list) else []:
        found += [str(grant["role"])] if isinstance(grant, dict) and "role" in grant else []
    return frozenset(found)


def why_not(standing: Standing | None, body: dict[str, Any], key: str) -> str:
    """Why a signature record does not count by that standing: a finding's code, or empty.

    ``body`` is the record's: printed name and class must be the person's at that time, and so
    must the ``key`` (hex) under which the signature holds; empty if it holds under none.
    """
    if standing is None:
        return "esign-stranger"
    if not standing.active:
        return "esign-revoked"
    if standing.public_key and key and key != standing.public_key:
        return "esign-key"
    if standing.classes and str(body.get("personnel_class")) not in standing.classes:
        return "esign-class"
    if standing.name and body.get("printed_name") != standing.name:
        return "esign-name"
    return ""
