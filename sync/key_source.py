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

    def _token(self, place: OnToken, file: str, name: str) -> Token:
        refused = RefusedPin(self.folder / f"{file}.pin-refused", self.machine_secret)
        where = TokenPlace(place.module, place.token, place.label or name)
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


def _pin_in(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise Fault("key-pin-missing", f"{path} can be read by others")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Fault("key-pin-missing", str(error)) from error
