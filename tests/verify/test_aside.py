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


def conceded(plant: Plant, ref: str, *signers: tuple[str, str], reason: str = "late") -> None:
    """A concession on that record, signed by these people acting so."""
    raised = plant.add("OFFICE", "nonconformity.raised", "P-3", about=[ref], description="unsound")
    decided = plant.add("OFFICE", "disposition.decided", "P-3", nonconformity=raised,
                        disposition="concession", reason=reason)  # fmt: skip
    for person, acting in signers:
        plant.sign("OFFICE", person, [decided], meaning="approved", personnel_class=acting)


QUALITY, SECOND, OPERATOR = ("P-3", "quality"), ("P-1", "supervisor"), ("P-1", "operator")


@pytest.mark.parametrize(
    ("signers", "reason", "granted"),
    [
        ((QUALITY, SECOND), "late", True),
        ((QUALITY, ("P-1", "quality")), "late", True),
        ((SECOND, ("P-3", "supervisor")), "late", False),
        ((QUALITY, OPERATOR), "late", False),
        ((QUALITY, QUALITY), "late", False),
        ((QUALITY,), "late", False),
        ((QUALITY, SECOND), " ", False),
        ((QUALITY, ("P-2", "supervisor")), "late", False),
    ],
)
def test_two_persons_accept_a_late_signature_by_concession_and_the_pack_shows_it(
    signers: tuple[tuple[str, str], ...], reason: str, *, granted: bool
) -> None:
    plant = Plant()
    ref = plant.add("ST-01", "confirmed", answer="yes")
    gone(plant)
    late = plant.sign("ST-01", "P-2", [ref])
    plant.sign("ST-01", "P-1", [ref])
    conceded(plant, late, *signers, reason=reason)
    assert report(plant).sound is granted, "before any release too"
    released(plant)
    found = report(plant)
    assert found.sound is granted
    assert [one.code for one in found.conceded] == (["esign-revoked"] if granted else [])
    if granted:
        assert found.releases == 1
        assert "accepted as they are by concession" in found.text("en")
        assert "让步方式接收" in found.text("zh_CN")
        assert [one["who"] for one in found.body()["conceded"]] == ["P-2"]


def test_a_concession_after_the_release_or_on_another_record_is_none() -> None:
    for after in (True, False):
        plant = Plant()
        ref = plant.add("ST-01", "confirmed", answer="yes")
        gone(plant)
        late = plant.sign("ST-01", "P-2", [ref])
        if after:
            released(plant)
        conceded(plant, late if after else ref, QUALITY, SECOND)
        if not after:
            released(plant)
        found = report(plant)
        assert not found.sound
        assert found.conceded == ()
