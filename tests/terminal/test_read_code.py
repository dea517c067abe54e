"""``lotbook-terminal read-code``: one line a file, faults as fields, never a crash."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import pytest

from devices import label as labels
from devices.decoder import Decoder
from devices.looks import MOST_BYTES, STEPS
from terminal.app import main
from terminal.read_code import read_files

CONTENT = "(01)09501101530003(17)291130(10)IS-2026-0147(21)0001"
TEXT = "010950110153000317291130" + "10IS-2026-0147\x1d210001"


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it is 60,000 pixels square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def test_a_gs1_code_with_its_separator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "label.png"
    file.write_bytes(labels.gs1_png(CONTENT))
    assert main(["read-code", str(file), "--frames", "2"]) == 0
    line = capsys.readouterr().out
    assert r"\u001d210001" in line
    said = json.loads(line)
    code = {"text": TEXT, "symbology": "Data Matrix", "aim": "]d2", "step": "plain"}
    assert (said["file"], said["codes"], said["unsure"]) == (str(file), [code], [])
    assert [each["step"] for each in said["steps"]] == list(STEPS[:2])
    assert said["ms"] >= max(each["ms"] for each in said["steps"])


@pytest.mark.covers("F62", "T20")
def test_hostile_files_are_faults_and_the_rest_is_read(tmp_path: Path) -> None:
    good = labels.matrix_png("A")
    files = {"bomb.png": bomb(), "cut.png": good[:60], "empty.png": b"", "good.png": good}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with (tmp_path / "huge.png").open("wb") as huge:
        huge.truncate(MOST_BYTES + 1)
    lines: list[str] = []
    names = ["missing.png", *files, "huge.png", "."]
    with Decoder(deadline_s=20) as decoder:
        pid = decoder.pid
        assert read_files([tmp_path / name for name in names], 0, decoder, lines.append) == 1
        assert decoder.pid == pid  # none of them ended it
    said = [json.loads(line) for line in lines]
    codes = {Path(each["file"]).name: each.get("error", {}).get("code", "") for each in said}
    assert codes == {
        "missing.png": "file-unreadable", "bomb.png": "picture-unusable",
        "cut.png": "picture-unusable", "empty.png": "picture-unusable", "good.png": "",
        "huge.png": "picture-unusable", tmp_path.name: "file-unreadable",
    }  # fmt: skip
    assert all(each["error"]["hint"].keys() == {"en", "zh_CN"} for each in said if "error" in each)
    assert [each["text"] for each in said[4]["codes"]] == ["A"]
    assert len(said[4]["steps"]) == len(STEPS)
