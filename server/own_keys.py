"""The server's two signing keys, in files of its data folder or on a PKCS#11 token.

Without ``keys.toml`` both are in files. With it::

    prefix = "plant.example/S1"        # domain/site, as in the plan

    [server]                           # signs receipts and the global log
    kind = "pkcs11"
    module = "/usr/lib/softhsm/libsofthsm2.so"
    token = "lotbook"
    pin_file = "token.pin"

    [office]                           # signs the office's journal
    kind = "file"
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import msgspec

from server.hop import HopKey
from server.words import Refusal
from sync import files
from sync.key_file import FileSigner
from sync.key_place import InFile, KeyPlace
from sync.key_source import KeyHolder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sync.keys import Signer

PLACES, SECRET = "keys.toml", "machine.secret"
SERVER_KEY, OFFICE_KEY = "server.key", "office.key"


class Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the keys are; see the module."""

    prefix: str = ""
    """``domain/site``: the start of both keys' names; needed for keys on a token."""
    server: KeyPlace = InFile()
    office: KeyPlace = InFile()


class OwnKeys:
    """Makes and opens them."""

    def __init__(
        self, folder: Path, random: Callable[[int], bytes], environment: Mapping[str, str]
    ) -> None:
        """In ``folder``; ``environment`` may hold a token's PIN."""
        self._folder, self._random, self._environment = folder, random, environment

    def make(self, prefix: str) -> None:
        """Make what is not there; Refusal if ``keys.toml`` is of another site."""
        places = self._places()
        if places.prefix not in {"", prefix}:
            raise Refusal("keys-unfit", why=f"prefix is {places.prefix}, the plan says {prefix}")
        files.create(self._folder / SECRET, self._random(32))
        holder = self._holder()
        holder.create(places.server, SERVER_KEY, f"{prefix}/LOG/1")
        holder.create(places.office, OFFICE_KEY, f"{prefix}/OFFICE/1")

    def open(self) -> tuple[Signer, Signer]:
        """The server's key and the office's. Raises Refusal, Fault, BadKey."""
        places, holder = self._places(), self._holder()
        return (
            self._opened(holder, places.server, SERVER_KEY, f"{places.prefix}/LOG/1"),
            self._opened(holder, places.office, OFFICE_KEY, f"{places.prefix}/OFFICE/1"),
        )

    def hop_key(self) -> HopKey:
        """What servers of one plant prove themselves to each other with. Raises Refusal."""
        return HopKey(self._secret())

    def secret(self) -> bytes:
        """The machine's secret: what else this server alone may read is closed with it."""
        return self._secret()

    def _opened(self, holder: KeyHolder, place: KeyPlace, file: str, name: str) -> Signer:
        if isinstance(place, InFile):  # the file says its name itself
            return FileSigner.load(self._folder / file, holder.machine_secret)
        return holder.load(place, file, name)

    def _holder(self) -> KeyHolder:
        return KeyHolder(self._folder, self._secret(), self._random, self._environment)

    def _secret(self) -> bytes:
        try:
            return (self._folder / SECRET).read_bytes()
        except OSError as error:
            raise Refusal("no-data", path=str(self._folder)) from error

    def _places(self) -> Places:
        try:
            text = (self._folder / PLACES).read_text(encoding="utf-8")
            places = msgspec.convert(tomllib.loads(text), Places)
        except FileNotFoundError:
            return Places()
        except (OSError, ValueError, RecursionError) as error:  # not UTF-8, not TOML, other keys
            raise Refusal("keys-unfit", why=str(error)) from error
        on_token = not (isinstance(places.server, InFile) and isinstance(places.office, InFile))
        if on_token and places.prefix.count("/") != 1:
            raise Refusal("keys-unfit", why="prefix: write domain/site, as in the plan")
        return places
