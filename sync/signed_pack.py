"""Work documents on their way: a header line, the server's signature, and the content's bytes."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from hashlib import sha256

import msgspec

from sync import canonical
from sync.faults import Fault
from sync.keys import Signer, Verifier
from sync.pae import pae

CONTEXT = "lotbook/work-pack/1"
PACK_LIMIT = 32 * 1024 * 1024
_HEADER_LIMIT = 1_024


class SignedPack(msgspec.Struct, frozen=True):
    """A pack whose signature was checked."""

    number: int
    """Goes up with every pack; an older one is never taken."""
    sha256: str
    """Of the content, hex."""
    issued_at: str
    """RFC 3339 with offset."""
    expires_at: str
    content: bytes
    data: bytes
    """The pack as it arrived."""

    def expired(self, now: datetime) -> bool:
        """True once ``now`` is at or after ``expires_at``."""
        return now >= datetime.fromisoformat(self.expires_at)


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: int
    sha256: str
    issued_at: str
    expires_at: str


def seal_pack(
    content: bytes, number: int, issued_at: datetime, expires_at: datetime, signer: Signer
) -> bytes:
    """Sign ``content`` as pack ``number``. Times are aware."""
    header = canonical.dumps(
        {
            "number": number,
            "sha256": sha256(content).hexdigest(),
            "issued_at": issued_at.isoformat(timespec="seconds"),
            "expires_at": expires_at.isoformat(timespec="seconds"),
        }
    )
    signature = base64.b64encode(signer.sign(pae(CONTEXT, header)))
    return b"\n".join((header, signature, content))


def open_pack(data: bytes, verifier: Verifier) -> SignedPack:
    """Check and read a pack. Raises Fault ``pack-unreadable`` or ``pack-not-signed``."""
    if len(data) > PACK_LIMIT:
        raise Fault("pack-unreadable", "too long")
    parts = data.split(b"\n", 2)
    if len(parts) != 3:  # noqa: PLR2004  header, signature, content
        raise Fault("pack-unreadable", "no header, signature and content")
    header, signature, content = parts
    try:
        blob = base64.b64decode(signature, validate=True)
    except binascii.Error as error:
        raise Fault("pack-unreadable", "the signature is not base64") from error
    if not verifier.verify(pae(CONTEXT, header), blob):
        raise Fault("pack-not-signed", "not the known server's signature")
    return _read(header, content, data)


def _read(header: bytes, content: bytes, data: bytes) -> SignedPack:
    try:
        fields = msgspec.convert(canonical.loads(header, _HEADER_LIMIT), _Header)
        times = [datetime.fromisoformat(text) for text in (fields.issued_at, fields.expires_at)]
    except (ValueError, msgspec.ValidationError) as error:
        raise Fault("pack-unreadable", str(error)) from error
    if any(time.tzinfo is None for time in times):
        raise Fault("pack-unreadable", "a time without offset")
    if sha256(content).hexdigest() != fields.sha256:
        raise Fault("pack-unreadable", "the content is not what was signed")
    return SignedPack(**msgspec.structs.asdict(fields), content=content, data=data)
