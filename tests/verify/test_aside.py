"""A signature that is worth nothing overturns a release that rests on it, and no other."""

from __future__ import annotations

import pytest

from sync import canonical
from sync.verify import Report, verify
from tests.second import pack
from tests.second.notes import read_keys
from tests.verify.plant import Plant, worked

pytestmark = pytest.mark.covers("A15", "A52", "T08")


def gone(plant: Plant, person: str = "P-2") -> None:
    """From here on that person may sign nothing."""
    key = plant.people[person].public_key.hex()
    plant.state("person.changed", {"id": person, "public_key": key, "active": False})


def report(plant: Plant) -> Report:
    """Both verifiers' verdict."""
    data = plant.pack()
    found = verify(data, plant.ring())
    assert found.sound == (pack.complaints(data, read_keys(plant.keys())) == [])
    return found


def released(plant: Plant) -> None:
    plant.sign("OFFICE", "P-3", [plant.release()], meaning="released")


def test_one_given_after_the_release_is_told_of_that_record() -> None:
    plant = worked()
    ref = plant.add("ST-01", "confirmed", answer="yes")
    gone(plant)
    plant.sign("ST-01", "P-2", [ref])
    found = report(plant)
    assert (found.sound, found.releases) == (True, 1)
    (told,) = found.aside
    assert (told.code, told.origin, told.who) == (
        "esign-revoked",
        "plant.test/S1/ST-01/1",
        "P-2",
    )
    assert "no release of this lot rests on" in found.text("en")
    assert told.words("en") in found.text("en")
    assert "不以其为依据" in found.text("zh_CN")
    assert [one["code"] for one in found.body()["aside"]] == ["esign-revoked"]
    assert found.body()["exit"] == 0


def test_one_that_the_release_rests_on_overturns_it() -> None:
    plant = worked()
    ref = plant.add("ST-01", "confirmed", answer="yes")
    gone(plant)
    plant.sign("ST-01", "P-2", [ref])
    released(plant)
    found = report(plant)
    assert [one.code for one in found.findings] == ["esign-revoked"]
    assert found.aside == ()
    assert found.releases == 2


def test_the_releases_own_signature_is_never_aside() -> None:
    plant = worked()
    gone(plant, "P-3")
    released(plant)
    found = report(plant)
    assert [one.code for one in found.findings] == ["esign-revoked"]
    assert found.releases == 1, "the one before stands"


def test_without_a_release_all_of_the_jobs_signatures_count() -> None:
    plant = Plant()
    ref = plant.add("ST-01", "confirmed", answer="yes")
    gone(plant)
    plant.sign("ST-01", "P-2", [ref])
    assert [one.code for one in report(plant).findings] == ["esign-revoked"]
    plant.sign("OFFICE", "P-3", [plant.release(decision="rejected")], meaning="released")
    assert not report(plant).sound, "a rejection is no release"


def test_another_jobs_signature_that_lies_between_is_none_of_this_lots() -> None:
    plant = Plant()
    before = plant.add("ST-01", "confirmed", job="JO-2", answer="yes")
    plant.add("ST-01", "confirmed", answer="yes")
    other = plant.add("ST-01", "confirmed", job="JO-2", answer="yes")
    gone(plant)
    plant.sign("ST-01", "P-2", [other], job="JO-2")
    plant.sign("ST-01", "P-1", [before], job="JO-2")
    plant.add("ST-01", "confirmed", answer="no")
    released(plant)
    plant.from_["plant.test/S1/ST-01/1"] = 1
    found = report(plant)
    assert found.findings == ()
    assert [one.code for one in found.aside] == ["esign-revoked"], (
        "what lies elsewhere says nothing"
    )


def test_another_jobs_signature_over_a_record_of_this_one_counts() -> None:
    plant = Plant()
    ref = plant.add("ST-01", "confirmed", answer="yes")
    gone(plant)
    plant.sign("ST-01", "P-2", [ref], job="JO-2")
    released(plant)
    assert [one.code for one in report(plant).findings] == ["esign-revoked"]


def test_what_was_altered_is_found_wherever_it_lies() -> None:
    plant = worked()
    ref = plant.add("ST-01", "confirmed", job="JO-2", answer="yes")
    plant.sign("ST-01", "P-1", [ref], job="JO-2")
    log = plant.logs["plant.test/S1/ST-01/1"]
    entry = canonical.loads(log[-1])
    entry["body"]["signature"] = "AA=="  # type: ignore[index]
    log[-1] = canonical.dumps(entry)
    found = report(plant)
    assert "leaf-differs" in {one.code for one in found.findings}
    assert {one.code for one in found.aside} == {"esign"}
