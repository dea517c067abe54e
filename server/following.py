"""Standing by on PostgreSQL: one looks who serves, and passes on to it whatever is asked here."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.api.guard import Guard
from server.integrate.forward import Forwarder, Line
from server.standby import answering, stands_by
from server.uvicorn_config import bounded_config
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.hop import HopKey
    from server.reached import Reached
    from server.store.fleet import Serving
    from server.store.onlooker import Onlooker

LOOK_S = 0.5
"""Between two looks who serves."""


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
