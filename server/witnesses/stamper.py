"""Has the newest checkpoint stamped from time to time, in the background (RFC 3161)."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from server.again import again_later
from sync import timestamp
from sync.checkpoint import split_note

if TYPE_CHECKING:
    from server.log.book import Book
    from server.recovery.desk import Rescue
    from server.store.protocol import Row
    from server.witnesses.authority import Authority

LOOK_S = 10.0
"""Between looks whether it is time."""


class Stamping(Protocol):
    """The way to an authority (:class:`server.integrate.tsa_client.TsaClient`)."""

    async def stamp(self, url: str, query: bytes) -> bytes | str:
        """The answer, or why there is none."""


class Stamper:
    """The server's side of its authority. All calls from the event loop's thread."""

    def __init__(
        self, book: Book, authority: Authority | None, client: Stamping, rescue: Rescue
    ) -> None:
        """``rescue`` says which checkpoint may be shown outside; without authority it is idle."""
        self._book, self._store = book, book.store
        self._authority, self._client, self._rescue = authority, client, rescue
        self._tried: datetime | None = None

    async def run(self) -> None:
        """Stamp until cancelled."""
        if self._authority is None:
            await asyncio.Event().wait()
        while True:
            with again_later():
                await self.once()
            await asyncio.sleep(LOOK_S)

    async def once(self) -> bool:
        """Have the newest checkpoint stamped if it is time; whether one was."""
        authority, newest = self._authority, self._rescue.keepers.published()
        if authority is None or newest is None or self._book.recovery or not self._due(newest):
            return False
        self._tried = self._book.clock()
        text = split_note(newest["note"])[0]
        answer = await self._client.stamp(authority.url, timestamp.request(text))
        try:
            if isinstance(answer, str):
                raise timestamp.BadStamp(answer)  # noqa: TRY301 - told below
            at = timestamp.stamped_at(answer, text, authority.roots)
        except timestamp.BadStamp as error:
            self._book.alarm_unless_open("timestamp-missing", authority.url, why=str(error))
            return False
        self._keep(newest, answer, at)
        return True

    def _due(self, newest: Row) -> bool:
        assert self._authority is not None  # noqa: S101 - asked before
        if self._store.one("timestamps", size=newest["size"]) is not None:
            return False
        last = self._tried
        return last is None or self._book.clock() - last >= self._authority.every

    def _keep(self, newest: Row, answer: bytes, at: datetime) -> None:
        row = {"size": newest["size"], "token": answer, "at": at.isoformat()}
        with self._store.transaction():
            self._store.add("timestamps", row)
