"""Verifying an evidence pack: what the server's log says of its stations' keys, by index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync import packfile
from sync.key_history import station_of

if TYPE_CHECKING:
    from sync.verify_records import Case


def check_cut_offs(case: Case) -> None:
    """No record lies beyond its station's revocation; every rotation stated stands in its log."""
    for position, leaf in sorted(case.statements, key=lambda one: one[0]):
        kind, body = str(leaf.get("kind")), leaf.get("body")
        if kind not in ("station.revoked", "station.rotated") or not isinstance(body, dict):
            continue
        name = packfile.leaf_name(position)
        try:
            (_revoked if kind == "station.revoked" else _rotated)(case, name, body)
        except (KeyError, TypeError, ValueError) as error:
            case.find("statement", name, why=f"{type(error).__name__}: {error}"[:200])


def _revoked(case: Case, _name: str, body: dict[str, Any]) -> None:
    """Valid up to size n, root r: nothing beyond is, and up to there it is this very log."""
    station, size = f"{body['id']}/{int(body['epoch'])}", int(body["valid_to"])
    root = str(body.get("root", ""))
    for record in case.records:
        if station_of(record.origin) != station:
            continue
        if record.index >= size:
            case.findings.append(record.finding("revoked-beyond", first=str(size)))
        elif record.index == size - 1 and root and record.root not in ("", root):
            case.findings.append(record.finding("revoked-root", size=str(size)))


def _rotated(case: Case, name: str, body: dict[str, Any]) -> None:
    origin, index, key = str(body["origin"]), int(body["index"]), str(body["public_key"])
    history = case.histories.get(origin)
    sizes = [one.size for one in case.ranges if one.origin == origin]
    if history is None or sizes[0] <= index:
        return  # its head is found already, or lies below
    if history.of_head(index + 2).public_key.hex() != key:
        case.find("rotation-differs", name, name=origin, index=str(index))
