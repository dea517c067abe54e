"""The restore drill and the doctor: what is well, what is not, and how to cure it."""

from __future__ import annotations

import json
import socket
from base64 import b64decode
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import nacl.utils
import pytest

from forms.checkup import Finding, worst
from server import cli
from server.audit import spool
from server.backup import make_backup
from server.doctor import around, machine, stored
from server.doctor.running import asked
from server.doctor_command import examine
from server.drill import LABEL, drill
from server.store import seals
from server.store.opening import DATABASE, FILE
from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync import canonical
from sync.faults import Fault
from sync.keys import TestSigner, Verifier
from sync.pae import pae
from sync.sealed_stream import make_key
from sync.testing import ManualClock
from tests.server.plant import BOTH, Plant, plant_at
from tests.server.test_backup import own_keys

SECRET, PUBLIC = make_key(nacl.utils.random)


@pytest.mark.covers("A11-7", "F72", "P11-10c")
def test_a_drill_restores_checks_compares_and_signs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with plant_at(tmp_path) as plant:
        station = plant.station()
        station.sign_in("P-OP")
        station.outbox.drain()
        verifier, data = plant.parts.verifier, plant.folder.path
        station.close()
    make_backup(data, tmp_path / "b", PUBLIC, plant.clock.wall(), nacl.utils.random)
    keys = own_keys(data, tmp_path / "apart")
    (tmp_path / "k").write_text(SECRET, encoding="utf-8")
    words = ["drill-restore", str(tmp_path / "b"), "--from", str(data), "--key"]
    words += [str(tmp_path / "k"), "--own-keys", str(keys), "--work", str(tmp_path)]
    assert cli.main([*words, "--report", str(tmp_path / "r.json")]) == 0
    assert "drill: good" in capsys.readouterr().out
    done = json.loads((tmp_path / "r.json").read_bytes())
    message = pae(LABEL, canonical.dumps(done["report"]))
    assert verifier.verify(message, b64decode(done["signature"]))
    assert not list(tmp_path.glob("lotbook-drill-*")), "nothing is left behind"
    with plant.folder.open() as parts:  # which takes what was left in the spool
        row = parts.store.newest("trail", kind="restore.drilled")
        assert row is not None
        assert b'"agrees":true' in bytes(parts.reader.leaf(row["idx"]))
    assert not list((data / spool.SPOOL).glob("*.json"))


@pytest.mark.covers("F72")
@pytest.mark.parametrize("newer", [True, False])
def test_a_drill_leaves_the_living_servers_mirror_alone(tmp_path: Path, *, newer: bool) -> None:
    """Nor does it take its own backup for damaged because the mirror knows more by now."""
    mirror = tmp_path / "second" / "lotbook.last"
    mirror.parent.mkdir()
    with plant_at(tmp_path) as plant:
        data = plant.folder.path
    named = f'[[mirror]]\nfile = "{mirror}"\n'
    (data / "mirror.toml").write_text(named, encoding="utf-8")
    with plant.folder.open() as parts:
        parts.book.alarm("fork", "x", who="x")
    make_backup(data, tmp_path / "b", PUBLIC, plant.clock.wall(), nacl.utils.random)
    with plant.folder.open() as parts:
        if newer:
            parts.book.alarm("fork", "y", who="y")
    keys, before = own_keys(data, tmp_path / "apart"), mirror.read_bytes()
    assert (keys / "mirror.toml").exists()
    done = drill(tmp_path / "b", SECRET, keys, tmp_path, plant.clock, nacl.utils.random)
    assert done.findings == ()
    assert mirror.read_bytes() == before


