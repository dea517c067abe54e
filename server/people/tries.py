"""Tries to come in by the identity provider: tokens that are good once, for a short time.

There are at most so many, and nobody is turned away for it: where they are too many, the oldest of
whoever began the most goes. So who begins tries without end ends only their own.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store.protocol import Row, Store

TRY_FOR = timedelta(minutes=10)
"""From the button to the way back."""
MOST_TRIES = 1_000
OURS = "identity"
"""What tries are kept under, beside the challenges of stations."""
_OF_ONE = 64
"""Bits of an IPv6 address that one line has to itself."""


class Tries:
    """Gives tokens out and takes them back, once; whichever server answers."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], random: Callable[[int], bytes]
    ) -> None:
        """Kept in ``store``, by their digests."""
        self._store, self._clock, self._random = store, clock, random

    def once(self, what: str) -> str:
        """A fresh token for ``what``: :func:`begun` or :func:`waiting`."""
        until = (self._clock() + TRY_FOR).isoformat()
        token = base64.urlsafe_b64encode(self._random(32)).decode("ascii")
        with self._store.transaction():
            self._make_room()
            self._store.put(
                "nonces", {"nonce": _digest(token), "origin": what, "expires_at": until}
            )
        return token

    def used(self, token: str) -> str:
        """Use it up; what it was for, or empty if it was not good."""
        row = self._store.one("nonces", nonce=_digest(token))
        if row is None or not _ours(row):
            return ""
        with self._store.transaction():
            self._store.remove("nonces", nonce=row["nonce"])
        return "" if self._late(row) else str(row["origin"])

    def _make_room(self) -> None:
        if self._store.count("nonces") < MOST_TRIES:
            return
        rows = [row for row in self._store.rows("nonces") if _ours(row)]
        late = [row for row in rows if self._late(row)]
        if not late and len(rows) >= MOST_TRIES:
            ((most, _),) = Counter(str(row["origin"]) for row in rows).most_common(1)
            late = [min((one for one in rows if one["origin"] == most), key=_until)]
        for row in late:
            self._store.remove("nonces", nonce=row["nonce"])

    def _late(self, row: Row) -> bool:
        return self._clock() >= datetime.fromisoformat(row["expires_at"])


def begun(client: str) -> str:
    """What the token of a try is kept under that was begun from an address."""
    try:
        address = ip_address(client)
    except ValueError:
        return f"{OURS}@{client[:60]}"
    if isinstance(address, IPv6Address):
        return f"{OURS}@{ip_network((address, _OF_ONE), strict=False)}"
    return f"{OURS}@{address}"


def waiting(person: str) -> str:
    """What the token of a person is kept under who came, and shows a code yet."""
    return f"{OURS} {person}"


def is_begun(what: str) -> bool:
    """Whether a token used was that of a try begun."""
    return what.startswith(f"{OURS}@")


def person_of(what: str) -> str:
    """Who shows a code with a token used; empty where it was for nothing of the kind."""
    return what.removeprefix(f"{OURS} ") if what.startswith(f"{OURS} ") else ""


def _ours(row: Row) -> bool:
    return str(row["origin"]).startswith((f"{OURS}@", f"{OURS} "))


def _until(row: Row) -> str:
    return str(row["expires_at"])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
