"""The server over HTTP: bounded in time and size, and nothing odd is taken for an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import quote, urlencode

import httpx

from sync.answers import Answer, conflict, expect, gap, judge, message
from sync.client_log import LogCalls
from sync.clock import Clock
from sync.faults import Fault
from sync.framing import BODY_LIMIT, ENTRIES_TYPE, PUSH_TYPE, BadFrame, pack_push, unpack_entries
from sync.keys import Signer, Verifier
from sync.protocol import (
    FILE_TYPE,
    JSON_LIMIT,
    JSON_TYPE,
    PACK_TYPE,
    SERVER_HEADER,
    Arrived,
    Challenge,
    Enrolment,
    Fork,
    Gap,
    Head,
    Kept,
    Marks,
    Received,
    SessionRequest,
    SessionToken,
    encode,
)
from sync.signed_pack import PACK_LIMIT
from sync.trust import good_until, trust, why_not_trusted

TIMEOUT = httpx.Timeout(10.0, connect=5.0, pool=5.0)
"""Seconds for each phase."""
SLOW_LINE = 4_000
"""Bytes a second: half of a line of 64 kbit/s. A body gets the time that it takes there."""
DEADLINE_S = 120
"""Longest time an answer's body may take."""


class HttpSyncService(LogCalls):
    """SyncService by httpx; opens a station session by itself. One thread at a time."""

    def __init__(  # noqa: PLR0913  two of them are for tests only
        self,
        base_url: str,
        signer: Signer,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
        timeout: httpx.Timeout = TIMEOUT,
        ca_file: str | None = None,
        server: Verifier | None = None,
    ) -> None:
        """``signer``: the station's key, named after its origin. ``transport``: for tests.

        ``ca_file``: the plant's certificate authority, if not the system's. ``server``: whom this
        station knows; another server that says so itself gets nothing from here.
        """
        self._signer = signer
        self._server = server
        self._clock = clock
        self._token: str | None = None
        self.marks: Marks | None = None
        self.certificate_until: datetime | None = None
        """When the server's certificate ends, if it has shown one."""
        self._peer: object = None
        verify = trust(ca_file) if transport is None else True
        # The transport itself: redirects, cookies and proxies are nothing a station should follow.
        self._line = transport or httpx.HTTPTransport(verify=verify, trust_env=False)
        self._base = str(httpx.URL(base_url)).rstrip("/")
        self._timeout = timeout

    def close(self) -> None:
        """Close connections."""
        self._line.close()

    def head(self, origin: str, saved: int = 0) -> Head:
        """What the server keeps of this log (size 0 if nothing); ``saved``: this station's size."""
        path = f"/logs/{quote(origin)}/head"
        return message(self._call("GET", path, params={"saved": saved}), Head)

    def push(
        self, origin: str, from_: int, entries: tuple[bytes, ...], head: str, saved: int = 0
    ) -> Received | Gap | Fork:
        """Hand over entries ``from_`` on and the signed head after them; ``saved`` as above."""
        answer = self._call(
            "POST",
            f"/logs/{quote(origin)}/entries",
            params={"from": from_, "saved": saved},
            body=pack_push(entries, head),
            body_type=PUSH_TYPE,
            good=(200, 409),
        )
        if answer.status == httpx.codes.CONFLICT:
            return conflict(answer)
        return message(answer, Received)

    def root(self, origin: str, size: int) -> str:
        """Root (hex) of the first ``size`` entries that the server keeps."""
        path = f"/logs/{quote(origin)}/root"
        return message(self._call("GET", path, params={"size": size}), Head).root

    def hand_over(
        self, origin: str, from_: int, entries: tuple[bytes, ...], head: str
    ) -> Kept | Gap:
        """Hand over, as evidence, signed entries that are not in the log from somewhere on."""
        answer = self._call(
            "POST",
            f"/logs/{quote(origin)}/evidence",
            params={"from": from_},
            body=pack_push(entries, head),
            body_type=PUSH_TYPE,
            good=(200, 409),
        )
        if answer.status == httpx.codes.CONFLICT:
            return gap(answer)
        return message(answer, Kept)

    def pull(self, origin: str, start: int, stop: int) -> tuple[bytes, ...]:
        """The station's own entries back; may be fewer than asked, from ``start`` on."""
        path, span = f"/logs/{quote(origin)}/entries", {"start": start, "stop": stop}
        answer = self._call("GET", path, params=span, limit=BODY_LIMIT)
        expect(answer, ENTRIES_TYPE)
        try:
            return unpack_entries(answer.body)
        except BadFrame as error:
            raise Fault("answer-not-understood", str(error)) from error

    def work_pack(self, have: str) -> bytes | None:
        """The signed WorkPack in force, or None if it is the one with SHA-256 ``have``."""
        answer = self._call(
            "GET", "/work-pack", params={"have": have}, limit=PACK_LIMIT, good=(200, 304)
        )
        if answer.status == httpx.codes.NOT_MODIFIED:
            return None
        expect(answer, PACK_TYPE)
        return answer.body

    def put_piece(self, sha256: str, size: int, start: int, piece: bytes) -> int:
        """Hand over a part of an attachment: how many bytes of it the server has."""
        answer = self._call(
            "PUT",
            f"/attachments/{quote(sha256)}",
            params={"from": start, "size": size},
            body=piece,
            body_type=FILE_TYPE,
        )
        return message(answer, Arrived).have

    def piece(self, sha256: str, start: int, most: int) -> bytes:
        """A part of an attachment that this station handed over, back."""
        span = {"from": start, "most": most}
        answer = self._call("GET", f"/attachments/{quote(sha256)}", params=span, limit=most)
        expect(answer, FILE_TYPE)
        return answer.body

    def ask(self, path: str) -> bytes:
        """The JSON the server answers at ``path`` (quoted); its meaning is not known here."""
        if not path.startswith("/"):
            raise ValueError("only the server itself is asked")
        answer = self._call("GET", path)
        expect(answer, JSON_TYPE)
        return answer.body

    def enrol(self, station: str) -> None:
        """Ask to be enrolled; two persons then approve it on the server."""
        body = encode(Enrolment.make(station, self._signer.name, self._signer))
        request = self._request("POST", "/enrolments", body, {"content-type": JSON_TYPE})
        judge(self._send(request, JSON_LIMIT), (200, 201, 202))

    def _call(  # noqa: PLR0913  the parts of a request
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
        body_type: str = JSON_TYPE,
        limit: int = JSON_LIMIT,
        good: Iterable[int] = (200,),
    ) -> Answer:
        """Send with the session's token; once more with a new session if it was refused."""
        headers = {"content-type": body_type} if body is not None else {}
        answer = self._with_token(method, path, params, body, headers, limit)
        if answer.status == httpx.codes.UNAUTHORIZED:
            self._token = None
            answer = self._with_token(method, path, params, body, headers, limit)
        return judge(answer, good)

    def _with_token(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        body: bytes | None,
        headers: Mapping[str, str],
        limit: int,
    ) -> Answer:
        if self._token is None:
            self._token = self._open_session()
        headers = {**headers, "authorization": f"Bearer {self._token}"}
        query = f"?{urlencode(params)}" if params else ""
        return self._send(self._request(method, path + query, body, headers), limit)

    def _request(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> httpx.Request:
        patience = _patience(self._timeout, len(body or b"")).as_dict()
        return httpx.Request(
            method, self._base + target, content=body, extensions={"timeout": patience},
            headers={"accept-encoding": "identity", **headers},
        )  # fmt: skip

    def _open_session(self) -> str:
        query = urlencode({"origin": self._signer.name})
        asked = self._request("GET", f"/station-sessions/challenge?{query}", None, {})
        challenge = message(judge(self._send(asked, JSON_LIMIT), (200,)), Challenge)
        marks = self.marks.fresh() if self.marks is not None else ("", "")
        reply = SessionRequest.make(self._signer.name, challenge.nonce, self._signer, marks)
        headers = {"content-type": JSON_TYPE}
        request = self._request("POST", "/station-sessions", encode(reply), headers)
        answer = judge(self._send(request, JSON_LIMIT), (200, 201))
        token = message(answer, SessionToken).token
        if self.marks is not None:
            self.marks.confirmed()
        if not token.isascii() or not token.isprintable():
            raise Fault("answer-not-understood", "a token that is no header")
        return token

    def _send(self, request: httpx.Request, limit: int) -> Answer:
        try:
            response = self._line.handle_request(request)
            self._note_certificate(response)
            try:
                self._check_server(response.headers.get(SERVER_HEADER, ""))
                return self._read(response, limit)
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise _fault_of(error) from error

    def _note_certificate(self, response: httpx.Response) -> None:
        """Once for each connection."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("ssl_object") if stream is not None else None
        if peer is not None and peer is not self._peer:
            self._peer, self.certificate_until = peer, good_until(peer)

    def _check_server(self, says: str) -> None:
        """A hint, not a proof (receipts, checkpoints and packs are signed): says what is wrong."""
        if self._server is not None and says not in ("", self._server.public_key.hex()):
            raise Fault("server-key-unknown", f"the server's key is {says[:64]}")

    def _read(self, response: httpx.Response, limit: int) -> Answer:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Fault("answer-not-understood", "compressed, though that was not asked for")
        began = self._clock.monotonic_ns() if self._clock is not None else 0
        pieces, total = [], 0
        for piece in response.iter_bytes():
            total += len(piece)
            late = (
                self._clock is not None
                and self._clock.monotonic_ns() - began > DEADLINE_S * 1_000_000_000
            )
            if total > limit or late:
                raise Fault("answer-not-understood", "an answer that is too long")
            pieces.append(piece)
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        retry = response.headers.get("retry-after", "")
        seconds = int(retry) if retry.isascii() and retry.isdigit() and len(retry) < 8 else None  # noqa: PLR2004
        return Answer(response.status_code, kind, b"".join(pieces), seconds)


def _patience(usual: httpx.Timeout, size: int) -> httpx.Timeout:
    """The time for a request with a body of that size: on a slow line that is no failure."""
    more = size / SLOW_LINE
    return httpx.Timeout(
        connect=usual.connect,
        pool=usual.pool,
        read=usual.read and usual.read + more,
        write=usual.write and usual.write + more,
    )


def _fault_of(error: httpx.HTTPError) -> Fault:
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Fault(why_not_trusted(text) or "server-unreachable", text)
    # RemoteProtocolError too: a kept-alive connection that the server had closed.
    return Fault("answer-lost", text)
