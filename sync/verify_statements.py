"""Verifying what the server states in its log: signed by whom it must be, and by two."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sync.findings import Finding
from sync.people_history import PeopleHistory
from sync.statement import statement_message
from sync.succession import KIND

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.keyring import Keyring
    from sync.verify_marks import Findings

NEEDS = {
    "server.founded": 2,
    "person.enrolled": 2,
    "person.changed": 1,
    "person.rekeyed": 2,
    "person.granted": 2,
    "work_center.defined": 1,
    "sessions.ended": 1,
    "factor.enrolled": 1,
    "factor.removed": 1,
    "factor.reset": 2,
    "identity.linked": 2,
    "identity.unlinked": 2,
    "station.planned": 2,
    "station.approved": 1,
    "station.revoked": 1,
    "master.proposed": 1,
    "master.checked": 1,
    "master.approved": 1,
    "order.dispatched": 1,
    "alarm.closed": 1,
    "evidence.frozen": 1,
    "site.parameters": 1,
    "trail.reviewed": 1,
    "lot.thawed": 1,
    "hold.rules": 1,
    "hold.cleared": 1,
    "late-use.closed": 1,
    "recall.opened": 1,
    "recall.noticed": 1,
    "recall.sent": 1,
    "recall.acknowledged": 1,
    "recall.checked": 1,
    "recall.counted": 1,
    "recall.accounted": 1,
    "recall.drilled": 1,
    "recall.terminated": 1,
    "fork.decided": 1,
    "mark.seen": 1,
    KIND: 2,
}
"""How many different people sign a statement of that kind at least."""


TWO = 2
"""How many different people approve a station's key."""


@dataclass
class Stated:
    """What the log says of stations, branches, quarantine and files."""

    people: PeopleHistory = field(default_factory=PeopleHistory)
    stations: dict[str, str] = field(default_factory=dict)
    """Public key (hex) of every origin enrolled."""
    approvals: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Who approved an origin with a key."""
    quarantined: set[tuple[str, int]] = field(default_factory=set)
    forks: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    """Roots of the heads of every branch the log tells of."""
    revoked: dict[str, list[CutOff]] = field(default_factory=dict)
    """By station and epoch."""
    rotated: list[tuple[int, str, int, str]] = field(default_factory=list)
    """Position, origin, index and new key (hex) of every change of a station's key."""
    continued: set[str] = field(default_factory=set)
    """Names under which the server's log was gone on with after a loss."""
    masters: dict[tuple[str, int], str] = field(default_factory=dict)
    """Digest of every work master approved, by id and revision."""


class CutOff(NamedTuple):
    """A revocation: the size up to which a log is valid, its root there, where that was said."""

    size: int
    root: str
    """Hex; empty where the server did not hold so many."""
    position: int


class StatementCheck:
    """Reads the statements of the log in order."""

    def __init__(self, ring: Keyring, findings: Findings, origin: str, member: str) -> None:
        """``origin`` is the server's log, ``member`` the file that holds its leaves."""
        self._ring, self._findings = ring, findings
        self._origin, self._member = origin, member
        self.stated = Stated()
        self._folds: dict[str, Callable[[int, dict[str, Any]], None]] = {
            "station.enrolled": self._enrolled,
            "entry.quarantined": self._quarantined,
            "fork.found": self._fork,
            "branch.kept": self._fork,
            "station.revoked": self._revoked,
            "station.rotated": self._rotated,
            KIND: self._continued,
            "master.approved": self._master,
        }

    def take(self, position: int, leaf: dict[str, Any]) -> None:
        """Check a statement's signers, and note what it says."""
        kind, body = str(leaf.get("kind")), leaf.get("body")
        if not isinstance(body, dict):
            self._find("statement", position, kind, why="no body")
            return
        signers = self._signers(position, kind, body, leaf.get("by"))
        if len(signers) < NEEDS.get(kind, 0):
            needed, found = str(NEEDS[kind]), str(len(signers))
            self._find("statement-signers", position, kind, needed=needed, found=found)
        self.stated.people.take(position, kind, body)
        try:
            if kind == "station.approved":
                key = str(body["origin"]), str(body["public_key"])
                self.stated.approvals.setdefault(key, set()).update(signers)
            elif kind in self._folds:
                self._folds[kind](position, body)
        except (KeyError, TypeError, ValueError) as error:
            self._find("statement", position, kind, why=f"{type(error).__name__}: {error}")

    def _signers(self, position: int, kind: str, body: dict[str, Any], by: Any) -> set[str]:  # noqa: ANN401 - parsed
        """The people whose signatures under the statement hold; the others are found."""
        message = statement_message(kind, body)
        good: set[str] = set()
        for one in by if isinstance(by, list) else []:
            person, signature = _signer(one)
            standing = self.stated.people.at(person, position)
            held = standing.public_key if standing else ""
            keys = self._ring.get("person", person)
            fits = [key for key in keys if not held or key.public_key.hex() == held]
            if not any(key.verify(message, signature) for key in fits):
                self._find("statement-by", position, kind, name=person)
            elif standing is not None and not standing.active:
                self._find("statement-revoked", position, kind, name=person)
            else:
                good.add(person)
        return good

    def _enrolled(self, position: int, body: dict[str, Any]) -> None:
        """Two approvals of this very key must stand before it."""
        origin, key = str(body["origin"]), str(body["public_key"])
        held = [one.public_key.hex() for one in self._ring.get("station", origin)]
        self.stated.stations[origin] = key
        approved = len(self.stated.approvals.get((origin, key), ()))
        if approved < TWO:
            self._find("statement-signers", position, "station.enrolled",
                       needed=str(TWO), found=str(approved))  # fmt: skip
        if held and key not in held:
            self._find("key-differs", position, "station.enrolled", name=origin)
        elif not held:
            self._find("no-key", position, "station.enrolled", purpose="station", name=origin)

    def _quarantined(self, _position: int, body: dict[str, Any]) -> None:
        self.stated.quarantined.add((str(body["origin"]), int(body["index"])))

    def _fork(self, _position: int, body: dict[str, Any]) -> None:
        place = str(body["origin"]), int(body["branch"])
        self.stated.forks.setdefault(place, set()).add(str(body["root"]))

    def _revoked(self, position: int, body: dict[str, Any]) -> None:
        station = f"{body['id']}/{int(body['epoch'])}"
        said = CutOff(int(body["valid_to"]), str(body.get("root", "")), position)
        self.stated.revoked.setdefault(station, []).append(said)

    def _rotated(self, position: int, body: dict[str, Any]) -> None:
        said = position, str(body["origin"]), int(body["index"]), str(body["public_key"])
        self.stated.rotated.append(said)

    def _continued(self, _position: int, body: dict[str, Any]) -> None:
        self.stated.continued.add(str(body["origin"]))

    def _master(self, position: int, body: dict[str, Any]) -> None:
        name, digest = (str(body["id"]), int(body["revision"])), str(body["digest"])
        if self.stated.masters.setdefault(name, digest) != digest:
            said = f"{name[0]} {name[1]}"
            self._find("master-twice", position, "master.approved", name=said)

    def _find(self, code: str, position: int, kind: str, **params: str) -> None:
        place = (self._origin, position, kind)
        self._findings.add(Finding(code, self._member, params, *place))


def _signer(one: object) -> tuple[str, bytes]:
    if not isinstance(one, dict):
        return "", b""
    try:
        return str(one.get("person")), b64decode(str(one.get("signature")), validate=True)
    except BadBase64:
        return str(one.get("person")), b""
