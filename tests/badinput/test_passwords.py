"""Five wrong secrets: locked, said in words, counted in the records, also after a restart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from forms.lockout import MOST_WRONG
from tests.badinput.plant import OPERATOR, Screen, Site, credentials

if TYPE_CHECKING:
    from collections.abc import Callable

LOCKED = {
    "en": "Locked after too many wrong secrets.",
    "zh_CN": "锁定",
}
WRONG = "909090"


def _refused_after(saved: int) -> Callable[[Screen], bool]:
    return lambda one: bool(one["problem"]) and one["saved"] > saved


@pytest.mark.covers("T33", "P11-300d", "P11-10d")
def test_the_kiosk_locks_offline_and_a_restart_does_not_help(site: Site) -> None:
    given = credentials(OPERATOR)
    with site.kiosk(bench=True) as kiosk:
        kiosk.ready()
        kiosk.scan(given["badge"])
        for turn in range(1, MOST_WRONG + 1):
            kiosk.until("the pad", lambda one: one["pad"])
            before = kiosk.shown()[-1]["saved"]
            kiosk.secret(WRONG)
            told = kiosk.until(f"refusal {turn}", _refused_after(before))
            assert told["problem"]["mark"] == "fail"
            assert not told["online"]
        told = kiosk.shown()[-1]
        assert LOCKED["en"] in told["problem"]["word"]
        assert not told["pad"]
        kiosk.switch_language()
        assert LOCKED["zh_CN"] in kiosk.shown()[-1]["problem"]["word"]
    before = site.kept()
    refused = [json.loads(one)["body"] for one in before if b"session.refused" in one]
    assert [one["why"] for one in refused].count("wrong_secret") == MOST_WRONG
    with site.kiosk(bench=True, name="again") as kiosk:
        kiosk.ready()
        kiosk.scan(given["badge"])
        told = kiosk.until("the lock", lambda one: bool(one["problem"]))
        assert LOCKED["en"] in told["problem"]["word"]
        kiosk.secret(given["secret"])
        assert kiosk.named("sign-in")["person"] == ""
    assert site.kept()[: len(before)] == before


@pytest.mark.covers("T33", "P11-300d")
def test_the_server_locks_the_badge_and_a_restart_does_not_help(site: Site) -> None:
    given = credentials(OPERATOR)
    wrong = {**given, "secret": WRONG}
    with site.serving() as url:
        codes = [httpx.post(f"{url}/api/sessions", json=wrong).json()["code"] for _ in range(6)]
        assert codes == ["sign-in-failed"] * MOST_WRONG + ["locked"]
    with site.serving() as url:
        for tag, word in (("en", "locked"), ("zh-CN", "锁定")):
            answer = httpx.post(f"{url}/api/sessions", json=given, headers={"accept-language": tag})
            assert answer.status_code == 429
            assert word in answer.json()["message"]
            assert answer.json()["hint"]
        stranger = httpx.post(f"{url}/api/sessions", json={"badge": "LB:ID:X", "secret": WRONG})
        assert stranger.json()["code"] == "sign-in-failed"
    site.server_sound()
