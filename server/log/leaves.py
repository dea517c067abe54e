"""The two shapes of a leaf: a reference to a station's entry, and a statement of the server.

Both are canonical JSON, so that an outsider can read what the root commits to. A statement's
signers sign the kind and the body, bound to this purpose by the PAE label.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from server.words import Refusal
from sync import canonical, global_leaf
from sync.envelope import ORIGIN
from sync.statement import statement_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.store.protocol import Store
    from sync.keys import Signer


class EntryLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """An entry accepted from a station: where, its leaf hash, and when it came."""

    origin: Annotated[str, msgspec.Meta(pattern=ORIGIN)]
    index: int
    leaf: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    received_at: datetime

    def encode(self) -> bytes:
        """The leaf's bytes."""
        leaf, at = bytes.fromhex(self.leaf), self.received_at.isoformat()
        return global_leaf.entry_leaves(self.origin, self.index, [leaf], at)[0]


def entry_leaves(
    origin: str, start: int, leaf_hashes: Sequence[bytes], received_at: datetime
) -> list[bytes]:
    """The bytes of :class:`EntryLeaf` for entries ``start`` on, all received at once."""
    return global_leaf.entry_leaves(origin, start, leaf_hashes, received_at.isoformat())


class By(msgspec.Struct, frozen=True, kw_only=True):
    """A person's signature under a statement."""

    person: str
    signature: str
    """Base64 Ed25519 over :func:`sync.statement.statement_message`."""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """Something the server states: kind, time, who signed it, what it says."""

    kind: str
    at: datetime
    body: dict[str, Any]
    by: tuple[By, ...] = ()

    def encode(self) -> bytes:
        """The leaf's bytes."""
        return canonical.dumps(
            {
                "v": 1,
                "kind": self.kind,
                "at": self.at.isoformat(),
                "by": [{"person": one.person, "signature": one.signature} for one in self.by],
                "body": self.body,
            }
        )


def sign_statement(person: str, signer: Signer, kind: str, body: dict[str, Any]) -> By:
    """The signature of ``person`` under a statement of that kind and body."""
    signature = signer.sign(statement_message(kind, body))
    return By(person=person, signature=base64.b64encode(signature).decode("ascii"))


def decode(data: bytes) -> EntryLeaf | Statement:
    """The leaf that was written as ``data``."""
    raw = canonical.loads(data)
    if raw["kind"] == "entry":
        return msgspec.convert(raw, EntryLeaf)
    return msgspec.convert(raw, Statement)


def read(index: int, data: bytes) -> EntryLeaf | Statement:
    """The leaf kept at ``index``; Refusal ``damaged`` naming it if it is none any more."""
    try:
        return decode(data)
    except (canonical.NotCanonical, msgspec.ValidationError, KeyError) as error:
        raise Refusal("damaged", why=f"leaf {index} of the log: {error}") from error


def leaf_at(store: Store, index: int) -> EntryLeaf | Statement | None:
    """The leaf of that index; None if it is not there."""
    row = store.one("leaves", idx=index)
    return decode(row["data"]) if row else None
