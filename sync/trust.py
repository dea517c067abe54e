"""Which server certificates a station believes, and until when the one it met is good."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import Protocol


class Peer(Protocol):
    """One end of a TLS connection."""

    def getpeercert(self) -> object:
        """The other end's certificate, as the standard library reads it."""


def trust(ca_file: str | None = None) -> ssl.SSLContext:
    """TLS 1.3 and nothing older, by the plant's authority or those of this machine.

    Without ``ca_file`` OpenSSL's own places count, ``SSL_CERT_FILE`` first. Raises OSError.
    """
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def good_until(peer: Peer) -> datetime | None:
    """The last moment of the certificate that the other end showed; None if it showed none."""
    shown = peer.getpeercert()
    end = shown.get("notAfter") if isinstance(shown, dict) else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) if end else None


_WHY = (
    ("has expired", "server-certificate-expired"),
    ("not yet valid", "server-certificate-early"),
    ("mismatch", "server-certificate-name"),
    ("CERTIFICATE", "server-not-trusted"),
)
"""What OpenSSL says of a certificate, and the Fault it means."""


def why_not_trusted(said: str) -> str:
    """The Fault's code for what was said when the line was opened; empty if it is another one."""
    if "CERTIFICATE" not in said.upper():
        return ""
    return next(code for words, code in _WHY if words.upper() in said.upper())
