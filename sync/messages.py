"""The JSON messages between station and server, strictly bounded when read."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from sync import canonical
from sync.keys import BadKey, Signer, Verifier
from sync.pae import pae

JSON_TYPE = "application/json"
JSON_LIMIT = 256 * 1024
FILE_TYPE = "application/octet-stream"
PACK_TYPE = "application/vnd.lotbook.work-pack"
SESSION_CONTEXT = "lotbook/station-session/1"
MARKED_CONTEXT = "lotbook/station-session/2"
ENROL_CONTEXT = "lotbook/enrol/1"
SERVER_HEADER = "lotbook-server-key"
"""In every answer: the server's public key, hex. A hint against a wrong address; proves nothing."""


Count = Annotated[int, msgspec.Meta(ge=0, le=canonical.INT_LIMIT - 1)]
"""How many entries, leaves or bytes, or which of them: never below nought."""
_Known = Annotated[int, msgspec.Meta(ge=-1, le=canonical.INT_LIMIT - 1)]


class BadAnswer(ValueError):
    """The JSON is not the message expected."""


class Message(msgspec.Struct, frozen=True, tag_field="answer"):
    """Base of all JSON messages; unknown members are left aside, so that versions can differ."""


class Head(Message, frozen=True, tag="head"):
    """200 of GET /logs/{origin}/head: what the server keeps of this log."""

    size: Count
    root: str
    """Hex."""
    server_time: datetime
    receipt: str = ""
    """The newest receipt's note, if there is one."""
    note: str = ""
    """The station's own newest signed head that is kept here."""
    standing: str = ""
    """Why no more may be recorded under this key: ``forked``, ``copied``, ``revoked`` or
    ``replaced`` (by a later epoch); empty while all is well."""
    limit: Count | None = None
    """Revoked: entries at this index and above are kept as evidence only."""
    log: _Known = -1
    """How many leaves the server's own log has; -1 if it does not say."""
    signed: _Known = -1
    """The size the server knows to have signed: above ``log`` while it is in recovery."""
    recovery: bool = False
    """The server lost a part of its log, signs nothing, and asks to be fed again."""
    keep: bool = False
    """The station is asked to keep the server's log, sealed."""
    named: str = ""
    """The name on the checkpoints of the server's own log; empty if it does not say."""
    files: tuple[str, ...] = ()
    """Photos and files, by digest, that the server's disk spoilt: it asks for them again."""


class Received(Message, frozen=True, tag="received"):
    """200 of POST /logs/{origin}/entries: the receipt's note."""

    receipt: str
    server_time: datetime


class Gap(Message, frozen=True, tag="gap"):
    """409: the push begins above what the server has."""

    have: Count
    root: str
    server_time: datetime | None = None


class Fork(Message, frozen=True, tag="fork"):
    """409: the station's key signed another history; both are kept as evidence."""

    index: Count
    have: Count
    server_time: datetime | None = None


class Kept(Message, frozen=True, tag="kept"):
    """200 of POST /logs/{origin}/evidence: entries kept beside the log, byte for byte."""

    branch: Count
    """The branch's number; 0 if the log itself holds all of them."""
    start: Count
    """First index at which the branch is not the log."""
    have: Count
    """The branch is held up to here: the next entry to hand over."""
    server_time: datetime | None = None


class Arrived(Message, frozen=True, tag="arrived"):
    """200 of PUT /attachments/{sha256}: how much of a file is there."""

    have: Count
    """Bytes from its beginning; all of them once the digest was found to be right."""


class Continued(Message, frozen=True, tag="continued"):
    """200 of GET /checkpoint/continued: why the server's log bears a later epoch in its name."""

    index: Count
    leaf: str
    """The statement's bytes in base64."""


class Problem(Message, frozen=True, tag="problem"):
    """Any other refusal: a code of the server's catalogue."""

    code: str
    detail: str = ""
    server_time: datetime | None = None


