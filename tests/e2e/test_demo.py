"""The whole product, as `make demo` plays it: scan to verified release, in real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 180


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's folder after a whole shift."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "packaging/demo/shift.py", "--out", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_S,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


@pytest.fixture(scope="module")
def summary(out: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return value


@pytest.mark.covers("ISO-7.5.1", "ISO-7.5.9.1", "A11-15", "A11-16", "VAL-PQ", "F36")
def test_the_shift_ends_with_a_verified_release(summary: dict[str, Any]) -> None:
    assert summary["released"] is True
    assert summary["verify_exit"] == 0
    assert summary["refused_scans"] == 1
    assert summary["out_of_limit_readings"] == 1
    assert summary["serials"] == 5
    assert summary["offline_seconds"] > 0
    counts = {summary[f"records_{word}"] for word in ("saved", "sent", "accepted", "witnessed")}
    assert len(counts) == 1
    assert counts.pop() > 50


@pytest.mark.covers("P11-10b")
def test_it_leaves_what_people_need(out: Path) -> None:
    assert (out / "batch-record.pdf").read_bytes().startswith(b"%PDF-")
    assert (out / "label.png").read_bytes().startswith(b"\x89PNG")
    english = sorted(path.name for path in (out / "screens" / "en").iterdir())
    chinese = sorted(path.name for path in (out / "screens" / "zh_CN").iterdir())
    assert english == chinese
    assert len(english) >= 30
    for screen in ("sign-in", "work-list", "step-measure", "blocked", "nonconformity", "release"):
        assert any(screen in name for name in english), screen


@pytest.mark.covers("P11-10a", "A01", "A02", "A52")
def test_a_flipped_byte_is_named(out: Path, tmp_path: Path) -> None:
    data = bytearray((out / "evidence.zip").read_bytes())
    for place in range(11, len(data), len(data) // 23):
        altered = bytearray(data)
        altered[place] ^= 0x01
        pack = tmp_path / "altered.zip"
        pack.write_bytes(altered)
        done = subprocess.run(
            [Path(sys.executable).with_name("lotbook-verify"), pack, "--keys", out / "keys.txt"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1, (place, done.stdout, done.stderr)
        assert "/" in done.stdout or ".pdf" in done.stdout or "file" in done.stdout, done.stdout
