"""Open alarms say what they mean and what to do, and are closed by signature at the console."""

from __future__ import annotations

import pytest

from server.sayings_alarms import ALARMS
from tests.console.test_console import csrf, entered
from tests.server.plant import Plant, credentials

STATUS = "/console/status"


@pytest.mark.parametrize(("language", "column"), [("en", "en"), ("zh-CN", "zh_CN")])
def test_each_alarm_is_told_in_words(plant: Plant, language: str, column: str) -> None:
    for code in ALARMS:
        plant.parts.book.alarm(code, f"about {code}")
    page = entered(plant, "P-QA", language).get(STATUS).text
    for code, saying in ALARMS.items():
        assert f"about {code}" in page
        assert getattr(saying.what, column).replace("'", "&#39;") in page
        assert getattr(saying.todo, column).replace("'", "&#39;") in page


def test_an_alarm_without_words_is_a_bug(plant: Plant) -> None:
    with pytest.raises(KeyError):
        plant.parts.book.alarm("never-heard-of", "x")


@pytest.mark.covers("P11-10d")
def test_closing_takes_a_reason_a_signature_and_the_right_person(plant: Plant) -> None:
    record = plant.parts.book.alarm("record-disputed", "ST-01#3")
    disk = plant.parts.book.alarm("disk-low", "server")

    def close(person: str, alarm: int, reason: str) -> int:
        client = entered(plant, person)
        form = {"csrf": csrf(client.get(STATUS).text), "reason": reason, **credentials(person)}
        return client.post(f"/console/alarms/{alarm}/close", data=form).status_code

    assert "Close this alarm" in entered(plant, "P-SUP").get(STATUS).text
    assert "Close this alarm" not in entered(plant, "P-AUD").get(STATUS).text
    assert close("P-SUP", record, "looked at") == 403, "quality's decision"
    assert close("P-QA", record, " ") == 400
    assert close("P-AUD", disk, "nothing") == 403
    assert close("P-SUP", disk, "an old backup was removed") == 303
    assert close("P-QA", record, "deviation raised") == 303
    assert plant.parts.alarms.all(only_open=True) == []
    assert "No alarm is open" in entered(plant, "P-QA").get(STATUS).text
