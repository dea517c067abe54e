"""Enrolling a station: it makes its key, proves that it holds it, and waits for two persons."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

import nacl.utils

from sync import files
from sync.faults import Fault
from sync.key_place import InFile
from sync.key_source import BEFORE, NEXT, KeyHolder
from sync.keys import Verifier
from sync.protocol import Enrolment, encode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sync.keys import Signer
    from sync.protocol import Head
    from terminal.config import StationConfig

KEY_FILE, VKEY_FILE, REQUEST_FILE = "station.key", "server.vkey", "enrolment.json"
REASONS = ("disk-lost", "old-copy", "copied", "revoked", "moved")
"""Why an epoch ends and another begins: words for the record."""
WAITING = frozenset(
    {"station-not-enrolled", "session-refused", "server-unreachable", "server-busy", "answer-lost"}
)
"""Faults that may pass while two persons approve."""


KEY_NEXT, KEY_BEFORE = f"{KEY_FILE}{NEXT}", f"{KEY_FILE}{BEFORE}"
"""The key to come and the one that went, while a change of key is under way."""
KEY_CHANGING = f"{KEY_FILE}.changing"
"""Stands while a change of key is under way, wherever the keys are."""


def unfinished(folder: Path) -> bool:
    """Whether a change of key was interrupted in this data folder."""
    return any((folder / name).exists() for name in (KEY_CHANGING, KEY_NEXT, KEY_BEFORE))


class EnrolService(Protocol):
    """The part of ``sync.client.HttpSyncService`` that enrolment needs."""

    def enrol(self, station: str) -> None:
        """Ask to be enrolled."""

    def head(self, origin: str) -> Head:
        """What the server keeps of this log: answered only to enrolled stations."""


def station_key(config: StationConfig, machine_secret: bytes) -> Signer:
    """The station's key, made at the first call. Raises Fault, BadKey."""
    files.make_folder(config.data)
    if isinstance(config.key, InFile) and (config.data / KEY_FILE).exists():
        return load_key(config, machine_secret)
    return key_holder(config, machine_secret).create(config.key, KEY_FILE, config.station.origin)


def load_key(config: StationConfig, machine_secret: bytes) -> Signer:
    """The station's key, made before. Raises Fault, BadKey."""
    return key_holder(config, machine_secret).load(config.key, KEY_FILE, config.station.origin)


def key_holder(config: StationConfig, machine_secret: bytes) -> KeyHolder:
    """The way to the station's keys, wherever they are."""
    return KeyHolder(config.data, machine_secret, nacl.utils.random, os.environ)


def keep_server_key(config: StationConfig, vkey: str) -> None:
    """Store the server's verifier key that a person brought. Raises BadKey."""
    text = Verifier.parse(vkey.strip()).vkey + "\n"
    files.replace(config.data / VKEY_FILE, text.encode())


def server_verifier(config: StationConfig) -> Verifier | None:
    """The server's key, from the configuration or from enrolment; None if it is not known."""
    stored = config.data / VKEY_FILE
    text = config.server.vkey
    if not text and stored.exists():
        text = stored.read_text(encoding="utf-8").strip()
    return Verifier.parse(text) if text else None


def write_request(config: StationConfig, signer: Signer) -> Path:
    """The request as a file, for servers that are reached by carrying it."""
    path = config.data / REQUEST_FILE
    request = Enrolment.make(config.station.station, signer.name, signer)
    files.replace(path, encode(request) + b"\n")
    return path


def await_approval(
    service: EnrolService, origin: str, seconds: float, sleep: Callable[[float], None]
) -> bool:
    """Ask until the server lets the station in, at most ``seconds``; whether it did."""
    waited = 0.0
    while True:
        try:
            service.head(origin)
        except Fault as fault:
            if fault.code not in WAITING:
                raise
        else:
            return True
        if waited >= seconds:
            return False
        sleep(0.5)
        waited += 0.5
