"""What ties a station to this machine: the secret its key file is closed with, and marks.

A data folder that was copied elsewhere does not open, for the key file is closed with the machine's
id and user. A whole disk takes the id along; so the log's first, signed entry also names marks of
the hardware, and a start on other hardware is refused (a tripwire that works offline; a disk image
that was put back on the same machine is found at the server's next answer instead).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sync.faults import Fault
from sync.pae import pae

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path("/")
MACHINE_ID = Path("etc/machine-id")
CREDENTIAL = "lotbook.machine"
"""Name of the systemd credential that seals the key to a TPM, where the unit gives one."""
_PRODUCT = Path("sys/class/dmi/id/product_uuid")
_CARDS = Path("sys/class/net")
_PERMANENT = b"0"
"""``addr_assign_type`` of an address that the card itself holds."""


def machine_secret(environment: Mapping[str, str] | None = None) -> bytes:
    """The machine's id, the OS user and, where the unit gives it, a credential a TPM unseals.

    Without that credential this keeps a copied data folder from being used elsewhere, not a
    whole stolen disk: against that, encrypt the disk, use a TPM credential or a token.
    """
    given = (os.environ if environment is None else environment).get("CREDENTIALS_DIRECTORY", "")
    sealed = _bytes(Path(given) / CREDENTIAL) if given else b""
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    return pae("lotbook/machine-secret/1", _bytes(ROOT / MACHINE_ID).strip(), user, sealed)


def machine_marks(root: Path = ROOT) -> tuple[str, ...]:
    """Digests that tell this machine from others: its id, its board, its network cards.

    They say nothing about what they were made from. What cannot be read is left out.
    """
    found = [("id", _bytes(root / MACHINE_ID).strip()), ("board", _bytes(root / _PRODUCT).strip())]
    cards = root / _CARDS
    for card in sorted(cards.iterdir()) if cards.is_dir() else ():
        real = (card / "device").exists()
        if real and _bytes(card / "addr_assign_type").strip() == _PERMANENT:
            found.append(("card", _bytes(card / "address").strip()))
    return tuple(_mark(kind, value) for kind, value in found if value)


def check_machine(body: Mapping[str, object], marks: tuple[str, ...]) -> None:
    """Compare with the marks in the body of a log's first entry; one that has none says nothing.

    The id must be the same, and of the hardware at least one piece: a card may be replaced, all
    of it at once is another machine. Raises Fault ``key-of-another-machine``.
    """
    told = body.get("machine")
    before = {str(one) for one in told} if isinstance(told, list) else set()
    kept = before & set(marks)
    for kinds in (("id",), ("board", "card")):
        known = {one for one in before if one.startswith(kinds)}
        if known and not known & kept:
            raise Fault("key-of-another-machine", f"the log was begun on other {kinds[-1]}s")


def _mark(kind: str, value: bytes) -> str:
    message = pae("lotbook/machine-mark/1", kind, value)
    return f"{kind}:{hashlib.blake2b(message, digest_size=8).hexdigest()}"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
