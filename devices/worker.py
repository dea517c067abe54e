"""One instrument's thread: connects, steps, reconnects, and answers every command once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence

import msgspec

from devices.climb import Looks
from devices.commands import AnyCommand
from devices.config import InstrumentConfig
from devices.faults import DeviceFault
from devices.kinds import Answered, AnyEvent, Clock, Faulted, InstrumentState, Light, Reading
from devices.roles import Role, role_of

FIRST_BACKOFF_S = 0.25
LONGEST_BACKOFF_S = 2.0
_MOST_WAITING = 8
_MOST_FAULTS = 20
"""Faults in a row after which the line is opened anew."""

_SAME_FAULT_NS = 2_000_000_000
"""The same fault with the same bytes is reported again only after this time."""

_WORKED_NS = 5_000_000_000
"""A line that stayed open this long is opened anew without the long wait."""

HUNG_NS = 2_000_000_000
"""A step that takes longer hangs, in the system's or a library's code."""

_REOPEN = frozenset({"absent", "unplugged", "frame-too-long", "wrong-instrument"})


class Worker:
    """Supervises one instrument."""

    def __init__(
        self,
        config: InstrumentConfig,
        clock: Clock,
        emit: Callable[[AnyEvent], None],
        decoder: Looks,
    ) -> None:
        """Make the driver; a configuration that is not usable becomes the fault ``bad-config``."""
        self.config = config
        self._clock, self._emit = clock, emit
        self._commands: queue.Queue[AnyCommand | None] = queue.Queue(_MOST_WAITING)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=config.name, daemon=True)
        self._light: tuple[Light, str] = ("stopped", "")
        self._serial = ""
        self._faults = 0
        self._last: tuple[str, bytes, int] = ("", b"", 0)
        self._role: Role | None = None
        self._problem = ""
        self._stepping = threading.Lock()
        self._began_ns = 0
        """When the step under way began; 0: there is none, or it is known to hang."""
        self._hung = False
        try:
            self._role = role_of(config, clock, decoder)
        except ValueError as error:
            self._problem = str(error)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; returns at once."""
        self._stop.set()
        try:
            self._commands.put_nowait(None)  # wakes a thread that waits for a command
        except queue.Full:
            return

    def join(self) -> None:
        """Wait until it has ended, at most 3 s."""
        self._thread.join(3)

    def do(self, command: AnyCommand) -> None:
        """Take a command; too many waiting is the fault ``busy``."""
        try:
            self._commands.put_nowait(command)
        except queue.Full:
            self._refuse(command, DeviceFault("busy", "too many commands are waiting"))

    def _run(self) -> None:
        self._show("starting")
        if self._role is None:
            self._report(DeviceFault("bad-config", self._problem))
            while not self._stop.is_set():
                self._refuse_for(1.0)
        else:
            self._supervise(self._role)
        self._show("stopped")

    def _supervise(self, role: Role) -> None:
        backoff = FIRST_BACKOFF_S
        while not self._stop.is_set():
            try:
                self._serial = role.driver.open()
                self._show("ready")
                backoff = FIRST_BACKOFF_S if self._serve(role) else backoff
            except DeviceFault as fault:
                self._report(fault)
            role.driver.close()
            self._refuse_for(backoff)
            backoff = min(backoff * 2, LONGEST_BACKOFF_S)

    def _serve(self, role: Role) -> bool:
        """Step until the line must be opened anew; whether it had worked for a while."""
        since, self._faults = self._clock.monotonic_ns(), 0
        while not self._stop.is_set():
            try:
                self._command(role)
                self._step(role)
            except DeviceFault as fault:
                self._faults += 1
                self._report(fault, light=role.steady)
                if fault.code in _REOPEN or self._faults >= _MOST_FAULTS:
                    self._show(fault.known.light, fault.code)
                    return self._clock.monotonic_ns() - since > _WORKED_NS
        return True

    def _step(self, role: Role) -> None:
        events, hung = self._watched(role.step)
        for event in events:
            self._emit(self._named(event))
        if role.steady or events or hung:
            self._faults = 0
            self._show("ready")

    def _watched(self, step: Callable[[], Sequence[AnyEvent]]) -> tuple[Sequence[AnyEvent], bool]:
        """What the step brings, and whether it was said to hang meanwhile."""
        with self._stepping:
            self._began_ns, self._hung = self._clock.monotonic_ns(), False
        try:
            return step(), self._hung
        finally:
            with self._stepping:
                self._began_ns = 0

    def watch(self) -> None:
        """Say that a step hangs, once; called from another thread than the instrument's."""
        with self._stepping:
            began = self._began_ns
            if began and self._clock.monotonic_ns() - began > HUNG_NS:
                self._began_ns, self._hung = 0, True
                self._report(DeviceFault("no-answer", "its driver hangs"))

    def _named(self, event: AnyEvent) -> AnyEvent:
        """A reading says which instrument it is of, by the instrument's own word."""
        if not isinstance(event, Reading):
            return event
        return msgspec.structs.replace(event, serial_number=self._serial)

    def _command(self, role: Role) -> None:
        """Carry out one waiting command, waiting for it at most the role's pause."""
        command = self._next(role.pause_s)
        if command is None:
            return
        try:
            self._emit(role.do(command))
        except DeviceFault as fault:
            self._refuse(command, fault)
            if fault.code in _REOPEN:
                raise

    def _next(self, seconds: float) -> AnyCommand | None:
        try:
            if seconds:
                return self._commands.get(timeout=seconds)
            return self._commands.get_nowait()
        except queue.Empty:
            return None

    def _refuse_for(self, seconds: float) -> None:
        """Wait, while every command gets the present fault as its answer."""
        stop = self._clock.monotonic_ns() + int(seconds * 1e9)
        while self._clock.monotonic_ns() < stop and not self._stop.is_set():
            command = self._next(0.05)
            if command is not None:
                self._refuse(command, DeviceFault(self._light[1] or "absent"))

    def _refuse(self, command: AnyCommand, fault: DeviceFault) -> None:
        self._emit(
            Answered(name=self.config.name, id=command.id, fault=faulted(self.config, fault))
        )

    def _report(self, fault: DeviceFault, *, light: bool = True) -> None:
        now = self._clock.monotonic_ns()
        code, raw, at = self._last
        if (code, raw) != (fault.code, fault.raw) or now - at > _SAME_FAULT_NS:
            self._last = (fault.code, fault.raw, now)
            self._emit(faulted(self.config, fault))
        if light:
            self._show(fault.known.light, fault.code)

    def _show(self, light: Light, code: str = "") -> None:
        if self._light == (light, code):
            return
        self._light = (light, code)
        self._emit(
            InstrumentState(
                name=self.config.name,
                equipment_class=self.config.equipment_class,
                state=light,
                code=code,
                instrument=self.config.asset,
                since_ns=self._clock.monotonic_ns(),
                serial_number=self._serial,
            )
        )


def faulted(config: InstrumentConfig, fault: DeviceFault) -> Faulted:
    """The event that reports a fault of this instrument."""
    return Faulted(
        name=config.name,
        code=fault.code,
        kind=fault.kind,
        detail=fault.detail,
        raw=fault.raw,
        instrument=config.asset,
    )
