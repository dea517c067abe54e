"""Instruments in the console: listed by due date, calibrated, looked back at, concluded."""

from __future__ import annotations

import shutil
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import nacl.utils
import pytest

from server.api.bodies_assets import EnterCalibration
from server.folder import DataFolder
from server.fsck import examine
from server.log.leaves import By
from server.parts import Parts
from server.people.directory import Acting
from server.quality.certificate_file import MOST_BYTES, handed
from sync.keys import TEST_COST
from tests.console.test_console import csrf, entered
from tests.server.gauged import Bench, with_instruments
from tests.server.plant import Plant, credentials
from tests.server.test_holds import acting

PAGE, FORM = "/console/assets/BAL-1", "/console/asset-form"
BAD = {
    "performed": "2026-03-02",
    "laboratory": "Suzhou Metrology",
    "certificate": "C-<1>",
    "as_found": "out-of-tolerance",
    "as_left": "in-tolerance",
    "unit": "g",
    "due": "2027-03-02",
    "points": "0.4 0.43 0.4 0.01\n\n 1 1 - 0.01 ",
}


@pytest.fixture
def gauged(plant: Plant) -> Plant:
    with_instruments(plant)
    bench = Bench(plant)
    bench.weigh("0.31", "0.40")
    bench.weigh("0.31", asset="BAL-2")
    bench.send()
    return plant


@pytest.mark.covers("ISO-7.6", "F64", "T29")
def test_a_bad_calibration_leads_to_the_lots_and_to_a_conclusion(gauged: Plant) -> None:
    client = entered(gauged, "P-QA")
    form = BAD | credentials("P-QA") | {"csrf": csrf(client.get(PAGE).text)}
    answer = client.post(PAGE, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}/look-back?done=1")
    html = client.get(f"{PAGE}/look-back").text
    for words in ("GL1", "may be out", "0.03", "no touched lot can be released", "not known here"):
        assert words in html
    assert "C-&lt;1&gt;" in client.get(PAGE).text
    number = gauged.parts.instruments.deviations.all()[0].number
    listed = client.get("/console/assets").text
    assert f"Deviation {number}" in listed
    assert listed.index("BAL-2") < listed.index("BAL-1"), "what is due first stands first"
    act = credentials("P-QA") | {"csrf": csrf(html), "number": str(number)}
    long = f"weighed again, all in limits: {'GL1 ' * 220}the last word"
    assert 500 < len(long) <= 1_000, "as long as the form takes it"
    for more in ({"act": "hold"}, {"act": "close", "conclusion": long}):
        assert client.post(f"{PAGE}/look-back", data=act | more).status_code == 303
    html = client.get(f"{PAGE}/look-back").text
    assert "weighed again, all in limits" in html
    assert "the last word" in html
    assert "✗ open" not in html
    assert gauged.parts.catalogue.held("GAU-1", "GL1")
    assert not gauged.parts.instruments.deviations.all()[0].open


@pytest.mark.covers("ISO-7.6", "F64")
def test_an_open_deviation_shows_its_own_time_whatever_was_calibrated_since(gauged: Plant) -> None:
    client = entered(gauged, "P-QA")
    form = BAD | credentials("P-QA") | {"csrf": csrf(client.get(PAGE).text)}
    assert client.post(PAGE, data=form).status_code == 303
    gauged.clock.pass_(5 * 86_400)
    good = {"performed": "2026-03-07", "certificate": "C-2", "as_found": "in-tolerance",
            "points": "0.4 0.4 - 0.01"}  # fmt: skip
    client = entered(gauged, "P-QA")
    form = BAD | good | credentials("P-QA") | {"csrf": csrf(client.get(PAGE).text)}
    assert client.post(PAGE, data=form).status_code == 303
    html = client.get(f"{PAGE}/look-back").text
    for words in ("GL1", "✗ may be out", "0.03", "Hold the touched lots"):
        assert words in html
    number = str(gauged.parts.instruments.deviations.all()[0].number)
    act = credentials("P-QA") | {"csrf": csrf(html), "number": number}
    done = act | {"act": "close", "conclusion": "weighed again"}
    assert client.post(f"{PAGE}/look-back", data=done).status_code == 303
    html = client.get(f"{PAGE}/look-back").text
    assert "Hold the touched lots" not in html
    assert "✗ may be out" not in html, "from here on, what the good one leaves in doubt: nothing"


