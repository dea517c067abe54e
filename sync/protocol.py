"""What station and server say to each other: the service, its answers, and their JSON."""

from __future__ import annotations

from typing import Protocol

from sync.check_push import (
    Accepted,
    ForkFound,
    GapFound,
    LeafList,
    Refused,
    StoredLog,
    check_push,
)
from sync.framing import (
    BATCH_BYTES,
    BATCH_ENTRIES,
    BODY_LIMIT,
    ENTRIES_TYPE,
    PUSH_TYPE,
    BadFrame,
    PushBody,
    pack_entries,
    pack_push,
    unpack_entries,
    unpack_push,
)
from sync.messages import (
    ENROL_CONTEXT,
    FILE_TYPE,
    JSON_LIMIT,
    JSON_TYPE,
    PACK_TYPE,
    SERVER_HEADER,
    SESSION_CONTEXT,
    Arrived,
    BadAnswer,
    Challenge,
    Continued,
    Enrolment,
    Fork,
    Gap,
    Head,
    Kept,
    Message,
    Problem,
    Proof,
    Received,
    SessionRequest,
    SessionToken,
    decode,
    encode,
)
from sync.receipt import Receipt, open_receipt

__all__ = [
    "BATCH_BYTES",
    "BATCH_ENTRIES",
    "BODY_LIMIT",
    "ENROL_CONTEXT",
    "ENTRIES_TYPE",
    "FILE_TYPE",
    "JSON_LIMIT",
    "JSON_TYPE",
    "PACK_TYPE",
    "PUSH_TYPE",
    "SERVER_HEADER",
    "SESSION_CONTEXT",
    "Accepted",
    "Arrived",
    "BadAnswer",
    "BadFrame",
    "Challenge",
    "Continued",
    "Enrolment",
    "Fork",
    "ForkFound",
    "Gap",
    "GapFound",
    "Head",
    "Kept",
    "LeafList",
    "Marks",
    "Message",
    "Problem",
    "Proof",
    "PushBody",
    "Receipt",
    "Received",
    "Refused",
    "SessionRequest",
    "SessionToken",
    "StoredLog",
    "SyncService",
    "check_push",
    "decode",
    "encode",
    "open_receipt",
    "pack_entries",
    "pack_push",
    "unpack_entries",
    "unpack_push",
]


class SyncService(Protocol):
    """The server as a station sees it. Every method may raise Fault."""

    def head(self, origin: str, saved: int = 0) -> Head:
        """What the server keeps of this log (size 0 if nothing); ``saved``: this station's size."""

    def push(
        self, origin: str, from_: int, entries: tuple[bytes, ...], head: str, saved: int = 0
    ) -> Received | Gap | Fork:
        """Hand over entries ``from_`` on and the signed head after them; ``saved`` as above."""

    def root(self, origin: str, size: int) -> str:
        """Root (hex) of the first ``size`` entries that the server keeps."""

    def hand_over(
        self, origin: str, from_: int, entries: tuple[bytes, ...], head: str
    ) -> Kept | Gap:
        """Hand over, as evidence, signed entries that are not in the log from somewhere on."""

    def pull(self, origin: str, start: int, stop: int) -> tuple[bytes, ...]:
        """The station's own entries back; may be fewer than asked, from ``start`` on."""

    def checkpoint(self) -> str:
        """Newest signed checkpoint of the global log."""

    def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """Proof between two sizes of the global log."""

    def inclusion(self, start: int, stop: int, size: int) -> tuple[bytes, ...]:
        """Proof of leaves ``start`` to ``stop`` (not included) in the global log of ``size``."""

    def continued(self) -> tuple[int, bytes]:
        """Place and bytes of the statement by which the log bears a later epoch in its name."""

    def receipt(self, origin: str, index: int) -> str:
        """The receipt for the entry ``index`` of the station's own log, again."""

    def present(self, note: str) -> None:
        """Show the server a checkpoint that it signed and does not hold any more."""

    def tail(self, start: int, stop: int) -> bytes:
        """The server's log from leaf ``start`` on, sealed (``sync.tail``); ends by ``stop``."""

    def give_tail(self, box: bytes) -> None:
        """Give a sealed tail back to a server in recovery; again is harmless."""

    def cosign(self, note: str) -> None:
        """Hand over a checkpoint this station cosigned."""

    def work_pack(self, have: str) -> bytes | None:
        """The signed WorkPack in force, or None if it is the one with SHA-256 ``have``."""

    def put_piece(self, sha256: str, size: int, start: int, piece: bytes) -> int:
        """Hand over the bytes from ``start`` on of an attachment of ``size`` bytes.

        How many bytes of it the server has: only a piece that begins there is taken, an empty one
        asks. All of them: it compared the digest, and keeps the file.
        """

    def piece(self, sha256: str, start: int, most: int) -> bytes:
        """At most so many bytes from ``start`` on of an attachment that this station handed over.

        Less than ``most`` at its end.
        """

    def ask(self, path: str) -> bytes:
        """The JSON the server answers at ``path``, bounded; its meaning is not known here."""


class Marks(Protocol):
    """What tells this installation from a copy of it (:class:`sync.instance.Instance`)."""

    def fresh(self) -> tuple[str, str]:
        """The mark of the session before and a new one, already durable."""

    def confirmed(self) -> None:
        """The server took the new one."""
