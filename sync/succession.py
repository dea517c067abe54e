"""The server's log gone on with under another name, after a loss that nobody could put back.

A server never signs, under one name, a checkpoint that contradicts one it signed before. When it
was put back from a backup and nobody holds what it lost, two persons may decide to go on: the log
then bears the next *epoch* in its name (``…/LOG/1``, ``…/LOG/2``), and the first thing it states
under that name is the decision, signed by both. Whoever saw the log before asks for that
statement, checks that the new log commits to it, and keeps the old checkpoint beside the new one.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sync import canonical
from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.faults import Fault
from sync.merkle import leaf_hash
from sync.range_proof import verify_range
from sync.statement import statement_message

if TYPE_CHECKING:
    from sync.ed25519 import Verifier
    from sync.journal_progress import JournalProgress
    from sync.keeper import Keeper
    from sync.protocol import SyncService
    from sync.witness import Witness
    from sync.writer import OnWriter

KIND = "log.continued"
"""Of the server's statement."""
ENTRY = "sync/log-continued"
"""Of the entry in which a station says, under its own key, that it was told."""
_NUMBER = re.compile(r"[2-9]|[1-9][0-9]{1,5}")
Approved = Callable[[bytes], bool]
"""Whether a statement is signed by two persons who may decide so, as this station knows them."""


class Continued(NamedTuple):
    """What such a statement says."""

    origin: str
    """Of the log from here on."""
    before: str
    kept: int
    """Leaves of the log before that are in this one."""
    signed: int
    """The size that the server is known to have signed."""


def epoch_of(origin: str, first: str) -> int:
    """1 for the log's first name, n for the n-th; 0 for what is no name of that log."""
    if origin == first:
        return 1
    head, _, number = origin.rpartition("/")
    return int(number) if head == _stem(first) and _NUMBER.fullmatch(number) else 0


def after(origin: str, first: str) -> str:
    """The name of the log's next epoch."""
    return f"{_stem(first)}/{epoch_of(origin, first) + 1}"


def _stem(first: str) -> str:
    """What the names of all epochs begin with; a log may be founded without a number."""
    return first.removesuffix("/1")


def open_of_log(note: str, key: Verifier) -> Checkpoint:
    """The checkpoint in a note of the server ``key``, of any epoch of its log. Raises BadNote."""
    found = open_note(note, key)
    if not epoch_of(found.origin, key.name):
        raise BadNote("the checkpoint is of another log")
    return found


def read(leaf: bytes) -> Continued:
    """What the statement ``leaf`` says. Raises Fault ``server-log-forked`` for anything else."""
    try:
        said = canonical.loads(leaf)
        body: Any = said["body"]
        if said["kind"] != KIND:
            raise Fault("server-log-forked", f"told of by {said['kind']}")
        return Continued(
            str(body["origin"]),
            str(body["before"]),
            int(body["kept"]["size"]),
            int(body["signed"]["size"]),
        )
    except (canonical.NotCanonical, KeyError, TypeError, ValueError) as error:
        raise Fault("server-log-forked", f"no statement that tells why: {error}") from error


def signers(leaf: bytes, key_of: Callable[[str], Verifier | None]) -> Iterator[str]:
    """Who signed a statement, by the keys known to the caller."""
    said: Any = canonical.loads(leaf)
    message = statement_message(said["kind"], said["body"])
    for one in said["by"]:
        key = key_of(str(one["person"]))
        try:
            signature = b64decode(str(one["signature"]), validate=True)
        except BadBase64:
            continue
        if key is not None and key.verify(message, signature):
            yield str(one["person"])


class Succession:
    """A station's way from the log it knew to the one that goes on. Any thread."""

    def __init__(
        self,
        service: SyncService,
        witness: Witness,
        keeper: Keeper | None,
        journal: JournalProgress,
        approved: Approved,
        on_writer: OnWriter,
    ) -> None:
        """``approved`` judges who signed; ``keeper`` begins again with the log that goes on."""
        self._service, self._witness, self._keeper = service, witness, keeper
        self._journal, self._approved, self._on_writer = journal, approved, on_writer

    def heed(self, note: str) -> None:
        """If the checkpoint is of a later epoch than the one seen: be told why, or raise Fault.

        ``server-log-forked`` unless the log commits to a statement by two persons that names it.
        """
        seen, now = self._on_writer(self._witness.seen), self._witness.read(note)
        if seen is None or seen.origin == now.origin:
            return
        first = self._witness.log
        if not epoch_of(now.origin, first) > epoch_of(seen.origin, first) > 0:
            raise Fault("server-log-forked", f"{now.origin} after {seen.origin}")
        index, leaf = self._service.continued()
        self._prove(index, leaf, now)
        said = read(leaf)
        if said.origin != now.origin or not self._approved(leaf):
            raise Fault("server-log-forked", f"{now.origin}: not by two persons who may decide so")
        body: dict[str, object] = {"leaf": leaf_hash(leaf).hex()}
        body |= {"was": seen.origin, "before": seen.mark(), "is": now.origin, "now": now.mark()}
        self._on_writer(lambda: self._take(note, leaf, said, body))

    def _prove(self, index: int, leaf: bytes, now: Checkpoint) -> None:
        proof = self._service.inclusion(index, index + 1, now.size)
        if not verify_range([leaf_hash(leaf)], index, now.size, proof, now.root):
            raise Fault("server-log-forked", f"{now.mark()} does not commit to leaf {index}")

    def _take(self, note: str, leaf: bytes, said: Continued, body: dict[str, object]) -> None:
        """Said in this station's own log first: after a power cut it is told again, not less."""
        self._journal.log_continued(said.kept, (ENTRY, body))
        if self._keeper is not None:
            self._keeper.begin_again()
        self._witness.succeed(note, leaf)
