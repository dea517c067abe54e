"""Verifying the pack of a recall case: all its steps, and every document that they name, are there.

The steps are statements of the server's log, whose proofs and signers are checked with all others.
Each says which of the case it is; how many there are at what size of the log, the manifest says: a
pack that leaves out the last ones and says so little is the server's own lie, which another pack or
the export proves. A pack about a recall holds no station's records.
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
    """Every step of the case is there, and every scope and notice they name, under its digest."""
    steps = sorted(_steps(case), key=lambda one: one[0])
    case.steps = len(steps)
    for number, (position, kind, body) in enumerate(steps, 1):
        said = body.get("step", number)  # of before they said it
        if said != number:
            params = {"says": str(said)[:20], "number": str(number)}
            case.find("recall-step", packfile.leaf_name(position), **params)
        for digest in _named(kind, body):
            if packfile.attachment_name(digest) not in case.members:
                case.find("attachment", packfile.leaf_name(position), ref=digest)
    _check_told(case)


def _steps(case: Case) -> Iterator[tuple[int, str, dict[str, Any]]]:
    for position, leaf in case.statements:
        kind, body = str(leaf.get("kind")), leaf.get("body")
        if kind.startswith("recall.") and isinstance(body, dict) and body.get("case") == case.job:
            yield position, kind, body


def _check_told(case: Case) -> None:
    """As many as the manifest says, at the size of the log that it rests on."""
    if case.recall is None:
        return
    found = {"steps": case.steps, "size": case.checkpoint.size if case.checkpoint else 0}
    if case.recall != found:
        said = " / ".join(str(case.recall.get(name))[:20] for name in found)
        is_so = " / ".join(map(str, found.values()))
        case.find("recall-steps", packfile.MANIFEST, says=said, found=is_so)


def _named(kind: str, body: dict[str, Any]) -> Iterator[str]:
    if kind == SCOPED:
        yield str(body.get("scope"))
    notices = body.get("notices") if kind == NOTICED else None
    for one in notices if isinstance(notices, list) else ():
        yield str(one[1]) if isinstance(one, list) and len(one) > 1 else ""
