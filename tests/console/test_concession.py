"""A record that failed its signature check is accepted at the console by two persons."""

from __future__ import annotations

import re

import pytest

from forms.codec import text_digest
from forms.entries import Signed
from tests.console.test_console import csrf, entered
from tests.console.test_decisions import RELEASE, shown
from tests.server.plant import Plant, credentials
from tests.server.test_concession import WHY, late, reasons

CONCESSION = "/console/jobs/JO-1/concession"


def form(page: str) -> dict[str, str]:
    """The hidden fields of the confirm page, as a browser would send them."""
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return dict(hidden) | {"csrf": csrf(page)}


@pytest.mark.covers("T34", "P11-50a")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_two_persons_read_and_sign_and_the_lot_is_ready(plant: Plant, language: str) -> None:
    _, ref = late(plant)
    quality, supervisor = entered(plant, "P-QA", language), entered(plant, "P-SUP", language)
    page = quality.get(RELEASE).text
    assert f'name="record" value="{ref}"' in page
    page = quality.get(CONCESSION, params={"record": ref, "reason": WHY}).text
    assert WHY in shown(page)
    assert quality.post(CONCESSION, data=form(page) | credentials("P-QA")).status_code == 303
    again = quality.get(CONCESSION, params={"record": ref}).text
    assert quality.post(CONCESSION, data=form(again) | credentials("P-QA")).status_code == 409
    assert "record-unsound" in reasons(plant)
    second = supervisor.get(CONCESSION, params={"record": ref}).text
    assert WHY in shown(second)
    assert supervisor.post(CONCESSION, data=form(second) | credentials("P-SUP")).status_code == 303
    assert reasons(plant) == []
    assert f'value="{ref}"' not in quality.get(RELEASE).text, "nothing is left to accept"
    records = plant.parts.reader.batch("JO-1").records
    signed = [one.entry for one in records if isinstance(one.entry, Signed)][-2:]
    assert [one.text_digest for one in signed] == [
        text_digest(shown(page)),
        text_digest(shown(second)),
    ]


def test_another_text_than_the_one_read_is_not_signed(plant: Plant) -> None:
    _, ref = late(plant)
    client = entered(plant, "P-QA")
    page = client.get(CONCESSION, params={"record": ref, "reason": WHY}).text
    for change in ({"reason": "another"}, {"text_digest": "0" * 64}, {"text_digest": ""}):
        answer = client.post(CONCESSION, data=form(page) | change | credentials("P-QA"))
        assert answer.status_code == 409
        assert "has changed since you read it" in answer.text
    assert client.get(CONCESSION, params={"record": ref}).status_code == 400, "no reason"
    assert client.get(CONCESSION, params={"record": "ab" * 32}).status_code == 404
    sound = plant.parts.store.rows("records", job_order="JO-1")[0]["ref"]
    assert client.get(CONCESSION, params={"record": sound, "reason": WHY}).status_code == 400
    assert entered(plant, "P-AUD").get(CONCESSION, params={"record": ref}).status_code == 403
    assert "record-unsound" in reasons(plant)
