"""Backups while the plant works, files that want more than a backup holds, and power cuts."""

from __future__ import annotations

import io
import multiprocessing
import os
import shutil
import tarfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import IO, cast

import msgspec
import nacl.utils
import pytest

from server import backup, cli
from server.backup import MANIFEST, Manifest, make_backup, restore
from server.folder import KEYS, DataFolder
from server.move_command import _snapshot
from server.recovery.target import MARK
from server.room import SPARE
from server.store.opening import DATABASE
from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync.faults import Fault
from sync.keys import TEST_COST
from sync.sealed_stream import SealingWriter, make_key
from sync.testing import ManualClock
from tests.server.plant import plant_at
from tests.server.test_backup import own_keys

SECRET, PUBLIC = make_key(nacl.utils.random)
NOW = ManualClock().wall()
PHOTO = b"photo"


class Place:
    """A plant's data folder with a photo in it, nobody at work, and its keys apart."""

    def __init__(self, folder: Path) -> None:
        with plant_at(folder) as plant:
            plant.parts.attachments.put(sha256(PHOTO).hexdigest(), PHOTO, "x")
        self.data, self.keys = folder / "data", own_keys(folder / "data", folder / "apart")
        self.file = folder / "b.lotbook"

    def backed_up(self, meanwhile: Callable[[], object] = lambda: None) -> Manifest:
        """Made while something happens: after the files were looked at, before they are packed."""

        def random(size: int) -> bytes:
            meanwhile()
            return nacl.utils.random(size)

        return make_backup(self.data, self.file, PUBLIC, NOW, random).manifest


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.covers("F72")
def test_somebody_is_enrolled_while_a_backup_is_made(place: Place) -> None:
    """The server replaces the file of public keys then."""
    keys = place.data / KEYS
    made = place.backed_up(lambda: keys.write_text(f"{keys.read_text()}# another\n"))
    assert KEYS in made.files


@pytest.mark.covers("F72")
def test_a_photo_arrives_while_a_backup_is_made(place: Place) -> None:
    """It lies beside its place under another name until it is whole."""
    half = place.data / "attachments" / "ab" / f"{'ab' * 32}.new"
    half.parent.mkdir()
    half.write_bytes(b"half")
    made = place.backed_up(lambda: half.unlink(missing_ok=True))
    photos = [name for name in made.files if name.startswith("attachments/")]
    assert [name.rpartition("/")[2] for name in photos] == [sha256(PHOTO).hexdigest()]


def forged(place: Place, more: dict[str, bytes]) -> None:
    """A backup with more in it than one holds: whoever knows the public key can make one."""
    whole = {KEYS: (place.data / KEYS).read_bytes(), **more}
    server = whole[KEYS].decode().split("\n", 1)[0].split(" ")[-1]
    digests = {name: sha256(data).hexdigest() for name, data in whole.items()}
    manifest = Manifest(made_at=NOW.isoformat(), server=server, files=digests)
    members = {MANIFEST: msgspec.json.encode(manifest), **whole}
    with place.file.open("wb") as out:
        writer = SealingWriter(out, PUBLIC, nacl.utils.random)
        with tarfile.open(mode="w|", fileobj=cast("IO[bytes]", writer)) as tar:
            for name, data in members.items():
                head = tarfile.TarInfo(name)
                head.size = len(data)
                tar.addfile(head, io.BytesIO(data))
        writer.close()


@pytest.mark.covers("F72", "T37")
@pytest.mark.parametrize(
    "name",
    ["keys.toml", "database.toml", "identity.toml", "spool/x.json", "attachments/x.so", "."],
)
def test_a_backup_brings_nothing_that_none_holds(place: Place, tmp_path: Path, name: str) -> None:
    """Such as a ``keys.toml`` that names a library to be loaded with the token."""
    forged(place, {name: b"x"})
    with pytest.raises(Refusal, match="cannot be used"):
        restore(place.file, tmp_path / "new", SECRET, place.keys)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.covers("F72")
