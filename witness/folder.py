"""The data folder of a witness: its key and its memory; made by ``init``, opened by all else.

``witness.key``     its signing key, mode 0600, closed with ``machine.secret``
``witness.db``      the newest checkpoint cosigned of each log
``refused/``        checkpoints a log signed that do not continue what it showed before
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from sync.keyring import UnusableKeys, read_keys
from sync.keys import FileSigner, Signer, Verifier
from sync.sqlite import Database, open_database
from sync.succession import epoch_of
from witness.judge import Trusted
from witness.memory import Memory
from witness.words import Trouble

KEY, DATABASE, SECRET, EVIDENCE = "witness.key", "witness.db", "machine.secret", "refused"
_NAME = re.compile(r"[!-*,-~]{1,255}")
"""Printable ASCII without blanks and plus."""
_MOST_KEYS_BYTES = 4 * 1024 * 1024


def make(path: Path, name: str, random: Callable[[int], bytes]) -> Signer:
    """Make a witness's key and its empty memory. Raises Trouble or OSError."""
    if _NAME.fullmatch(name) is None:
        raise Trouble("bad-name", name=name)
    path.mkdir(parents=True, exist_ok=True)
    if any((path / one).exists() for one in (KEY, DATABASE, SECRET)):
        raise Trouble("exists", path=path)
    secret = random(32)
    handle = os.open(path / SECRET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    signer = FileSigner.create(path / KEY, name, secret, random)
    database = open_database(path / DATABASE)
    Memory(database)
    database.close()
    return signer


def key(path: Path) -> Signer:
    """The witness's key. Raises Trouble or Fault."""
    try:
        secret = (path / SECRET).read_bytes()
    except OSError as error:
        raise Trouble("no-data", path=path) from error
    return FileSigner.load(path / KEY, secret)


def database(path: Path) -> Database:
    """The witness's memory, for this process alone. Raises Trouble or Fault.

    A memory that is missing is not made anew: a witness that forgot would cosign anything.
    """
    if not (path / DATABASE).exists():
        raise Trouble("no-data", path=path)
    return open_database(path / DATABASE)


def trusted(path: Path, also: Sequence[str] = ()) -> Trusted:
    """The logs to witness: the ``server`` lines of a keys file. Raises Trouble.

    ``also``: later names of such logs, which this witness's administrator agrees to.
    """
    try:
        with path.open("rb") as file:
            ring = read_keys(file.read(_MOST_KEYS_BYTES).decode())
    except (OSError, UnicodeDecodeError, UnusableKeys) as error:
        raise Trouble("bad-logs", path=path, why=error) from error
    known = {name: keys for (purpose, name), keys in ring.keys.items() if purpose == "server"}
    return known | {later: _keys_of(later, known, path) for later in also}


def _keys_of(later: str, known: Trusted, path: Path) -> Sequence[Verifier]:
    for first, keys in known.items():
        if epoch_of(later, first):
            return keys
    raise Trouble("bad-logs", path=path, why=f"it has no log of which {later} is a later name")
