"""A station's key on a token is changed like one in a file, and cut at every step of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest

from server.fsck import examine
from sync.faults import Fault
from sync.journal import Journal
from sync.key_source import KeyHolder
from sync.sqlite import open_database
from terminal import enrol as steps
from terminal.config import DATABASE_FILE, StationConfig, read_config
from terminal.rotate import Rotation
from terminal.station import open_station
from tests.server.plant import Plant
from tests.server.test_restore import SECRET, Machine, machine
from tests.server.test_rotation import codes
from tests.sync.token_kit import LABEL, MODULE, PIN, SoftToken, soft_token

__all__ = ["machine"]
KEY = '\n[key]\nkind = "pkcs11"\nmodule = "{module}"\ntoken = "{token}"\npin_file = "token.pin"\n'


@pytest.fixture(params=["file", "token"])
def config(
    machine: Machine, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[StationConfig]:
    """A station with work sent and not yet sent, its key in a file or on a token."""
    made = machine.config(1)
    if request.param == "file":
        machine.work(made, sent=3, unsent=2)
        yield made
        return
    for token in soft_token(tmp_path / "hsm"):
        yield _on_token(machine, token)


def _on_token(machine: Machine, token: SoftToken) -> StationConfig:
    assert token.folder.is_dir()
    file = machine.folder / "station.toml"
    text = file.read_text(encoding="utf-8") + KEY.format(module=MODULE, token=LABEL)
    file.write_text(text, encoding="utf-8")
    config = read_config(file)
    pin = config.data / "token.pin"
    pin.write_text(PIN, encoding="utf-8")
    pin.chmod(0o600)
    machine.work(config, sent=3, unsent=2)
    return config


def rotation(machine: Machine, config: StationConfig) -> Rotation:
    verifier = machine.plant.parts.verifier
    return Rotation(config, machine.plant.clock, SECRET, verifier, machine.service)


def in_force(plant: Plant, config: StationConfig) -> bytes:
    row = plant.parts.stations.by_origin(config.station.origin)
    return plant.parts.stations.verifier(row).public_key


def sound(machine: Machine, config: StationConfig) -> None:
    """The new key is in force on both sides, and the log goes on under it."""
    signer = steps.load_key(config, SECRET)
    assert signer.public_key == in_force(machine.plant, config)
    assert not steps.unfinished(config.data)
    database = open_database(config.data / DATABASE_FILE)
    journal = Journal(database, signer.name, signer, machine.plant.clock)
    journal.append("test.entry", {"after": 1})
    journal.verify()
    database.close()
    assert codes(machine.plant) == []
    assert examine(machine.plant.parts) == []


@pytest.mark.covers("A18", "TB05")
def test_it_runs_and_runs_again(machine: Machine, config: StationConfig) -> None:
    before = in_force(machine.plant, config)
    new = rotation(machine, config).run()
    assert new.public_key != before
    sound(machine, config)
    assert rotation(machine, config).run().public_key != new.public_key
    sound(machine, config)


@pytest.mark.parametrize("at", range(6))
@pytest.mark.covers("A18")
def test_it_goes_on_wherever_it_was_cut(
    machine: Machine, config: StationConfig, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Before or after each of the two moves and the removal."""

    class Cut(BaseException):
        """The power fails."""

    calls = iter(range(6))

    def wrapped(name: str) -> None:
        real = getattr(KeyHolder, name)

        def call(*given: object) -> None:
            if next(calls) == at:
                raise Cut
            real(*given)
            if next(calls) == at:
                raise Cut

        monkeypatch.setattr(KeyHolder, name, call)

    with monkeypatch.context() as _:
        for name in ("move", "remove"):
            wrapped(name)
        with pytest.raises(Cut):
            rotation(machine, config).run()
        monkeypatch.undo()
    with pytest.raises(Fault, match="rotation-unfinished"):
        open_station(config, machine.plant.clock, SECRET)
    rotation(machine, config).run()
    sound(machine, config)


def test_half_a_move_on_a_token_is_finished(machine: Machine, tmp_path: Path) -> None:
    """The private half has its new label, the public one not yet."""
    machine.config(1)
    for token in soft_token(tmp_path / "hsm"):
        config = _on_token(machine, token)
        keys = steps.key_holder(config, SECRET)
        name = config.station.origin
        keys.create(config.key, steps.KEY_NEXT, name)
        public = steps.load_key(config, SECRET).public_key
        found = pkcs11.lib(MODULE).get_token(token_label=LABEL)
        with found.open(rw=True) as session:
            wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
                      pkcs11.Attribute.LABEL: name}  # fmt: skip
            (private,) = session.get_objects(wanted)
            private[pkcs11.Attribute.LABEL] = f"{name}.before"
        keys.move(config.key, steps.KEY_FILE, steps.KEY_BEFORE, name)
        assert keys.load(config.key, steps.KEY_BEFORE, name).public_key == public
        keys.move(config.key, steps.KEY_NEXT, steps.KEY_FILE, name)
        keys.remove(config.key, steps.KEY_BEFORE, name)
        assert not keys.has(config.key, steps.KEY_BEFORE, name)
        assert keys.load(config.key, steps.KEY_FILE, name).public_key != public
