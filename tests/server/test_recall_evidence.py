"""The evidence pack of a recall: an outsider checks it with public keys alone."""

from __future__ import annotations

from contextlib import closing

import pytest

from server.recall.documents import digest_of
from sync import container
from sync.keyring import read_keys
from sync.verify import verify
from tests.server.plant import Plant
from tests.server.test_recall import made, opened, ship, step


@pytest.mark.covers("REC-806/7", "REC-ISO8.2.3/8.3.3")
def test_the_pack_of_a_case_verifies_and_a_changed_scope_does_not(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        ship(plant, "Clinic East", "L1", "2", "1")
        case = opened(plant)["case"]["id"]
        step(plant, case, "notices", language="zh_CN")
    answer = plant.client("P-QA").get(f"/api/recalls/{case}/evidence.zip?language=zh_CN")
    assert answer.status_code == 200, answer.text
    ring = read_keys(plant.folder.keys())
    report = verify(answer.content, ring)
    assert report.sound, report.text("en")
    assert report.job == case
    assert report.attachments == 2, "the scope and a notice"
    members = container.read(answer.content).members
    scope = plant.parts.recall.recalls.steps.of(case).revisions[0].scope
    assert digest_of(members[f"attachments/{scope}"]) == scope
    assert members["batch-record.pdf"].startswith(b"%PDF")
    changed = members[f"attachments/{scope}"].replace(b"Clinic East", b"Clinic Wast")
    forged = container.write(dict(members) | {f"attachments/{scope}": changed})
    assert not verify(forged, ring).sound
    without = {name: data for name, data in members.items() if scope not in name}
    assert "attachment" in {one.code for one in verify(container.write(without), ring).findings}
    again = plant.client("P-QA").get(f"/api/recalls/{case}/scope", params={"revision": 1})
    assert digest_of(again.content) == scope
