"""The command line's other commands: enrol, restore, cards, parse-code, read-code… No Qt."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.config import ConfigError, read_config
from terminal.machine import machine_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from terminal.config import StationConfig

_ABOUT = "A station: its kiosk, its key, its instruments, and what is printed for it."
DEFAULT_CONFIG = Path("station.toml")
REASONS = ("disk-lost", "old-copy", "copied", "revoked", "moved")
"""Why a station goes on in the next epoch."""


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line, read."""
    parser = argparse.ArgumentParser(prog="lotbook-terminal", description=_ABOUT)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the kiosk")
    run.add_argument("--screens", type=Path, metavar="DIR", help="save every new screen as PNG")
    run.add_argument("--events", type=Path, metavar="FILE", help="tell every screen, as JSON lines")
    enrol = commands.add_parser("enrol", help="make the station's key and ask to be enrolled")
    enrol.add_argument("--server-vkey", default="", help="the server's key, from its administrator")
    enrol.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="for approval")
    enrol.add_argument("--offline", action="store_true", help="only write the request file")
    export = commands.add_parser("export-journal", help="write every record here as a file")
    export.add_argument("out", type=Path, help="a new folder, on another medium")
    export.add_argument("--no-attachments", action="store_true", help="leave photos and files out")
    again = commands.add_parser("restore", help="go on in the next epoch after a lost or old disk")
    again.add_argument("--person", required=True, help="who restores it: id of a person")
    again.add_argument("--reason", required=True, choices=REASONS, help="why; stands in the log")
    again.add_argument("--server-vkey", default="", help="the server's key, from its administrator")
    again.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="for approval")
    changed = commands.add_parser("rotate", help="change the station's key; end the kiosk first")
    healed = commands.add_parser("heal", help="fetch damaged records back; end the kiosk first")
    looked, ill = _looking(commands)
    for each in (run, enrol, export, again, changed, healed, looked, ill):
        each.add_argument("--config", type=Path, default=DEFAULT_CONFIG, metavar="FILE")
    cards = commands.add_parser("cards", help="print badges and the command sheet")
    cards.add_argument("--out", "-o", type=Path, default=Path("cards"), metavar="DIR")
    cards.add_argument(
        "--badge", action="append", default=[], metavar="CODE=NAME[=ROLE]", help="a badge to print"
    )
    card = commands.add_parser("test-card", help="print the card that shows how a scanner is set")
    card.add_argument("--out", "-o", type=Path, default=Path("test-card.pdf"), metavar="FILE")
    drawn = commands.add_parser("label", help="draw the label of a work master")
    drawn.add_argument("file", type=Path, metavar="WORK-MASTER.yaml")
    drawn.add_argument("--copy", type=int, default=1, help="2 and more show the reprint mark")
    drawn.add_argument("--out", "-o", type=Path, default=Path("label.png"), metavar="FILE")
    parsed = commands.add_parser("parse-code", help="say what codes mean, as JSON lines")
    parsed.add_argument("files", nargs="*", type=Path, metavar="FILE", help="or standard input")
    parsed.add_argument("--aim", default="", metavar="]d2", help="the symbology of all lines")
    read = commands.add_parser("read-code", help="read the codes in pictures; one JSON line a file")
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")
    read.add_argument("--frames", type=int, default=0, metavar="N", help="looks at each (6)")
    recorded = commands.add_parser(
        "record", help="keep what passes on an instrument's line; end the kiosk first"
    )
    recorded.add_argument("port", metavar="PORT", help="its url, as in the station file")
    recorded.add_argument("--driver", default="", help="asks by it; without one it only listens")
    recorded.add_argument(
        "--option", action="append", default=[], metavar="KEY=VALUE", help="of the driver"
    )
    recorded.add_argument("--seconds", type=float, default=10.0, help="for how long")
    recorded.add_argument("--out", "-o", type=Path, default=Path("conversation.jsonl"))
    commands.add_parser("instruments", help="the instruments process (started by the kiosk)")
    commands.add_parser("decoder", help="the code decoder (started by the instruments)")
    return parser.parse_args(argv)


