"""What one address may take of the server, and all of them together: requests, and bytes in hand.

The bodies that are read and not yet answered share one budget, of which no address gets more than
half. The first part of every body is free of it, so that live records go through whatever large
bodies are about; connections bound how many such parts there are.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, NamedTuple

from server.ingest.lanes import LEAST_S, SPREAD_S
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.api.guard import Scope

BURST_S = 3
"""So many seconds' requests may come at once: stations come back together after a fault."""
MOST_PEERS = 4_096
"""Addresses remembered at a time."""
FREE_BYTES = 64 * 1024
"""Of every body: fifty times the live records of a station."""


class Limits(NamedTuple):
    """What ``lotbook-server run`` may be told; the defaults suit 500 stations at one address."""

    connections: int = 1_000
    """Open at a time from one address, of the 1,200 there are."""
    requests: int = 3_000
    """A second from one address; 500 stations at full load ask for 1,000."""
    body_bytes: int = 128 * 1024 * 1024
    """Of bodies in hand, from all addresses together."""


@lru_cache(MOST_PEERS)
def peer_of(host: str) -> str:
    """Whom an address stands for: of IPv6 the network of 64 bits, which one machine can fill."""
    try:
        address = ip_address(host)
    except ValueError:  # a socket's path, or nothing: one peer like another
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address.packed, 64), strict=False))


def client_of(scope: Scope) -> str:
    """The peer that asks."""
    client = scope.get("client")
    return peer_of(client[0]) if client else ""


class Rate:
    """Requests by peer: a bucket of tokens each, refilled evenly."""

    def __init__(self, a_second: int) -> None:
        """So many, and at once what :data:`BURST_S` seconds bring."""
        self._rate, self._burst = a_second, a_second * BURST_S + 0.0
        self._left: dict[str, tuple[float, float]] = {}
        self._refused = 0

    def ask(self, peer: str, now: float) -> None:
        """Take a token at ``now`` (seconds, monotonic); Refusal ``too-often`` if none is left."""
        left = self._now(peer, now)
        if left < 1:
            self._refused += 1
            wait = math.ceil((1 - left) / self._rate)
            raise Refusal("too-often", seconds=wait + self._refused % SPREAD_S)
        if len(self._left) >= MOST_PEERS and peer not in self._left:
            busiest = sorted(self._left, key=lambda one: self._now(one, now))[: MOST_PEERS // 2]
            self._left = {one: self._left[one] for one in busiest}  # seldom: half is free again
        self._left[peer] = (left - 1, now)

    def _now(self, peer: str, now: float) -> float:
        left, at = self._left.get(peer, (self._burst, now))
        return min(self._burst, left + max(0.0, now - at) * self._rate)


class Budget:
    """Bytes of bodies in hand."""

    def __init__(self, most: int) -> None:
        """At most so many beyond the free ones, half of them from one peer."""
        self._most, self._total, self._refused = most, 0, 0
        self._by: dict[str, int] = {}

    @contextmanager
    def holding(self, peer: str) -> Iterator[Held]:
        """A body that ``peer`` sends, until it is answered."""
        held = Held(self, peer)
        try:
            yield held
        finally:
            self.take(peer, -held.taken)

    def take(self, peer: str, size: int) -> None:
        """So many more (or fewer) bytes; Refusal ``busy`` if that is more than there may be."""
        mine = self._by.get(peer, 0) + size
        if size > 0 and (self._total + size > self._most or mine > self._most // 2):
            self._refused += 1
            raise Refusal("busy", seconds=LEAST_S + self._refused % SPREAD_S)
        self._total += size
        if mine:
            self._by[peer] = mine
        else:
            self._by.pop(peer, None)


class Held:
    """What one body takes of the budget."""

    def __init__(self, budget: Budget, peer: str) -> None:
        """Nothing yet."""
        self._budget, self._peer, self.taken = budget, peer, 0

    def grown(self, size: int) -> None:
        """The body has ``size`` bytes now; Refusal ``busy``."""
        more = max(0, size - FREE_BYTES) - self.taken
        if more > 0:
            self._budget.take(self._peer, more)
            self.taken += more
