"""The header of a request that one server passed on to another: whose request it is, and a proof.

Servers of one plant have the same ``machine.secret``; a key derived from it makes the proof, over
the term that the sender saw, the client's address, and the request's method and target. There is no
time in it: servers' clocks may differ. Who repeats the header gets the same request counted to the
same address, in the same term, and nothing else.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple

import nacl.encoding
import nacl.hash

from server.words import Refusal
from sync.pae import pae

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = b"lotbook-hop"
LONGEST = 200
"""Bytes of the header's value."""
_PARTS = 3
_TERM_DIGITS = 18


class Hop(NamedTuple):
    """What the header says."""

    term: int
    client: str
    """The address of who asked first; empty if it has none."""


class HopKey:
    """Makes and checks the header."""

    def __init__(self, machine_secret: bytes) -> None:
        """With the key that all servers of the plant can derive."""
        message = pae("lotbook/hop-key/1", machine_secret)
        self._key = nacl.hash.blake2b(message, encoder=nacl.encoding.RawEncoder)

    def seal(self, hop: Hop, method: str, target: bytes) -> bytes:
        """The header's value for that request."""
        return f"{hop.term};{hop.client};{self._proof(hop, method, target)}".encode("ascii")

    def open(self, value: bytes, method: str, target: bytes) -> Hop:
        """What the value says; Refusal ``hop-unproved`` if it proves nothing."""
        parts = value.decode("latin-1").split(";") if len(value) <= LONGEST else []
        if len(parts) != _PARTS:
            raise Refusal("hop-unproved")
        term, client, proof = parts
        if not (term.isascii() and term.isdecimal() and len(term) <= _TERM_DIGITS):
            raise Refusal("hop-unproved")
        hop = Hop(int(term), client)
        if not hmac.compare_digest(self._proof(hop, method, target).encode(), proof.encode()):
            raise Refusal("hop-unproved")
        return hop

    def _proof(self, hop: Hop, method: str, target: bytes) -> str:
        message = pae("lotbook/hop/1", str(hop.term), hop.client, method, target)
        return nacl.hash.blake2b(message, key=self._key).decode("ascii")


def client_address(scope: Mapping[str, Any]) -> str:
    """The address of an ASGI scope's client, as it is carried; empty if it has none."""
    client = scope.get("client")
    try:
        return str(ip_address(client[0])) if client else ""
    except ValueError:  # a socket's path
        return ""


def target_of(scope: Mapping[str, Any]) -> bytes:
    """The target of a request as it was sent: path and query."""
    path, query = bytes(scope["raw_path"]), bytes(scope["query_string"])
    return path + b"?" + query if query else path


def hops_of(scope: Mapping[str, Any]) -> list[bytes]:
    """The values of the header in a request."""
    return [bytes(value) for name, value in scope["headers"] if bytes(name).lower() == HEADER]
