"""Troubles that a person settles: forks, quarantine, new epochs; and what faults look like."""

from __future__ import annotations

import base64
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from random import Random

import msgspec
import pytest

from forms.entries import HoldPlaced
from server.api.refused import of_fault
from server.fsck import examine
from server.ingest.projector import dump
from server.log.tree import Tree
from server.words import Refusal
from sync.faults import Fault
from sync.protocol import Fork, Received
from tests.server.plant import BOTH, MASTER, PLAN, PREFIX, Plant, Station
from tests.server.test_ingest import bytes_of, pushed


@pytest.mark.covers("A26")
def test_quality_settles_a_fork_and_lifts_its_holds(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.sign_off("JO-1")
    station.outbox.drain()
    plant.clock.pass_(60)
    twin = Station(plant, station.origin, station.name)
    entries = bytes_of(twin)
    assert isinstance(pushed(twin, 0, entries, entries), Fork)
    quality = plant.client("P-QA")
    assert quality.get("/api/jobs/JO-1/readiness").json()["ready"] is False
    alarm = next(row for row in plant.parts.alarms.all() if row["code"] == "fork")
    path = f"/api/alarms/{alarm['idx']}/close"
    assert plant.act("P-ADM", path, reason="mine").status_code == 403
    assert plant.act("P-QA", path, reason="the clone was wiped").status_code == 200
    for hold in quality.get("/api/holds").json():
        lifted = plant.act("P-QA", f"/api/holds/{hold['ref']}/lift", reason="counted again")
        assert lifted.status_code == 200, lifted.text
    assert quality.get("/api/jobs/JO-1/readiness").json()["reasons"] == []
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


@pytest.mark.covers("F49")
def test_two_stations_draw_more_than_a_lot_holds(plant: Plant) -> None:
    """Each rightly by what it knew: an alarm, and no release until quality looked."""
    lot = {"item": "TUB-1", "lot": "T5", "quantity": "4", "unit": "m", "expiry": "2031-06-30"}
    assert plant.act("P-QA", "/api/lots", **lot, status="released").status_code == 201
    for name, job in (("ST-01", "JO-1"), ("ST-02", "JO-2")):
        station = plant.station(name)
        station.sign_in("P-OP")
        station.kit(job, "T5")
        station.outbox.drain()
        station.close()
    quality = plant.client("P-QA")
    (alarm,) = (row for row in quality.get("/api/alarms").json() if row["code"] == "lot-overdrawn")
    assert alarm["about"] == "TUB-1/T5"
    assert alarm["params"] == {"drawn": "4.5 m", "received": "4 m"}
    for job in ("JO-1", "JO-2"):
        reasons = quality.get(f"/api/jobs/{job}/readiness").json()["reasons"]
        said = [one["message"] for one in reasons if one["code"] == "open-elsewhere"]
        assert "TUB-1/T5: 4.5 m drawn of 4 m" in said[0]
    path = f"/api/alarms/{alarm['idx']}/close"
    assert plant.act("P-SUP", path, reason="counted").status_code == 403
    assert plant.act("P-QA", path, reason="the reel held 5 m").status_code == 200
    reasons = quality.get("/api/jobs/JO-1/readiness").json()["reasons"]
    assert "open-elsewhere" not in {one["code"] for one in reasons}
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


def test_quarantined_bytes_block_release_until_quality_looked(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    entries = [*bytes_of(station), b"{}"]
    assert isinstance(pushed(station, 0, entries, entries), Received)
    quality = plant.client("P-QA")
    reasons = quality.get("/api/jobs/JO-1/readiness").json()["reasons"]
    assert "log-gap" in {one["code"] for one in reasons}
    alarm = next(row for row in plant.parts.alarms.all() if row["code"] == "entry-quarantined")
    plant.act("P-QA", f"/api/alarms/{alarm['idx']}/close", reason="a broken disk block")
    reasons = quality.get("/api/jobs/JO-1/readiness").json()["reasons"]
    assert "log-gap" not in {one["code"] for one in reasons}


@BOTH
@pytest.mark.covers("A38")
@pytest.mark.parametrize("long", ["lot", "item", "job_order"])
def test_a_name_longer_than_an_index_takes_stops_nobody(plant: Plant, long: str) -> None:
    station, other = plant.station(), plant.station("ST-02")
    station.sign_in("P-QA")
    names = {"item": "TUB-1", "lot": "T1"}
    name = base64.b64encode(Random(1).randbytes(9_000)).decode()
    context = station.context("JO-1", "OP10", "CLEAR")
    if long == "job_order":
        context = msgspec.structs.replace(context, job_order=name)
    else:
        names[long] = name
    at = station.journal.size
    station.append(HoldPlaced(context=context, reason="r", **names))
    station.outbox.drain()
    other.sign_in("P-OP")
    other.outbox.drain()
    book, store = plant.parts.book, plant.parts.store
    book.catch_up()
    assert book.behind == 0
    assert [row["idx"] for row in store.rows("quarantine")] == [at]
    assert "entry-quarantined" in {row["code"] for row in plant.parts.alarms.all()}
    before = dump(store)
    plant.parts.projections.rebuild()
    assert dump(store) == before


@pytest.mark.covers("A30", "A31")
def test_a_new_epoch_needs_two_persons_again_and_an_alarm_says_what_is_kept(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    plant.station(epoch=2)
    alarms = plant.parts.alarms.all()
    found = next(row for row in alarms if row["code"] == "continuity-break")
    assert found["about"] == station.origin
    old = Station(plant, f"{PREFIX}/ST-01/1", "ST-01", word="thief")
    with pytest.raises(Fault, match="batch-refused"):
        old.service.enrol("ST-01")


def test_a_rejection_needs_a_reason_and_is_signed(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-2")
    station.outbox.drain()
    path = "/api/jobs/JO-2/release"
    assert plant.act("P-QA", path, decision="rejected").json()["code"] == "reason-needed"
    done = plant.act("P-QA", path, decision="rejected", reason="wrong colour")
    assert done.json()["status"] == "rejected"
    assert [one.status for one in plant.parts.reader.list_lots() if one.lot == "L2"] == ["rejected"]
    assert plant.act("P-QA", "/api/jobs/NO/release", decision="released").status_code == 404


@pytest.mark.covers("A37")
def test_faults_of_the_disk_are_clear_answers() -> None:
    assert (of_fault(Fault("disk-full")).code, of_fault(Fault("disk-full")).status) == (
        "disk-full",
        507,
    )
    assert of_fault(Fault("write-failed", "io")).code == "write-failed"
    assert of_fault(Fault("database-corrupt")).code == "damaged"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("UPDATE leaves SET data = CAST(replace(CAST(data AS TEXT), 'v\":1', 'v\":2') AS BLOB) "
         "WHERE idx = 3"), "LOG/1 #3"),
        ("DELETE FROM leaves WHERE idx = 3", "LOG/1 #3"),
        ("DELETE FROM entries WHERE idx = 1 AND origin LIKE '%ST-01%'", "ST-01/1 #1"),
        ("UPDATE heads SET note = 'x'", "head"),
        ("UPDATE receipts SET data = x'41'", "receipt"),
        ("UPDATE checkpoints SET note = 'x'", "checkpoint"),
        ("UPDATE entries SET leaf = 'x' WHERE origin LIKE '%ST-01%'", "was changed"),
    ],
)  # fmt: skip
@pytest.mark.covers("T10")
def test_fsck_finds_every_kind_of_change(plant: Plant, change: str, says: str) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    assert examine(plant.parts) == []
    connection = plant.parts.store._connection  # type: ignore[attr-defined]
    table = change.split()[2 if change.startswith("DELETE") else 1]
    connection.execute(f"DROP TRIGGER {table}_no_update")
    connection.execute(f"DROP TRIGGER {table}_no_delete")
    connection.execute(change)
    assert any(says in one for one in examine(plant.parts))


def test_a_schema_without_its_triggers_is_not_opened(plant: Plant) -> None:
    connection = plant.parts.store._connection  # type: ignore[attr-defined]
    connection.execute("DROP TRIGGER leaves_no_update")
    with pytest.raises(Refusal, match="schema"):
        plant.parts.store._create_or_check(older=False)  # type: ignore[attr-defined]


def test_proofs_beyond_the_log_are_refused(plant: Plant) -> None:
    tree = Tree(plant.parts.store)
    for ask in (
        lambda: tree.root(10_000),
        lambda: tree.inclusion(5, 5),
        lambda: tree.consistency(0, 5),
    ):
        with pytest.raises(Refusal):
            ask()


def test_the_program_runs_and_stops_when_told(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(MASTER, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    program = [sys.executable, "-m", "server.cli"]
    data = str(tmp_path / "data")
    plan = str(tmp_path / "plan.yaml")
    subprocess.run([*program, "init", "--data", data, "--plan", plan], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = [*program, "run", "--data", data, "--port", str(port)]
    with subprocess.Popen(run, env={**os.environ, "LANG": "C.UTF-8"}) as server:
        try:
            assert _well(port)
            assert subprocess.run(run, check=False).returncode == 1
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0


def _well(port: int) -> bool:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.05)
    return False
