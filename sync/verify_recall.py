"""Verifying the pack of a recall case: every document that its steps name is there.

The steps are statements of the server's log, whose proofs and signers are checked with all others.
A pack about a recall holds no station's records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync import packfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.verify_records import Case

OPENED, SCOPED, NOTICED = "recall.opened", "recall.scoped", "recall.noticed"


def recalls(case: Case) -> set[str]:
    """The recall cases that were opened, by the statements in the pack."""
    bodies = (leaf.get("body") for _, leaf in case.statements if leaf.get("kind") == OPENED)
    return {str(body.get("case")) for body in bodies if isinstance(body, dict)}


def check_recalls(case: Case) -> None:
    """Every frozen scope and notice of the case is among the files, under its digest."""
    for position, leaf in case.statements:
        body = leaf.get("body")
        if not isinstance(body, dict) or body.get("case") != case.job:
            continue
        for digest in _named(str(leaf.get("kind")), body):
            if packfile.attachment_name(digest) not in case.members:
                case.find("attachment", packfile.leaf_name(position), ref=digest)


def _named(kind: str, body: dict[str, Any]) -> Iterator[str]:
    if kind == SCOPED:
        yield str(body.get("scope"))
    notices = body.get("notices") if kind == NOTICED else None
    for one in notices if isinstance(notices, list) else ():
        yield str(one[1]) if isinstance(one, list) and len(one) > 1 else ""
