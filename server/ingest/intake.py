"""Group commit: pushes that came together share a transaction, a sync of the disk, a checkpoint.

Each is judged by itself and gets its own answer and its own receipt. What one of them does wrong
is its own affair; what nobody foresaw undoes the transaction, and then each is taken alone.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from server.ingest.lanes import Lanes
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

A = TypeVar("A")
OWN = frozenset({"push-unsound", "sign-in-needed", "station-copied", "station-revoked"})
"""Refusals that say something of the push, after all that was to be kept of it is kept whole. Any
other may have come half-way."""


@dataclass(frozen=True, slots=True)
class Waiting(Generic[A]):
    """A push that waits, and who waits for its answer."""

    work: Callable[[], A]
    answer: asyncio.Future[A]

    def give(self, outcome: A | BaseException) -> None:
        """Answer, unless nobody waits any more."""
        if self.answer.done():
            return
        if isinstance(outcome, BaseException):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)

    def together(self) -> A | Exception:
        """Taken in within a transaction of several: a refusal of its own is its answer."""
        try:
            return self.work()
        except Refusal as refusal:
            if refusal.code not in OWN:
                raise
            return refusal

    def alone(self) -> A | Exception:
        """In a transaction of its own; a mistake of ours is raised where its answer is awaited."""
        try:
            return self.work()
        except Exception as error:  # noqa: BLE001
            return error


class Intake(Generic[A]):
    """Takes pushes in, turn by turn. Event loop's thread only."""

    def __init__(
        self,
        unit: Callable[[], AbstractContextManager[None]],
        lanes: Lanes[Waiting[A]] | None = None,
        first: Callable[[], None] = lambda: None,
    ) -> None:
        """``unit``: one transaction of the book, which transactions within it join.

        ``first`` is done at the beginning of a transaction of several: work that would need one of
        its own otherwise, and another wait for the disk.
        """
        self._unit, self._first = unit, first
        self._lanes = Lanes[Waiting[A]]() if lanes is None else lanes
        self._turning = False

    async def take(self, origin: str, entries: int, work: Callable[[], A]) -> A:
        """What ``work`` returns or raises, when it is durable; Refusal ``busy`` if not taken."""
        loop = asyncio.get_running_loop()
        waiting: Waiting[A] = Waiting(work, loop.create_future())
        self._lanes.join(origin, entries, waiting)
        if not self._turning:
            self._turning = True
            loop.call_soon(self._turn)  # what the loop has read by now comes before it: a group
        try:
            return await waiting.answer
        finally:
            self._lanes.leave(origin)

    def _turn(self) -> None:
        group = self._lanes.turn()
        try:
            self._together(group)
        except BaseException as end:  # noqa: BLE001  raised where it is awaited: nobody waits on
            for one in group:
                one.give(end)
        self._turning = bool(self._lanes)
        if self._turning:
            asyncio.get_running_loop().call_soon(self._turn)

    def _together(self, group: Sequence[Waiting[A]]) -> None:
        outcomes: list[A | Exception]
        if len(group) > 1:
            try:
                with self._unit():
                    self._first()
                    outcomes = [one.together() for one in group]
            except Fault as fault:  # the disk's; to try it again and again would not mend it
                outcomes = [fault] * len(group)
            except Exception:  # noqa: BLE001  whose it is shows when each is alone
                outcomes = [one.alone() for one in group]
        else:
            outcomes = [one.alone() for one in group]
        for one, outcome in zip(group, outcomes, strict=True):
            one.give(outcome)
