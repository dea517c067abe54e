"""The kiosk's life: window first, then station, instruments and link; and an orderly end.

Everything heavy is imported and opened on the writer thread after the first screen is shown.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from devices.wedge import Wedge
from sync.faults import Fault
from terminal import board_system
from terminal.config import ConfigError
from terminal.kiosk import KioskWindow
from terminal.rescue import code_of
from terminal.rescuer import Rescuer
from terminal.tasks import Lane, Mailbox, Rounds, Ticker, later
from terminal.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.client import RigClient
    from devices.commands import AnyCommand
    from devices.kinds import AnyEvent
    from terminal.capture_sign import Capture
    from terminal.config import StationConfig
    from terminal.desk import Times
    from terminal.desk_devices import Desk
    from terminal.events import EventLog
    from terminal.link import LinkLoop
    from terminal.screenshots import Screens
    from terminal.snapshot import Change, Snapshot
    from terminal.station import Opened
    from terminal.ui import Link
    from terminal.views import Frame

T = TypeVar("T")
TICK_MS = 250
CRASH_SHOWN_MS = 5_000
CRASHED = 70
"""Exit code after a mistake of ours: the watchdog starts the terminal again."""
REFUSED = 2
"""Exit code where the station file cannot be used."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What only this machine has: its clocks, its chance, its secret."""

    times: Times
    chance: Callable[[], float]
    secret: bytes
    marks: tuple[str, ...] = ()


