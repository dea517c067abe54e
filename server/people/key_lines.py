"""Every public key there is or was, as lines of a keys file (``sync.keyring``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.ingest.standing import KINDS
from server.log.leaves import Statement, decode
from server.people.station_keys import key_history
from sync.keyring import line
from sync.keys import Verifier

if TYPE_CHECKING:
    from server.store.protocol import Store


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
    lines = []
    for row in sorted(rows, key=lambda one: int(one["idx"])):
        leaf = decode(row["data"])
        if isinstance(leaf, Statement):
            name = str(leaf.body["id"])
            key = Verifier(name, bytes.fromhex(leaf.body["public_key"]))
            lines.append(line("person", name, key))
    return sorted(dict.fromkeys(lines), key=lambda one: one.split(" ")[1])
