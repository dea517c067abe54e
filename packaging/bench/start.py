"""`make bench`: how long until the kiosk's first screen, beside a bare Qt window in the same run.

Writes ``out/bench/start.json``. The bare window is the physical limit: the same interpreter, the
same Qt, nothing of ours.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 7
GOAL_S = 1.0
BARE = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([]); label = QLabel("ready"); label.resize(1280, 800); label.show()
app.processEvents(); label.grab(); print("first", flush=True)
"""
KIOSK = """
import sys, terminal.app, terminal.kiosk as kiosk
from PySide6.QtWidgets import QApplication
show = kiosk.KioskWindow.show_frame
def shown(window, frame):
    show(window, frame); QApplication.processEvents(); window.grab_png(); print("first", flush=True)
kiosk.KioskWindow.show_frame = shown
terminal.app.main(["run", "--config", sys.argv[1]])
"""
STATION = """
[station]
origin = "bench.lotbook/S1/ST-01/1"
work_units = ["WU-10"]
data = "{data}"
[server]
url = "http://127.0.0.1:9"
[screen]
full_screen = false
"""


def first_screen(script: str, *arguments: str) -> float:
    """Seconds from starting the process to its first drawn screen."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=env,
    ) as process:  # fmt: skip
        line = process.stdout.readline() if process.stdout else b""
        took = time.perf_counter() - started
        process.kill()
    if line.strip() != b"first":
        msg = "the program ended before its first screen"
        raise SystemExit(msg)
    return took


def main() -> int:
    """Measure, print, write; 1 if the goal is missed."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "station.toml"
        config.write_text(STATION.format(data=folder), encoding="utf-8")
        pairs = [(first_screen(BARE), first_screen(KIOSK, str(config))) for _ in range(RUNS)]
    bare, kiosk = (statistics.median(column) for column in zip(*pairs, strict=True))
    figures = [
        {
            "id": "first-screen",
            "what": "start of the terminal to its first drawn screen, median",
            "value": round(kiosk, 3), "unit": "s", "goal": GOAL_S, "met": kiosk <= GOAL_S,
            "peers": {"bare Qt window": round(bare, 3)},
        },
        {
            "id": "first-screen-ratio",
            "what": "the same against a bare Qt window in the same run",
            "value": round(kiosk / bare, 2), "unit": "x", "goal": None, "met": None,
            "peers": {"bare Qt window": 1.0},
        },
    ]  # fmt: skip
    out = Path("out/bench/start.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"figures": figures}, indent=2) + "\n", encoding="utf-8")
    for figure in figures:
        print(f"{figure['what']}: {figure['value']} {figure['unit']} {figure['peers']}")
    return 0 if figures[0]["met"] else 1


if __name__ == "__main__":
    sys.exit(main())
