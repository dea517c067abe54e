"""Doors for what people write by hand: work masters, plans, station files, instrument lists."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from devices.commands import AnyCommand
from devices.config import read_configs
from forms.authoring import AuthoringErrors, read_master
from forms.codec import canonical, decode_master
from server.plan import read_plan
from server.plan_error import PlanError
from terminal.config import ConfigError, read_config
from tests.fuzz.doors.inputs import hurt, trees
from tests.fuzz.target import Check, Target, same
from tests.server.plant import MASTER, PLAN


def work_masters() -> Check:
    """A master's text is a master that survives its bytes, or errors with their places."""

    def check(data: bytes) -> bool:
        try:
            master = read_master(data.decode("utf-8", "replace"), "master.yaml")
        except AuthoringErrors as found:
            same("errors", bool(found.errors), True)
            return False
        same("again", decode_master(canonical(master)), master)
        return True

    return check


def plans() -> Check:
    """A plan is read, or PlanError."""
    file = Path(tempfile.mkdtemp()) / "plan.yaml"

    def check(data: bytes) -> bool:
        file.write_bytes(data)
        try:
            read_plan(file)
        except PlanError:
            return False
        return True

    return check


def station_files() -> Check:
    """A station's file is read, or ConfigError with words in both languages."""
    file = Path(tempfile.mkdtemp()) / "station.toml"

    def check(data: bytes) -> bool:
        file.write_bytes(data)
        try:
            read_config(file)
        except ConfigError as error:
            same("words", all((*error.lines("en"), *error.lines("zh_CN"))), True)
            return False
        return True

    return check


def instrument_lists() -> Check:
    """The first line of the instruments process, and its commands."""
    commands = msgspec.json.Decoder(AnyCommand)

    def check(data: bytes) -> bool:
        return _reads(lambda: commands.decode(data)) | _reads(
            lambda: read_configs(json.loads(data))
        )

    return check


def _reads(door: Callable[[], object]) -> bool:
    try:
        door()
    except (msgspec.DecodeError, ValueError, RecursionError):  # as devices.process catches them
        return False
    return True


_STATION = b"""[station]
origin = "lotbook.test/S1/ST-01/1"
work_units = ["WU-10", "WU-20"]
language = "zh_CN"
idle_lock_minutes = 10
[server]
url = "http://127.0.0.1:8080"
[screen]
full_screen = false
width = 1280
[[instruments]]
name = "balance"
equipment_class = "balance"
asset = "BAL-01"
driver = "mt_sics"
url = "socket://127.0.0.1:1"
settling = {count = 3, spread = "0.01"}
"""
_INSTRUMENTS = [
    [{"name": "balance", "equipment_class": "balance", "asset": "B", "driver": "mt_sics",
      "url": "socket://127.0.0.1:1", "options": {}, "settling": {"count": 3, "spread": "0.01"}}],
    {"type": "take_photo", "name": "camera"},
]  # fmt: skip
_YAML = (b"&a ", b"*a", b"!!python/object ", b": ", b"- ", b"\n  ", b"|\n", b"? ", b"---\n", b"'")

TARGETS = (
    Target("work-masters", 1, hurt([MASTER.encode()], _YAML), work_masters, 2_000),
    Target("plans", 1, hurt([PLAN.encode()], _YAML), plans, 2_000),
    Target("station-files", 8, hurt([_STATION], (b'"', b"[", b"]", b" = ", b"\n")), station_files),
    Target("instrument-lists", 15, trees(_INSTRUMENTS), instrument_lists),
)
