"""All that a real server holds, exported: sound as it is, and every change is located."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.cli import main as server_main
from server.evidence.export import ServerExport
from server.fsck import examine
from sync.keyring import Keyring, read_keys
from sync.packfile import slug
from sync.verdict import Verdict
from sync.verify_cli import main
from sync.verify_input import verify_path
from tests.server.plant import PREFIX, Plant, plant_at
from tests.server.test_shift import played

ST_01, OFFICE = f"{PREFIX}/ST-01/1", f"{PREFIX}/OFFICE/1"
LOG = f"logs/{slug(ST_01)}"


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    with plant_at(tmp_path_factory.mktemp("plant")) as one:
        played(one)
        answer = one.act("P-QA", "/api/jobs/JO-1/release", decision="released")
        assert answer.status_code == 200, answer.text
        one.station("ST-02")
        yield one


@pytest.fixture(scope="module")
def export(plant: Plant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "all"
    assert ServerExport(plant.parts, folder, attachments=True).write() > 30
    return folder


@pytest.fixture(scope="module")
def ring(plant: Plant) -> Keyring:
    return read_keys(plant.folder.keys())


def verdict(path: Path, ring: Keyring) -> Verdict:
    found = verify_path(path, ring)
    assert isinstance(found, Verdict)
    for language in ("en", "zh_CN"):
        assert found.text(language)
    return found


def words(found: Verdict) -> list[str]:
    return [one.words("en") for one in found.findings]


def test_a_whole_server_is_sound_and_says_how_far(export: Path, ring: Keyring) -> None:
    found = verdict(export, ring)
    assert words(found) == []
    said = found.text("en")
    assert f"{ST_01}: records #0 to #" in said
    assert f"{PREFIX}/ST-02/1: enrolled, without any record" in said
    assert f"{ST_01} has seen and signed the server's log" in said
    assert found.facts["signatures"] == 2
    assert "--seen" in said


@pytest.mark.covers("A52", "T32")
def test_the_command_exports_and_the_verifier_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with plant_at(tmp_path) as one:
        played(one)
    data, out = str(tmp_path / "data"), tmp_path / "out"
    monkeypatch.setenv("LOTBOOK_BADGE", "LB:ID:OP")
    monkeypatch.setenv("LOTBOOK_SECRET", "operator-1")
    assert server_main(["export", "--data", data, "-o", str(out)]) == 1, "not an operator's right"
    monkeypatch.setenv("LOTBOOK_BADGE", "LB:ID:AUD")
    monkeypatch.setenv("LOTBOOK_SECRET", "auditor-1")
    assert server_main(["export", "--data", data, "-o", str(out), "--by", "P-QA"]) == 1
    assert server_main(["export", "--data", data, "-o", str(out)]) == 0
    keys = str(tmp_path / "out-keys.txt")
    assert main([str(out), "--keys", keys, "--seen", str(out)]) == 0
    assert b'"cli export"' in (out / "log" / "leaves.jsonl").read_bytes(), "the export is audited"
    assert "state remembered outside" in capsys.readouterr().out
    for name in ("attachments", "nonsense"):
        assert not (out / name).exists()


@pytest.mark.covers("A16", "T34")
def test_a_signature_that_arrives_after_its_signer_was_deactivated_is_named(tmp_path: Path) -> None:
    with plant_at(tmp_path) as one:
        station = one.station()
        station.sign_in("P-SUP")
        station.accept("P-SUP")
        one.parts.enrolment.deactivate("P-SUP", one.parts.directory.unlock("LB:ID:QA", "quality-1"))
        station.outbox.drain()
        ServerExport(one.parts, tmp_path / "out").write()
        found = verdict(tmp_path / "out", read_keys(one.folder.keys()))
        assert [(f.code, f.origin, f.who) for f in found.findings] == [
            ("esign-revoked", ST_01, "P-SUP")
        ]
        assert examine(one.parts) == [], "kept and judged: the database is not damaged"


@pytest.mark.covers("A17")
def test_a_record_taken_after_the_cut_off_is_named(tmp_path: Path) -> None:
    with plant_at(tmp_path) as one:
        station = one.station()
        station.sign_in("P-OP")
        station.outbox.drain()
        saved = station.journal.size
        quality = one.parts.directory.unlock("LB:ID:QA", "quality-1")
        one.parts.stations.revoke("ST-01", saved, "lost", quality)
        station.sign_in("P-OP")
        batch = station.journal.batch(saved)
        # A server that takes what it must not: with the cut-off left aside.
        one.parts.ingest.push(station.journal._verifier, saved, batch.entries, batch.head)
        ServerExport(one.parts, tmp_path / "out").write()
        found = verdict(tmp_path / "out", read_keys(one.folder.keys()))
        assert [(f.code, f.origin, f.index) for f in found.findings] == [("revoked", ST_01, saved)]
