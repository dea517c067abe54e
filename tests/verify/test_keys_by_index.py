"""An outsider tells from a pack which key holds where: rotation and revocation by index."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from server.evidence.pack import OriginPart
from sync.checkpoint import Checkpoint
from sync.findings import Finding
from sync.keyring import read_keys
from sync.keys import TestSigner
from sync.merkle import leaf_hash, root_of
from sync.verify import Report, verify
from sync.verify_words import not_proved
from tests.second import pack as second
from tests.second.notes import read_keys as read_keys_again
from tests.verify.plant import Plant, worked

ST_01 = "plant.test/S1/ST-01/1"
VECTORS = Path(__file__).parent.parent / "vectors" / "evidence"


def judged(plant: Plant, **changes: Any) -> Report:  # noqa: ANN401 - the fields of PackParts
    """What both verifiers say, who must agree."""
    data = plant.pack(**changes)
    report = verify(data, plant.ring())
    complaints = second.complaints(data, read_keys_again(plant.keys()))
    assert report.sound == (not complaints), (report.findings, complaints)
    return report


def places(report: Report) -> list[tuple[str, str, int | None]]:
    return [(one.code, one.origin, one.index) for one in report.findings]


def origins(plant: Plant, **changes: Any) -> tuple[OriginPart, ...]:  # noqa: ANN401
    """The parts of the logs, that of ST-01 changed."""
    return tuple(
        dataclasses.replace(one, **changes) if one.origin == ST_01 else one
        for one in plant.parts().origins
    )


def rotated(*, after: bool = True) -> Plant:
    """A lot was made; ST-01 changed its key twice, and went on."""
    plant = worked()
    for word in ("second", "third"):
        plant.rotate("ST-01", word)
    if after:
        ref = plant.add("ST-01", "confirmed", answer="yes")
        plant.sign("ST-01", "P-1", [ref])
    return plant


@pytest.mark.covers("TB05", "A18")
def test_each_key_holds_where_its_rotations_say() -> None:
    plant = rotated()
    report = judged(plant)
    assert report.sound
    assert not any("more key" in one for one in not_proved(report, "en"))
    plant.from_[ST_01] = 6  # the rotations lie below the range: they are carried, with their paths
    plant.add("ST-01", "confirmed", answer="yes")
    part = next(one for one in plant.parts().origins if one.origin == ST_01)
    assert sorted(part.rotations) == [4, 5]
    assert {one.code for one in judged(plant).findings} == {
        "esign-covers", "release-count", "release-root",
    }, "only what a range without the lot's first records lacks"  # fmt: skip


@pytest.mark.covers("A18", "A12")
def test_a_key_that_was_rotated_away_signs_no_longer_head() -> None:
    plant = rotated()
    log = plant.logs[ST_01]
    for thief in plant.former:
        note = Checkpoint(ST_01, len(log), root_of(map(leaf_hash, log))).sign(thief)
        report = judged(plant, origins=origins(plant, head_note=note))
        assert [(one.code, one.member) for one in report.findings] == [
            ("head-key", "heads/plant.test~S1~ST-01~1.note")
        ]
        assert str(len(log)) in report.findings[0].words("en")


@pytest.mark.covers("A18")
def test_a_rotation_withheld_or_stated_falsely_is_found() -> None:
    plant = rotated()
    plant.from_[ST_01] = 6
    part = next(one for one in plant.parts().origins if one.origin == ST_01)
    without = origins(plant, rotations={4: part.rotations[4]})
    assert {"head-key", "rotation-differs"} <= {
        one.code for one in judged(plant, origins=without).findings
    }
    moved = {4: part.rotations[4], 5: (part.rotations[5][0], part.rotations[4][1])}
    report = judged(plant, origins=origins(plant, rotations=moved))
    assert ("not-in-log", ST_01, 5) in places(report)
    thief = TestSigner(ST_01, "thief").public_key.hex()
    plant = worked()
    plant.state("station.rotated", {"id": "ST-01", "epoch": 1, "origin": ST_01, "index": 2,
                                    "public_key": thief})  # fmt: skip
    found = judged(plant).findings
    assert [one.code for one in found] == ["rotation-differs"]
    assert found[0].member == f"log/leaves/{len(plant.leaves) - 1:010d}.json"
    plant.state("station.rotated", {"id": "ST-01"})
    assert {one.code for one in judged(plant).findings} == {"rotation-differs", "statement"}


@pytest.mark.covers("A12")
def test_a_rotation_to_a_key_that_the_keys_file_does_not_know_is_not_followed() -> None:
    plant = rotated()
    known = plant.keys().splitlines()
    third = plant.stations[ST_01].public_key
    without = [one for one in known if one not in _lines(plant, third)]
    report = verify(plant.pack(), read_keys("\n".join(without)))
    assert "head" in {one.code for one in report.findings}


def _lines(plant: Plant, key: bytes) -> list[str]:
    from sync.keyring import line  # noqa: PLC0415
    from sync.keys import Verifier  # noqa: PLC0415

    return [line("station", ST_01, Verifier(ST_01, key))]


def test_keys_whose_place_a_pack_does_not_show_are_said_to_be_so() -> None:
    plant = worked()
    keys = plant.keys() + "\n".join(_lines(plant, TestSigner(ST_01, "later").public_key)) + "\n"
    report = verify(plant.pack(), read_keys(keys))
    assert report.sound
    for language in ("en", "zh_CN"):
        assert any("1 more key" in one or "1 个密钥" in one for one in not_proved(report, language))


@pytest.mark.covers("A23", "A17", "TC31")
def test_what_lies_beyond_a_revocation_is_named_record_by_record() -> None:
    plant = worked()
    plant.revoke("ST-01", 4)
    assert judged(plant).sound, "valid up to its last record: nothing is beyond"
    plant.revoke("ST-01", 2)
    report = judged(plant)
    assert places(report) == [("revoked-beyond", ST_01, 2), ("revoked-beyond", ST_01, 3)]
    assert [one.who for one in report.findings] == ["P-1", "P-1"]
    assert "below #2" in report.findings[0].words("en")


@pytest.mark.covers("A17")
def test_the_valid_part_is_the_log_that_the_revocation_names() -> None:
    plant = worked()
    plant.revoke("ST-01", 4, root="ab" * 32)
    assert places(judged(plant)) == [("revoked-root", ST_01, 3)]
    plant = worked()
    plant.state("station.revoked", {"id": "ST-01", "epoch": 1, "valid_to": 9, "reason": "lost"})
    assert judged(plant).sound, "more than anybody has: no root, and nothing beyond"
    plant.state("station.revoked", {"id": "ST-01", "epoch": 1})
    assert {one.code for one in judged(plant).findings} == {"statement"}


@pytest.mark.covers("A17", "P11-50b")
def test_a_persons_key_holds_from_its_statement_to_the_next() -> None:
    plant = worked(released=False)  # so that a release would rest on all of them
    old = plant.people["P-1"]
    plant.rekey("P-1")
    ref = plant.add("ST-01", "confirmed", answer="yes")
    plant.sign("ST-01", "P-1", [ref])
    assert judged(plant).sound, "each signature by the key that held when it arrived"
    plant.former.append(plant.people["P-1"])
    plant.people["P-1"] = old
    plant.sign("ST-01", "P-1", [ref], meaning="verified")
    report = judged(plant)
    assert places(report) == [("esign-key", ST_01, 6)]
    assert report.findings[0].who == "P-1"


@pytest.mark.covers("A17")
def test_a_key_does_not_sign_before_it_holds() -> None:
    plant = worked(released=False)  # so that a release would rest on all of them
    new = TestSigner("P-1", "P-1 again")
    old, plant.people["P-1"] = plant.people["P-1"], new
    ref = plant.add("ST-01", "confirmed", answer="yes")
    plant.sign("ST-01", "P-1", [ref])
    plant.people["P-1"] = old
    plant.rekey("P-1")
    assert places(judged(plant)) == [("esign-key", ST_01, 5)]


def test_a_rotation_carried_for_no_log_of_the_pack_is_foreign() -> None:
    from sync import container, packfile  # noqa: PLC0415
    from tests.second.test_second import signed_anew  # noqa: PLC0415

    plant = worked()
    members = dict(container.read(plant.pack()).members)
    members[packfile.rotation_name(ST_01, 77)] = members[packfile.record_name(ST_01, 0)]
    report = verify(signed_anew(members), plant.ring())
    assert [(one.code, one.member) for one in report.findings] == [
        ("foreign", packfile.rotation_name(ST_01, 77))
    ]


def test_the_frozen_pack_with_changed_keys_is_sound() -> None:
    data, keys = (VECTORS / "keys-pack.zip").read_bytes(), (VECTORS / "keys-pack.txt").read_text()
    assert verify(data, read_keys(keys)).sound
    assert second.complaints(data, read_keys_again(keys)) == []


def test_every_new_finding_has_a_place_and_words() -> None:
    for code in ("head-key", "rotation-differs", "revoked-beyond", "revoked-root", "esign-key"):
        params = dict.fromkeys(("size", "name", "index", "first"), "7")
        for language in ("en", "zh_CN"):
            assert "7" in Finding(code, "m", params).words(language)