def test_what_does_not_fit_is_told_and_what_was_typed_stays(gauged: Plant) -> None:
    client = entered(gauged, "P-ADM", "zh-CN")
    good = BAD | credentials("P-ADM") | {"csrf": csrf(client.get(PAGE).text)}
    for wrong in (
        {"points": "0.4 0.43"},
        {"points": "0.4 NaN - 0.01"},
        {"points": "0.4 x - 0.01"},
        {"performed": "yesterday"},
        {"due": ""},
        {"as_found": "in-tolerance"},
    ):
        answer = client.post(PAGE, data=good | wrong)
        assert answer.status_code == 400, answer.text
        assert "Suzhou Metrology" in answer.text
        assert ("以空格分隔的四项" in answer.text) >= ("points" in wrong)
    assert gauged.parts.instruments.calibrations.of("BAL-1") == ()
    assert client.post(PAGE, data=good).status_code == 303
    token = {"csrf": csrf(client.get(f"{PAGE}/look-back").text)}
    for act in ({"act": "close", "number": "x"}, {"act": "close", "number": "1"}):
        form = credentials("P-ADM") | token | {"conclusion": "fine"} | act
        assert client.post(f"{PAGE}/look-back", data=form).status_code in {403, 404}
    assert "偏差" in client.get(f"{PAGE}/look-back").text


def test_who_only_reads_sees_no_form(gauged: Plant) -> None:
    client = entered(gauged, "P-AUD")
    assert "textarea" not in client.get(PAGE).text
    assert client.get("/console/assets/BAL-9").status_code == 404
    form = BAD | credentials("P-AUD") | {"csrf": csrf(client.get("/console/assets").text)}
    assert client.post(PAGE, data=form).status_code == 403


PDF = b"%PDF-1.7\n<script>no page is made of it</script>"


@pytest.mark.covers("ISO-7.6")
def test_a_certificate_is_kept_as_a_file_that_the_signature_names(gauged: Plant) -> None:
    client = entered(gauged, "P-QA")
    form = BAD | credentials("P-QA") | {"csrf": csrf(client.get(PAGE).text)}
    for wrong, status in (
        (b"MZ\x90", 415),
        (b"", 415),
        (b"%PDF-" + bytes(MOST_BYTES), 413),
        (bytes(10 * 1024 * 1024), 413),
    ):
        answer = client.post(PAGE, data=form, files={"file": ("a.pdf", wrong)})
        assert answer.status_code == status
        assert gauged.parts.store.count("attachments") == 0
    files = {"file": ("../../C-1.pdf", PDF, "text/html")}
    assert client.post(PAGE, data=form | {"secret": "wrong"}, files=files).status_code == 401
    assert gauged.parts.store.count("attachments") == 0, "nothing is kept for nobody"
    assert client.post(PAGE, data=form, files=files).status_code == 303
    digest = sha256(PDF).hexdigest()
    entry = gauged.parts.instruments.calibrations.of("BAL-1")[-1]
    assert entry.calibration.certificate_file == digest
    assert f"/console/attachments/{digest}" in client.get(PAGE).text
    got = client.get(f"/console/attachments/{digest}")
    assert got.content == PDF
    assert got.headers["content-disposition"] == "attachment", "never shown in place"
    assert got.headers["content-type"] == "application/octet-stream"


def kept_files(plant: Plant) -> list[Path]:
    return [path for path in (plant.folder.path / "attachments").rglob("*") if path.is_file()]


@pytest.mark.covers("ISO-7.6")
def test_of_an_act_that_is_refused_no_file_stays(gauged: Plant) -> None:
    client = entered(gauged, "P-QA")
    form = BAD | credentials("P-QA") | {"csrf": csrf(client.get(PAGE).text)}
    files = {"file": ("c.pdf", PDF)}
    late = form | {"performed": "2199-01-01", "due": "2200-01-01"}
    assert client.post(PAGE, data=late, files=files).status_code == 400
    known = {
        "id": "BAL-1", "equipment_class": "balance", "serial_number": "B-1", "unit": "g",
        "calibration_due": "2029-01-31", "certificate": "C-7", "status": "in_service",
        "known": "yes",
    }  # fmt: skip
    other = entered(gauged, "P-ADM")
    define = known | credentials("P-ADM") | {"csrf": csrf(other.get(FORM).text)}
    assert other.post(FORM, data=define, files=files).status_code == 403, "due is quality's"
    assert (kept_files(gauged), gauged.parts.store.count("attachments")) == ([], 0)
    assert client.post(PAGE, data=form, files=files).status_code == 303
    assert client.post(PAGE, data=form, files=files).status_code == 409, "it is entered already"
    (path,) = kept_files(gauged)
    assert path.read_bytes() == PDF, "what another act names stays"


class PowerCut(BaseException):
    """The server is no more."""


