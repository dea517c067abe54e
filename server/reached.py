"""Where a server answers, and how the other servers of its plant reach it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from server.api.peers import Limits
from server.tls import LEAST, certificates

if TYPE_CHECKING:
    from pathlib import Path

    from server.tls import Tls


@dataclass(frozen=True)
class Reached:
    """Where a server answers, and what the others know it by."""

    host: str
    port: int
    name: str
    advertised: str = ""
    """``https://host:port`` for the other servers, if it is not what it listens on."""
    tls: Tls | None = None
    peers: Path | None = None
    """Certificates that the other servers show, if not this one's own."""
    limits: Limits = field(default_factory=Limits)

    @property
    def address(self) -> str:
        """For the other servers; empty if it listens everywhere and does not say where that is."""
        if self.advertised:
            return self.advertised
        if self.host in {"", "0.0.0.0", "::"}:  # noqa: S104  compared, not bound
            return ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    def trusted(self) -> ssl.SSLContext | None:
        """Takes the certificates of the other servers and no other; None without TLS. Refusal.

        Names are not compared: a certificate names the plant's server, not the machine. Nothing
        that such a certificate signed is trusted, unless it is in the file itself.
        """
        if self.tls is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version, context.check_hostname = LEAST, False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        own = self.tls.files()[0]
        shown = certificates(self.peers) if self.peers else certificates(own)[:1]
        context.load_verify_locations(cadata="\n".join(shown))
        return context