class Proof(Message, frozen=True, tag="proof"):
    """200 of GET /checkpoint/consistency and …/inclusion: hashes in base64."""

    first: Count
    second: Count
    hashes: tuple[str, ...]

    @classmethod
    def of(cls, first: int, second: int, hashes: list[bytes]) -> Proof:
        """The message of a proof."""
        return cls(first, second, tuple(base64.b64encode(node).decode() for node in hashes))

    def nodes(self) -> tuple[bytes, ...]:
        """The hashes. Raises BadAnswer."""
        return tuple(_base64(node) for node in self.hashes)


class Challenge(Message, frozen=True, tag="challenge"):
    """200 of GET /station-sessions/challenge."""

    nonce: str
    """Base64, at least 16 bytes, good once and for a short time."""
    server_time: datetime | None = None


class SessionRequest(Message, frozen=True, tag="session-request", omit_defaults=True):
    """Body of POST /station-sessions."""

    origin: str
    nonce: str
    signature: str
    """Base64, over PAE of context, origin and the nonce's text (and the two marks if given)."""
    before: str = ""
    """The mark this installation gave at its session before; empty at its first."""
    mark: str = ""
    """A fresh mark, written down before it is sent: no copy of the disk can continue it too."""

    @classmethod
    def make(
        cls, origin: str, nonce: str, signer: Signer, marks: tuple[str, str] = ("", "")
    ) -> SessionRequest:
        """Answer a challenge; ``marks`` are the one before and the new one."""
        signature = signer.sign(_session(origin, nonce, *marks))
        return cls(origin, nonce, base64.b64encode(signature).decode(), *marks)

    def good(self, verifier: Verifier) -> bool:
        """True if the station's key made it; never raises."""
        try:
            signature = _base64(self.signature)
        except BadAnswer:
            return False
        message = _session(self.origin, self.nonce, self.before, self.mark)
        return verifier.verify(message, signature)


def _session(origin: str, nonce: str, before: str, mark: str) -> bytes:
    if mark:
        return pae(MARKED_CONTEXT, origin, nonce, before, mark)
    return pae(SESSION_CONTEXT, origin, nonce)


class SessionToken(Message, frozen=True, tag="session"):
    """200 of POST /station-sessions: bearer token of all station calls."""

    token: str
    expires_at: datetime


class Enrolment(Message, frozen=True, tag="enrolment"):
    """Body of POST /enrolments: a station asks to be enrolled, and proves it holds the key."""

    station: str
    origin: str
    public_key: str
    """Base64, 32 bytes."""
    signature: str

    @classmethod
    def make(cls, station: str, origin: str, signer: Signer) -> Enrolment:
        """The request of a station that made a key."""
        public_key = base64.b64encode(signer.public_key).decode()
        signature = signer.sign(pae(ENROL_CONTEXT, station, origin, public_key))
        return cls(station, origin, public_key, base64.b64encode(signature).decode())

    def verifier(self) -> Verifier:
        """The station's key if acceptable and proved to be held. Raises BadKey."""
        try:
            verifier = Verifier(self.origin, _base64(self.public_key))
            signature = _base64(self.signature)
        except BadAnswer as error:
            raise BadKey("the request is not base64") from error
        message = pae(ENROL_CONTEXT, self.station, self.origin, self.public_key)
        if not verifier.verify(message, signature):
            raise BadKey("the request is not signed by its own key")
        return verifier


M = TypeVar("M")


def encode(message: Message) -> bytes:
    """JSON of a message."""
    return msgspec.json.encode(message)


def decode(data: bytes, kind: type[M]) -> M:
    """Read strict JSON as ``kind`` (a message or a union of them). Raises BadAnswer."""
    try:
        return msgspec.convert(canonical.loads(data, JSON_LIMIT), type=kind)
    except (canonical.NotCanonical, msgspec.ValidationError) as error:
        raise BadAnswer(str(error)) from error


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadAnswer("not base64") from error
