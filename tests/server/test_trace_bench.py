"""The trace bench runs: a small plant, in process and over HTTP. Its times are not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.source import ROOT


@pytest.mark.timeout(300)
def test_a_small_plant_is_traced_rightly_by_everybody(tmp_path: Path) -> None:
    out, script = tmp_path / "trace.json", ROOT / "packaging/bench/trace.py"
    small = ["--lots", "400", "--requests", "0.005", "--no-postgresql"]
    command = [sys.executable, str(script), *small, "--place", str(tmp_path), "--out", str(out)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=280, check=False)
    assert out.exists(), ran.stderr.decode()[-2_000:]
    found = json.loads(out.read_text(encoding="utf-8"))
    figures = {figure["id"]: figure for figure in found["figures"]}
    assert {"P7", "P8", "P7cf", "P7wf", "P7s", "P7r", "P7n"} <= set(figures)
    assert {"Lotbook", "SQLite CTE", "numpy CSR"} <= set(figures["P7cf"]["peers"])
    assert figures["P7n"]["met"]
    assert figures["P7p"]["value"] == figures["P7q"]["value"] == 1
    assert figures["P7x"]["peers"]["SQLite, list"] <= figures["P7x"]["value"]
    shown = [sys.executable, str(script), "--table", "--out", str(out)]
    rows = subprocess.run(shown, cwd=ROOT, capture_output=True, timeout=60, check=True).stdout
    assert rows.count(b"\n| P7") == len(figures) - 2, "and two of P8"
    assert found["notes"]["lots"] == 400
