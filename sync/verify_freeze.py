"""Verifying an evidence pack of a frozen set: it is the very set that was signed, and all of it.

Beside what every pack has there is ``freeze.json``: the document whose digest a leaf of kind
``evidence.frozen`` names. Its places and roots say which records belong to it, whatever came later.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sync import canonical, packfile
from sync.merkle import root_of
from sync.statement import statement_message

if TYPE_CHECKING:
    from sync.verify_records import Case

KIND = "evidence.frozen"
FORMAT = "lotbook-freeze/1"


def read_freeze(case: Case) -> None:
    """Take the job orders of the set, so that each is looked at as a pack's own."""
    data = case.members.get(packfile.FREEZE)
    if data is None:
        return
    try:
        found = canonical.loads(data, packfile.MOST_MANIFEST_BYTES * 4)
        case.jobs = [(str(one["id"]), str(one["lot"])) for one in _listed(found, "jobs")]
        if found["format"] != FORMAT:
            case.find("freeze", packfile.FREEZE, why="not of this format")
    except (ValueError, KeyError, TypeError) as error:
        case.find("freeze", packfile.FREEZE, why=str(error)[:200])
        return
    case.freeze = found


def check_freeze(case: Case) -> None:
    """A leaf names the set, its signer stands behind it, and every record of it is here."""
    if case.freeze is None:
        return
    digest = sha256(case.members[packfile.FREEZE]).hexdigest()
    leaves = [
        leaf
        for _, leaf in case.statements
        if leaf.get("kind") == KIND and _body(leaf).get("sha256") == digest
    ]
    if not leaves:
        case.find("freeze-leaf", packfile.FREEZE)
    elif not all(_signed(case, leaf) for leaf in leaves):
        case.find("freeze-signature", packfile.FREEZE)
    try:
        for log in _listed(case.freeze, "logs"):
            _check_log(case, log)
    except (ValueError, KeyError, TypeError) as error:
        case.find("freeze", packfile.FREEZE, why=str(error)[:200])


def named(case: Case) -> str:
    """What the set was frozen for, in a few words; empty if there is none."""
    if case.freeze is None:
        return ""
    return " ".join(str(case.freeze.get(name)) for name in ("cause", "about", "revision"))


def _check_log(case: Case, log: dict[str, Any]) -> None:
    """The records that the set names of a log are these, and none is missing."""
    refs = {one.index: one.ref for one in case.records if one.origin == log["origin"]}
    spans = [(int(first), int(last) + 1) for first, last in log["spans"]]
    count = sum(max(0, stop - first) for first, stop in spans)
    if count > len(refs):
        spans = []  # nothing is counted up that the pack could not hold
    wanted = [at for first, stop in spans for at in range(first, stop)]
    root = root_of(bytes.fromhex(refs[at]) for at in wanted if at in refs).hex()
    if len(wanted) != log["count"] or root != log["refs_root"]:
        params = {"origin": str(log["origin"]), "count": str(log["count"])}
        case.find("freeze-records", packfile.FREEZE, **params)


def _signed(case: Case, leaf: dict[str, Any]) -> bool:
    """Whether everybody named under the leaf signed it with a key from outside."""
    by = leaf.get("by")
    return isinstance(by, list) and bool(by) and all(_holds(case, leaf, one) for one in by)


def _holds(case: Case, leaf: dict[str, Any], by: object) -> bool:
    if not isinstance(by, dict):
        return False
    try:
        signature = b64decode(str(by.get("signature")), validate=True)
    except (BadBase64, ValueError):
        return False
    message = statement_message(str(leaf["kind"]), _body(leaf))
    return any(
        key.verify(message, signature) for key in case.ring.get("person", str(by.get("person")))
    )


def _body(leaf: dict[str, Any]) -> dict[str, Any]:
    body = leaf.get("body")
    return body if isinstance(body, dict) else {}


def _listed(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    listed = found[name]
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        msg = f"{name} is not a list of objects"
        raise TypeError(msg)
    return listed
