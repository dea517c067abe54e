"""``lotbook-terminal doctor``: config, machine, records, line, instruments; each with its cure."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING

import msgspec

from devices.clock import SystemClock as InstrumentClock
from devices.decoder import Decoder
from devices.faults import FAULTS
from devices.rig import Rig
from forms.checkup import Finding, bad, body, good, worst
from sync.client import HttpSyncService
from sync.faults import Fault
from sync.file_lock import locked_file
from sync.key_place import InFile
from sync.time_source import time_quality
from terminal import doctor, doctor_work
from terminal.config import ConfigError, StationConfig, read_config
from terminal.devices_command import Looked
from terminal.enrol import KEY_FILE, load_key, server_verifier

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

SECONDS = 5.0
"""For which the instruments are driven."""


def run(options: argparse.Namespace, secret: bytes, sleep: Callable[[float], None]) -> int:
    """Exit code 0: all is well, 1: something wants attention, 2: something is broken."""
    try:
        config = read_config(options.config)
    except ConfigError as error:
        found, language = [_unusable(error)], options.language or error.language or "en"
    else:
        found, language = _found(config, options, secret, sleep), options.language
        language = language or config.station.language
    if options.json:
        sys.stdout.write(msgspec.json.encode(body(found)).decode() + "\n")
    else:
        for one in found:
            sys.stdout.writelines(f"{said}\n" for said in one.lines(language))
    return worst(found)


def _unusable(error: ConfigError) -> Finding:
    english, chinese = error.lines("en"), error.lines("zh_CN")
    return bad(
        "config", "broken",
        (" ".join(english[:-1]), "，".join(chinese[:-1])), (english[-1], chinese[-1]),
    )  # fmt: skip


def _found(
    config: StationConfig,
    options: argparse.Namespace,
    secret: bytes,
    sleep: Callable[[float], None],
) -> list[Finding]:
    now = InstrumentClock().now()
    around = doctor.Around(now, lambda: _free(config.data), time_quality(), os.environ)
    found = [
        good("config", f"{config.file} can be used.", f"{config.file} 可用。"),
        *doctor.look(config, around),
        *_work(config, secret, now),
    ]
    return [*found, *instruments(config, options.seconds or SECONDS, sleep)]


def _free(folder: Path) -> int:
    """Bytes free where the data directory is, or will be."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return disk_usage(there).free


def _work(config: StationConfig, secret: bytes, now: datetime) -> list[Finding]:
    """What the records say, and the server; with the station's own key."""
    try:
        server = server_verifier(config)
    except (ValueError, OSError) as error:
        return [doctor.faulty("server", Fault("server-key-unknown", str(error)))]
    found = doctor_work.look(config.database, server, now)
    if isinstance(config.key, InFile) and not (config.data / KEY_FILE).exists():
        return found  # which is named already, and without it nobody is to be asked
    try:
        signer = load_key(config, secret)
    except Fault as fault:
        return [*found, doctor.faulty("key", fault)]
    url, origin = config.server.url, config.station.origin
    with closing(HttpSyncService(url, signer, server=server)) as service:
        return [*found, doctor_work.line(url, lambda: service.head(origin))]


def instruments(
    config: StationConfig, seconds: float, sleep: Callable[[float], None]
) -> list[Finding]:
    """Every instrument and printer driven for a while; a running kiosk holds them itself."""
    if not config.instruments:
        return [good("instruments", "None is named.", "未配置仪器。")]
    lock = config.database.with_name(f"{config.database.name}.lock")
    try:
        held = locked_file(lock) if lock.parent.is_dir() else None
    except Fault:
        return [
            bad(
                "instruments", "attention",
                ("The kiosk runs and holds them.", "终端正在运行并占用仪器。"),
                ("Touch the status strip there, or stop the kiosk and run the doctor again.",
                 "请在终端触摸状态栏查看，或停止终端后再次运行本检查。"),
            )
        ]  # fmt: skip
    try:
        looked = Looked(config.instruments)
        with Decoder() as decoder:
            rig = Rig(config.instruments, looked, InstrumentClock(), decoder)
            rig.start()
            sleep(seconds)
            rig.stop()
    finally:
        if held is not None:
            held.close()
    return [_instrument(looked.row(one)) for one in config.instruments]


def _instrument(row: dict[str, str]) -> Finding:
    check = f"instrument {row['name']}"
    said = f"{row['driver']} {row['url']}: {row['state']} {row['value']}".strip()
    if row["state"] == "ready":
        return good(check, f"{said}.", f"{said}。")
    hint = FAULTS[row["code"]].hint if row["code"] in FAULTS else FAULTS["absent"].hint
    why = f"{said} {row['code']} {row['detail']}".strip()
    return bad(check, "broken", (why, why), (hint["en"], hint["zh_CN"]))
