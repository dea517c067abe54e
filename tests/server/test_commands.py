"""The command line: what it does, and what it says when it cannot."""

from __future__ import annotations

import re
import socket
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from server import cli
from server.api.peers import Limits
from server.app import application
from server.uvicorn_config import bounded_config
from server.words import SAYINGS
from sync import keys
from sync.keyring import read_keys
from tests.server.plant import MASTER, PLAN, Plant, badge

TUESDAY = "2030-01-01"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets that cost little to derive from, so that the tests are quick."""
    monkeypatch.setattr(cli, "COST", keys.TEST_COST)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(MASTER, encoding="utf-8")
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def data(plan: Path) -> str:
    folder = plan.parent / "data"
    assert cli.main(["init", "--data", str(folder), "--plan", str(plan)]) == 0
    return str(folder)


def test_a_server_is_founded_checked_rebuilt_and_listed(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["fsck", "--data", data]) == 0
    assert cli.main(["rebuild", "--data", data]) == 0
    assert cli.main(["people", "list", "--data", data]) == 0
    assert cli.main(["stations", "list", "--data", data]) == 0
    capsys.readouterr()
    assert cli.main(["keys", "--data", data]) == 0
    ring = read_keys(capsys.readouterr().out)
    assert ring.get("server", "lotbook.test/S1/LOG/1")
    assert ring.get("person", "P-QA")


def test_founding_twice_is_refused(data: str, plan: Path) -> None:
    assert cli.main(["init", "--data", data, "--plan", str(plan)]) == 1


def test_acts_are_signed_with_badge_and_secret(
    data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOTBOOK_SECRET", "supervisor-1")
    by = ["--data", data, "--badge", badge("P-SUP")]
    lot = ["lots", "receive", "TUB-1", "T7", "10", "m", "--expiry", TUESDAY]
    assert cli.main([*lot, *by]) == 0
    order = ["jobs", "dispatch", "JO-5", "L5", "SMALL", "2", "--serial-prefix", "Q"]
    assert cli.main([*order, *by]) == 0
    monkeypatch.setenv("LOTBOOK_SECRET", "wrong-secret")
    assert cli.main([*lot, *by]) == 1
    assert "do not belong together" in capsys.readouterr().err


def test_a_master_goes_from_check_to_approval(
    data: str, plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = plan.parent / "two.yaml"
    file.write_text(MASTER.replace("revision: 1", "revision: 2"), encoding="utf-8")
    assert cli.main(["forms", "check", str(file)]) == 0
    steps = (("propose", "P-SUP", "supervisor-1", [str(file)]),
             ("review", "P-QA", "quality-1", ["SMALL", "2"]),
             ("approve", "P-QA", "quality-1", ["SMALL", "2"]))  # fmt: skip
    for step, person, secret, what in steps:
        monkeypatch.setenv("LOTBOOK_SECRET", secret)
        assert cli.main(["forms", step, *what, "--data", data, "--badge", badge(person)]) == 0
    file.write_text("id: SMALL\nrevision: one\n", encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["forms", "check", str(file)]) == 1
    assert f"{file}:2:" in capsys.readouterr().err


def test_an_export_takes_a_real_person_and_is_audited(
    data: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    export = ["export", "JO-1", "--data", data, "-o", str(out)]
    for code, secret, more, says in (
        ("LB:ID:AUD", "wrong-one", [], "do not belong together"),
        ("LB:ID:OP", "operator-1", [], "personnel class"),
        ("LB:ID:AUD", "auditor-1", ["--by", "P-QA"], "not those of P-QA"),
    ):
        monkeypatch.setenv("LOTBOOK_BADGE", code)
        monkeypatch.setenv("LOTBOOK_SECRET", secret)
        assert cli.main([*export, *more]) == 1
        assert says in capsys.readouterr().err
    assert not out.exists()
    assert cli.main([*export, "--by", "P-AUD"]) == 0
    assert {one.name for one in out.iterdir()} == {
        "evidence.zip", "batch-record.pdf", "batch-record.zh_CN.pdf", "keys.txt",
    }  # fmt: skip
    assert cli.main(["export", "JO-X", "--data", data, "-o", str(out)]) == 1
    assert "no job order JO-X" in capsys.readouterr().err
    with cli.folder_at(Path(data)).open() as parts:
        newest = parts.trail.newest(1)[0]
    assert (newest["person"], newest["route"], newest["about"]) == ("P-AUD", "cli export", "JO-1")


@pytest.mark.covers("A07", "T10")
def test_an_edit_by_a_database_administrator_is_found_and_named(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["fsck", "--data", data]) == 0
    assert cli.main(["rebuild", "--data", data]) == 0
    with cli.folder_at(Path(data)).open() as parts:
        connection = parts.store._connection  # type: ignore[attr-defined]
        sql = "SELECT sql FROM sqlite_master WHERE name = 'entries_no_update'"
        trigger = connection.execute(sql).fetchone()[0]
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute(
            "UPDATE entries SET data = "
            "CAST(replace(CAST(data AS TEXT), 'OFFICE', '0FFICE') AS BLOB) "
            "WHERE origin LIKE '%OFFICE%' AND idx = 0"
        )
        connection.execute(trigger)  # the administrator tidies up
    capsys.readouterr()
    assert cli.main(["fsck", "--data", data]) == 1
    assert "OFFICE/1 #0" in capsys.readouterr().err


def test_a_second_process_on_the_same_data_is_refused(
    plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    code = cli.main(["--language", "zh_CN", "rebuild", "--data", str(plant.folder.path)])
    assert code == 1
    assert SAYINGS["in-use"].message.zh_CN in capsys.readouterr().err
    assert cli.main(["keys", "--data", str(plant.folder.path)]) == 0


def test_no_data_and_damaged_data_say_what_to_do(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["fsck", "--data", str(tmp_path / "nowhere")]) == 1
    assert "lotbook-server init" in capsys.readouterr().err
    database = Path(data) / "lotbook.db"
    for extra in ("-wal", "-shm"):
        Path(f"{database}{extra}").unlink(missing_ok=True)
    database.write_bytes(b"this is not a database" * 1000)
    assert cli.main(["fsck", "--data", data]) == 1
    assert "damaged" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("version: 1", "version: 2"), "version"),
        (("founders: [P-ADM, P-QA]", "founders: [P-ADM, P-ADM]"), "founders"),
        (("founders: [P-ADM, P-QA]", "founders: [P-ADM, P-NO]"), "P-NO"),
        (("demo: true", "demo: false"), "secrets"),
        (('quantity: "100"', 'quantity: "1e3"'), "quantity"),
        (("expiry: 2031-06-30", "expiry: soon"), "date"),
        (("checked_by: P-QA}}", "checked_by: P-AUD}}"), "checked_by"),
        (("small.yaml", "missing.yaml"), "missing.yaml"),
        (("site: S1", "site: S1\nsurprise: 1"), "surprise"),
        (("founders:", "founders: ["), "cannot be read"),
    ],
)
def test_a_wrong_plan_names_the_key_and_nothing_is_left(
    plan: Path, change: tuple[str, str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = change
    text = plan.read_text(encoding="utf-8")
    at = text.rfind(old)
    plan.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
    folder = plan.parent / "data"
    assert cli.main(["init", "--data", str(folder), "--plan", str(plan)]) == 2
    assert says in capsys.readouterr().err
    assert not (folder / "lotbook.db").exists()


def test_secrets_may_come_from_a_file(plan: Path) -> None:
    text = plan.read_text(encoding="utf-8").replace("demo: true", "demo: false")
    plan.write_text(re.sub(r"secret: [a-z]+-1,\s*", "", text), encoding="utf-8")
    secrets = plan.parent / "secrets"
    people = ("P-OP", "P-SUP", "P-QA", "P-ADM", "P-AUD")
    secrets.write_text("".join(f"{one}=long enough\n" for one in people), encoding="utf-8")
    start = ["init", "--data", str(plan.parent / "data"), "--plan", str(plan)]
    assert cli.main(start) == 2
    assert cli.main([*start, "--secrets", str(secrets)]) == 0


def test_a_running_server_is_asked_by_url(
    data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = cli.folder_at(Path(data))
    with folder.open() as parts:
        server = uvicorn.Server(
            bounded_config(application(parts), "127.0.0.1", port, None, Limits())
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            url = ["--url", f"http://127.0.0.1:{port}"]
            monkeypatch.setenv("LOTBOOK_SECRET", "supervisor-1")
            monkeypatch.setenv("LOTBOOK_BADGE", badge("P-SUP"))
            receive = ["lots", "receive", "TUB-1", "T8", "10", "m", "--supplier", "SUP-1"]
            assert cli.main([*receive, *url]) == 0
            assert cli.main([*receive, *url]) == 1
            assert "exists" in capsys.readouterr().err
            assert cli.main(["jobs", "dispatch", "JO-6", "L6", "SMALL", "1", *url]) == 0
            assert cli.main(["stations", "approve", "ST-01", *url]) == 1
            capsys.readouterr()
            assert cli.main(["people", "list", *url]) == 0
            assert "P-SUP\tSam Supervisor\tsupervisor\n" in capsys.readouterr().out
            assert cli.main(["stations", "list", *url]) == 0
            assert "/OFFICE/1\tenrolled\t" in capsys.readouterr().out
        finally:
            server.should_exit = True
            thread.join()
    assert cli.main(["jobs", "dispatch", "JO-7", "L7", "SMALL", "1", *url]) == 1
    assert "cannot be reached" in capsys.readouterr().err


def test_where_nobody_can_type_it_says_how_to_give_badge_and_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.delenv("LOTBOOK_BADGE", raising=False)
    monkeypatch.setattr("builtins.input", nobody)
    assert cli.main(["assets", "list", "--url", "http://127.0.0.1:1"]) == 2
    assert "--secret-stdin" in capsys.readouterr().err
