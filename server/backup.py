"""Encrypted backup of a server's data, while it runs, and putting one back.

In it: both databases (a consistent copy each, by SQLite's backup interface), the attachments, the
public keys and a manifest of digests. Not in it: the server's signing keys and the machine secret.
They are kept apart and handed in at the restore: who has the backup and its key can read, not sign.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import msgspec

from server.derived import Derived, derived
from server.folder import KEYS, OFFICE
from server.mirrors import FILE as MIRRORS
from server.own_keys import OFFICE_KEY, PLACES, SECRET, SERVER_KEY
from server.recovery.target import MARK
from server.room import take_room
from server.store.opening import DATABASE, copy_store, is_there
from server.words import Refusal
from sync import files
from sync.keys import FileSigner, Verifier
from sync.sealed_stream import BadSeal, OpeningReader, SealingWriter
from sync.sqlite import copy_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

MANIFEST, ATTACHMENTS = "manifest.json", "attachments"
OWN = (SERVER_KEY, OFFICE_KEY, SECRET, PLACES, MIRRORS)
"""What is kept apart."""
_MOST_MANIFEST = 512 * 1024 * 1024
_HALF = ".new"
"""A photo that is not whole yet ends so; backups of earlier versions may hold one."""
_HELD = re.compile(
    rf"{re.escape(DATABASE)}|{re.escape(OFFICE)}|{re.escape(KEYS)}"
    rf"|{ATTACHMENTS}/[0-9a-f]{{2}}/[0-9a-f]{{64}}(?:{re.escape(_HALF)})?"
)
"""Names of all that a backup may bring: whoever knows the public key can make one."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first member: what follows."""

    made_at: str
    server: str
    """The server's verifier key (vkey): whose data this is."""
    files: dict[str, str]
    """SHA-256 by name."""


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that was opened again after it was written."""

    manifest: Manifest
    checked: Derived
    sha256: str
    """Of the file."""
    size: int
    """Its bytes."""


def make_backup(
    data: Path, out: Path, public: str, now: datetime, random: Callable[[int], bytes]
) -> Made:
    """Write the backup of the folder ``data`` to the file ``out``; the server may be running.

    It is not there until it was opened again, and its roots derived and compared.

    Raises Refusal ``exists`` and ``no-data``, BadSeal for a wrong ``public`` key, Fault, OSError.
    """
    if not is_there(data):
        raise Refusal("no-data", path=str(data))
    if out.exists():
        raise Refusal("exists", what="file", name=str(out))
    take_room(data, (DATABASE, OFFICE), 2)  # a copy, and what is opened again
    with _copies(data) as (beside, found):
        digests = {name: _digest(path) for name, path in found.items()}
        server = found[KEYS].read_text(encoding="utf-8").split("\n", 1)[0].split(" ")[-1]
        manifest = Manifest(made_at=now.isoformat(), server=server, files=digests)
        fresh = out.with_name(f"{out.name}.part")
        with fresh.open("wb") as file:
            writer = SealingWriter(file, public, random)
            _pack(writer, manifest, found)
            writer.close()
            os.fsync(file.fileno())
        checked = _checked(fresh, writer.key, manifest, beside / "opened")
        files.rename(fresh, out)
    return Made(manifest=manifest, checked=checked, sha256=_digest(out), size=out.stat().st_size)


def _checked(file: Path, key: bytes, manifest: Manifest, beside: Path) -> Derived:
    """Open what was written, from the disk, and derive its roots again. Refusal if it differs."""
    beside.mkdir(mode=0o700)
    try:
        with file.open("rb") as source:
            found = _unpack(OpeningReader(source, key=key), beside, keep=frozenset({DATABASE}))
    except (BadSeal, tarfile.TarError, msgspec.MsgspecError) as error:
        raise Refusal("backup-unfit", why=str(error)) from error
    if found != manifest:
        raise Refusal("backup-unfit", why="the manifest is another")
    return derived(beside / DATABASE)


@contextmanager
def _copies(data: Path) -> Iterator[tuple[Path, dict[str, Path]]]:
    """Every file to keep, by its name; of what the server changes meanwhile copies beside it."""
    beside = data / "backup.tmp"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    try:
        # The office last: what it has more is sent again, what it had less would be a rollback.
        copy_store(data, beside / DATABASE)
        copy_database(data / OFFICE, beside / OFFICE)
        shutil.copyfile(data / KEYS, beside / KEYS)
        found = {name: beside / name for name in (DATABASE, OFFICE, KEYS)}
        for path in sorted((data / ATTACHMENTS).glob("*/*")):
            name = path.relative_to(data).as_posix()
            if _HELD.fullmatch(name) and path.suffix != _HALF:
                found[name] = path
        yield beside, found
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(writer: SealingWriter, manifest: Manifest, found: dict[str, Path]) -> None:
    sink = cast("IO[bytes]", writer)  # tarfile's stream mode asks for write alone
    with tarfile.open(mode="w|", fileobj=sink, format=tarfile.PAX_FORMAT) as tar:
        text = msgspec.json.encode(manifest)
        head = tarfile.TarInfo(MANIFEST)
        head.size = len(text)
        tar.addfile(head, io.BytesIO(text))
        for name, path in found.items():
            tar.add(path, name, recursive=False)


def restore(file: Path, data: Path, secret: str, own_keys: Path) -> Manifest:
    """Put a backup back into the new folder ``data``, with the server's keys from ``own_keys``.

    Nothing remains of one that is not whole. It is marked before anything lies there: cut off at
    any moment, it never signs without asking whether it is older than what it signed. Raises
    Refusal ``exists``, ``backup-unfit``, Fault, OSError.
    """
    if data.exists() and any(data.iterdir()):
        raise Refusal("exists", what="folder", name=str(data))
    files.make_folder(data)
    try:
        files.create(data / MARK, b"")
        with file.open("rb") as source:
            manifest = _unpack(OpeningReader(source, secret), data)
        _own_keys(own_keys, data)
        _fitting(data, manifest)
        files.settle(data)
    except (BadSeal, tarfile.TarError, msgspec.MsgspecError) as error:
        _empty(data)
        raise Refusal("backup-unfit", why=str(error)) from error
    except BaseException:
        _empty(data)
        raise
    return manifest


def _unpack(reader: OpeningReader, data: Path, keep: frozenset[str] | None = None) -> Manifest:
    """What was packed, its digests compared; into ``data`` all, or those to ``keep``."""
    seen: dict[str, str] = {}
    manifest: Manifest | None = None
    source = cast("IO[bytes]", reader)  # tarfile's stream mode asks for read alone
    with tarfile.open(mode="r|", fileobj=source) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            if content is None:
                raise BadSeal(f"{member.name} is no file")
            if manifest is None:
                text = content.read(_MOST_MANIFEST)
                manifest = msgspec.json.decode(text, type=Manifest)
                continue
            name = member.name
            if name not in manifest.files or not _HELD.fullmatch(name):
                raise BadSeal(f"{name} is not in the manifest, or in no backup")
            kept = not name.endswith(_HALF) and (keep is None or name in keep)
            seen[name] = _extracted(content, data / name) if kept else _read(content)
    while reader.read():
        pass  # to the sealed end, so that a cut one is noticed
    if manifest is None or seen != manifest.files:
        raise BadSeal("the files are not those of the manifest")
    return manifest


def _read(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := content.read(1024 * 1024):
        digest.update(piece)
    return digest.hexdigest()


def _extracted(content: IO[bytes], target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("wb") as file:
        shutil.copyfileobj(content, file)
    return _digest(target)


def _own_keys(own_keys: Path, data: Path) -> None:
    if not (own_keys / SECRET).exists():
        raise Refusal("backup-unfit", why=f"{own_keys / SECRET} is missing")
    for name in OWN:
        if (own_keys / name).exists():
            files.create(data / name, (own_keys / name).read_bytes())


def _fitting(data: Path, manifest: Manifest) -> None:
    """Refusal unless the keys handed in are those of the server that was backed up."""
    if not (data / SERVER_KEY).exists():
        return  # on a token: the server looks when it opens it
    signer = FileSigner.load(data / SERVER_KEY, (data / SECRET).read_bytes())
    if Verifier.of(signer).vkey != manifest.server:
        raise Refusal("backup-unfit", why=f"these are not the keys of {manifest.server}")


def _empty(folder: Path) -> None:
    """The mark last: as long as anything else is there, it is there, too."""
    for path in sorted(folder.iterdir(), key=lambda one: one.name == MARK):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


__all__ = ["Made", "Manifest", "make_backup", "restore"]
