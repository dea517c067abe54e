"""Making and opening a program's own key, wherever it is: in a file or on a token."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sync.faults import Fault
from sync.key_file import FileSigner
from sync.key_place import KeyPlace, OnToken
from sync.pkcs11_signer import Pkcs11Signer, RefusedPin, Token, TokenPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync.ed25519 import Signer

_MOST_PIN = 256
NEXT, BEFORE = ".next", ".before"
"""Endings of the key to come and the one that went, while a key is changed."""


@dataclass(frozen=True, repr=False)
class KeyHolder:
    """What is needed to reach a program's keys, whatever their place. Shows nothing of it."""

    folder: Path
    """Data folder: key files, and the memory of refused PINs."""
    machine_secret: bytes
    random: Callable[[int], bytes]
    environment: Mapping[str, str]

    def load(self, place: KeyPlace, file: str, name: str) -> Signer:
        """The key ``name``, kept in ``file`` if it is in a file. Raises Fault, BadKey."""
        if isinstance(place, OnToken):
            return Pkcs11Signer(name, self._token(place, file, name))
        return FileSigner.load(self.folder / file, self.machine_secret)

    def create(self, place: KeyPlace, file: str, name: str) -> Signer:
        """Make it. Raises FileExistsError for a file; a token's key is taken if it is there."""
        if isinstance(place, OnToken):
            token = self._token(place, file, name)
            token.make_key()
            return Pkcs11Signer(name, token)
        return FileSigner.create(self.folder / file, name, self.machine_secret, self.random)

    def has(self, place: KeyPlace, file: str, name: str) -> bool:
        """Whether the key is there. Raises Fault."""
        if isinstance(place, OnToken):
            return self._token(place, file, name).exists()
        return (self.folder / file).exists()

    def move(self, place: KeyPlace, old: str, new: str, name: str) -> None:
        """Keep as ``new`` what is kept as ``old``; harmless if that was done. Raises Fault.

        A key that is kept as ``new`` already is never replaced.
        """
        if isinstance(place, OnToken):
            self._token(place, old, name).relabel(_label(place, new, name))
        elif (self.folder / old).exists() and not (self.folder / new).exists():
            (self.folder / old).rename(self.folder / new)

    def remove(self, place: KeyPlace, file: str, name: str) -> None:
        """Delete a key for good; harmless if it is gone. Raises Fault."""
        if isinstance(place, OnToken):
            self._token(place, file, name).destroy()
        else:
            (self.folder / file).unlink(missing_ok=True)

    def _token(self, place: OnToken, file: str, name: str) -> Token:
        base = file.removesuffix(NEXT).removesuffix(BEFORE)
        refused = RefusedPin(self.folder / f"{base}.pin-refused", self.machine_secret)
        where = TokenPlace(place.module, place.token, _label(place, file, name))
        return Token(where, lambda: self._pin(place), refused)

    def _pin(self, place: OnToken) -> str:
        """The PIN, read anew each time it is needed and kept nowhere."""
        if not place.pin_file:
            pin = self.environment.get(place.pin_variable, "") if place.pin_variable else ""
        else:
            pin = _pin_in(self.folder / place.pin_file)
        if not pin or len(pin) > _MOST_PIN:
            raise Fault("key-pin-missing", place.pin_file or place.pin_variable)
        return pin


def _label(place: OnToken, file: str, name: str) -> str:
    """The key's label on the token: its own, or that of the one to come or gone."""
    ending = next((one for one in (NEXT, BEFORE) if file.endswith(one)), "")
    return (place.label or name) + ending


def _pin_in(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise Fault("key-pin-missing", f"{path} can be read by others")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Fault("key-pin-missing", str(error)) from error
