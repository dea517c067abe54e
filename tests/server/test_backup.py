"""Backup and restore: read by one key alone, equal hash by hash, the server's keys apart."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import nacl.utils
import pytest

from server import cli
from server.backup import OWN, make_backup, restore
from server.folder import KEYS, OFFICE, DataFolder
from server.fsck import examine
from server.store.opening import DATABASE
from server.words import Refusal
from sync.keys import TEST_COST
from sync.sealed_stream import PIECE, BadSeal, OpeningReader, SealingWriter, make_key
from sync.testing import ManualClock
from tests.server.plant import Plant, plant_at

SECRET, PUBLIC = make_key(nacl.utils.random)


def own_keys(data: Path, apart: Path) -> Path:
    apart.mkdir()
    for name in OWN:
        if (data / name).exists():
            (apart / name).write_bytes((data / name).read_bytes())
    return apart


def backup(plant: Plant, out: Path) -> None:
    """In a process of its own, as the command runs: the server has the databases open."""
    words = [sys.executable, "-m", "server.cli", "backup", str(out), "--from"]
    words += [str(plant.folder.path), "--to", PUBLIC]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "files of lotbook.test/S1/LOG/1+" in done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A backup taken of a running server with records, its keys apart, and its log's head."""
    tmp_path = tmp_path_factory.mktemp("made")
    with plant_at(tmp_path) as plant:
        station = plant.station()
        station.sign_in("P-OP")
        station.kit("JO-1", "T1")
        plant.parts.attachments.put(hashlib.sha256(b"photo").hexdigest(), b"photo", "x")
        station.outbox.drain()
        backup(plant, tmp_path / "b.lotbook")
        head = plant.parts.book.checkpoint()
        assert head is not None
        keys = own_keys(plant.folder.path, tmp_path / "apart")
        station.close()
    return tmp_path / "b.lotbook", keys, str(head["note"])


@pytest.mark.covers("F72", "T37")
def test_a_restore_is_equal_hash_by_hash_and_sound(
    made: tuple[Path, Path, str], tmp_path: Path
) -> None:
    file, keys, head = made
    found = restore(file, tmp_path / "new", SECRET, keys)
    for name, digest in found.files.items():
        assert hashlib.sha256((tmp_path / "new" / name).read_bytes()).hexdigest() == digest
    assert {DATABASE, OFFICE, KEYS} < set(found.files)
    assert any(name.startswith("attachments/") for name in found.files)
    folder = DataFolder(tmp_path / "new", ManualClock(), nacl.utils.random, TEST_COST)
    with folder.open() as parts:
        assert examine(parts) == []
        newest = parts.book.checkpoint()
        assert newest is not None
        assert newest["note"] == head
    assert not (tmp_path / "data" / "backup.tmp").exists()


@pytest.mark.covers("T37")
def test_without_the_backup_key_nothing_is_read(
    made: tuple[Path, Path, str], tmp_path: Path
) -> None:
    file, keys, _ = made
    other, _ = make_key(nacl.utils.random)
    for wrong in (other, PUBLIC, "", "lotbook-backup-key/1:AAAA"):
        with pytest.raises(Refusal, match="cannot be used"):
            restore(file, tmp_path / "new", wrong, keys)
        assert list((tmp_path / "new").iterdir()) == [], "nothing remains"
    data = file.read_bytes()
    for telling in (b"SQLite format", b"P-OP", b"lotbook-person-key", b"photo"):
        assert telling not in data


@pytest.mark.covers("T37")
def test_the_servers_keys_are_not_in_it(made: tuple[Path, Path, str], tmp_path: Path) -> None:
    file, keys, _ = made
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refusal, match=r"machine\.secret is missing"):
        restore(file, tmp_path / "new", SECRET, tmp_path / "empty")
    whole, reader = b"", OpeningReader(io.BytesIO(file.read_bytes()), SECRET)
    while piece := reader.read():
        whole += piece
    for name in OWN:
        if (keys / name).exists():
            assert (keys / name).read_bytes() not in whole


@pytest.mark.covers("F72")
def test_a_backup_of_another_site_or_with_other_keys_is_refused(
    made: tuple[Path, Path, str], tmp_path: Path
) -> None:
    file, keys, _ = made
    (tmp_path / "other").mkdir()
    with plant_at(tmp_path / "other", own_keys=True) as plant:
        others = own_keys(plant.folder.path, tmp_path / "others")
    with pytest.raises(Refusal, match="not the keys"):
        restore(file, tmp_path / "new", SECRET, others)
    restore(file, tmp_path / "new", SECRET, keys)
    with pytest.raises(Refusal, match="exists already"):
        restore(file, tmp_path / "new", SECRET, keys)


@pytest.mark.covers("F72")
def test_a_backup_that_was_changed_or_cut_leaves_nothing(
    made: tuple[Path, Path, str], tmp_path: Path
) -> None:
    file, keys, _ = made
    whole = file.read_bytes()
    hurt = tmp_path / "hurt"
    for size in (0, 10, 60, 140, len(whole) // 2, len(whole) - 1):
        hurt.write_bytes(whole[:size])
        with pytest.raises(Refusal, match="cannot be used"):
            restore(hurt, tmp_path / "new", SECRET, keys)
    for at in (0, 30, 100, len(whole) // 2, len(whole) - 1):
        flipped = bytearray(whole)
        flipped[at] ^= 1
        hurt.write_bytes(flipped)
        with pytest.raises(Refusal, match="cannot be used"):
            restore(hurt, tmp_path / "new", SECRET, keys)
    assert list((tmp_path / "new").iterdir()) == []


def test_what_cannot_be_backed_up_is_named(tmp_path: Path, plant: Plant) -> None:
    now = plant.clock.wall()
    with pytest.raises(Refusal, match="no server"):
        make_backup(tmp_path / "absent", tmp_path / "b", PUBLIC, now, nacl.utils.random)
    (tmp_path / "there").write_bytes(b"")
    with pytest.raises(Refusal, match="exists already"):
        make_backup(plant.folder.path, tmp_path / "there", PUBLIC, now, nacl.utils.random)


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "backup.key"
    assert cli.main(["backup-key", str(secret)]) == 0
    public = capsys.readouterr().out.strip()
    assert secret.stat().st_mode & 0o077 == 0
    assert public.startswith("lotbook-backup-to/1:")
    assert secret.read_text() not in public
    out, absent = str(tmp_path / "b"), str(tmp_path / "absent")
    assert cli.main(["backup", out, "--from", absent, "--to", public]) == 1
    given = ["restore", absent, "--into", out, "--key", str(secret), "--own-keys", absent]
    assert cli.main(given) == 1


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_any_size_comes_back(size: int) -> None:
    sink, data = io.BytesIO(), nacl.utils.random(size)
    writer = SealingWriter(sink, PUBLIC, nacl.utils.random)
    writer.write(data)
    writer.close()
    reader = OpeningReader(io.BytesIO(sink.getvalue()), SECRET)
    back = b""
    while piece := reader.read(100_000):
        back += piece
    assert back == data
    follows = OpeningReader(io.BytesIO(sink.getvalue() + b"x"), SECRET)
    follows.read(size)
    with pytest.raises(BadSeal, match="follows"):
        follows.read()
