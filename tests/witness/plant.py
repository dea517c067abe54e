"""A log that grows and a witness that watches it, in memory."""

from __future__ import annotations

from pathlib import Path

from sync.checkpoint import Checkpoint
from sync.keys import TestSigner, Verifier
from sync.merkle import consistency_proof, leaf_hash, root_of, subtrees_of
from sync.sqlite import open_database
from sync.testing import ManualClock
from sync.tlog_witness import AddCheckpoint
from witness.desk import Desk
from witness.memory import Memory

ORIGIN = "lotbook.test/S1/LOG/1"
LOG = TestSigner(ORIGIN, "log")
WITNESS = TestSigner("witness.test/w1", "witness")


def leaves(count: int, branch: int | None = None) -> list[bytes]:
    """Leaf hashes; from ``branch`` on they are those of another history."""
    other = count if branch is None else branch
    return [leaf_hash(bytes([n >= other]) + n.to_bytes(4, "big")) for n in range(count)]


def note(size: int, branch: int | None = None) -> str:
    return Checkpoint(ORIGIN, size, root_of(leaves(size, branch))).sign(LOG)


def proof(old: int, size: int, branch: int | None = None) -> tuple[bytes, ...]:
    if old in (0, size):
        return ()
    return tuple(consistency_proof(subtrees_of(leaves(size, branch)), old, size))


def asked(old: int, size: int, branch: int | None = None) -> bytes:
    return AddCheckpoint(old, proof(old, size, branch), note(size, branch)).text().encode()


class Box:
    """A witness's box: its folder, what it said, its desk."""

    def __init__(self, folder: Path, database: str = "witness.db") -> None:
        self.said: list[str] = []
        self.folder = folder
        self.database = open_database(database if database == ":memory:" else folder / database)
        self.clock = ManualClock()
        self.memory = Memory(self.database)
        self.desk = Desk(
            memory=self.memory,
            signer=WITNESS,
            trusted={ORIGIN: [Verifier.of(LOG)]},
            evidence=folder / "refused",
            clock=self.clock.wall,
            say=self.said.append,
        )
