"""``lotbook-terminal``: the command line, and the kiosk's composition root."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from sync.clock import SystemClock
from terminal import board_system
from terminal.commands import arguments, run_command
from terminal.config import ConfigError, read_config
from terminal.kiosk import KioskWindow
from terminal.life import TICK_MS, Machine, Terminal
from terminal.machine import machine_marks, machine_secret
from terminal.words import other

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from terminal.config import StationConfig
    from terminal.views import Frame


class SystemTimes:
    """This machine's clocks, as the desk needs them; readings are stamped with the same."""

    def __init__(self) -> None:
        """Of this machine."""
        self._clock = SystemClock()

    def now(self) -> datetime:
        """Aware local time."""
        return datetime.now(UTC).astimezone()

    def monotonic_ns(self) -> int:
        """Nanoseconds that only go up."""
        return time.monotonic_ns()

    def elapsed_ns(self) -> int:
        """The same with the time the machine slept, where the system counts it."""
        return self._clock.monotonic_ns()


def run(options: argparse.Namespace) -> int:
    """The kiosk, until it is told to end."""
    application = QApplication(sys.argv[:1])
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: told.append(number))
    # Python sees a signal only when it runs: at least this often. Ending from here and not from
    # the handler, for an exit before the loop runs is lost. exit, not quit: quit asks every
    # window to close first, and the kiosk's says no.
    awake = QTimer()
    awake.timeout.connect(lambda: application.exit() if told else None)
    awake.start(TICK_MS)
    try:
        config = read_config(options.config)
    except ConfigError as error:
        return _unusable(application, error, options)
    return _live(application, config, options)


def _live(application: QApplication, config: StationConfig, options: argparse.Namespace) -> int:
    """The terminal's whole life."""
    marks = machine_marks()
    machine = Machine(SystemTimes(), random.SystemRandom().random, machine_secret(), marks)
    terminal = Terminal(config, machine, application.exit)
    sys.excepthook = lambda _kind, error, _trace: terminal.crashed(error)
    terminal.start()
    if options.screens or options.events:
        _watch(terminal, options)
    try:
        code = application.exec()
    finally:
        terminal.stop()
    return _unusable(application, terminal.refused, options) if terminal.refused else code


def _watch(terminal: Terminal, options: argparse.Namespace) -> None:
    """For the demo: pictures and an account of every screen."""
    from terminal.events import EventLog  # noqa: PLC0415 - only when asked for
    from terminal.screenshots import Screens  # noqa: PLC0415

    if options.screens:
        terminal.screens = Screens(options.screens, terminal.config.screen.theme)
    if options.events:
        terminal.events = EventLog(options.events)


class Unusable:
    """The configuration is wrong: says where and the cure, in the language that can be known."""

    def __init__(self, error: ConfigError, told: Callable[[Frame], None]) -> None:
        """``told`` gets every frame shown."""
        self._error, self._told = error, told
        chinese = os.environ.get("LC_ALL") or os.environ.get("LANG", "")
        self._language = error.language or ("zh_CN" if chinese.startswith("zh") else "en")
        self.window = KioskWindow(self._asked)

    def show(self) -> None:
        """Show it."""
        frame = board_system.unusable(self._language, self._error.lines(self._language))
        self.window.show_frame(frame)
        self._told(frame)

    def _asked(self, name: str, _params: dict[str, str]) -> None:
        """Nothing can be done here but reading it in the other language."""
        if name == "language":
            self._language = other(self._language)
            self.show()


def _unusable(application: QApplication, error: ConfigError, options: argparse.Namespace) -> int:
    """Say what is wrong with the configuration until somebody ends the program."""
    from terminal.events import EventLog  # noqa: PLC0415 - only when asked for
    from terminal.snapshot import Position  # noqa: PLC0415

    sys.stderr.write(f"{error}\n")
    log = EventLog(options.events) if options.events else None

    def told(frame: Frame) -> None:
        if log is not None:
            log.shown(frame, Position(), online=False, waiting=False)

    screen = Unusable(error, told)
    screen.show()
    screen.window.show()
    application.exec()
    screen.window.leave()
    if log is not None:
        log.close()
    return 2


def main(argv: Sequence[str] | None = None) -> int:
    """``lotbook-terminal``; exit code 0, 1 for a failure said in words, 2 for unusable input."""
    options = arguments(argv)
    if options.command == "run":
        return run(options)
    return run_command(options, time.sleep)


if __name__ == "__main__":
    sys.exit(main())
