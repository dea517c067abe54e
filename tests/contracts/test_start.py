"""The first screen comes before anything heavy: what it needs may not creep in."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"numpy", "cv2", "PIL", "httpx", "pysqlite3", "sqlite_utils", "biip", "ruamel", "nacl"}


def test_the_kiosk_imports_nothing_heavy_before_its_first_screen() -> None:
    script = "import sys, terminal.app; print(' '.join(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "PySide6" in loaded
    assert not loaded & HEAVY
