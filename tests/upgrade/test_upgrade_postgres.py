"""PostgreSQL comes up from this version to the next, which is made up here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from server.folder import DataFolder
from server.store import postgres_schema
from server.store.migrations import frozen_tables, run
from server.store.opening import open_store
from server.store.postgres_door import Door
from server.store.schema import SCHEMA_VERSION, TABLES, TRUTH, Table
from server.upgrade import upgrade
from server.words import Refusal
from tests.server.plant import plant_at
from tests.server.test_move_command import KILLED, Fuse
from tests.upgrade.make import live
from tests.upgrade.test_upgrade import in_a_process

NEXT = SCHEMA_VERSION + 1
STEP = f"""
from alembic import context, op
from server.store.migrations.frozen_tables import between
revision, down_revision = "{NEXT}", "{SCHEMA_VERSION}"

def upgrade():
    for line in between({SCHEMA_VERSION}, {NEXT}, context.get_context().dialect.name):
        op.execute(line)
"""
LATER = Table(columns=("id:t", "data:b"), key=1, role="truth", index=("data",))


@pytest.fixture
def lived(tmp_path: Path) -> DataFolder:
    with plant_at(tmp_path, postgres=True) as plant:
        live(plant)
    return plant.folder


@pytest.fixture
def released(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """This version is frozen, and the next one has a table more and one that changed."""
    steps = tmp_path / "migrations"
    shutil.copytree(run.HERE, steps)
    frozen = steps / "frozen"
    lines = postgres_schema.statements()
    (frozen / f"{SCHEMA_VERSION}.postgresql.sql").write_text("".join(f"{one};\n" for one in lines))
    text = "".join(f"{one}\n" for one in sorted(postgres_schema.wanted()))
    (frozen / f"{SCHEMA_VERSION}.postgresql.txt").write_text(text)
    (steps / "versions" / "next.py").write_text(STEP)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(frozen_tables, "FROZEN", frozen)
        assert run.upgrade.__kwdefaults__ is not None
        patched.setitem(run.upgrade.__kwdefaults__, "steps", steps)
        patched.setitem(TABLES, "later", LATER)
        patched.setitem(TABLES, "presence", changed("presence"))
        for module in ("store.versions", "store.postgres", "upgrade"):
            patched.setattr(f"server.{module}.SCHEMA_VERSION", NEXT)
        forget()
        yield patched
    forget()


def changed(name: str) -> Table:
    """A short-lived table with a column more."""
    table = TABLES[name]
    return Table(columns=(*table.columns, "more:t"), key=table.key, role=table.role)


def forget() -> None:
    frozen_tables.tables_at.cache_clear()
    frozen_tables.catalogue_at.cache_clear()


def truth(folder: DataFolder) -> dict[str, list[dict[str, object]]]:
    with closing(open_store(folder.path, older=True)) as store:
        return {table: store.rows(table) for table in TRUTH}


def version(folder: DataFolder) -> int:
    with closing(open_store(folder.path, older=True)) as store:
        return store.version


@pytest.mark.covers("F55", "F19")
def test_it_comes_up_whole_or_not_at_all(lived: DataFolder, released: pytest.MonkeyPatch) -> None:
    before = truth(lived)
    with pytest.raises(Refusal, match=f"works on version {NEXT}"), lived.open():
        pass
    with pytest.raises(Refusal, match="takes no copy"):
        upgrade(lived.path)
    cut = 0
    while (ended := in_a_process(partial(killed, lived, cut))) == KILLED:
        assert version(lived) == SCHEMA_VERSION, cut
        cut += 3 if cut < 24 else 97  # some of the step, few of the fold
    assert ended == 0
    assert cut >= 24
    assert version(lived) == NEXT
    assert truth(lived) == before
    with closing(open_store(lived.path)) as store:
        assert store.check() == []
    assert released is not None


def killed(folder: DataFolder, left: int) -> None:
    fuse = Fuse(left)
    with pytest.MonkeyPatch.context() as patched:
        for name in ("do", "copy", "_commit"):
            patched.setattr(Door, name, fuse.before(getattr(Door, name)))
        upgrade(folder.path, backed_up=True)
