"""Submits the newest checkpoint to every witness, in the background; ingest never waits for it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from server.again import again_later
from server.witnesses.answers import Behind, Cosigned, Declined, Unreached
from sync.checkpoint import Checkpoint
from sync.tlog_witness import AddCheckpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.log.book import Book
    from server.recovery.desk import Rescue
    from server.store.protocol import Row
    from server.witnesses.answers import Asker, WitnessAnswer
    from server.witnesses.outsiders import Outsider

EVERY_S = 2.0
"""Between submissions while there is something new: a cosigned checkpoint is seconds old."""
STILL_THERE = timedelta(minutes=1)
"""An unchanged log is cosigned again this often, so that silence is noticed."""
LONGEST_S = 60.0
"""Longest wait after failures."""


class Submitter:
    """The server's side of its witnesses. All calls from the event loop's thread."""

    def __init__(
        self,
        book: Book,
        outsiders: Sequence[Outsider],
        client: Asker,
        rescue: Rescue,
    ) -> None:
        """``rescue`` is shown what a witness holds, and says what may be shown to it."""
        self._book, self._store = book, book.store
        self._client, self._rescue = client, rescue
        self._began: datetime = book.clock()
        self.outsiders = tuple(outsiders)

    async def run(self) -> None:
        """Submit until cancelled."""
        if not self.outsiders:
            await asyncio.Event().wait()
        async with asyncio.TaskGroup() as tasks:
            for one in self.outsiders:
                tasks.create_task(self._keep_on(one))

    async def _keep_on(self, outsider: Outsider) -> None:
        failures = 0
        while True:
            done = False
            with again_later():
                done = await self.once(outsider)
            failures = 0 if done else failures + 1
            await asyncio.sleep(min(EVERY_S * 2 ** min(failures, 10), LONGEST_S))

    async def look_ahead(self) -> None:
        """Ask every witness what it remembers: a server from a backup learns what it signed."""
        for outsider in self.outsiders:
            note = await self._client.newest(outsider, self._book.origin)
            if note is not None:
                self._rescue.target.present(note)

    async def once(self, outsider: Outsider) -> bool:
        """Submit if there is something to submit; False if the witness did not cosign."""
        state, newest = self.state(outsider.name), self._rescue.keepers.published()
        if newest is None or self._book.recovery or not self._due(state, newest):
            return True
        answer = await self._submit(outsider, state["size"] if state else 0, newest)
        if isinstance(answer, Cosigned):
            self._took(outsider, newest, answer)
            return True
        self._failed(outsider, state, answer)
        return False

    def state(self, name: str) -> Row | None:
        """What is known of a witness: size, times, trouble; None before its first answer."""
        return self._store.one("witnesses", name=name)

    def _due(self, state: Row | None, newest: Row) -> bool:
        if state is None or state["size"] != newest["size"] or state["trouble"]:
            return True
        last = datetime.fromisoformat(state["cosigned_at"])
        return self._book.clock() - last >= STILL_THERE

    async def _submit(self, outsider: Outsider, known: int, newest: Row) -> WitnessAnswer:
        """Submit from the size known, and once more from the size the witness names."""
        size = int(newest["size"])
        old = min(known, size)
        answer = await self._client.submit(outsider, self._request(old, newest))
        if not isinstance(answer, Behind) or answer.size == old:
            return answer
        if answer.size > size:
            note = await self._client.newest(outsider, self._book.origin)
            if note is not None:
                self._rescue.target.present(note)
            return answer
        return await self._client.submit(outsider, self._request(answer.size, newest))

    def _request(self, old: int, newest: Row) -> AddCheckpoint:
        size = int(newest["size"])
        proof = self._book.tree.consistency(old, size) if 0 < old < size else []
        return AddCheckpoint(old, tuple(proof), newest["note"])

    def _took(self, outsider: Outsider, newest: Row, answer: Cosigned) -> None:
        root = bytes.fromhex(newest["root"])
        checkpoint = Checkpoint(self._book.origin, int(newest["size"]), root)
        self._book.keep_cosignature(checkpoint, outsider.name, answer.line)
        at = datetime.fromtimestamp(answer.seconds, UTC).isoformat()
        self._put(outsider.name, size=checkpoint.size, cosigned_at=at, trouble="", why="")

    def _failed(self, outsider: Outsider, state: Row | None, answer: WitnessAnswer) -> None:
        size = state["size"] if state else 0
        at = state["cosigned_at"] if state else ""
        trouble, why = _trouble(answer)
        self._put(outsider.name, size=size, cosigned_at=at, trouble=trouble, why=why)
        if trouble == "refused":
            self._alarm("witness-refused", outsider.name, why)
        since = datetime.fromisoformat(at) if at else self._began
        if self._book.clock() - since > outsider.silent_after:
            self._alarm("witness-silent", outsider.name, why)

    def _alarm(self, code: str, name: str, why: str) -> None:
        """Raise an alarm, unless the same is open; a person closes it."""
        if not self._book.recovery:
            self._book.alarm_unless_open(code, name, why=why)

    def _put(self, name: str, **facts: object) -> None:
        tried = {"name": name, "tried_at": self._book.clock().isoformat()}
        with self._store.transaction():
            self._store.put("witnesses", tried | facts)


def _trouble(answer: WitnessAnswer) -> tuple[str, str]:
    """``refused`` or ``unreached``, and why."""
    if isinstance(answer, Declined):
        return "refused", f"{answer.status} {answer.why}"
    if isinstance(answer, Behind):
        return "refused", f"409 it cosigned another history, or a newer state: {answer.size}"
    return "unreached", answer.why if isinstance(answer, Unreached) else ""
