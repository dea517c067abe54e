"""What ties a station to this machine: the secret its key file is closed with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sync.pae import pae

if TYPE_CHECKING:
    from collections.abc import Mapping

MACHINE_ID = Path("/etc/machine-id")
CREDENTIAL = "lotbook.machine"
"""Name of the systemd credential that seals the key to a TPM, where the unit gives one."""


def machine_secret(environment: Mapping[str, str] | None = None) -> bytes:
    """The machine's id, the OS user and, where the unit gives it, a credential a TPM unseals.

    Without that credential this keeps a copied data folder from being used elsewhere, not a
    whole stolen disk: against that, encrypt the disk, use a TPM credential or a token.
    """
    given = (os.environ if environment is None else environment).get("CREDENTIALS_DIRECTORY", "")
    sealed = _bytes(Path(given) / CREDENTIAL) if given else b""
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    return pae("lotbook/machine-secret/1", _bytes(MACHINE_ID).strip(), user, sealed)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
