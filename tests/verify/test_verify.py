"""A sound pack verifies; every changed byte and every known attack is found and named."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evidence.pack import OriginPart, build
from sync import canonical, container, esign, packfile
from sync.checkpoint import Checkpoint
from sync.clock import Stamp
from sync.envelope import seal
from sync.findings import WORDS
from sync.keyring import read_keys
from sync.keys import TestSigner, Verifier
from sync.merkle import inclusion_proof, leaf_hash, root_of, subtrees_of
from sync.verify import NotAPack, Report, verify
from sync.verify_marks import Mark
from sync.verify_words import not_proved
from tests.verify.plant import JOB, PHOTO, Plant, worked

PLANT = worked()
PACK = PLANT.pack()
RING = PLANT.ring()
ST_01, ST_02 = "plant.test/S1/ST-01/1", "plant.test/S1/ST-02/1"


def codes(report: Report) -> set[str]:
    return {one.code for one in report.findings}


def rewritten(members: dict[str, bytes], *, sign: bool = False) -> bytes:
    """A container written well with other members; the manifest renewed (and signed) if asked."""
    if sign:
        old = json.loads(members[packfile.MANIFEST])
        own = (packfile.MANIFEST, packfile.SIGNATURE)
        rest = {name: data for name, data in members.items() if name not in own}
        ranges = [packfile.Range(**one) for one in old["origins"]]
        manifest = packfile.manifest(old["job"], old["lot"], ranges, old["work_packs"], rest)
        stranger = build(PLANT.parts(), TestSigner("thief", "thief"))
        signature = container.read(stranger).members[packfile.SIGNATURE]
        members = rest | {packfile.MANIFEST: manifest, packfile.SIGNATURE: signature}
    return container.write(members)


@pytest.mark.covers("P11-10b", "A52")
def test_a_sound_pack_is_sound_and_the_same_twice() -> None:
    report = verify(PACK, RING)
    assert report.findings == ()
    assert (report.records, report.signatures, report.releases, report.attachments) == (8, 3, 1, 1)
    assert len(report.witnesses) == 3
    assert worked().pack() == PACK


@pytest.mark.covers("P11-10j")
def test_a_signed_acceptance_between_the_records_is_verified_and_counted() -> None:
    for key, sound in (("P-1", True), ("P-2", False)):
        plant = Plant()
        first = plant.add("ST-01", "confirmed", answer="yes")
        accepted = plant.add("ST-01", "accountability.accepted", job="", text_digest="ab" * 32)
        plant.people["P-1"], own = plant.people[key], plant.people["P-1"]
        plant.sign("ST-01", "P-1", [accepted], job="", meaning="responsibility")
        plant.people["P-1"] = own
        plant.sign("ST-01", "P-1", [first])
        decision = plant.release()
        plant.sign("OFFICE", "P-3", [decision], meaning="released")
        report = verify(plant.pack(), plant.ring())
        assert {one.code for one in report.findings} == (set() if sound else {"esign"})
        assert report.signatures == 3


def test_any_zip_program_reads_it() -> None:
    with zipfile.ZipFile(BytesIO(PACK)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert names[:4] == list(container.FIRST)
    assert names[4:] == sorted(names[4:])


def flipped(at: int, bits: int) -> bytes:
    data = bytearray(PACK)
    data[at] ^= bits
    return bytes(data)


def _is_named(data: bytes) -> None:
    report = verify(data, RING)
    assert not report.sound
    assert report.findings[0].code == "changed-file"
    assert report.findings[0].member or "(end" in report.findings[0].words("en")
    for language in ("en", "zh_CN"):
        assert all(one.words(language) for one in report.findings)


@pytest.mark.covers("P11-10a", "A01", "TC01", "TC27")
def test_a_flipped_byte_anywhere_is_found() -> None:
    for at in range(0, len(PACK), 397):
        _is_named(flipped(at, 1 << at % 8))


def test_every_byte_of_every_header_counts() -> None:
    start = PACK.index(b"PK\x01\x02")
    places = [*range(40), *range(start, start + 60), *range(len(PACK) - 40, len(PACK))]
    for at in places:
        _is_named(flipped(at, 0x20))


@pytest.mark.campaign
def test_every_byte_of_the_pack_in_every_bit() -> None:
    for at in range(len(PACK)):
        for bit in range(8):
            _is_named(flipped(at, 1 << bit))


@pytest.mark.covers("P11-10a")
def test_a_flip_in_a_record_names_the_record() -> None:
    at = PACK.index(b'"measurement.taken"')
    finding = next(one for one in verify(flipped(at - 30, 1), RING).findings if one.index == 0)
    assert finding.origin == ST_02
    assert finding.member == packfile.record_name(ST_02, 0)
    at = PACK.index(b'"sample":1')
    place = verify(flipped(at + 9, 1), RING).findings[1].place("en")
    assert place == f"{ST_02} #0 measurement.taken P-2 [{packfile.record_name(ST_02, 0)}]"


@given(st.integers(0, len(PACK) - 1), st.integers(0, 60), st.binary(max_size=40))
def test_no_splice_verifies_or_crashes(at: int, cut: int, put: bytes) -> None:
    data = PACK[:at] + put + PACK[at + cut :]
    if data == PACK:
        return
    try:
        report = verify(data, RING)
    except NotAPack:
        return
    assert not report.sound


@given(st.integers(0, len(PACK) - 1))
def test_a_cut_off_pack_is_no_sound_pack(length: int) -> None:
    try:
        assert not verify(PACK[:length], RING).sound
    except NotAPack:
        assert length < 400


RECORDS = sorted(n for n in container.read(PACK).members if n.startswith("records/"))


@given(st.sampled_from(RECORDS), st.sampled_from(RECORDS), st.booleans(), st.data())
def test_dropped_swapped_and_copied_records_are_named(
    first: str, second: str, sign: bool, data: st.DataObject
) -> None:
    members = dict(container.read(PACK).members)
    deed = data.draw(st.sampled_from(["drop", "swap", "copy", "foreign"]))
    if deed == "drop":
        del members[first]
    elif deed == "swap":
        members[first], members[second] = members[second], members[first]
    elif deed == "copy":
        members[first] = members[second]
    else:
        members[packfile.record_name("plant.test/S1/ST-09/1", 3)] = members[first]
    if members == container.read(PACK).members:
        return
    report = verify(rewritten(members, sign=sign), RING)
    assert not report.sound
    if deed != "foreign":
        assert first in {one.member for one in report.findings}
    if not sign:
        return
    assert "manifest-signature" in codes(report)


def forged(origin: str, index: int, change: dict[str, Any]) -> OriginPart:
    """The log of ``origin`` with entry ``index`` changed, proofs and head made anew by a thief."""
    part = next(one for one in PLANT.parts().origins if one.origin == origin)
    entry: Any = canonical.loads(part.entries[index])
    at = Stamp(**entry["at"])
    changed = seal(entry["kind"], origin, index, at, entry["body"] | change)
    entries = (*part.entries[:index], changed, *part.entries[index + 1 :])
    hashes = [leaf_hash(data) for data in entries]
    trees = subtrees_of(hashes)
    note = Checkpoint(origin, part.size, root_of(hashes)).sign(TestSigner(origin, "thief"))
    paths = tuple(tuple(inclusion_proof(trees, i, part.size)) for i in range(part.size))
    return dataclasses.replace(part, entries=entries, paths=paths, head_note=note)


@pytest.mark.covers("A13", "P11-70")
def test_a_changed_and_re_signed_log_is_refused_even_if_the_server_signs_the_pack() -> None:
    parts = PLANT.parts()
    fake = forged(ST_01, 2, {"outcome": "fail"})
    origins = tuple(fake if one.origin == ST_01 else one for one in parts.origins)
    report = verify(PLANT.pack(origins=origins), RING)
    assert {"head", "leaf-differs", "no-leaf", "esign-covers", "release-root"} <= codes(report)
    assert packfile.record_name(ST_01, 2) in {one.member for one in report.findings}


def test_another_plants_record_is_foreign() -> None:
    other = Plant()
    other.add("ST-01", "session.opened", job="", note="elsewhere")
    part = PLANT.parts().origins[1]
    entries = (other.logs[ST_01][0], *part.entries[1:])
    origins = tuple(
        dataclasses.replace(part, entries=entries) if one is part or one.origin == ST_01 else one
        for one in PLANT.parts().origins
    )
    assert {"not-in-log", "leaf-differs"} <= codes(verify(PLANT.pack(origins=origins), RING))


@pytest.mark.covers("TC14", "A02")
def test_a_range_with_a_hole_or_a_missing_end_is_found() -> None:
    part = next(one for one in PLANT.parts().origins if one.origin == ST_01)
    short = dataclasses.replace(part, entries=part.entries[:-1], paths=part.paths[:-1])
    origins = tuple(short if one.origin == ST_01 else one for one in PLANT.parts().origins)
    assert codes(verify(PLANT.pack(origins=origins), RING)) == {"release-count", "release-root"}


def _signed_with(**override: str) -> Report:
    plant = worked(released=False)
    ref = leaf_hash(plant.logs[ST_01][1]).hex()
    plant.sign("ST-01", "P-1", [ref], **override)
    return verify(plant.pack(), plant.ring())


@pytest.mark.covers("A15", "P11-70", "TC06")
def test_a_signature_binds_its_records_meaning_name_time_and_words() -> None:
    assert _signed_with().sound
    assert codes(_signed_with(covers_root="00" * 32)) == {"esign-root"}
    assert codes(_signed_with(head="99:" + "00" * 32)) == {"esign-head"}
    plant = worked(released=False)
    entry: Any = canonical.loads(plant.logs[ST_01][3])
    for name, value in {
        "meaning": "approved", "printed_name": "Somebody Else", "text_digest": "00" * 32,
        "time": "2026-11-23T08:31:00+08:00",
    }.items():  # fmt: skip
        moved = worked(released=False)
        body = {k: v for k, v in entry["body"].items() if k != "context"} | {name: value}
        moved.add("ST-01", "signed", **body)
        assert codes(verify(moved.pack(), moved.ring())) == {"esign"}


@pytest.mark.covers("P11-70", "A15", "P11-50b")
def test_a_signature_pasted_onto_another_record_or_person_fails() -> None:
    plant = worked(released=False)
    entry: Any = canonical.loads(plant.logs[ST_01][3])
    body = {k: v for k, v in entry["body"].items() if k != "context"}
    other = leaf_hash(plant.logs[ST_02][0]).hex()
    plant.add("ST-01", "signed", **body | {"covers": [other]})
    assert codes(verify(plant.pack(), plant.ring())) == {"esign-root"}
    plant = worked(released=False)
    root = esign.covers_root([other])
    plant.add("ST-01", "signed", **body | {"covers": [other], "covers_root": root})
    assert codes(verify(plant.pack(), plant.ring())) == {"esign"}
    plant = worked(released=False)
    plant.add("ST-01", "signed", "P-2", **body)
    assert codes(verify(plant.pack(), plant.ring())) == {"esign"}
    plant = worked(released=False)
    plant.add("ST-01", "signed", **{k: v for k, v in body.items() if k != "printed_name"})
    assert codes(verify(plant.pack(), plant.ring())) == {"esign-form"}


def test_a_release_for_other_records_is_found() -> None:
    plant = worked()
    plant.add("ST-01", "confirmed", answer="no")
    assert verify(plant.pack(), plant.ring()).sound, "a later record does not undo a release"
    plant.release(records=3)
    assert codes(verify(plant.pack(), plant.ring())) == {"release-count"}
    plant.release(records_root="00" * 32)
    assert codes(verify(plant.pack(), plant.ring())) == {"release-count", "release-root"}


@pytest.mark.covers("TC25", "TC26", "A43", "TC35")
def test_files_named_by_records_must_be_there_and_be_the_ones() -> None:
    assert codes(verify(PLANT.pack(attachments={}), RING)) == {"attachment"}
    digest = sha256(PHOTO).hexdigest()
    assert codes(verify(PLANT.pack(attachments={digest: b"other"}), RING)) == {"digest-name"}
    assert codes(verify(PLANT.pack(masters={}), RING)) == {"master"}


@pytest.mark.covers("A08", "A12", "TC30")
def test_keys_come_from_the_keys_file_only() -> None:
    lines = PLANT.keys().splitlines()
    for purpose, code in (("station", "no-key"), ("person", "no-key")):
        ring = read_keys("\n".join(one for one in lines if not one.startswith(purpose)))
        assert code in codes(verify(PACK, ring))
    thief = Verifier.of(TestSigner("plant.test/S1/LOG", "thief"))
    ring = read_keys("\n".join([f"server X {thief.vkey}", *lines[2:]]))
    assert {"manifest-signature", "checkpoint"} <= codes(verify(PACK, ring))
    person = Verifier.of(TestSigner("P-1", "thief"))
    others = [one for one in lines if not one.startswith("person P-1")]
    ring = read_keys("\n".join([*others, f"person P-1 {person.vkey}"]))
    assert codes(verify(PACK, ring)) == {"esign", "key-differs"}


def test_a_wrong_cosignature_is_found_and_an_unknown_one_is_told() -> None:
    note = PLANT.parts().checkpoint_note
    text, lines = note.split("\n\n")
    bad = lines.splitlines()
    bad[1] = bad[1][:-6] + ("AAAA==" if not bad[1].endswith("AAAA==") else "BBBA==")
    report = verify(PLANT.pack(checkpoint_note=text + "\n\n" + "\n".join(bad) + "\n"), RING)
    assert codes(report) == {"cosignature"}
    ring = read_keys("\n".join(x for x in PLANT.keys().splitlines() if "OFFICE" not in x))
    assert verify(PACK, ring).unknown_witnesses == ("plant.test/S1/OFFICE/1",)


def test_leaves_must_be_the_servers() -> None:
    leaves = PLANT.parts().leaves
    record = next(one for one in leaves if b'"kind":"entry"' in one.data)
    less = tuple(one for one in leaves if one is not record)
    assert "no-leaf" in codes(verify(PLANT.pack(leaves=less), RING))
    data = record.data.replace(b"00:10:00", b"00:11:00")
    changed = tuple(dataclasses.replace(x, data=data) if x is record else x for x in leaves)
    assert codes(verify(PLANT.pack(leaves=changed), RING)) == {"leaf"}
    broken = tuple(dataclasses.replace(x, data=b"{") if x is record else x for x in leaves)
    assert {"unreadable", "no-leaf"} <= codes(verify(PLANT.pack(leaves=broken), RING))


def test_an_unreadable_or_misplaced_entry_is_named() -> None:
    part = next(one for one in PLANT.parts().origins if one.origin == ST_02)
    for entry, code in ((b"{}", "unreadable"), (part.entries[1], "misplaced")):
        fake = dataclasses.replace(part, entries=(entry, *part.entries[1:]))
        origins = tuple(fake if one.origin == ST_02 else one for one in PLANT.parts().origins)
        assert {code, "not-in-log"} <= codes(verify(PLANT.pack(origins=origins), RING))


def test_a_manifest_that_lies_about_ranges_is_refused() -> None:
    members = dict(container.read(PACK).members)
    good = json.loads(members[packfile.MANIFEST])
    for origins in (
        [good["origins"][0]] * 2,
        [good["origins"][0] | {"last": 10**9, "size": 10**10}],
        [good["origins"][0] | {"first": 5, "last": 1}],
        [{"origin": "x"}],
        "no",
    ):
        members[packfile.MANIFEST] = canonical.dumps(good | {"origins": origins})
        assert {"manifest", "manifest-signature"} <= codes(verify(rewritten(members), RING))


def test_broken_paths_are_told() -> None:
    members = dict(container.read(PACK).members)
    members[packfile.LEAF_PATHS] = b"1 zz\n"
    members[packfile.head_name(ST_01)] = b"no note"
    assert {"unreadable", "leaf", "head", "changed"} <= codes(verify(rewritten(members), RING))


def test_every_finding_has_words_in_both_languages() -> None:
    assert all(english and chinese for english, chinese in WORDS.values())


def test_a_pack_in_another_order_or_with_a_member_twice_is_damaged() -> None:
    members = container.read(PACK).members
    names = container.order(members)
    pairs = [(name, members[name]) for name in names]
    swapped = [pairs[1], pairs[0], *pairs[2:]]
    read = container.read(container._written(swapped)[0])
    assert read.damage is not None
    assert read.damage.member == packfile.MANIFEST
    twice = [*pairs[:-1], pairs[-1], pairs[-1]]
    read = container.read(container._written(twice)[0])
    assert read.damage is not None
    assert read.damage.member == pairs[-1][0]
    assert not verify(container._written(twice)[0], RING).sound


def test_bytes_between_before_or_after_the_parts_are_damage() -> None:
    start = PACK.index(b"PK\x01\x02")
    for data in (
        PACK + b"x",
        PACK[:start] + b"hidden" + PACK[start:],
        b"#!/bin/sh\n" + PACK,
        PACK[:-3],
    ):
        assert not verify(data, RING).sound


@pytest.mark.covers("A15", "P11-70")
def test_a_signature_copied_into_another_record_is_found() -> None:
    plant = worked(released=False)
    entry: Any = canonical.loads(plant.logs[ST_01][3])
    body = {k: v for k, v in entry["body"].items() if k != "context"}
    plant.add("ST-01", "signed", **body)
    assert codes(verify(plant.pack(), plant.ring())) == {"esign-twice"}
    plant = worked(released=False)
    text = str(body["signature"])
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = text[:-3] + digits[digits.index(text[-3]) ^ 1] + "=="
    plant.add("ST-01", "signed", **body | {"signature": other})
    assert codes(verify(plant.pack(), plant.ring())) == {"esign"}, "the same in a second spelling"


@pytest.mark.covers("P11-70")
def test_a_signature_over_a_head_that_never_was_is_found() -> None:
    empty = root_of(()).hex()
    assert _signed_with(head=f"0:{empty}").sound
    for head in ("2:" + "00" * 32, "0:" + "00" * 32, "2", "9" * 5000 + ":" + "00" * 32):
        assert codes(_signed_with(head=head)) == {"esign-head"}


def test_only_a_signed_release_counts_as_one() -> None:
    cases = (
        ("", "released", 0),
        ("reviewed", "released", 0),
        ("rejected", "rejected", 0),
        ("released", "released", 1),
    )
    for meaning, decision, count in cases:
        plant = Plant()
        plant.add("ST-01", "confirmed", answer="yes")
        ref = plant.release(decision=decision)
        if meaning:
            plant.sign("OFFICE", "P-3", [ref], meaning=meaning)
        report = verify(plant.pack(attachments={}), plant.ring())
        assert (report.sound, report.releases) == (True, count)
        assert ("no signed release" in " ".join(not_proved(report, "en"))) is (count == 0)


def test_a_manifest_that_names_another_lot_or_a_job_without_records_is_refused() -> None:
    assert codes(verify(PLANT.pack(lot="L9"), RING)) == {"lot-differs"}
    plant = worked()
    plant.state("order.dispatched", {"id": JOB, "lot": "L2"})
    assert codes(verify(plant.pack(), plant.ring())) == {"lot-differs"}
    assert "no-records" in codes(verify(PLANT.pack(job="JO-9"), RING))
    assert codes(verify(PLANT.pack(origins=()), RING)) == {"no-records"}


def test_a_leaf_named_by_an_endless_number_is_found() -> None:
    members = dict(container.read(PACK).members)
    name = "log/leaves/" + "9" * 5_000 + ".json"
    members[name] = members[packfile.leaf_name(0)]
    report = verify(rewritten(members), RING)
    assert {"foreign", "leaf"} == {one.code for one in report.findings if one.member == name}


@pytest.mark.covers("A16")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"active": False}, "esign-revoked"),
        ({"classes": ["quality", "auditor"]}, "esign-class"),
        ({"name": "Somebody else"}, "esign-name"),
        ({"active": True, "classes": ["operator"], "name": "Name of P-1"}, ""),
    ],
)
def test_a_signature_by_who_had_not_the_right_is_named(change: dict[str, Any], code: str) -> None:
    plant = Plant()
    ref = plant.add("ST-01", "confirmed", answer="yes")
    key = plant.people["P-1"].public_key.hex()
    plant.state("person.changed", {"id": "P-1", "public_key": key, **change})
    plant.sign("ST-01", "P-1", [ref])
    found = verify(plant.pack(), plant.ring()).findings
    assert [(one.code, one.index, one.who) for one in found] == ([(code, 1, "P-1")] if code else [])


@pytest.mark.covers("A16")
def test_a_signature_by_somebody_never_enrolled_is_named() -> None:
    plant = Plant()
    plant.people["P-9"] = TestSigner("P-9", "P-9")
    ref = plant.add("ST-01", "confirmed", answer="yes")
    plant.sign("ST-01", "P-9", [ref])
    assert codes(verify(plant.pack(), plant.ring())) == {"esign-stranger"}


def test_a_memory_from_outside_is_held_against_the_pack() -> None:
    root = next(one for one in PLANT.parts().origins if one.origin == ST_01)
    good = root_of([leaf_hash(data) for data in root.entries[:2]]).hex()
    assert verify(PACK, RING, [(ST_01, Mark(2, good[:8], "seen"))]).sound
    for mark, code in ((Mark(2, "00" * 4, "seen"), "seen-differs"),
                       (Mark(99, good, "seen"), "seen-short")):  # fmt: skip
        assert codes(verify(PACK, RING, [(ST_01, mark)])) == {code}
    size = len(PLANT.leaves)
    server = next(RING.all("server")).name
    assert codes(verify(PACK, RING, [(server, Mark(size, "00" * 4, "seen"))])) == {"seen-differs"}
