"""The load bench runs: a few stations at a real server process. Its times are not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.source import ROOT


@pytest.mark.covers("F37")
def test_a_small_herd_is_served_whole(tmp_path: Path) -> None:
    out, script = tmp_path / "load.json", ROOT / "packaging/bench/load.py"
    small = ["--stations", "5", "--seconds", "1", "--backlog", "20"]
    command = [sys.executable, str(script), *small, "--out", str(out)]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=300, check=False)
    found = json.loads(out.read_text(encoding="utf-8"))
    figures = {figure["id"]: figure for figure in found["figures"]}
    assert set(figures) == {"P9", "P9e", "P9d", "P9l", "P9m"}
    assert figures["P9"]["peers"]["records"] == 10
    assert found["notes"]["errors"] == {"live": {}, "drain": {}, "beside": {}}
    assert figures["P9m"]["met"]
    assert found["notes"]["receipts verified"] >= 5
