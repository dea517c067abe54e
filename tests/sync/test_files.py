from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sync import files
from sync.faults import Fault


@pytest.mark.covers("F04", "F14")
def test_a_file_is_made_whole_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key"
    (tmp_path / "key.new").write_bytes(b"left by a power cut")
    files.create(path, b"first")
    with pytest.raises(FileExistsError):
        files.create(path, b"second")
    assert path.read_bytes() == b"first"
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "key"
    for data in (b"first", b"second" * 10_000, b""):
        files.replace(path, data)
        assert path.read_bytes() == data
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_bytes_and_names_are_forced_to_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        forced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    files.make_folder(tmp_path / "one" / "two")
    assert forced == [tmp_path.name, "one"]
    files.replace(tmp_path / "one" / "two" / "a", b"x")
    assert forced[2:] == ["a.new", "two"]
    files.make_folder(tmp_path / "one" / "two")
    assert len(forced) == 4


@pytest.mark.covers("F09", "A37")
@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "disk-full"), (errno.EDQUOT, "disk-full"),
                         (errno.EIO, "write-failed")],
)  # fmt: skip
def test_a_disk_that_refuses_is_a_fault_with_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(os, "fsync", refuse)
    for write in (files.create, files.replace):
        with pytest.raises(Fault, match=code):
            write(tmp_path / "key", b"data")
    with pytest.raises(Fault, match=code):
        files.make_folder(tmp_path / "folder")
    assert not (tmp_path / "key").exists()
