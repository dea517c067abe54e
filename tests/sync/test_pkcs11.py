"""A station's key on a PKCS#11 token: SoftHSM, pulled, put back, with wrong PINs."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace

import pkcs11
import pytest

from sync import pkcs11_signer
from sync.faults import Fault
from sync.journal import Journal
from sync.key_place import OnToken
from sync.key_source import KeyHolder
from sync.keys import Signer, Verifier
from sync.pkcs11_signer import RefusedPin, Token, TokenPlace
from sync.sqlite import open_database
from sync.testing import ManualClock
from tests.sync.plant import ORIGIN
from tests.sync.token_kit import LABEL, MODULE, PIN, SoftToken, token

__all__ = ["token"]

PLACE = OnToken(module=MODULE, token=LABEL, pin_variable="THE_PIN")


def holder(folder: Path, pin: str = PIN) -> KeyHolder:
    return KeyHolder(folder, b"machine", bytes, {"THE_PIN": pin})


def make(folder: Path) -> Signer:
    return holder(folder).create(PLACE, "station.key", ORIGIN)


@pytest.mark.covers("A19", "T07")
def test_a_token_signs_and_the_key_stays_on_it(token: SoftToken, tmp_path: Path) -> None:
    made = make(tmp_path)
    assert Verifier.of(made).verify(b"message", made.sign(b"message"))
    again = holder(tmp_path).load(PLACE, "station.key", ORIGIN)
    assert again.public_key == made.public_key
    assert again.name == ORIGIN
    assert make(tmp_path).public_key == made.public_key, "made once"
    assert not list(tmp_path.glob("station.key*")), "nothing secret beside the token"
    other = holder(tmp_path).create(PLACE, "station.key", "other/S1/ST-02/1")
    assert other.public_key != made.public_key
    assert other.sign(b"x")
    assert made.sign(b"x"), "two keys of one token side by side"


# The library's own clean-up of an operation says so when the session under it is gone.
@pytest.mark.qt_no_exception_capture
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_log_is_written_with_a_token(token: SoftToken, tmp_path: Path) -> None:
    signer = make(tmp_path)
    database = open_database(tmp_path / "log.db")
    journal = Journal(database, ORIGIN, signer, ManualClock())
    journal.append("note", {"text": "a"})
    token.pull()
    with pytest.raises(Fault, match="key-token-missing") as missing:
        journal.append("note", {"text": "b"})
    assert missing.value.kind == "transient"
    assert journal.size == 2, "what could not be signed was not saved"
    token.put_back()
    journal.append("note", {"text": "c"})
    journal.verify()
    assert journal.size == 3
    database.close()


@pytest.mark.covers("T33")
def test_a_wrong_pin_is_offered_once_and_never_again(token: SoftToken, tmp_path: Path) -> None:
    make(tmp_path)
    place = TokenPlace(MODULE, LABEL, ORIGIN)
    details = []
    for _ in range(20):
        token.start_again()
        refused = RefusedPin(tmp_path / "pin", b"machine")
        with pytest.raises(Fault, match="key-pin-refused") as found:
            Token(place, lambda: "999999", refused).sign(b"x")
        details.append(found.value.detail)
    assert details == ["PinIncorrect", *["refused before; not tried again"] * 19]
    good = RefusedPin(tmp_path / "pin", b"machine")
    assert good.is_it("999999")
    assert not good.is_it(PIN)
    assert b"999999" not in (tmp_path / "pin").read_bytes()
    assert Token(place, lambda: PIN, good).sign(b"x")
    assert not good.is_it("999999"), "forgotten once a PIN was taken"


@pytest.mark.parametrize("flag", ["USER_PIN_FINAL_TRY", "USER_PIN_LOCKED"])
def test_a_token_at_its_last_try_is_left_alone(
    flag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SoftHSM has no last try: a library that says so stands for a real card."""

    class Card:
        flags = pkcs11.TokenFlag[flag]

        def open(self, **_: object) -> None:
            raise AssertionError("a PIN was offered")

    library = SimpleNamespace(get_token=lambda **_: Card())
    monkeypatch.setattr(pkcs11_signer, "_loaded", lambda *_: library)
    token = Token(TokenPlace("m", "t", "k"), lambda: PIN, RefusedPin(tmp_path / "p", b""))
    with pytest.raises(Fault, match="key-pin-locked"):
        token.sign(b"x")


def test_what_is_missing_is_named(token: SoftToken, tmp_path: Path) -> None:
    here = holder(tmp_path)
    with pytest.raises(Fault, match="key-not-on-token"):
        here.load(PLACE, "station.key", "nobody")
    for absent in (PLACE.module + ".not", "/dev/null"):
        with pytest.raises(Fault, match="key-module-missing"):
            here.load(OnToken(module=absent, token="t", pin_variable="THE_PIN"), "k", "n")
    with pytest.raises(Fault, match="key-token-missing"):
        here.load(OnToken(module=MODULE, token="absent", pin_variable="THE_PIN"), "k", "n")
    for without in (
        OnToken(module=MODULE, token=LABEL),
        OnToken(module=MODULE, token=LABEL, pin_file="absent"),
    ):
        with pytest.raises(Fault, match="key-pin-missing"):
            here.load(without, "k", "n")


@pytest.mark.covers("T36")
def test_a_pin_file_is_for_this_program_alone_and_in_no_log(
    token: SoftToken, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = OnToken(module=MODULE, token=LABEL, pin_file="token.pin")
    file = tmp_path / "token.pin"
    file.write_text(f"{PIN}\n")
    file.chmod(0o644)
    with pytest.raises(Fault, match="key-pin-missing") as open_to_all:
        holder(tmp_path).create(place, "k", ORIGIN)
    file.chmod(0o600)
    assert holder(tmp_path).create(place, "k", ORIGIN).sign(b"x")
    file.write_text("135791")
    token.start_again()
    with pytest.raises(Fault) as wrong:
        holder(tmp_path).load(place, "k2", ORIGIN)
    told = f"{open_to_all.value!r} {wrong.value!r} {caplog.text} {holder(tmp_path)._token}"
    assert PIN not in told
    assert "135791" not in told


def test_a_token_that_signs_wrongly_is_not_believed(token: SoftToken, tmp_path: Path) -> None:
    class Liar(Token):
        def sign(self, message: bytes) -> bytes:
            return bytes(64)

    signer = make(tmp_path)
    refused = RefusedPin(tmp_path / "p", b"")
    liar = Liar(TokenPlace(MODULE, LABEL, ORIGIN), lambda: PIN, refused)
    with pytest.raises(Fault, match="key-token-missing"):
        pkcs11_signer.Pkcs11Signer(signer.name, liar).sign(b"x")
