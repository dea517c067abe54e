from __future__ import annotations

import stat
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from sync import esign, keys
from sync.faults import Fault
from sync.keys import TEST_COST, BadKey, FileSigner, TestSigner, Verifier, WrongSecret
from tests.sync.plant import ORIGIN, rows

LAYOUT_1 = b"lotbook-station-key/1\nx\nAAAA\n"
CUT_2 = b"lotbook-station-key/2\nx\n!\n"
LAYOUT_2 = """\
lotbook-station-key/2
lotbook.test/S1/ST-01/1
AAECAwQFBgcICQoLDA0ODxAREhMUFRYXCK5cmlPOylfWeO3SV4NkIxAuxRYDtQ06U1ZeMAMseUA6Psu7MlRdy1ta6HsQqrPA
d7664eff7498ec43
"""


@pytest.mark.covers("A19", "TC36")
def test_keys_that_must_not_be_enrolled_are_refused(shared: Path) -> None:
    for case in rows(shared / "corpora/trust/ed25519/cctv.jsonl"):
        key = bytes.fromhex(str(case["key"]))
        if case["enrol"] == "refuse":
            assert not keys.acceptable(key), case["id"]
            with pytest.raises(BadKey):
                Verifier("x", key)
            message = str(case["msg_utf8"]).encode()
            assert not esign.verify(key, message, "AAAA")
    assert not keys.acceptable(b"short")


@pytest.mark.covers("A19")
def test_signatures_by_the_wycheproof_corpus(shared: Path) -> None:
    for case in rows(shared / "corpora/trust/ed25519/wycheproof.jsonl"):
        verifier = Verifier("x", bytes.fromhex(str(case["pk"])))
        message, signature = (bytes.fromhex(str(case[name])) for name in ("msg", "sig"))
        assert verifier.verify(message, signature) is (case["expect"] == "valid"), case["id"]


def test_a_verifier_key_as_text() -> None:
    verifier = Verifier.of(TestSigner(ORIGIN))
    assert Verifier.parse(verifier.vkey) == verifier
    assert hash(Verifier.parse(verifier.vkey)) == hash(verifier)
    assert verifier != Verifier.of(TestSigner(ORIGIN, "other"))
    name, identity, body = verifier.vkey.split("+", 2)
    for text in (
        "",
        f"{name}+00000000+{body}",
        f"other+{identity}+{body}",
        f"{name}+{identity}+AAAA",
        f"{name}+{identity}+A",
        f"{name} +{identity}+{body}",
    ):
        with pytest.raises(BadKey):
            Verifier.parse(text)


def test_a_file_holds_the_key_only_for_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "station.key"
    made = FileSigner.create(path, ORIGIN, b"machine")
    assert FileSigner.load(path, b"machine").public_key == made.public_key
    assert FileSigner.load(path, b"machine").name == ORIGIN
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Fault, match="key-of-another-machine"):
        FileSigner.load(path, b"another machine")
    with pytest.raises(FileExistsError):
        FileSigner.create(path, ORIGIN, b"machine")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_the_layout_of_the_file_is_the_one_its_first_line_names(tmp_path: Path) -> None:
    path = tmp_path / "station.key"
    FileSigner.create(path, ORIGIN, b"machine", random=lambda size: bytes(range(size)))
    assert path.read_text(encoding="utf-8") == LAYOUT_2
    assert FileSigner.load(path, b"machine").sign(b"x")


@pytest.mark.covers("F04", "F14")
def test_a_key_file_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "station.key"

    def cut(*_: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("sync.files.os.fsync", cut)
        with pytest.raises(Fault, match="power cut"):
            FileSigner.create(path, ORIGIN, b"machine")
    assert not path.exists(), "no empty key file blocks the next try"
    FileSigner.create(path, ORIGIN, b"machine")
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(Fault, match="key-unreadable" if size < len(whole) - 20 else "key-"):
            FileSigner.load(path, b"machine")


@pytest.mark.covers("F14")
@pytest.mark.parametrize(
    "content", [b"", b"half", b"\xff", LAYOUT_1, b"lotbook-station-key/2\nx\n!\n"]
)
def test_a_damaged_key_file_is_refused_with_a_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "station.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Fault, match="key-unreadable"):
        FileSigner.load(path, b"machine")
    with pytest.raises(Fault, match="key-unreadable"):
        FileSigner.load(tmp_path / "absent", b"machine")


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are of POSIX")
def test_a_key_file_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "station.key"
    FileSigner.create(path, ORIGIN, b"machine")
    path.chmod(0o644)
    with pytest.raises(Fault, match="key-file-unsafe"):
        FileSigner.load(path, b"machine")


@pytest.mark.covers("A21", "T03")
def test_a_persons_key_opens_with_badge_and_secret_together() -> None:
    seed = sha256(b"person").digest()
    wrapped = keys.wrap_person_key(seed, "LB:ID:1", "s\u00e9cret", cost=TEST_COST)
    signer = keys.unwrap_person_key(wrapped, "LB:ID:1", "se\u0301cret", "P-01")
    assert signer.public_key == TestSigner("P-01", seed).public_key
    for badge, secret in (("LB:ID:2", "s\u00e9cret"), ("LB:ID:1", "secret"), ("", "")):
        with pytest.raises(WrongSecret):
            keys.unwrap_person_key(wrapped, badge, secret)
    assert seed.hex() not in wrapped
    assert wrapped != keys.wrap_person_key(seed, "LB:ID:1", "s\u00e9cret", cost=TEST_COST)


def test_damaged_or_greedy_wrapped_keys_are_refused() -> None:
    seed = sha256(b"person").digest()
    wrapped = keys.wrap_person_key(seed, "b", "123456", cost=TEST_COST)
    _, passes, _, salt, box = wrapped.split("$")
    for text in (
        "",
        f"lotbook-person-key/1${passes}$9999${salt}${box}",
        f"lotbook-person-key/1${passes}$1$AAAA${box}",
        f"lotbook-person-key/1${passes}$1$A${box}",
    ):
        with pytest.raises(BadKey):
            keys.unwrap_person_key(text, "b", "123456")
    with pytest.raises(ValueError, match="6 characters"):
        keys.wrap_person_key(seed, "b", "12345")
    with pytest.raises(BadKey):
        keys.wrap_person_key(b"short", "b", "123456")
    with pytest.raises(BadKey):
        TestSigner("x", b"short")


@pytest.mark.covers("A15", "TC06")
def test_a_signature_binds_every_field() -> None:
    person = TestSigner("P-01", "person")
    fields = {
        "meaning": "reviewed",
        "printed_name": "陈静",
        "time": "2026-03-02T08:00:00+08:00",
        "covers_root": esign.covers_root(["00" * 32, "11" * 32]),
        "head": "2:" + "22" * 32,
        "text_digest": "33" * 32,
        "language": "zh_CN",
    }
    signature = esign.sign(person, esign.message(**fields))
    assert esign.verify(person.public_key, esign.message(**fields), signature)
    for name, value in fields.items():
        other = esign.message(**{**fields, name: value + "x"})
        assert not esign.verify(person.public_key, other, signature)
    acting = {**fields, "personnel_class": "supervisor"}
    bound = esign.sign(person, esign.message(**acting))
    assert esign.holds(person.public_key, bound, **acting) == "bound"
    assert esign.holds(person.public_key, signature, **acting) == "unbound"
    for name in acting:
        assert not esign.holds(person.public_key, bound, **acting | {name: "x"}), name
    assert not esign.verify(person.public_key, esign.message(**fields), "not base64!")
    assert not esign.verify(b"short", esign.message(**fields), signature)