def _looking(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """``devices`` and ``doctor``: what says how a station does."""
    looked = commands.add_parser("devices", help="drive the instruments and say how each does")
    looked.add_argument("--seconds", type=float, help="for how long (5); with --scan-test (30)")
    looked.add_argument(
        "--scan-test", default="", metavar="NAME", help="test a scanner, or keyboard"
    )
    looked.add_argument("--json", action="store_true", help="a JSON line for each instrument")
    ill = commands.add_parser("doctor", help="what is wrong with the station, and how to cure it")
    ill.add_argument("--seconds", type=float, help="drive the instruments for so long (5)")
    ill.add_argument("--json", action="store_true", help="for a program")
    ill.add_argument("--language", choices=("en", "zh_CN"), default="", help="the station's own")
    return looked, ill


def run_command(options: argparse.Namespace, sleep: Callable[[float], None]) -> int:
    """Any command but ``run``; ``sleep`` waits seconds."""
    try:
        commands: dict[str, Callable[[], int]] = {
            "enrol": lambda: enrol(options, sleep),
            "restore": lambda: restore(options, sleep),
            "rotate": lambda: rotate(options),
            "heal": lambda: heal(options),
            "cards": lambda: cards(options),
            "test-card": lambda: test_card(options),
            "label": lambda: label(options),
            "parse-code": lambda: parse_code(options),
            "read-code": lambda: read_code(options),
            "devices": lambda: devices(options, sleep),
            "doctor": lambda: doctor(options, sleep),
            "record": lambda: record(options, sleep),
        }
        if options.command in commands:
            return commands[options.command]()
        if options.command == "export-journal":
            return export_journal(options)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return _child(options.command)


def _child(command: str) -> int:
    """The processes that the kiosk starts by itself; here for looking at them by hand."""
    if command == "instruments":
        from devices import process  # noqa: PLC0415 - only this command needs it

        return process.main()
    from devices import decoder_worker  # noqa: PLC0415 - only this command needs it

    decoder_worker.main()
    return 0


def read_code(options: argparse.Namespace) -> int:
    """Read the codes in picture files."""
    from devices.decoder import Decoder  # noqa: PLC0415 - only this command needs it
    from terminal.read_code import DEADLINE_S, read_files  # noqa: PLC0415

    with Decoder(deadline_s=DEADLINE_S) as decoder:
        return read_files(options.files, options.frames, decoder, sys.stdout.write)


def label(options: argparse.Namespace) -> int:
    """Draw a work master's label."""
    from terminal import label_command  # noqa: PLC0415 - only this command needs it

    return label_command.label(options)


def cards(options: argparse.Namespace) -> int:
    """Write badges and command sheets."""
    from terminal.cards import Holder, write_cards  # noqa: PLC0415 - only this command needs it

    holders = []
    for given in options.badge:
        badge, _, rest = given.partition("=")
        name, _, role = rest.partition("=")
        holders.append(Holder(name or badge, badge, role))
    for path in write_cards(options.out, holders):
        sys.stdout.write(f"{path}\n")
    return 0


def test_card(options: argparse.Namespace) -> int:
    """Write the scanner test card."""
    from devices.scan_card import write  # noqa: PLC0415 - only this command needs it

    try:
        write(options.out)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{options.out}\n")
    return 0


def parse_code(options: argparse.Namespace) -> int:
    """Say what the codes in files or on standard input mean."""
    from terminal.parse_command import run  # noqa: PLC0415 - only this command needs it

    return run(options.files, options.aim)


def enrol(options: argparse.Namespace, sleep: Callable[[float], None]) -> int:
    """Make the key, ask, wait; says what to do next."""
    from sync.client import HttpSyncService  # noqa: PLC0415 - only this command needs it
    from sync.faults import Fault  # noqa: PLC0415
    from sync.keys import BadKey, Verifier  # noqa: PLC0415
    from terminal import enrol as steps  # noqa: PLC0415

    config = read_config(options.config)
    try:
        signer = steps.station_key(config, machine_secret())
        if options.server_vkey:
            steps.keep_server_key(config, options.server_vkey)
        request = steps.write_request(config, signer)
        sys.stdout.write(f"request: {request}\nvkey: {Verifier.of(signer).vkey}\n")
        if options.offline:
            return 0
        service = HttpSyncService(config.server.url, signer, server=steps.server_verifier(config))
        service.enrol(config.station.station)
        sys.stdout.write("asked: two persons, administrator and quality, must approve it now\n")
        approved = not options.wait or steps.await_approval(
            service, signer.name, options.wait, sleep
        )
    except (Fault, BadKey) as error:
        hint = f" {error.hint['en']} {error.hint['zh_CN']}" if isinstance(error, Fault) else ""
        sys.stderr.write(f"{error}.{hint}\n")
        return 1
    return _enrolled(config, approved=approved, waited=bool(options.wait))


def export_journal(options: argparse.Namespace) -> int:
    """Write the station's journal as plain files; works beside a running kiosk, writes nothing."""
    from sync.export_folder import NotAnExport  # noqa: PLC0415 - only this command needs it
    from sync.faults import Fault  # noqa: PLC0415
    from sync.journal_export import export_journal as write  # noqa: PLC0415
    from sync.journal_source import DatabaseJournal  # noqa: PLC0415
    from sync.sqlite import reading  # noqa: PLC0415

    config = read_config(options.config)
    with_files = not options.no_attachments
    try:
        with reading(config.database) as connection:
            count = write(DatabaseJournal(connection), options.out, attachments=with_files)
    except (Fault, NotAnExport, OSError) as error:
        hint = f" {error.hint['en']} {error.hint['zh_CN']}" if isinstance(error, Fault) else ""
        sys.stderr.write(f"{error}.{hint}\n")
        return 1
    sys.stdout.write(f"{count} records written to {options.out}\n")
    return 0


def restore(options: argparse.Namespace, sleep: Callable[[float], None]) -> int:
    """Set the old epoch aside, enrol the next, fetch the records back; says what came of it."""
    from terminal.restore_command import restore as run  # noqa: PLC0415 - only this command

    return run(options, read_config(options.config), machine_secret(), sleep)


def devices(options: argparse.Namespace, sleep: Callable[[float], None]) -> int:
    """Look at the instruments of a station file; the kiosk must not hold them meanwhile."""
    from terminal.config_drivers import check_drivers  # noqa: PLC0415 - only this command
    from terminal.devices_command import devices as run  # noqa: PLC0415
    from terminal.scan_test_command import scan_test  # noqa: PLC0415

    config = read_config(options.config)
    check_drivers(config)
    configs = config.instruments
    if options.scan_test:
        return scan_test(options, configs, sys.stdout.write, sys.stdin)
    return run(options, configs, sleep)


def doctor(options: argparse.Namespace, sleep: Callable[[float], None]) -> int:
    """Say what is wrong with the station and how to cure it."""
    from terminal.doctor_command import run as look  # noqa: PLC0415 - only this command needs it

    return look(options, machine_secret(), sleep)


def record(options: argparse.Namespace, sleep: Callable[[float], None]) -> int:
    """Record a conversation with an instrument."""
    from terminal.devices_command import record as run  # noqa: PLC0415 - only this command

    return run(options, sleep)


def rotate(options: argparse.Namespace) -> int:
    """Change the station's key; the kiosk must not run meanwhile."""
    from terminal.rotate_command import rotate as run  # noqa: PLC0415 - only this command

    return run(read_config(options.config), machine_secret())


def heal(options: argparse.Namespace) -> int:
    """Fetch damaged records back from the server; the kiosk must not run meanwhile."""
    from terminal.heal_command import heal as run  # noqa: PLC0415 - only this command

    return run(read_config(options.config), machine_secret())


def _enrolled(config: StationConfig, *, approved: bool, waited: bool) -> int:
    """Say how it stands."""
    from terminal.enrol import server_verifier  # noqa: PLC0415 - only this command needs it

    if not approved:
        sys.stderr.write("not approved yet; run the same command again later\n")
        return 1
    if waited:
        sys.stdout.write("enrolled\n")
    if server_verifier(config) is None:
        sys.stdout.write("the server's key is missing: give it with --server-vkey\n")
    return 0