def test_what_earlier_versions_packed_is_put_back(place: Place, tmp_path: Path) -> None:
    """Half a photo that a power cut had left."""
    half = f"attachments/ab/{'ab' * 32}.new"
    forged(place, {half: b"half"})
    restore(place.file, tmp_path / "new", SECRET, place.keys)
    assert not (tmp_path / "new" / half).exists()


def killed(place: Place, into: Path) -> None:
    """The machine goes away once everything lies in its place."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(backup, "_fitting", lambda *_: os._exit(9))
        restore(place.file, into, SECRET, place.keys)


@pytest.mark.covers("F72", "F41")
def test_a_restore_that_was_cut_off_cannot_sign_as_if_it_were_none(
    place: Place, tmp_path: Path
) -> None:
    place.backed_up()
    into = tmp_path / "new"
    made = multiprocessing.get_context("fork").Process(target=killed, args=(place, into))
    made.start()
    made.join(60)
    assert made.exitcode == 9
    assert (into / DATABASE).exists()
    assert (into / MARK).exists()


@pytest.mark.covers("F72", "F04")
def test_what_is_said_to_be_made_or_put_back_is_on_the_disk(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file and every folder was forced to it."""
    synced, fsync = set[int](), os.fsync

    def told(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", told)
    place.backed_up()
    restore(place.file, tmp_path / "new", SECRET, place.keys)
    there = [place.file, tmp_path, tmp_path / "new", *(tmp_path / "new").rglob("*")]
    assert [one for one in there if one.stat().st_ino not in synced] == []


@pytest.mark.covers("F41", "F72")
@pytest.mark.parametrize("words", [["fsck"], ["rebuild"], ["keys"]])
def test_no_command_signs_in_a_folder_that_was_put_back(
    place: Place, tmp_path: Path, words: list[str]
) -> None:
    """It would fork the log: whatever the stations saw since the backup was signed before."""
    place.backed_up()
    into = tmp_path / "new"
    restore(place.file, into, SECRET, place.keys)
    before = signed(into)
    cli.main([*words, "--data", str(into)])
    assert signed(into) == before
    assert (into / MARK).exists()


def signed(data: Path) -> list[dict[str, object]]:
    with closing(SqliteStore(data / DATABASE)) as store:
        return store.rows("checkpoints")


@pytest.mark.covers("F72", "F09")
def test_a_backup_that_would_fill_the_servers_disk_is_not_begun(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies there twice while it is made: as a copy, and as what was opened again."""
    size = (place.data / DATABASE).stat().st_size
    usage = shutil.disk_usage(place.data)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2 * size + SPARE - 1))
    with pytest.raises(Fault, match="disk-full"):
        place.backed_up()
    assert not place.file.exists()
    assert not (place.data / "backup.tmp").exists()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=4 * size + SPARE))
    place.backed_up()


@pytest.mark.covers("F76", "F09")
def test_a_copy_ahead_of_a_move_that_would_fill_the_disk_is_not_made(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(place.data)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=SPARE))
    with pytest.raises(Fault, match="disk-full"), _snapshot(place.data, None):
        pass
    assert not list(place.data.glob("*.snapshot*"))


@pytest.mark.covers("F72", "T33")
def test_nobody_is_signed_in_where_a_backup_was_put_back(tmp_path: Path) -> None:
    """A session may have been ended since, and who forges a backup could bring one."""
    with plant_at(tmp_path) as plant:
        plant.client("P-ADM")
        assert plant.parts.sessions.of("P-ADM")
    data, file = plant.folder.path, tmp_path / "b.lotbook"
    make_backup(data, file, PUBLIC, NOW, nacl.utils.random)
    restore(file, tmp_path / "new", SECRET, own_keys(data, tmp_path / "apart"))
    folder = DataFolder(tmp_path / "new", plant.clock, nacl.utils.random, TEST_COST)
    with folder.open() as parts:
        assert parts.store.count("sessions") == 0
