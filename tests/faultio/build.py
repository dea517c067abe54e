"""Compiles ``faultio.c`` once per test session, and gives the environment that loads it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

SOURCE = Path(__file__).with_name("faultio.c")
VARIABLE = "LOTBOOK_FAULTIO"
"""Where a process under the shim finds the library to speak to."""


@cache
def library() -> Path:
    """The shim, compiled; skips where no shim can be."""
    if sys.platform != "linux" or shutil.which("gcc") is None:
        pytest.skip("the shim is made with gcc, for Linux")
    made = Path(mkdtemp(prefix="lotbook-faultio-")) / "faultio.so"
    command = ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"]
    subprocess.run([*command, made, SOURCE, "-ldl"], check=True)
    return made


def environment() -> dict[str, str]:
    """This process's environment, and the shim in front of the C library."""
    return {**os.environ, "LD_PRELOAD": str(library()), VARIABLE: str(library())}


def run(module: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run ``python -m module`` under the shim; its output, whatever became of it."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(
        command, env=environment(), cwd=root, capture_output=True, text=True, check=False
    )
