"""RFC 3161 time stamps over checkpoints: asking for one, and reading it offline.

What is stamped is the checkpoint's text, three lines as they are signed. The authority's word is
as good as its certificate, which whoever checks got by another way than the evidence. The library
comes with the extra ``timestamps``: nothing else needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import ModuleType

MOST_BYTES = 65_536
"""Of an authority's answer; tokens with a chain of certificates have some 5,000."""
QUERY_TYPE, REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"


class BadStamp(ValueError):
    """No time stamp over this text that leads to a known authority; the text says why."""


class NoLibrary(Exception):
    """The extra ``timestamps`` is not installed."""


def request(text: str) -> bytes:
    """What an authority is asked: DER, SHA-256 of ``text``, with its certificates. NoLibrary."""
    api = _api()
    builder = api.TimestampRequestBuilder(text.encode(), api.HashAlgorithm.SHA256, nonce=False)
    return bytes(builder.build().as_bytes())


def authorities(pem: bytes) -> tuple[Any, ...]:
    """The certificates of a PEM file. Raises BadStamp; NoLibrary."""
    _api()
    from cryptography import x509  # noqa: PLC0415 - comes with the library

    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except ValueError as error:
        raise BadStamp(f"no certificates: {error}"[:200]) from error


def stamped_at(answer: bytes, text: str, roots: Sequence[Any]) -> datetime:
    """When the authority saw ``text``, by its clock. Raises BadStamp; NoLibrary."""
    api = _api()
    if len(answer) > MOST_BYTES:
        raise BadStamp("longer than a time stamp is")
    try:
        response = api.decode_timestamp_response(answer)
        verifier = api.VerifierBuilder(roots=list(roots)).build()
        verifier.verify_message(response, text.encode())
        at: datetime = response.tst_info.gen_time
    except (api.VerificationError, ValueError, TypeError) as error:
        raise BadStamp(f"{type(error).__name__}: {error}"[:200]) from error
    return at


def over(answer: bytes) -> tuple[bytes, datetime]:
    """The SHA-256 that was stamped and when, whoever did it. Raises BadStamp; NoLibrary."""
    api = _api()
    try:
        info = api.decode_timestamp_response(answer).tst_info
        return bytes(info.message_imprint.message), info.gen_time
    except (ValueError, TypeError) as error:
        raise BadStamp(f"{type(error).__name__}: {error}"[:200]) from error


def _api() -> ModuleType:
    try:
        import rfc3161_client  # noqa: PLC0415 - the extra ``timestamps``
    except ImportError as error:
        raise NoLibrary(str(error)) from error
    return rfc3161_client
