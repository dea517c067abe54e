"""Every public key there is or was, as lines of a keys file (``sync.keyring``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    """Every key that a person ever had, in the order of the log; Refusal ``damaged``."""
    return list(dict.fromkeys(_line(row) for row in store.rows("person_keys")))


def _line(row: Row) -> str:
    try:
        key = Verifier(row["person"], bytes.fromhex(row["public_key"]))
    except ValueError as error:  # the disk spoilt it
        raise Refusal("damaged", why=f"key of {row['person']}: {error}"[:200]) from error
    return line("person", key.name, key)
