"""The program lotbook-verify: what it says, its exit codes, and the bounds of its input."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from sync import container
from sync.keyring import UnusableKeys, read_keys
from sync.verify_cli import main

if TYPE_CHECKING:
    from pathlib import Path

from tests.verify.test_verify import PACK, PLANT, ST_01, ST_02, flipped


def _file(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return str(folder / name)


def test_the_program_says_what_is_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, keys = _file(tmp_path, "e.zip", PACK), _file(tmp_path, "k", PLANT.keys().encode())
    assert main([pack, "--keys", keys]) == 0
    said = capsys.readouterr().out
    assert "SOUND - job order JO-1" in said
    assert f"{ST_01}: records #0 to #3 are all here" in said
    assert "Not proved" in said
    assert main([pack, "--keys", keys, "--language", "zh_CN"]) == 0
    assert "已证明" in capsys.readouterr().out
    assert main([pack, "--keys", keys, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["signatures"] == 3


@pytest.mark.covers("P11-10a")
def test_the_program_names_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = _file(tmp_path, "k", PLANT.keys().encode())
    at = PACK.index(b'"sample":1') + 9
    pack = _file(tmp_path, "bad.zip", flipped(at, 1))
    assert main([pack, "--keys", keys]) == 1
    assert f"{ST_02} #0 measurement.taken P-2" in capsys.readouterr().out
    assert main([pack, "--keys", keys, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "changed-file"


def test_unusable_input_is_exit_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack, keys = _file(tmp_path, "e.zip", PACK), _file(tmp_path, "k", PLANT.keys().encode())
    other = BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "hello")
    for bad in (b"", b"garbage", other.getvalue()):
        assert main([_file(tmp_path, "bad", bad), "--keys", keys]) == 2
    for bad in (b"\xff", b"server x\n", b"", b"server S bad+key+x\n"):
        assert main([pack, "--keys", _file(tmp_path, "badkeys", bad), "--json"]) == 2
    assert main([str(tmp_path / "none.zip"), "--keys", keys, "--language", "zh_CN"]) == 2
    assert "无法使用" in capsys.readouterr().err


def test_keys_files_are_bounded_and_named_by_line() -> None:
    with pytest.raises(UnusableKeys, match="at most"):
        read_keys("\n" * 30_000)
    with pytest.raises(UnusableKeys, match="line 2"):
        read_keys("# one\nkeeper a b\n")


def test_a_container_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MOST_MEMBERS", 2)
    with pytest.raises(ValueError, match="at most 2 members"):
        container.write({"a": b"", "b": b"", "c": b""})
