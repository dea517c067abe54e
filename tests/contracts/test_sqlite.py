"""One SQLite engine per process, new enough, opened in one place."""

from __future__ import annotations

import subprocess
import sys

from pysqlite3 import dbapi2

from tests.contracts.source import PACKAGES, ROOT, imports, modules
from tests.contracts.test_imports import outside_environment

FLOOR = (3, 51, 3)
"""3.7.0 to 3.51.2 can corrupt a WAL database that two connections write or checkpoint."""

LOOK = """
import importlib, pathlib, pkgutil, sys, tempfile
for package in {packages}:
    for found in pkgutil.walk_packages([package], package + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
import pysqlite3, sqlite_utils, sqlite_utils.utils
standard = sys.modules.get("sqlite3")
if standard:  # sqlite-utils names it in a signature; it must never open anything
    def refuse(*_, **__):
        raise SystemExit("the standard library's SQLite opened a database")
    standard.connect = standard.dbapi2.connect = refuse
from sync.sqlite import open_database
with tempfile.TemporaryDirectory() as folder:
    database = open_database(pathlib.Path(folder) / "one.db")
    print(database.tables.execute("select sqlite_version()").fetchone()[0])
    database.close()
print(sqlite_utils.utils.sqlite3.sqlite_version, pysqlite3.sqlite_version)
"""


def test_the_engine_is_above_the_floor() -> None:
    assert tuple(int(part) for part in dbapi2.sqlite_version.split(".")) >= FLOOR


def test_only_one_module_opens_databases() -> None:
    wrong = [
        f"{module.at(node)} imports {name}"
        for module in modules()
        for name, node in imports(module)
        if name.split(".")[0] in {"sqlite3", "pysqlite3", "sqlite_utils", "aiosqlite", "apsw"}
        and module.name != "sync.sqlite"
    ]
    assert not wrong


def test_the_standard_engine_never_opens_a_database() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(packages=PACKAGES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=outside_environment(),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert set(done.stdout.split()) == {dbapi2.sqlite_version}
