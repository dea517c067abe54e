"""The page about oneself: secret, second factor, recovery codes, sessions; and who owes what."""

from __future__ import annotations

import re

import httpx
import pyotp
import pytest

from tests.console.test_console import csrf, entered
from tests.server.phone import Phone
from tests.server.plant import Plant, credentials
from tests.server.test_second_factor import require

ACCOUNT = "/console/account"
FACTOR = f"{ACCOUNT}/second-factor"


def posted(client: httpx.Client, path: str, **form: str) -> httpx.Response:
    """A form of the page about oneself."""
    return client.post(path, data={"csrf": csrf(client.get(ACCOUNT).text), **form})


def code_at(plant: Plant, seed: str) -> str:
    return pyotp.TOTP(seed).at(plant.clock.wall())


def seed_of(page: str) -> str:
    found = re.search(r'<code class="seed">([A-Z2-7 ]+)</code>', page)
    assert found, page
    return found[1].replace(" ", "")


def codes_of(page: str) -> list[str]:
    return re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", page)


@pytest.mark.covers("P11-200a1", "P11-300c")
def test_a_phone_is_set_up_renewed_and_switched_off(plant: Plant) -> None:
    client, given = entered(plant, "P-QA"), credentials("P-QA")
    page = client.get(ACCOUNT).text
    for words in ("not set up", "quality", "whole site", "badge and secret", "this one"):
        assert words in page
    wrong = posted(client, FACTOR, act="begin", badge=given["badge"], secret="not it")
    assert wrong.status_code == 401
    assert "<svg" not in wrong.text
    begun = posted(client, FACTOR, act="begin", **given)
    policy = begun.headers["content-security-policy"]
    assert "img-src 'self';" in policy
    assert "script-src" not in policy
    assert not re.search(r"<script|style=|data:", begun.text), "the policy would not show it"
    seed = seed_of(begun.text)
    refused = posted(client, FACTOR, act="confirm", code="000000")
    assert refused.status_code == 409
    assert seed_of(refused.text) == seed, "the picture is still there to be scanned"
    assert seed_of(client.get(FACTOR).text) == seed, "in the other language, too"
    done = posted(client, FACTOR, act="confirm", code=code_at(plant, seed))
    assert len(codes_of(done.text)) == 10
    assert client.get(FACTOR).headers["location"] == ACCOUNT, "and never again"
    assert "on since" in client.get(ACCOUNT).text
    assert not codes_of(client.get(ACCOUNT).text), "shown once"
    plant.clock.pass_(30)
    fresh = posted(client, FACTOR, act="codes", **given, code=code_at(plant, seed))
    assert len(codes_of(fresh.text)) == 10
    assert not set(codes_of(fresh.text)) & set(codes_of(done.text))
    plant.clock.pass_(30)
    assert posted(client, FACTOR, act="off", **given).status_code == 401, "the code, too"
    off = posted(client, FACTOR, act="off", **given, code=code_at(plant, seed))
    assert off.headers["location"] == ACCOUNT
    assert "not set up" in client.get(ACCOUNT).text
    empty = posted(client, FACTOR, act="begin", badge="", secret="")
    assert empty.status_code == 401


@pytest.mark.covers("P11-300c", "T33")
def test_a_recovery_code_that_was_used_is_told_at_the_next_sign_in(plant: Plant) -> None:
    phone = Phone(plant, "P-QA")
    phone.set_up(phone.client())
    assert phone.sign_in(phone.codes[0]).status_code == 200
    client = plant.client()
    client.headers["origin"] = "http://server"
    form = {"csrf": csrf(client.get("/console/sign-in").text), **credentials("P-QA")}
    told = client.post("/console/sign-in", data=form | {"code": phone.code()})
    assert told.status_code == 200
    assert "A recovery code was used" in told.text
    assert client.get("/console/jobs").status_code == 200, "signed in all the same"
    plant.clock.pass_(30)
    again = client.post("/console/sign-in", data=form | {
        "csrf": csrf(client.get(ACCOUNT).text), "code": phone.code()})  # fmt: skip
    assert again.headers["location"] == "/console/jobs"


@pytest.mark.covers("P11-200a2", "P11-10d")
def test_who_owes_something_is_led_to_the_page_and_no_further(plant: Plant) -> None:
    given = {"badge": "LB:ID:NEW", "secret": "chosen by two"}
    body = {"id": "P-NEW", "name": "Nia", "classes": ["quality"], **given,
            "document": "passport", "checked_by": "P-ADM",
            "first": credentials("P-ADM"), "second": credentials("P-QA")}  # fmt: skip
    assert plant.client("P-ADM").post("/api/people", json=body).status_code == 201
    require(plant, "quality")
    client = plant.client()
    client.headers["origin"] = "http://server"
    token = csrf(client.get("/console/sign-in").text)
    client.post("/console/sign-in", data={"csrf": token, **given})
    for path in ("/console/jobs", "/console/people", "/console/status"):
        assert client.get(path).headers["location"] == ACCOUNT
    page = client.get(ACCOUNT).text
    assert "First choose a secret of your own" in page
    assert "Set it up" not in page
    differs = posted(client, ACCOUNT, **given, new_secret="mine-1", again="mine-2")
    assert "not written the same" in differs.text
    assert differs.status_code == 400
    done = posted(client, ACCOUNT, **given, new_secret="mine-1", again="mine-1")
    assert "Your secret is changed" in done.text
    assert "takes a second factor" in done.text, "and now the other"
    assert client.get("/console/jobs").headers["location"] == ACCOUNT
    own = given | {"secret": "mine-1"}
    seed = seed_of(posted(client, FACTOR, act="begin", **own).text)
    posted(client, FACTOR, act="confirm", code=code_at(plant, seed))
    assert client.get("/console/jobs").status_code == 200
    plant.clock.pass_(30)
    required = posted(client, FACTOR, act="off", **own, code=code_at(plant, seed))
    assert "cannot be switched off" in required.text


@pytest.mark.covers("P11-300d")
def test_sessions_are_shown_and_ended(plant: Plant) -> None:
    here, there = entered(plant, "P-OP", "zh-CN"), entered(plant, "P-OP")
    page = here.get(ACCOUNT).text
    assert "我的登录会话" in page
    (name,) = re.findall(r'name="name" value="(\w{12})"', page)
    assert posted(here, f"{ACCOUNT}/sessions", name=name).headers["location"] == ACCOUNT
    assert there.get(ACCOUNT).headers["location"] == "/console/sign-in"
    there = entered(plant, "P-OP")
    posted(here, f"{ACCOUNT}/sessions", name="")
    assert there.get(ACCOUNT).headers["location"] == "/console/sign-in"
    assert here.get(ACCOUNT).status_code == 200
