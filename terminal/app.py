"""``lotbook-terminal``: the command line, and the kiosk's composition root."""

from __future__ import annotations

import random
import signal
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from terminal import board_system
from terminal.commands import arguments, machine_secret, run_command
from terminal.config import ConfigError, read_config
from terminal.kiosk import KioskWindow
from terminal.life import TICK_MS, Machine, Terminal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from terminal.config import StationConfig


class SystemTimes:
    """This machine's clocks, as the desk needs them; readings are stamped with the same."""

    def now(self) -> datetime:
        """Aware local time."""
        return datetime.now(UTC).astimezone()

    def monotonic_ns(self) -> int:
        """Nanoseconds that only go up."""
        return time.monotonic_ns()


def run(options: argparse.Namespace) -> int:
    """The kiosk, until it is told to end."""
    application = QApplication(sys.argv[:1])
    for number in (signal.SIGTERM, signal.SIGINT):
        # exit, not quit: quit asks every window to close first, and the kiosk's says no.
        signal.signal(number, lambda _number, _frame: application.exit())
    awake = QTimer()  # Python sees a signal only when it runs: at least this often
    awake.timeout.connect(lambda: None)
    awake.start(TICK_MS)
    try:
        config = read_config(options.config)
    except ConfigError as error:
        return _unusable(application, error)
    return _live(application, config, options)


def _live(application: QApplication, config: StationConfig, options: argparse.Namespace) -> int:
    """The terminal's whole life."""
    machine = Machine(SystemTimes(), random.SystemRandom().random, machine_secret())
    terminal = Terminal(config, machine, application.exit)
    sys.excepthook = lambda _kind, error, _trace: terminal.crashed(error)
    terminal.start()
    if options.screens or options.events:
        _watch(terminal, options)
    try:
        return application.exec()
    finally:
        terminal.stop()


def _watch(terminal: Terminal, options: argparse.Namespace) -> None:
    """For the demo: pictures and an account of every screen."""
    from terminal.events import EventLog  # noqa: PLC0415 - only when asked for
    from terminal.screenshots import Screens  # noqa: PLC0415

    if options.screens:
        terminal.screens = Screens(options.screens, terminal.config.screen.theme)
    if options.events:
        terminal.events = EventLog(options.events)


def _unusable(application: QApplication, error: ConfigError) -> int:
    """The configuration is wrong: say where and how to cure it, until somebody ends the program."""
    sys.stderr.write(f"{error}\n")
    window = KioskWindow(lambda _name, _params: None)
    window.show_frame(board_system.unusable("en", error.lines()))
    window.show()
    application.exec()
    window.leave()
    return 2


def main(argv: Sequence[str] | None = None) -> int:
    """``lotbook-terminal``; exit code 0, 1 for a failure said in words, 2 for unusable input."""
    options = arguments(argv)
    if options.command == "run":
        return run(options)
    return run_command(options, time.sleep)


if __name__ == "__main__":
    sys.exit(main())
