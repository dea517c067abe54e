"""What a stranger installs: the wheel is whole, and each program needs only its own extra."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCKED = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from {module} import main
try:
    main({arguments!r})
except SystemExit as end:
    sys.exit(end.code)
"""
WEB = (
    "fastapi", "starlette", "uvicorn", "jinja2", "typst", "segno", "multipart", "psycopg",
    "alembic",
)  # fmt: skip
SCREEN = ("PySide6", "shiboken6", "cv2", "serial", "zxingcpp", "pyzbar", "barcode", "PIL")
ARRAYS = ("numpy",)
"""Of a terminal, for pictures, and of a server, for the genealogy."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (made,) = out.glob("*.whl")
    return made


def test_the_wheel_holds_everything_but_the_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        points = next(name for name in names if name.endswith("entry_points.txt"))
        scripts = archive.read(points).decode()
    for package in ("forms", "sync", "devices", "terminal", "server", "witness"):
        missing = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / package).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        } - names
        assert not missing
    assert not [name for name in names if name.startswith(("tests/", "packaging/"))]
    for script in ("lotbook-terminal", "lotbook-server", "lotbook-verify", "lotbook-witness"):
        assert f"{script} = " in scripts


def test_extras_keep_apart_what_each_program_needs() -> None:
    wanted = requires("lotbook") or []
    server = {line for line in wanted if 'extra == "server"' in line or "extra == 'server'" in line}
    terminal = {
        line for line in wanted if 'extra == "terminal"' in line or "extra == 'terminal'" in line
    }
    assert any(line.lower().startswith("fastapi") for line in server)
    assert any(line.lower().startswith("pyside6") for line in terminal)
    assert not any(line.lower().startswith("pyside6") for line in set(wanted) - terminal)
    witness = {line for line in wanted if "witness" in line.partition(";")[2]}
    assert any(line.lower().startswith("starlette") for line in witness)
    web = ("fastapi", "uvicorn", "starlette")
    assert not any(line.lower().startswith(web) for line in set(wanted) - server - witness)
    assert not any(line.lower().startswith(("fastapi", "jinja2", "pyside6")) for line in witness)


@pytest.mark.parametrize(
    ("module", "absent", "arguments"),
    [
        ("server.cli", SCREEN, ["forms", "check", "packaging/demo/work-masters/WM-IVSET.yaml"]),
        ("terminal.app", WEB, ["cards", "--out", "{tmp}"]),
        ("witness.cli", (*SCREEN, *ARRAYS, "fastapi", "jinja2", "typst", "segno"), ["--help"]),
        ("sync.verify_cli", WEB + SCREEN + ARRAYS + ("httpx",), ["--help"]),
    ],
)
def test_each_program_runs_without_the_others_libraries(
    module: str, absent: tuple[str, ...], arguments: list[str], tmp_path: Path
) -> None:
    given = [argument.replace("{tmp}", str(tmp_path)) for argument in arguments]
    script = BLOCKED.format(names=set(absent), module=module, arguments=given)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
