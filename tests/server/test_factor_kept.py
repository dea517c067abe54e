"""Second factors outlive a restore and a move with the plant's own secret, and only with that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nacl.utils
import pytest

from server import cli
from server.app import application
from server.backup import make_backup
from server.doctor.factors import look
from server.folder import DataFolder
from server.own_keys import PLACES, SECRET, SERVER_KEY
from sync.keys import TEST_COST
from sync.sealed_stream import make_key
from sync.testing import ManualClock
from tests import postgres
from tests.server.phone import Phone
from tests.server.plant import InProcess, Plant, credentials, plant_at
from tests.server.test_backup import own_keys

KEY, PUBLIC = make_key(nacl.utils.random)
TOKEN = 'prefix = "lotbook.test/S1"\n[server]\nkind = "pkcs11"\nmodule = "/none"\ntoken = "x"\n'


@contextmanager
def opened(data: Path, clock: ManualClock) -> Iterator[Plant]:
    """The plant of a folder, as a server that is started there has it once everybody was asked."""
    folder = DataFolder(data, clock, nacl.utils.random, TEST_COST)
    with folder.open() as parts, asyncio.Runner() as runner:
        parts.rescue.target.nothing_lost()
        yield Plant(folder, parts, clock, InProcess(application(parts), runner))


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    """Of a supervisor, set up at a plant that is stopped now; a backup lies beside its keys."""
    with plant_at(tmp_path) as plant:
        one = Phone(plant, "P-SUP")
        one.set_up(one.client())
    make_backup(plant.folder.path, tmp_path / "b", PUBLIC, plant.clock.wall(), nacl.utils.random)
    own_keys(plant.folder.path, tmp_path / "apart")
    (tmp_path / "k").write_text(KEY, encoding="utf-8")
    return one


def restored(place: Path, capsys: pytest.CaptureFixture[str]) -> str:
    words = ["restore", str(place / "b"), "--into", str(place / "new"), "--key", str(place / "k")]
    assert cli.main(["--language", "en", *words, "--own-keys", str(place / "apart")]) == 0
    return capsys.readouterr().out


def opens(phone: Phone, data: Path) -> None:
    """Phone and recovery code let the person in there, each once; badge and secret do not."""
    with opened(data, phone.plant.clock) as plant:
        phone.plant = plant
        assert phone.sign_in().status_code == 401
        code = phone.code()
        assert [phone.sign_in(code).status_code for _ in range(2)] == [200, 401]
        spare = phone.codes.pop()
        assert [phone.sign_in(spare).status_code for _ in range(2)] == [200, 401]
    phone.plant.clock.pass_(30)


@pytest.mark.covers("F72", "P11-300c", "P11-200a1")
def test_after_a_restore_with_the_own_keys_phone_and_recovery_codes_open(
    phone: Phone, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "second factors: 1, all open with machine.secret" in restored(tmp_path, capsys)
    opens(phone, tmp_path / "new")


@pytest.mark.covers("F76", "P11-300c", "P11-200a1")
def test_after_a_move_there_and_back_phone_and_recovery_codes_open(phone: Phone) -> None:
    data = phone.plant.folder.path
    for place in (postgres.fresh(), "sqlite"):
        assert cli.main(["move", "--data", str(data), "--to", place]) == 0
        opens(phone, data)


@pytest.mark.covers("F72", "A11-7", "P11-300c")
def test_without_the_secret_they_were_made_with_the_operator_is_told_what_to_do(
    phone: Phone, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apart = tmp_path / "apart"
    right = (apart / SECRET).read_bytes()
    (apart / SECRET).write_bytes(bytes(32))
    words = ["restore", str(tmp_path / "b"), "--into", str(tmp_path / "new"), "--key"]
    words += [str(tmp_path / "k"), "--own-keys", str(apart)]
    assert cli.main(words) == 1, "it does not open the signing keys either"
    kept = (apart / SERVER_KEY).rename(tmp_path / SERVER_KEY)
    (apart / PLACES).write_text(TOKEN, encoding="utf-8")  # with those on a token it is not seen
    capsys.readouterr()
    said = restored(tmp_path, capsys)
    for needed in ("1 of 1 do not open", "P-SUP", "people reset-factor PERSON", str(tmp_path)):
        assert needed in said
    new = tmp_path / "new"
    (new / PLACES).unlink()
    kept.rename(new / SERVER_KEY).chmod(0o600)
    (new / SECRET).write_bytes(right)
    with opened(new, phone.plant.clock) as plant:
        assert look(plant.parts.store, new).state == "ok"
        plant.parts.factors.now._vault._secret = bytes(32)
        (new / SECRET).unlink()
        assert look(plant.parts.store, new).state == "broken"
        phone.plant = plant
        assert phone.sign_in(phone.code()).json()["code"] == "factor-unreadable"
        both = {"first": credentials("P-ADM"), "second": credentials("P-QA")}
        body = {"document": "passport", "checked_by": "P-ADM", **both}
        reset = plant.client("P-ADM").post("/api/people/P-SUP/second-factor-reset", json=body)
        assert reset.status_code == 200, "what cannot be opened can be reset"
        phone.set_up(phone.client())
        assert phone.sign_in(phone.code()).status_code == 200
