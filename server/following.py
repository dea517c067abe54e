"""Standing by on PostgreSQL: one looks who serves, and passes on to it whatever is asked here."""

from __future__ import annotations

import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from server.api.guard import Guard
from server.api.peers import Limits
from server.integrate.forward import Forwarder, Line
from server.standby import answering, stands_by
from server.tls import LEAST, certificates
from server.uvicorn_config import bounded_config
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from server.hop import HopKey
    from server.store.fleet import Serving
    from server.store.onlooker import Onlooker
    from server.tls import Tls

LOOK_S = 0.5
"""Between two looks who serves."""


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


class Watch:
    """Looks who serves, in a thread of its own; what was seen last stands until the next look."""

    def __init__(self, open_: Callable[[], Onlooker], every_s: float = LOOK_S) -> None:
        """``open_``: makes the session that looks on."""
        self._open, self._every_s = open_, every_s
        self._ends = threading.Event()
        self._serving: Serving | None = None

    def serving(self) -> Serving | None:
        """Who serves, as was seen last. Any thread."""
        return self._serving

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look on until the end."""
        thread = threading.Thread(target=self._run, name="looks-on", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ends.set()
            thread.join()

    def _run(self) -> None:
        onlooker: Onlooker | None = None
        while not self._ends.wait(self._every_s if onlooker else 0):
            try:
                onlooker = onlooker or self._open()
                self._serving = onlooker.serving()
            except (Fault, Refusal):  # the one who serves asks the database itself
                self._ends.wait(self._every_s)
        if onlooker is not None:
            onlooker.close()


@contextmanager
def following(
    reached: Reached, key: HopKey, open_: Callable[[], Onlooker] | None
) -> Iterator[None]:
    """Answer for the server that serves, until the end; ``open_``: None for a database in a file.

    Refusal for certificates that cannot be used.
    """
    where = reached.host, reached.port, reached.tls, reached.limits
    if open_ is None:
        with answering(bounded_config(stands_by, *where)):
            yield
        return
    watch = Watch(open_)
    forwarder = Forwarder(Line(watch.serving, key, reached.name, reached.trusted()))
    guard = Guard(forwarder, limits=reached.limits)
    with watch.running(), answering(bounded_config(guard, *where), forwarder.close):
        try:
            yield
        finally:
            forwarder.ends = True
