"""What must be true when all has healed: the ledger against the server, byte for byte."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from server.fsck import examine
from server.ingest.projector import dump
from server.log.leaves import EntryLeaf, decode
from sync import envelope
from sync.journal import CLOCK_STEP
from sync.merkle import CompactRange, leaf_hash
from tests.simulation import verdict_alarms, verdict_jobs

if TYPE_CHECKING:
    from sync.envelope import Envelope
    from tests.simulation.machine import Machine
    from tests.simulation.oracle import Branch, Ledger, Oracle
    from tests.simulation.plant import Plant

STEP = timedelta(seconds=2)
REBUILT = 0.125
"""Share of the seeds whose tables are thrown away and folded anew in their place. The examination
before it folds them beside the database, in every seed: that costs the same and says the same."""


def judge(plant: Plant) -> None:
    """Everything that must hold at the end of a run."""
    plant.oracle.demand(plant.site.up, "the server is up after the healing")
    for machine in plant.machines:
        _drained(plant, machine)
        _seen(plant, machine)
    for origin in sorted({branch[0] for branch in plant.oracle.ledgers}):
        _log(plant, origin)
    _once(plant)
    verdict_jobs.judge(plant)
    verdict_alarms.judge(plant)
    verdict_jobs.release(plant)
    _server(plant)


def _drained(plant: Plant, machine: Machine) -> None:
    counted = machine.capture.snapshot().counted if machine.capture else None
    plant.oracle.demand(machine.drained, f"{machine.name} did not drain: {counted}")


def _seen(plant: Plant, machine: Machine) -> None:
    """What the station witnessed last is what the server holds, under the name it has now.

    Put back from a copy it is the old log again, to the last root, or it bears another name: that
    two persons gave it to, as the examination finds in its leaves.
    """
    seen, book = machine.seen() if machine.capture else None, plant.site.parts.book
    if seen is not None:
        good = seen.size <= book.size and book.tree.root(seen.size) == seen.root
        plant.oracle.demand(good, f"{machine.name} witnessed {seen.mark()}, which is not there")
        plant.oracle.demand(seen.origin == book.origin, f"{machine.name} knows {seen.origin}")
    went_on = plant.oracle.scenarios["gone on by two persons' decision"]
    plant.oracle.demand((book.origin != book.name) == bool(went_on), f"the log is {book.origin}")


# --- the logs ----------------------------------------------------------------------------------


def _log(plant: Plant, origin: str) -> None:
    """The server's copy of a station's log is what people were shown, in that order."""
    entries = _entries(plant, origin)
    range_, roots, refs = CompactRange(), {}, []
    for data in entries:
        leaf = leaf_hash(data)
        refs.append(leaf.hex())
        range_.append(leaf)
        roots[range_.size] = range_.root().hex()
    _flagged(plant.oracle, origin, [envelope.check(data) for data in entries])
    for branch, ledger in plant.oracle.ledgers.items():
        if branch[0] != origin:
            continue
        name = "/".join(map(str, branch))
        if plant.tampering.harmed(branch):
            _beside(plant, branch, name, ledger, refs)
        else:
            _whole(plant.oracle, name, ledger, refs, roots)


def _entries(plant: Plant, origin: str) -> list[bytes]:
    found: list[bytes] = []
    while more := plant.site.parts.ingest.pull(origin, len(found), len(found) + 1_000):
        found += more
    return found


def _whole(
    oracle: Oracle, name: str, ledger: Ledger, refs: list[str], roots: dict[int, str]
) -> None:
    """Everything that was shown is in the log, in its place."""
    oracle.demand(len(refs) >= ledger.saved, f"{name}: {ledger.saved} saved, {len(refs)} there")
    for index, ref in ledger.refs.items():
        there = refs[index] if index < len(refs) else "nothing"
        oracle.demand(there == ref, f"{name}: record {index} is {there}, was shown as {ref}")
    for size, root in ledger.heads.items():
        oracle.demand(roots.get(size) == root, f"{name}: another history below {size}")


def _beside(plant: Plant, branch: Branch, name: str, ledger: Ledger, refs: list[str]) -> None:
    """A history that was doubled or set back is in the log or beside it, as far as it exists.

    What a disk lost before anybody was told of it is gone with the disk: those records were never
    called accepted.
    """
    known = {*refs, *plant.tampering.beside(branch[0])}
    until = plant.tampering.lost_from(branch)
    for index, ref in ledger.refs.items():
        exists = until is None or index < until
        if exists or index < ledger.most_accepted:
            plant.oracle.demand(ref in known, f"{name}: record {index} is nowhere")


def _flagged(oracle: Oracle, origin: str, entries: list[Envelope]) -> None:
    """Numbered without a hole; every set clock is followed by an entry that says so."""
    numbers = [one.index for one in entries]
    oracle.demand(numbers == list(range(len(entries))), f"{origin}: numbers {numbers}")
    for before, after in pairwise(entries):
        moved = after.at.when() - before.at.when()
        same = after.at.boot == before.at.boot
        if same:
            moved -= timedelta(microseconds=(after.at.mono_ns - before.at.mono_ns) // 1_000)
        stepped = (abs(moved) if same else -moved) > STEP
        said = after.kind == CLOCK_STEP
        oracle.demand(said == stepped, f"{origin}#{after.index}: stepped {moved}, said so: {said}")


def _once(plant: Plant) -> None:
    """Every entry stands in the server's log exactly once."""
    seen: Counter[tuple[str, int]] = Counter()
    for row in plant.site.parts.store.rows("leaves"):
        leaf = decode(row["data"])
        if isinstance(leaf, EntryLeaf):
            seen[leaf.origin, leaf.index] += 1
    twice = [where for where, times in seen.items() if times != 1]
    plant.oracle.demand(not twice, f"more than once in the log: {twice[:3]}")


# --- the server --------------------------------------------------------------------------------


def _server(plant: Plant) -> None:
    """Nothing is damaged, and the tables are what the log says."""
    parts = plant.site.parts
    found = examine(parts)
    plant.oracle.demand(not found, f"fsck: {found[:3]}")
    if plant.chance.stream("rebuild").random() < REBUILT:
        before = dump(parts.store)
        parts.projections.rebuild()
        plant.oracle.demand(dump(parts.store) == before, "a rebuild gives other tables")