@pytest.mark.covers("F72")
def test_a_drill_with_another_sites_keys_is_refused(plant: Plant, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with plant_at(tmp_path / "other", own_keys=True) as other:
        make_backup(
            other.folder.path, tmp_path / "b", PUBLIC, plant.clock.wall(), nacl.utils.random
        )
    keys = own_keys(plant.folder.path, tmp_path / "apart")
    with pytest.raises(Refusal, match="not the keys"):
        drill(tmp_path / "b", SECRET, keys, tmp_path, plant.clock, nacl.utils.random)


def look(folder: Path, **changes: object) -> dict[str, str]:
    usual: dict[str, object] = {
        "folder": folder, "now": changes.pop("now", None), "free": lambda: 2**40,
        "clock": "synchronised",
    }  # fmt: skip
    found = machine.look(machine.Machine(**(usual | changes)))  # type: ignore[arg-type]
    for one in found:
        assert one.state == "ok" or one.cure is not None, "what is wrong has a cure"
        assert one.what.zh_CN
    return {one.check: one.state for one in found}


def test_the_doctor_names_what_is_wrong_with_the_machine(plant: Plant, tmp_path: Path) -> None:
    folder, now = plant.folder.path, plant.clock.wall()
    well = look(folder, now=now)
    assert set(well.values()) <= {"ok", "attention"}
    assert {well[name] for name in ("disk", "clock", "key server.key", "spool")} == {"ok"}
    mounts = tmp_path / "mounts"
    mounts.write_text(f"a / ext4 rw 0 0\nb {tmp_path} nfs4 rw 0 0\n", encoding="utf-8")
    (folder / "server.key").chmod(0o644)
    (folder / "office.key").unlink()
    spool.leave(folder, spool.BACKUP, {"size": 1})
    ill = look(folder, now=now, free=lambda: 10, clock="free", mounts=mounts,
               certificate=tmp_path / "none.pem")  # fmt: skip
    assert ill["disk"] == ill["clock"] == ill["spool"] == "attention"
    for broken in ("file system", "key server.key", "key office.key", "certificate"):
        assert ill[broken] == "broken"
    assert look(tmp_path / "empty", now=now)["database"] == "broken"


@pytest.mark.covers("A11-D")
def test_the_doctor_asks_a_running_server_and_changes_nothing(plant: Plant) -> None:
    plant.clock.pass_(3 * 86_400)
    before = plant.parts.book.size
    found = asked(plant.parts)
    assert plant.parts.book.size == before
    states = {one.check: one.state for one in found}
    assert states["backup-overdue"] == "broken"
    assert states["recovery"] == states["alarms"] == states["projections"] == "ok"
    assert worst(found) == 2
    told = plant.client("P-AUD").get("/api/doctor").json()
    assert told["exit"] == 2
    line = next(one for one in found if one.check == "backup-overdue").lines("zh_CN")
    assert "备份" in line[0]
    assert "lotbook-server backup" in line[1]
    assert examine(plant.folder.path, plant.clock.wall())[-1].check == "server", "it runs"


def test_the_doctor_of_a_stopped_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with plant_at(tmp_path) as plant:
        data, now = plant.folder.path, plant.clock.wall()
    before = {path: path.read_bytes() for path in data.glob("*.key")}
    found = examine(data, now + timedelta(hours=1))
    assert "deviation-open" in {one.check for one in found}
    assert {path: path.read_bytes() for path in data.glob("*.key")} == before
    assert cli.main(["--language", "en", "doctor", "--data", str(data), "--json"]) in {1, 2}
    assert json.loads(capsys.readouterr().out)["findings"]
    assert cli.main(["doctor"]) == 1


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """The data folder of a server that was stopped."""
    with plant_at(tmp_path) as plant:
        return plant.folder.path


@pytest.mark.covers("F41", "F76", "A11-D")
def test_of_a_stopped_server_it_says_what_would_keep_it_from_serving(stopped: Path) -> None:
    """Put back, ahead in its second memory, left by a move, half of one, named by no one."""
    now = ManualClock().wall()
    assert states(examine(stopped, now))["recovery"] == "ok"
    (stopped / "restored").touch()
    assert states(examine(stopped, now))["recovery"] == "broken"
    (stopped / "restored").unlink()
    memory, text = stopped / "checkpoint.last", (stopped / "checkpoint.last").read_text("ascii")
    for other in (f"99999 {'0' * 64}\n", f"{text.split()[0]} {'0' * 64}\n"):
        memory.write_text(other, "ascii")
        assert states(examine(stopped, now))["recovery"] == "broken"
    memory.write_text(text, "ascii")
    with closing(SqliteStore(stopped / DATABASE)) as store:
        store.put("moving", {"id": 1, "source": "x", "began_at": now.isoformat()})
    assert states(examine(stopped, now))["serving"] == "broken"
    with closing(SqliteStore(stopped / DATABASE)) as store:
        store.remove("moving")
    assert states(examine(stopped, now))["serving"] == "ok"
    with closing(SqliteStore(stopped / DATABASE)) as store:
        seals.seal(store, "postgresql://db/lotbook", "")
    assert states(examine(stopped, now))["serving"] == "broken"
    (stopped / FILE).write_text("?", encoding="utf-8")
    assert states(examine(stopped, now))["database"] == "broken"


@pytest.mark.covers("A11-D")
def test_what_cannot_be_opened_is_a_line_too(
    stopped: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Fault("database-unreadable", "it is not ours")

    with monkeypatch.context() as patched:
        patched.setattr("server.store.opening.SqliteStore", refuse)
        found = states(examine(stopped, ManualClock().wall()))
    assert (found["database"], found["disk"]) == ("broken", "ok")
    words = ["--language", "en", "doctor", "--data", str(stopped), "--port", "99999"]
    assert cli.main(words) == 2
    assert "cannot be had" in capsys.readouterr().out


def states(found: list[Finding]) -> dict[str, str]:
    for one in found:
        assert one.state == "ok" or one.cure is not None, "what is wrong has a cure"
        assert all(one.lines(language) for language in ("en", "zh_CN"))
    return {one.check: one.state for one in found}


def test_the_doctor_looks_at_what_is_around_the_server(tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir(mode=0o755)
    (fonts / "NotoSansCJK-Regular.ttc").touch()
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    assert states(around.look(data, (fonts,))) == {
        "data folder": "ok", "fonts": "ok", "mirror": "attention",
    }  # fmt: skip
    data.chmod(0o755)
    there, gone = tmp_path / "lotbook.last", tmp_path / "gone" / "lotbook.last"
    named = "".join(f'[[mirror]]\nfile = "{one}"\n' for one in (there, gone))
    (data / "mirror.toml").write_text(named, encoding="utf-8")
    assert states(around.look(data, (tmp_path / "none",))) == {
        "data folder": "attention", "fonts": "broken",
        f"mirror {there}": "ok", f"mirror {gone}": "broken",
    }  # fmt: skip
    (data / "mirror.toml").write_text("?", encoding="utf-8")
    assert states(around.look(data, (fonts,)))["mirror"] == "broken"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        number = other.getsockname()[1]
        assert around.port("127.0.0.1", number, runs=False).state == "broken"
        assert around.port("127.0.0.1", number, runs=True).state == "ok"
    assert around.port("127.0.0.1", number, runs=False).state == "ok"
    assert around.port("127.0.0.1", number, runs=True).state == "attention"


@BOTH
def test_the_doctor_looks_at_what_is_stored(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    store, folder, now = plant.parts.store, plant.folder.path, plant.clock.wall()
    found = states(stored.look(store, folder, 2**40, now))
    assert set(found) == {"schema", "database settings", "growth", "second factors", "witness"}
    assert set(found.values()) == {"ok"}
    later = now + timedelta(days=30)
    size = sum(path.stat().st_size for path in folder.glob("lotbook.db*"))
    if size:  # of PostgreSQL the disk is another machine's
        wanted = {size: "attention", size // 100: "broken", 2**40: "ok"}
        for free, state in wanted.items():
            assert states(stored.look(store, folder, free, later))["growth"] == state
    growth = next(one for one in stored.look(store, folder, 1, later) if one.check == "growth")
    assert ("PostgreSQL" in growth.what.en) != bool(size), "not that it is too young to tell"
    loose = dict.fromkeys(store.settings(), "off")
    monkeypatch.setattr(store, "settings", lambda: loose)
    assert states(stored.look(store, folder, 2**40, now))["database settings"] == "broken"
    key = TestSigner("witness.example/lotbook")
    text = f'[[witness]]\nurl = "http://w"\nvkey = "{Verifier.of(key).vkey}"\n'
    (folder / "witnesses.toml").write_text(text, encoding="utf-8")
    name = "witness witness.example/lotbook"
    assert states(stored.look(store, folder, 2**40, now))[name] == "attention"
    row = {"name": key.name, "size": 3, "cosigned_at": now.isoformat(), "tried_at": now.isoformat()}
    store.put("witnesses", row | {"trouble": "refused", "why": "x"})
    assert states(stored.look(store, folder, 2**40, now))[name] == "attention"
    store.put("witnesses", row | {"trouble": "", "why": ""})
    assert states(stored.look(store, folder, 2**40, now))[name] == "ok"
    (folder / "witnesses.toml").write_text("?", encoding="utf-8")
    assert states(stored.look(store, folder, 2**40, now))["witness"] == "broken"
