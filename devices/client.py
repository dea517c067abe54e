"""The kiosk's side of the instruments process: starts it, restarts it, passes events on. No Qt."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import IO, BinaryIO, cast

import msgspec

from devices.commands import AnyCommand
from devices.config import InstrumentConfig
from devices.faults import DeviceFault
from devices.kinds import Answered, AnyEvent, Faulted, InstrumentState
from devices.messages import RIG, read_line

COMMAND = (sys.executable, "-m", "devices.process")
RESTART_S = 0.5
_LONGEST_EVENT = 48 * 1024 * 1024


class RigClient:
    """Owns the instruments process.

    ``on_event`` is called from a reader thread (and from :meth:`send` when the process is down):
    hand events on to your own thread there. A process that dies is started again within a second,
    announced by ``Faulted(name="rig", code="instruments-restarted")``; commands it had not
    answered are answered with that fault (*ambiguous* ones are for a person to look at).
    """

    def __init__(
        self,
        configs: Sequence[InstrumentConfig],
        on_event: Callable[[AnyEvent], None],
        command: Sequence[str] = COMMAND,
    ) -> None:
        """Nothing is started yet. ``configs`` come from :func:`devices.config.read_configs`."""
        self._configs = tuple(configs)
        self._on_event = on_event
        self._command = tuple(command)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._pending: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="rig-client", daemon=True)
        self._events = msgspec.json.Decoder(AnyEvent)
        self.restarts = 0

    @property
    def pid(self) -> int:
        """Process id of the instruments process; 0 while there is none."""
        process = self._process
        return process.pid if process is not None else 0

    def start(self) -> None:
        """Start the process; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the process (at most 5 s, then by force)."""
        self._stopping.set()
        with self._lock:
            process = self._process
            if process is not None and process.stdin is not None:
                _close(process.stdin)
        if process is not None:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._thread.is_alive():
            self._thread.join(5)

    def send(self, command: AnyCommand) -> None:
        """Ask for something; exactly one ``Answered`` with its id comes back, whatever happens."""
        line = msgspec.json.encode(command) + b"\n"
        with self._lock:
            self._pending[command.id] = command.name
            pipe = self._process.stdin if self._process is not None else None
            try:
                if pipe is not None:
                    pipe.write(line)
                    pipe.flush()
                    return
            except (OSError, ValueError):
                # the process is gone: the answer below says so
                pipe = None
            self._pending.pop(command.id, None)
        self._answer(command.id, command.name)

    def _run(self) -> None:
        while not self._stopping.is_set():
            process = self._spawn()
            self._read(cast("BinaryIO", process.stdout))
            self._bury(process)
            if not self._stopping.wait(RESTART_S):
                self.restarts += 1

    def _spawn(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - our own program
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        setup = msgspec.json.encode({"instruments": self._configs}) + b"\n"
        with self._lock:
            try:
                pipe = cast("BinaryIO", process.stdin)
                pipe.write(setup)
                pipe.flush()
            except OSError:
                # it died at once: reading its output ends at once, and it is started again
                process.kill()
            self._process = process
            if self._stopping.is_set():
                _close(cast("BinaryIO", process.stdin))
        return process

    def _read(self, source: BinaryIO) -> None:
        while (line := read_line(source, _LONGEST_EVENT)) is not None:
            try:
                event = self._events.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                self._on_event(_rig_fault("garbled", str(error)))
                continue
            if isinstance(event, Answered):
                with self._lock:
                    known = self._pending.pop(event.id, None)
                if known is None:
                    continue
            self._on_event(event)

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        with self._lock:
            self._process = None
            pending, self._pending = self._pending, {}
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _close(pipe)
        for command_id, name in pending.items():
            self._answer(command_id, name)
        if self._stopping.is_set():
            return
        self._on_event(_rig_fault("instruments-restarted", f"exit {process.returncode}"))
        for config in self._configs:
            self._on_event(_lost(config))

    def _answer(self, command_id: str, name: str) -> None:
        fault = _rig_fault("instruments-restarted", "no answer")
        self._on_event(Answered(name=name, id=command_id, fault=fault))


def _rig_fault(code: str, detail: str) -> Faulted:
    fault = DeviceFault(code, detail)
    return Faulted(name=RIG, code=fault.code, kind=fault.kind, detail=fault.detail)


def _lost(config: InstrumentConfig) -> InstrumentState:
    return InstrumentState(
        name=config.name,
        equipment_class=config.equipment_class,
        state="absent",
        code="instruments-restarted",
        instrument=config.asset,
    )


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except (OSError, ValueError):
        # unsent bytes to a process that has gone: nothing to save
        return
