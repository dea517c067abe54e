"""Runs a program under the shim (``python -m tests.crash.recorded``) and reads its write log.

The program works in a folder; the folder and the log are handed over on the command line.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib import import_module
from pathlib import Path

from tests.crash.disk import Image
from tests.crash.log import Call, read_log
from tests.faultio.build import run
from tests.faultio.shim import Shim


def record(program: str, folder: Path, log: Path) -> list[Call]:
    """The write log of ``module:function`` working in ``folder``, which may hold files already."""
    done = run("tests.crash.recorded", program, folder, log)
    assert done.returncode == 0, done.stderr
    return read_log(log, folder)


def image_of(folder: Path) -> Image:
    """The files in a folder, by relative path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", ".lock"))
    }


def lay_out(image: Image, folder: Path) -> None:
    """Make a folder hold exactly these files. Called a hundred thousand times: plain calls."""
    root = str(folder)
    if os.path.isdir(root):  # noqa: PTH112
        _empty(root)
    else:
        folder.mkdir(parents=True)
    for name, data in image.items():
        if "/" in name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(f"{root}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(handle, data)
        os.close(handle)


def _empty(root: str) -> None:
    with os.scandir(root) as found:
        for one in found:
            if one.is_dir():
                shutil.rmtree(one.path)
            else:
                os.unlink(one.path)  # noqa: PTH108


def main(program: str, folder: str, log: str) -> None:
    """Do the work, recorded."""
    module, _, function = program.partition(":")
    work = getattr(import_module(module), function)
    shim = Shim(Path(folder))
    shim.record(Path(log))
    work(Path(folder), shim.mark)


if __name__ == "__main__":
    main(*sys.argv[1:])
