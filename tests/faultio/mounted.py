"""Real disks for a test: small, read-only, or failing while they are used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def disk(folder: Path, size: str = "4m") -> Iterator[None]:
    """A disk of its own at ``folder``; skips where nobody may mount."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("a disk is mounted, which only root may do")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def failing_disk(folder: Path) -> Iterator[Callable[[], None]]:
    """A disk that the system makes read-only, files open or not, once the function is called.

    ext4 does that by itself when it meets an error; here it is told that it met one.
    """
    image = folder.with_name(f"{folder.name}.image")
    image.write_bytes(b"")
    os.truncate(image, 24 * 1024 * 1024)
    folder.mkdir()
    made = ["mkfs.ext4", "-q", "-F", str(image)]
    mount = ["mount", "-o", "loop,errors=remount-ro", str(image), str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        pytest.skip("a disk is mounted, which only root may do")
    subprocess.run(made, check=True)
    if subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("no loop device can be mounted here")
    trigger = Path(f"/sys/dev/block/{_number(folder)}").resolve().name

    def fail() -> None:
        Path(f"/sys/fs/ext4/{trigger}/trigger_fs_error").write_text("1", encoding="ascii")

    try:
        yield fail
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _number(folder: Path) -> str:
    """``major:minor`` of the disk under a folder."""
    device = folder.stat().st_dev
    return f"{os.major(device)}:{os.minor(device)}"


def remount(folder: Path, how: str) -> None:
    """Let the disk be written to (``rw``) or not (``ro``)."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take every free byte of the disk; the file that does."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as out:
        for size in (4096, 1):
            try:
                while True:
                    out.write(bytes(size))
            except OSError:
                continue
    return ballast
