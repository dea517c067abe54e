"""The console's rules: rights, tokens, escaping, languages, refusals; every page audited."""

from __future__ import annotations

import hashlib
import re

import httpx
import pytest

from server.console.picture import picture
from server.console.routes import CONSOLE_ACCESS
from server.console.texts import texts
from server.trace.genealogy import Trace, Use
from tests.server.plant import Plant, credentials
from tests.server.test_shift import played


def csrf(html: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', html)
    assert found
    return found[1]


def confirmed(
    client: httpx.Client, decision: str, reason: str = "", job: str = "JO-1"
) -> dict[str, str]:
    """The form of the confirm page, as a browser would send it, without badge and secret."""
    query = {"decision": decision, "reason": reason}
    html = client.get(f"/console/jobs/{job}/release/confirm", params=query).text
    digest = re.search(r'name="text_digest" value="([0-9a-f]{64})"', html)
    assert digest, html
    return {**query, "text_digest": digest[1], "csrf": csrf(html)}


def entered(plant: Plant, person: str, language: str = "en") -> httpx.Client:
    """A client signed in through the console, as a browser would be."""
    client = plant.client()
    client.headers.update({"origin": "http://server", "accept-language": language})
    token = csrf(client.get("/console/sign-in").text)
    answer = client.post("/console/sign-in", data={"csrf": token, **credentials(person)})
    assert answer.status_code == 303, answer.text
    return client


def test_pages_ask_to_sign_in(plant: Plant) -> None:
    client = plant.client()
    for path in ("/", "/console"):
        assert client.get(path).headers["location"] == "/console/jobs"
    for path in ("/console/jobs", "/console/jobs/JO-1", "/console/audit", "/console/trace"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


@pytest.mark.covers("P11-10d", "T29")
def test_every_page_has_safe_headers_and_no_script(plant: Plant) -> None:
    played(plant)
    client = entered(plant, "P-QA")
    for path in ("/console/jobs", "/console/jobs/JO-1", "/console/jobs/JO-1/release",
                 "/console/trace", "/console/stations", "/console/audit"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "<script" not in answer.text
        assert "style=" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        routes = [row["route"] for row in plant.parts.trail.newest(1)]
        assert routes[0].startswith("GET /console/")
    assert client.get("/console/style.css").headers["content-type"].startswith("text/css")


@pytest.mark.covers("T29")
def test_acts_need_the_pages_own_token_and_origin(plant: Plant) -> None:
    played(plant)
    client = entered(plant, "P-QA")
    path = "/console/jobs/JO-1/release"
    good = confirmed(client, "released") | credentials("P-QA")
    form = {key: value for key, value in good.items() if key != "csrf"}
    assert client.post(path, data=form).status_code == 403
    assert client.post(path, data=form | {"csrf": "0" * 64}).status_code == 403
    foreign = client.post(path, data=good, headers={"origin": "http://elsewhere"})
    assert foreign.status_code == 403
    assert plant.parts.quality.readiness("JO-1").status == "complete"
    assert client.post(path, data=good).status_code == 303
    assert plant.parts.quality.readiness("JO-1").status == "released"
    assert "A decision is in force" in client.get(path).text


@pytest.mark.covers("P11-10g", "A11-15")
def test_only_quality_releases_and_only_with_their_own_components(plant: Plant) -> None:
    played(plant)
    client = entered(plant, "P-SUP")
    html = client.get("/console/jobs/JO-1/release").text
    assert "Only quality may decide." in html
    form = {"decision": "released", "csrf": csrf(html), **credentials("P-QA")}
    assert client.post("/console/jobs/JO-1/release", data=form).status_code == 403
    quality = entered(plant, "P-QA")
    form = confirmed(quality, "released") | credentials("P-SUP")
    answer = quality.post("/console/jobs/JO-1/release", data=form)
    assert answer.status_code == 401
    assert "do not belong together" in answer.text


def test_an_open_lot_shows_every_reason(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.kit("JO-1", "T1")
    station.outbox.drain()
    client = entered(plant, "P-QA", "zh-CN")
    html = client.get("/console/jobs/JO-1/release").text
    assert "尚不可放行" in html
    reason = "<script>alert(1)</script>"
    form = confirmed(client, "rejected", reason) | credentials("P-QA")
    release = form | {"decision": "released"}
    assert client.post("/console/jobs/JO-1/release", data=release).status_code == 409
    assert client.post("/console/jobs/JO-1/release", data=form).status_code == 303
    html = client.get("/console/jobs/JO-1").text
    assert "<script>" not in html
    assert "拒收" in html


@pytest.mark.covers("P11-10d")
def test_a_wrong_secret_is_told_on_the_page(plant: Plant) -> None:
    client = plant.client()
    token = csrf(client.get("/console/sign-in").text)
    form = {"csrf": token, "badge": "LB:ID:QA", "secret": "nonsense"}
    answer = client.post("/console/sign-in", data=form)
    assert answer.status_code == 401
    assert "Badge and secret do not belong together" in answer.text


def test_an_operator_sees_the_list_and_no_more(plant: Plant) -> None:
    client = entered(plant, "P-OP")
    assert client.get("/console/jobs").status_code == 200
    answer = client.get("/console/audit")
    assert answer.status_code == 403
    assert "Not possible" in answer.text
    html = client.get("/console/jobs").text
    assert client.post("/console/sign-out", data={"csrf": csrf(html)}).status_code == 303
    assert client.get("/console/jobs").status_code == 303


def test_the_language_is_kept_and_never_leads_elsewhere(plant: Plant) -> None:
    client = entered(plant, "P-AUD")
    came = {"referer": "http://server/console/trace?item=TUB-1&lot=T1"}
    answer = client.get("/console/language/zh_CN", headers=came)
    assert answer.headers["location"] == "/console/trace?item=TUB-1&lot=T1"
    assert "追溯" in client.get("/console/trace").text
    answer = client.get("/console/language/en", headers={"referer": "http://evil/console/x"})
    assert answer.headers["location"] == "/console/jobs"


def test_documents_and_photos_leave_through_the_console(plant: Plant) -> None:
    played(plant)
    client = entered(plant, "P-AUD")
    assert client.get("/console/jobs/JO-1/batch-record.pdf").content[:4] == b"%PDF"
    pack = client.get("/console/jobs/JO-1/evidence.zip")
    assert pack.headers["content-disposition"] == 'attachment; filename="evidence-JO-1.zip"'
    for data, kind in (
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"<html>", "application/octet-stream"),
    ):
        digest = hashlib.sha256(data).hexdigest()
        plant.parts.attachments.put(digest, data, "x")
        answer = client.get(f"/console/attachments/{digest}")
        assert answer.headers["content-type"] == kind
    assert client.get(f"/console/attachments/{'0' * 64}").status_code == 404


def test_a_refused_approval_is_told_on_the_page(plant: Plant) -> None:
    plant.station(approve=False)
    client = entered(plant, "P-QA")
    html = client.get("/console/stations").text
    form = {"csrf": csrf(html), **credentials("P-QA")}
    path = "/console/stations/ST-01/approvals"
    assert client.post(path, data=form).status_code == 303
    assert client.post(path, data=form).status_code == 409


def test_an_address_that_does_not_fit_is_answered_with_a_page(plant: Plant) -> None:
    answer = entered(plant, "P-QA", "zh-CN").get("/console/recalls/none")
    assert (answer.status_code, "<main" in answer.text) == (400, True)
    assert "字段 case" in answer.text


def test_the_picture_joins_lots_jobs_and_units() -> None:
    def use(lot: str, job: str, into: str, serials: tuple[str, ...]) -> Use:
        return Use(
            item="A", lot=lot, quantity="1", unit="m", job=job, into_item="B", into_lot=into,
            serials=serials, operation="", person="", station="", at="", origin="a/b/c/1",
            index=0, depth=1, effect=True,
        )  # fmt: skip

    many = tuple(f"S{n}" for n in range(20))
    uses = (use("T1", "J1", "L1", many), use("T1", "J2", "L2", ()))
    trace = Trace(direction="used", item="A", lot="T1", uses=uses, finished=(), not_known=())
    drawn = picture(trace)
    assert {box.kind for box in drawn.boxes} == {"lot", "job", "units"}
    assert [box.title for box in drawn.boxes if box.asked] == ["T1"]
    assert len(drawn.lines) == 5
    units = next(box for box in drawn.boxes if box.kind == "units")
    assert units.lines[-1] == "S19"
    places = [(box.x, box.y) for box in drawn.boxes]
    assert len(set(places)) == len(places)


def test_every_text_and_route_is_complete() -> None:
    every = (texts("en"), texts("zh_CN"))
    assert all(word for words in every for word in words.values())
    assert every[0].keys() == every[1].keys()
    assert all(path == "/" or path.startswith("/console") for _, path in CONSOLE_ACCESS)
