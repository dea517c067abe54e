"""Places, the site's parameters, one station, frozen evidence: shown with who and why, signed."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile

import pytest

from server.console.parameters import NAMES
from server.console.texts import texts
from tests.console.test_console import entered
from tests.console.test_people import posted, second
from tests.server.plant import Plant, credentials
from tests.server.test_shift import played

PLACES, PARAMETERS, SETS = "/console/places", "/console/parameters", "/console/evidence-sets"


@pytest.mark.covers("P11-10g", "A11-10")
def test_a_work_center_is_defined_with_a_reason(plant: Plant) -> None:
    client = entered(plant, "P-ADM")
    assert "Nothing was said since the founding" in client.get(PLACES).text
    form = {"area": "Room", "work_center": "Needles", "work_units": ["WU-10"],
            "reason": "a second line", **credentials("P-ADM")}  # fmt: skip
    for wrong, status in (({"reason": " "}, 400), ({"work_units": ["WU-99"]}, 404),
                          ({"work_center": "a/b"}, 400), ({"secret": "no"}, 401)):  # fmt: skip
        assert posted(client, PLACES, PLACES, **(form | wrong)).status_code == status
    assert posted(client, PLACES, PLACES, **form).status_code == 303
    page = client.get(PLACES).text
    assert "a second line" in page
    assert "Ada Admin" in page
    centers = plant.parts.scopes.centers()
    assert {str(place): units for place, units in centers.items()} == {
        "Room / Center": ("WU-20",), "Room / Needles": ("WU-10",),
    }  # fmt: skip
    watched = entered(plant, "P-AUD").get(PLACES).text
    assert "<form" not in watched.split("<main", 1)[1]


@pytest.mark.covers("A11-10", "P11-10e")
def test_parameters_say_who_set_them_and_why(plant: Plant) -> None:
    client = entered(plant, "P-QA", "zh-CN")
    assert client.get(PARAMETERS).text.count("未设定") == len(NAMES), "nothing was set yet"
    assert {f"sp_{name}" for name in NAMES} <= set(texts("en")), "every parameter has words"
    page = client.get(PARAMETERS).text
    typed = dict(re.findall(r'<input name="(\w+)" inputmode[^>]*value="(\d+)"', page))
    form = {**dict.fromkeys(NAMES, "false"), **typed, "backup_hours": "12", "reason": "每日两次",
            "second_factor_classes": ["auditor", "administrator"],
            **credentials("P-QA")}  # fmt: skip
    assert posted(client, PARAMETERS, PARAMETERS, **{**form, "reason": ""}).status_code == 400
    bad = posted(client, PARAMETERS, PARAMETERS, **{**form, "backup_hours": "0"})
    assert (bad.status_code, "backup_hours" in bad.text) == (400, True)
    assert posted(client, PARAMETERS, PARAMETERS, **form).status_code == 303
    page = client.get(PARAMETERS).text
    row = re.search(r"<code>backup_hours</code>.*?</tr>", page, re.DOTALL)
    assert row
    for words in ("12", "26", "钱安", "每日两次"):
        assert words in row[0]
    assert page.count("未设定") == len(NAMES) - 2, "what stayed as it was, nobody set"
    assert page.count(" checked>") == 2, "a box for every class"
    now = plant.parts.oversight.parameters.now()
    assert (now.backup_hours, now.second_factor_classes) == (12, ("auditor", "administrator"))
    some = {"drill_days": "90", "reason": "audit", **credentials("P-QA")}
    assert posted(client, PARAMETERS, PARAMETERS, **some).status_code == 303
    now = plant.parts.oversight.parameters.now()
    assert (now.backup_hours, now.drill_days, len(now.second_factor_classes)) == (12, 90, 2)
    unticked = re.findall('hidden" name="second_factor_classes" value="(.*?)"', page)
    none = {**some, "second_factor_classes": unticked}
    assert posted(client, PARAMETERS, PARAMETERS, **none).status_code == 303
    assert plant.parts.oversight.parameters.now().second_factor_classes == (), "no box is ticked"
    assert "仅质量人员" in entered(plant, "P-SUP", "zh-CN").get(PARAMETERS).text
    before = plant.parts.store.one("places", id="site-parameters")
    plant.parts.projections.rebuild()
    assert plant.parts.store.one("places", id="site-parameters") == before


@pytest.mark.covers("A17", "A22", "P11-10h")
def test_a_station_is_approved_by_both_who_stand_there_marked_and_revoked(plant: Plant) -> None:
    station = plant.station(approve=False)
    client = entered(plant, "P-ADM")
    path = "/console/stations/ST-01"
    alone = {**credentials("P-ADM"), **second("P-ADM")}
    assert posted(client, f"{path}/approvals", "/console/stations", **alone).status_code == 409
    assert plant.parts.stations.newest("ST-01").approved_by == (), "both or none"
    both = {**credentials("P-ADM"), **second("P-QA")}
    assert posted(client, f"{path}/approvals", "/console/stations", **both).status_code == 303
    assert plant.parts.stations.newest("ST-01").status == "enrolled"
    station.sign_in("P-OP")
    station.outbox.drain()
    head = station.journal.head().checkpoint
    mark = {"mark": f"{head.size}:{head.root.hex()[:8]}", "place": "shelf 4"}
    sent = posted(client, f"{path}/1/marks", path, **mark, **credentials("P-ADM"))
    assert sent.status_code == 303
    assert "is in the log" in client.get(path).text
    form = {"valid_to": "2", "reason": "stolen", **credentials("P-ADM")}
    for wrong, status in (({"valid_to": "two"}, 400), ({"reason": ""}, 400)):
        answer = posted(client, f"{path}/revocation", path, **(form | wrong))
        assert answer.status_code == status
    assert posted(client, f"{path}/revocation", path, **form).status_code == 303
    page = client.get(path).text
    assert "✗ revoked" in page
    later = posted(client, f"{path}/revocation", path, **{**form, "valid_to": "9"})
    assert later.status_code == 409, "a cut-off never moves up"
    watched = entered(plant, "P-AUD").get(path).text
    assert "<form" not in watched.split("<main", 1)[1]
    assert client.get("/console/stations/ST-77").status_code == 404


@pytest.mark.covers("ISO-8.3", "REC-ISO8.2.3/8.3.3", "T32")
def test_evidence_is_frozen_listed_opened_and_taken_out(plant: Plant) -> None:
    played(plant)
    client = entered(plant, "P-QA")
    form = {"cause": "change", "about": "CR-7", "lots": "TUB-1/T1", "jobs": "JO-1",
            "why": "before the new <tube>", **credentials("P-QA")}  # fmt: skip
    for wrong, status in (({"lots": "TUB-1"}, 400), ({"why": ""}, 400), ({"jobs": "JO-9"}, 404),
                          ({"lots": "", "jobs": ""}, 400)):  # fmt: skip
        answer = posted(client, SETS, SETS, **(form | wrong))
        assert answer.status_code == status
        assert "CR-7" in answer.text, "what was typed is still there"
    many = "\r\n".join(f"TUB-1/{'T' * 20}{n:04}" for n in range(400))
    row = plant.parts.store.one("lots", item="TUB-1", lot="T1")
    assert row is not None
    for n in range(400):
        plant.parts.store.put("lots", row | {"lot": f"{'T' * 20}{n:04}"})
    endless = posted(client, SETS, SETS, **(form | {"lots": many * 5}))
    assert endless.status_code == 413, "what does not fit is refused, not cut off"
    whole = posted(client, SETS, SETS, **(form | {"about": "CR-8", "lots": many}))
    assert plant.parts.oversight.freezer.all()[-1].lots == 400, whole.text
    made = posted(client, SETS, SETS, **form)
    number = int(made.headers["location"].rpartition("/")[2].partition("?")[0])
    again = posted(client, SETS, SETS, **form).headers["location"]
    listed = entered(plant, "P-AUD").get(SETS).text
    assert "before the new &lt;tube&gt;" in listed
    assert "<form" not in listed.split("<main", 1)[1]
    page = client.get(again).text
    assert f'href="/console/evidence-sets/{number}"' in page, "the revision before"
    for words in ("JO-1", "TUB-1/T1", "钱安", "lotbook.test/S1/ST-01/1"):
        assert words in page
    document = client.get(f"{SETS}/{number}/document.json").content
    assert json.loads(document)["about"] == "CR-7"
    assert hashlib.sha256(document).hexdigest() in client.get(f"{SETS}/{number}").text
    pack = client.get(f"{SETS}/{number}/evidence.zip")
    assert zipfile.ZipFile(io.BytesIO(pack.content)).testzip() is None
    assert client.get(f"{SETS}/999999").status_code == 404
    taken = plant.parts.trail.newest(3)
    assert any(row["about"] == f"evidence set {number}" for row in taken)