class Terminal:
    """The kiosk with its threads; also the desk's doors."""

    def __init__(
        self, config: StationConfig, machine: Machine, leave: Callable[[int], None]
    ) -> None:
        """Build the window; open nothing yet. ``leave`` ends the program with an exit code."""
        self.config, self.machine, self._leave = config, machine, leave
        self.window = KioskWindow(
            self._dispatch,
            theme=config.screen.theme,
            text_scale=config.screen.text_percent / 100,
            full_screen=config.screen.full_screen,
            wedge=Wedge(config.wedge, machine.times),
            scanned=self._event,
        )
        if not config.screen.full_screen:
            self.window.resize(config.screen.width, config.screen.height)
        self.mailbox = Mailbox()
        self.writer = Lane("writer", self.mailbox, self.crashed)
        self.keys = Lane("keys", self.mailbox, self.crashed)
        self.outlet = Lane("instruments", self.mailbox, self.crashed)
        database, media = config.database, Path(config.station.media)
        self.rescuer = Rescuer(self.keys, self.mailbox, database, media, machine.times.now)
        self.desk: Desk | None = None
        self.rounds: Rounds | None = None
        self.link: LinkLoop | None = None
        self.rig: RigClient | None = None
        self.opened: Opened | None = None
        self.screens: Screens | None = None
        self.events: EventLog | None = None
        self.dead = False
        self.refused: ConfigError | None = None
        """What a driver has against the station file; the terminal ends with it."""
        self.timer = Ticker(self._tick, TICK_MS)

    def _dispatch(self, name: str, params: dict[str, str]) -> None:
        """A touch; before the station is open there is nothing to touch."""
        if self.desk is not None and not self.dead:
            self.desk.dispatch(name, params)

    # --- doors ---------------------------------------------------------------------------------

    def write(self, work: Callable[[Capture], T], done: Callable[[T | Fault], None]) -> None:
        """Run with the station on the writer thread."""
        opened = self.opened
        if opened is not None:
            self.writer.submit(lambda: work(opened.capture), done)

    def unlock(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run slow key work on its own thread."""
        self.keys.submit(work, done)  # type: ignore[arg-type]  # key work raises no Fault

    def send(self, command: AnyCommand) -> None:
        """Ask the instruments; their pipe may be full, so not from here."""
        rig = self.rig
        if rig is not None:
            self.outlet.submit(lambda: rig.send(command), lambda _: None)

    def show(self, frame: Frame) -> None:
        """Show, and tell who records screens."""
        desk = self.desk
        if self.dead or desk is None:
            return
        self.window.show_frame(frame)
        if self.screens is not None:
            self.screens.shown(self.window, frame, desk)
        if self.events is not None:
            online, waiting = desk.link.online, bool(desk.ui.waiting)
            self.events.shown(frame, desk.snapshot.position, online=online, waiting=waiting)

    def drain(self) -> None:
        """There is something new to send."""
        if self.rounds is not None:
            self.rounds.wake()

    def ask_server(self, path: str, done: Callable[[bytes | Fault], None]) -> None:
        """Ask on the network thread; without one there is no server to ask."""
        if self.link is None or self.rounds is None:
            no_server = Fault("server-key-unknown", "no server key")
            self.mailbox.post(lambda: done(no_server))
            return
        self.link.ask(path, lambda found: self.mailbox.post(lambda: done(found)))
        self.rounds.wake()

    # --- life ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Show the window, then open the station."""
        facts, words = self.config.station, Words(self.config.station.language)
        stage = board_system.starting(words)[1]
        self.window.show_frame(board_system.plain("starting", facts.language, facts.station, stage))
        self.window.show()
        for lane in (self.writer, self.keys, self.outlet):
            lane.start()
        later(lambda: self.writer.submit(self._opening, self._was_opened))

    def _opening(self) -> tuple[Opened, Change, LinkLoop | None] | ConfigError:
        """On the writer thread: everything heavy, the imports too."""
        import terminal.desk_devices  # noqa: F401, PLC0415 - after the first screen
        from sync.clock import SystemClock  # noqa: PLC0415
        from terminal.config_drivers import check_drivers  # noqa: PLC0415
        from terminal.station import make_link, open_station  # noqa: PLC0415

        try:
            check_drivers(self.config)
        except ConfigError as error:
            return error
        clock, machine = SystemClock(), self.machine
        opened = open_station(self.config, clock, machine.secret, machine.marks)
        change = opened.capture.start()
        link = make_link(opened, self.writer.call, clock, machine.chance)
        return opened, change, link

    def _was_opened(
        self, result: tuple[Opened, Change, LinkLoop | None] | ConfigError | Fault
    ) -> None:
        if isinstance(result, ConfigError):
            self.refused = result
            self._leave(REFUSED)
            return
        self.desk = self._make_desk()
        self.timer.start()
        if not isinstance(result, tuple):
            self.desk.started(result)
            return
        self.opened, change, link = result
        self.desk.started(change)
        self._start_rig()
        if link is not None:
            self._start_rounds(link)

    def _make_desk(self) -> Desk:
        from devices.registry import is_polled  # noqa: PLC0415
        from terminal.desk_devices import Desk  # noqa: PLC0415 - after the first screen
        from terminal.station import place_of  # noqa: PLC0415
        from terminal.ui import Live  # noqa: PLC0415

        facts = self.config.station
        there = self.config.instruments
        live = Live(
            classes={one.name: one.equipment_class for one in there},
            polled=frozenset(one.name for one in there if is_polled(one.driver)),
            configs={one.name: one for one in there},
        )
        lock_s = facts.idle_lock_minutes * 60
        return Desk(self, place_of(self.config), self.machine.times, live, facts.language, lock_s)

    def _start_rounds(self, link: LinkLoop) -> None:
        self.link = link
        self.rounds = Rounds(
            lambda stop: link.once(lambda: self._moved(link), stop),
            lambda: link.link.online,
            self.mailbox,
            self.crashed,
        )
        self.rounds.start()

    def _start_rig(self) -> None:
        from devices.client import RigClient  # noqa: PLC0415 - after the first screen

        if self.config.instruments:
            self.rig = RigClient(self.config.instruments, self._from_rig)
            self.rig.start()

    def _from_rig(self, event: AnyEvent) -> None:
        """On the rig's reader thread."""
        self.mailbox.post(lambda: self._event(event))

    def _event(self, event: AnyEvent) -> None:
        if self.desk is not None and not self.dead:
            self.desk.event(event)

    def _moved(self, link: LinkLoop) -> None:
        """On the network thread: counts, work documents or the link changed."""
        opened, state = self.opened, link.link
        if opened is None:
            return
        self.writer.submit(
            lambda: opened.capture.refresh().snapshot, lambda found: self._refreshed(found, state)
        )

    def _refreshed(self, found: Snapshot | Fault, link: Link) -> None:
        desk = self.desk
        if desk is None:
            return
        desk.link = link
        if isinstance(found, Exception):
            desk.failed(found)
            desk.show()
        else:
            desk.refreshed(found)

    def _tick(self) -> None:
        if not self.dead and self.desk is not None:
            self.desk.tick()

    def crashed(self, error: BaseException) -> None:
        """A mistake of ours: say so with a code, then end; the watchdog starts us again."""
        traceback.print_exception(error)
        if self.dead:
            return
        facts = self.config.station
        language = self.desk.ui.language if self.desk else facts.language
        station = facts.station
        self.window.show_frame(board_system.crash(language, station, code_of(error)))
        self.dead = True
        later(lambda: self._leave(CRASHED), CRASH_SHOWN_MS)

    def stop(self) -> None:
        """End everything in order; the session is closed in the records."""
        self.timer.stop()
        opened = self.opened
        if self.rounds is not None:
            self.rounds.end()
        if self.rig is not None:
            self.rig.stop()
        if opened is not None and not self.dead:
            language = self.desk.ui.language if self.desk else "en"
            self.writer.submit(
                lambda: opened.capture.sign_out("shutdown", language), lambda _: None
            )
        if opened is not None:
            self.writer.submit(opened.database.close, lambda _: None)
        for lane in (self.outlet, self.keys, self.writer):
            lane.end()
        if self.screens is not None:
            self.screens.close()
        if self.events is not None:
            self.events.close()
        self.window.leave()