@pytest.mark.covers("ISO-7.6")
@pytest.mark.parametrize("at", ["asset.calibrated", "deviation.opened"])
def test_a_power_cut_leaves_no_act_that_names_a_file_that_is_not_there(
    gauged: Plant, tmp_path: Path, at: str
) -> None:
    """The disk is looked at as it was at that moment, the file written and the act not signed."""
    left = tmp_path / "left"

    class Cut(Acting, frozen=True, kw_only=True):
        def sign(self, kind: str, body: dict[str, Any]) -> By:
            if kind == at:
                shutil.copytree(gauged.folder.path, left / "data")
                raise PowerCut
            return super().sign(kind, body)

    who = msgspec.structs.asdict(acting(gauged))
    with pytest.raises(PowerCut):
        calibrate(gauged.parts, Cut(**who))
    folder = DataFolder(left / "data", gauged.clock, nacl.utils.random, TEST_COST)
    with folder.open() as parts:
        assert [one.calibration.certificate_file for one in parts.instruments.calibrations.of(
            "BAL-1")] == []  # fmt: skip
        assert parts.store.count("attachments") == 0
        assert examine(parts) == []
        assert parts.attachments.get(calibrate(parts, acting(gauged))) == PDF


def calibrate(parts: Parts, who: Acting) -> str:
    """The digest of the file that was named."""
    with handed(parts.attachments, PDF) as file:
        said = BAD | {"points": [], "badge": "b", "secret": "s", "certificate_file": file.digest}
        term = EnterCalibration.model_validate(said).term("BAL-1")
        parts.instruments.calibrated(term, who, file.keep)
    return file.digest


@pytest.mark.covers("ISO-7.6", "P11-70")
def test_an_instrument_is_made_known_and_changed_by_signature(gauged: Plant) -> None:
    client = entered(gauged, "P-ADM")
    new = {
        "id": "CAL-7", "equipment_class": "caliper", "serial_number": "SN-7", "make": "Mitutoyo",
        "calibration_due": "2027-01-31", "certificate": "C-7", "unit": "mm", "low": "0",
        "high": "150", "resolution": "0.01", "status": "in_service",
    }  # fmt: skip
    form = new | credentials("P-ADM") | {"csrf": csrf(client.get(FORM).text)}
    for wrong, words in (
        ({"equipment_class": "Big Caliper"}, "equipment_class"),
        ({"resolution": "fine"}, "resolution"),
        ({"calibration_due": ""}, "needs none"),
        ({"status": "quarantined"}, "reason"),
        ({"secret": "wrong"}, "secret"),
    ):
        answer = client.post(FORM, data=form | wrong)
        assert answer.status_code in {400, 401, 409, 422}
        assert words in answer.text
        assert "Mitutoyo" in answer.text, "what was typed stays"
    files = {"file": ("c.pdf", PDF)}
    assert (
        client.post(FORM, data=form, files=files).headers["location"]
        == "/console/assets/CAL-7?done=1"
    )
    asset = gauged.parts.catalogue.asset("CAL-7")
    assert (asset.make, asset.certificate_file) == ("Mitutoyo", sha256(PDF).hexdigest())
    assert asset.capability is not None
    assert asset.capability.resolution == Decimal("0.01")
    shown = client.get(f"{FORM}?asset=CAL-7").text
    for value in ('value="SN-7" ', 'value="2027-01-31"', 'value="0.01"', "readonly"):
        assert value in shown
    for slip in (form, form | {"id": "BAL-1"}):  # begun empty, for an instrument of its own
        answer = client.post(FORM, data=slip)
        assert (answer.status_code, "readonly" in answer.text) == (409, False)
    assert gauged.parts.catalogue.asset("BAL-1").make != "Mitutoyo"
    assert 'name="known" value="yes"' in shown
    form |= {"known": "yes"}
    apart = form | {"status": "quarantined", "reason": "fell from the bench"}
    assert client.post(FORM, data=apart).status_code == 303
    asset = gauged.parts.catalogue.asset("CAL-7")
    assert asset.quarantine == "fell from the bench"
    assert asset.certificate_file == sha256(PDF).hexdigest(), "the file stays, chosen again or not"
    later = form | {"calibration_due": "2028-01-31"}
    assert client.post(FORM, data=later).status_code == 403, "when it is due is quality's"
    assert client.get(f"{FORM}?asset=NONE").status_code == 404
    quality = entered(gauged, "P-QA")
    other = later | credentials("P-QA") | {"csrf": csrf(quality.get(PAGE).text)}
    assert quality.post(FORM, data=other | {"certificate": "C-8"}).status_code == 303
    asset = gauged.parts.catalogue.asset("CAL-7")
    assert (asset.certificate, asset.certificate_file) == ("C-8", ""), "not the file of C-7"
