"""A station's instruments: each supervised in a thread of its own, all reporting to one callback.

Nothing an instrument does (or does not do) stops another one, or the caller.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from devices.climb import Looks
from devices.commands import AnyCommand
from devices.config import InstrumentConfig
from devices.faults import DeviceFault
from devices.kinds import Answered, AnyEvent, Clock, Faulted
from devices.worker import Worker

JOIN_S = 3.0
"""Longest wait for a thread of ours to end; it is a daemon, and ends with the process."""
WATCH_S = 0.25
"""How often it is looked whether a driver hangs."""


class Rig:
    """The instruments of a configuration.

    ``emit`` is called from the instruments' threads, one call at a time: code reads, readings
    (a balance's five times a second), lights that changed, faults, and one ``Answered`` for each
    command. It must return soon and raise nothing.
    """

    def __init__(
        self,
        configs: Sequence[InstrumentConfig],
        emit: Callable[[AnyEvent], None],
        clock: Clock,
        decoder: Looks,
    ) -> None:
        """Make the drivers; nothing is opened yet. The decoder stays the caller's to close."""
        self._emit = emit
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="rig-watch", daemon=True)
        self._workers = {
            config.name: Worker(config, clock, self._one_at_a_time, decoder) for config in configs
        }

    def start(self) -> None:
        """Start all instruments."""
        for worker in self._workers.values():
            worker.start()
        self._watcher.start()

    def stop(self) -> None:
        """Stop all instruments; returns when their threads have ended, each in at most 3 s."""
        self._stopping.set()
        for worker in self._workers.values():
            worker.stop()
        for worker in self._workers.values():
            worker.join()
        self._watcher.join(JOIN_S)  # it may wait for whoever is told, who may wait for us

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_S):
            for worker in self._workers.values():
                worker.watch()

    def do(self, command: AnyCommand) -> None:
        """Ask an instrument for something; the answer comes as an ``Answered`` event."""
        worker = self._workers.get(command.name)
        if worker is not None:
            worker.do(command)
            return
        fault = DeviceFault("unknown-command", f"no instrument {command.name}")
        event = Faulted(name=command.name, code=fault.code, kind=fault.kind, detail=fault.detail)
        self._one_at_a_time(Answered(name=command.name, id=command.id, fault=event))

    def _one_at_a_time(self, event: AnyEvent) -> None:
        with self._turn:
            self._emit(event)
