"""Every public key there is or was, as lines of a keys file (``sync.keyring``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from server.ingest.standing import KINDS
from server.log.leaves import Statement, decode
from server.people.station_keys import key_history
from server.words import Refusal
from sync.keyring import line
from sync.keys import Verifier

if TYPE_CHECKING:
    from server.store.protocol import Row, Store


def key_lines(store: Store, server: Verifier) -> list[str]:
    """The server's key, every enrolled station's, every person's; of each the oldest first."""
    lines = [line("server", server.name, server)]
    for row in store.rows("stations"):
        if row["status"] != "requested":
            lines += [line("station", row["origin"], key) for key in key_history(store, row).all]
    return lines + _people(store)


def _people(store: Store) -> list[str]:
    """Every key that a person ever had, in the order of the log."""
    rows = [row for kind in KINDS for row in store.rows("leaves", kind=kind)]
    lines = [_line(row) for row in sorted(rows, key=lambda one: int(one["idx"]))]
    return sorted(dict.fromkeys(lines), key=lambda one: one.split(" ")[1])


def _line(row: Row) -> str:
    """The key that a leaf states; Refusal ``damaged`` if the disk spoilt the leaf."""
    try:
        leaf = decode(row["data"])
        body = leaf.body if isinstance(leaf, Statement) else {}
        name = str(body["id"])
        return line("person", name, Verifier(name, bytes.fromhex(body["public_key"])))
    except (ValueError, KeyError, TypeError, msgspec.MsgspecError) as error:
        raise Refusal("damaged", why=f"leaf {row['idx']}: {error}"[:200]) from error
