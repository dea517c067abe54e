"""Verifying second histories: each is proof of a fork, and none the log tells of is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.merkle import CompactRange, leaf_hash
from sync.server_source import ENTRIES, HEADS, branch_file

if TYPE_CHECKING:
    from sync.keyring import Keyring
    from sync.server_source import Branch, ServerSource
    from sync.verify_marks import Findings
    from sync.verify_statements import Stated


def check_branches(source: ServerSource, ring: Keyring, stated: Stated, findings: Findings) -> None:
    """Every branch has heads of its station's key over the common part and its own entries."""
    missing = dict(stated.forks)
    for branch in source.branches():
        heads = _heads(source, branch, ring, findings)
        roots = missing.pop((branch.origin, branch.number), set())
        if not roots or roots != {head.root.hex() for head in heads}:
            member = branch_file(branch, HEADS)
            findings.find("branch-unstated", member, name=branch.origin)
        _entries(source, branch, heads, findings)
    for origin, number in sorted(missing):
        findings.find("branch-missing", f"branches/{number}", name=origin)


def _heads(
    source: ServerSource, branch: Branch, ring: Keyring, findings: Findings
) -> list[Checkpoint]:
    found: list[Checkpoint] = []
    for number, note in enumerate(source.branch_heads(branch), start=1):
        why = "no key"
        for key in ring.get("station", branch.origin):
            try:
                found.append(open_note(note, key, branch.origin))
                break
            except BadNote as error:
                why = str(error)
        else:
            findings.find("head", f"{branch_file(branch, HEADS)}:{number}", why=why)
    return found


def _entries(
    source: ServerSource, branch: Branch, heads: list[Checkpoint], findings: Findings
) -> None:
    """The roots of the heads over the common part and the branch's entries, where they reach."""
    wanted = {head.size: head.root for head in heads}
    range_ = CompactRange()
    for data, _ in source.entries(branch.origin):
        if range_.size >= branch.first:
            break
        range_.append(leaf_hash(data))
    for data in source.branch_entries(branch):
        range_.append(leaf_hash(data))
        if wanted.get(range_.size, range_.root()) != range_.root():
            member, size = branch_file(branch, ENTRIES), str(range_.size)
            findings.find("branch-differs", member, name=branch.origin, size=size)
