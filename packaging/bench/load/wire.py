"""A station's line: HTTP/1.1 over one kept connection, with as little machinery as can be.

The generator shares two cores with the server it measures. What it sends is byte for byte what
``sync.client`` sends; answers are judged by ``sync.answers`` as there.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from sync.answers import Answer, judge, message
from sync.framing import PUSH_TYPE
from sync.protocol import (
    JSON_TYPE,
    Challenge,
    Head,
    Received,
    SessionRequest,
    SessionToken,
    encode,
)

if TYPE_CHECKING:
    from station import Station

PATIENCE_S = 10.0
"""As ``sync.client`` waits for an answer."""


class Wire:
    """One station's connection, from an address of its own."""

    def __init__(self, station: Station, port: int, address: str) -> None:
        """Not connected yet; ``address``: any of 127.0.0.0/8."""
        self._station, self._port, self._address = station, port, address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def hang_up(self) -> None:
        """As if the line were cut."""
        if self._streams is not None:
            self._streams[1].close()
            with suppress(OSError):
                await self._streams[1].wait_closed()
        self._streams = None

    async def sign_in(self) -> None:
        """Open a session. Raises Fault."""
        signer, origin = self._station.signer, self._station.origin
        asked = await self._ask("GET", f"/station-sessions/challenge?origin={quote(origin)}")
        challenge = message(judge(asked, (200,)), Challenge)
        reply = encode(SessionRequest.make(origin, challenge.nonce, signer))
        opened = await self._ask("POST", "/station-sessions", reply, JSON_TYPE)
        self._station.token = message(judge(opened, (200, 201)), SessionToken).token

    async def head(self, saved: int) -> Head:
        """How far the server is. Raises Fault."""
        target = f"/logs/{quote(self._station.origin)}/head?saved={saved}"
        return message(judge(await self._ask("GET", target), (200,)), Head)

    async def push(self, start: int, body: bytes, saved: int) -> None:
        """Hand a packed push over and keep its receipt. Raises Fault."""
        target = f"/logs/{quote(self._station.origin)}/entries?from={start}&saved={saved}"
        answer = judge(await self._ask("POST", target, body, PUSH_TYPE), (200,))
        self._station.notes.append(message(answer, Received).receipt)

    async def _ask(self, method: str, target: str, body: bytes = b"", kind: str = "") -> Answer:
        async with asyncio.timeout(PATIENCE_S):
            if self._streams is not None and self._streams[0].at_eof():
                await self.hang_up()  # closed while idle: httpx looks before it sends, too
            if self._streams is None:
                self._streams = await asyncio.open_connection(
                    "127.0.0.1", self._port, local_addr=(self._address, 0)
                )
            reader, writer = self._streams
            writer.write(self._request(method, target, body, kind))
            answer, closes = await _answer(reader)
        if closes:
            await self.hang_up()
        return answer

    def _request(self, method: str, target: str, body: bytes, kind: str) -> bytes:
        lines = [f"{method} {target} HTTP/1.1", f"host: 127.0.0.1:{self._port}"]
        if self._station.token:
            lines.append(f"authorization: Bearer {self._station.token}")
        if body:
            lines += [f"content-type: {kind}", f"content-length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[Answer, bool]:
    """An answer, and whether the server closes after it."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in
              (line.partition(":") for line in head[1:])}  # fmt: skip
    body = await reader.readexactly(int(fields.get("content-length", "0")))
    kind = fields.get("content-type", "").partition(";")[0]
    retry = fields.get("retry-after", "")
    answer = Answer(int(head[0].split(" ")[1]), kind, body, int(retry) if retry else None)
    return answer, fields.get("connection", "") == "close"
