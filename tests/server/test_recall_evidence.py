"""The evidence pack of a recall: an outsider checks it with public keys alone."""

from __future__ import annotations

from base64 import b64encode
from contextlib import closing
from typing import Any

import pytest

from server.recall.documents import digest_of
from sync import canonical, container, packfile
from sync.keyring import read_keys
from sync.verify import verify
from tests.second import pack as second
from tests.second.notes import read_keys as second_keys
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


@pytest.mark.covers("REC-806/7")
def test_a_pack_says_how_many_steps_its_case_has_and_none_is_left_out_unseen(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        case = opened(plant)["case"]["id"]
        count = {"item": "TUB-1", "lot": "T1", "in_stock": "97.0", "unit": "m"}
        step(plant, case, "counts", **count)
        step(plant, case, "scope")
    data = plant.client("P-QA").get(f"/api/recalls/{case}/evidence.zip").content
    members = dict(container.read(data).members)
    whole: dict[str, Any] = canonical.loads(members[packfile.MANIFEST])
    said: dict[str, int] = whole["recall"]
    ring, keys = read_keys(plant.folder.keys()), second_keys(plant.folder.keys())
    report = verify(data, ring)
    assert (report.sound, report.steps, said["steps"]) == (True, 4, 4)
    assert second.complaints(data, keys) == []
    assert "All 4 steps that the case had" in report.text("en")
    assert "召回 R-0001" in report.text("zh_CN")
    assert "RECALL CASE" in members[packfile.README].decode()
    steps = [name for name, kind in kinds(members).items() if kind.startswith("recall.")]
    last, within = steps[-1], steps[2]
    for left_out, told, found in (
        (last, said, "recall-steps"),
        (within, said | {"steps": 3}, "recall-step"),
        ("", said | {"size": said["size"] - 1}, "recall-steps"),
    ):
        short = signed_anew(plant, {k: v for k, v in members.items() if k != left_out}, told)
        assert found in {one.code for one in verify(short, ring).findings}
        assert second.complaints(short, keys)
    lie = {name: data for name, data in members.items() if name != last}
    assert verify(signed_anew(plant, lie, said | {"steps": 3}), ring).sound, "a lie of the server"


def kinds(members: dict[str, bytes]) -> dict[str, str]:
    """Of every leaf, by its name, in the log's order."""
    leaves = sorted(name for name in members if name.startswith("log/leaves/"))
    return {name: str(canonical.loads(members[name]).get("kind")) for name in leaves}


def signed_anew(plant: Plant, members: dict[str, bytes], told: dict[str, Any]) -> bytes:
    """By somebody who holds the server's key."""
    manifest: dict[str, Any] = canonical.loads(members.pop(packfile.MANIFEST))
    del members[packfile.SIGNATURE]
    fresh = packfile.manifest(manifest["job"], manifest["lot"], [], [], members, {"recall": told})
    signature = b64encode(plant.parts.signer.sign(packfile.signed_message(fresh))) + b"\n"
    return container.write(members | {packfile.MANIFEST: fresh, packfile.SIGNATURE: signature})
