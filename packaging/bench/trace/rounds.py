"""Everybody asked in turn, so that whatever else the machine does hits all of them alike."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from limits import quantile
from lotbook import lines_in, lots_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from question import Peer

FORWARD_S, BACKWARD_S = 20.0, 8.0
"""How long everybody together is asked, at least once each."""


@dataclass
class Times:
    """Seconds of one who was asked."""

    forward: list[float] = field(default_factory=list)
    backward: list[float] = field(default_factory=list)

    def ask(self, peer: Peer, forward: int | None = None, backward: int | None = None) -> None:
        """Ask one thing and keep how long it took."""
        if forward is not None:
            self.forward.append(_timed(peer.forward, forward))
        if backward is not None:
            self.backward.append(_timed(peer.backward, backward))

    def ms(self, way: str, part: float = 0.5) -> float:
        """A quantile in milliseconds."""
        return quantile(getattr(self, way), part) * 1e3


@dataclass(frozen=True)
class Asked:
    """Lots, by number, with what is true of them."""

    forward: Sequence[tuple[int, list[str]]]
    """Lot and its shipment lines; the first is used nearly everywhere."""
    backward: Sequence[tuple[int, str, list[str]]]
    """Lot, its code, and the lots that went into it."""


def right(peer: Peer, asked: Asked) -> None:
    """Refuse to measure who answers wrongly."""
    for lot, lines in asked.forward:
        if lines_in(peer.forward(lot)) != lines:
            message = f"{peer.name}: the shipment lines of lot {lot} are not the truth"
            raise SystemExit(message)
    for lot, code, lots in asked.backward:
        if lots_in(peer.backward(lot), code) != lots:
            message = f"{peer.name}: the lots that went into {code} are not the truth"
            raise SystemExit(message)


def rounds(peers: Sequence[Peer], asked: Asked, patience: float = 1.0) -> dict[str, Times]:
    """Times by name."""
    found = {peer.name: Times() for peer in peers}
    lot = asked.forward[0][0]
    _until(
        FORWARD_S * patience, lambda _n: [found[one.name].ask(one, forward=lot) for one in peers]
    )
    back = [lot for lot, _, _ in asked.backward]
    _until(BACKWARD_S * patience, lambda n: [
        found[one.name].ask(one, backward=back[n % len(back)]) for one in peers
    ])  # fmt: skip
    return found


def _timed(work: Callable[[int], object], lot: int) -> float:
    began = time.perf_counter()
    work(lot)
    return time.perf_counter() - began


def _until(least_s: float, work: Callable[[int], object]) -> None:
    began, count = time.perf_counter(), 0
    while count == 0 or time.perf_counter() - began < least_s:
        work(count)
        count += 1
