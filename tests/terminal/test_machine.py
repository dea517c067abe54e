"""A stolen disk and a copied image: what opens elsewhere, and what is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from forms.entries import CodeUnexpected, Context, Scan
from sync.clock import SystemClock
from sync.faults import FAULTS, Fault
from terminal import enrol
from terminal.config import StationConfig, read_config
from terminal.desk import FATAL
from terminal.machine import CREDENTIAL, machine_marks, machine_secret
from terminal.station import open_station

STATION = """
[station]
origin = "plant.example/S1/ST-01/1"
work_units = ["WU-10"]
[server]
url = "http://127.0.0.1:9"
"""


def machine(folder: Path, name: str, *, cards: tuple[str, ...] = ("aa", "bb")) -> tuple[str, ...]:
    """The marks of a made-up machine."""
    root = folder / name
    (root / "etc").mkdir(parents=True, exist_ok=True)
    (root / "etc/machine-id").write_text(f"{name}\n")
    for card in cards:
        here = root / "sys/class/net" / f"en{card}"
        (here / "device").mkdir(parents=True)
        (here / "addr_assign_type").write_text("0\n")
        (here / "address").write_text(f"{card}:00\n")
    virtual = root / "sys/class/net/veth0"
    virtual.mkdir(parents=True, exist_ok=True)
    (virtual / "address").write_text("changes each time")
    return machine_marks(root)


@pytest.fixture
def config(tmp_path: Path) -> StationConfig:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/station.toml").write_text(STATION)
    return read_config(tmp_path / "here/station.toml")


def begun(config: StationConfig, marks: tuple[str, ...], secret: bytes = b"machine") -> None:
    enrol.station_key(config, secret)
    opened = open_station(config, SystemClock(), secret, marks)
    context = Context(station="ST-01", work_unit="WU-10")
    scan = Scan(raw="00", source="scanner")
    opened.capture.records.append(CodeUnexpected(context=context, scan=scan))
    opened.database.close()


def opens(config: StationConfig, marks: tuple[str, ...], secret: bytes = b"machine") -> str:
    """Empty if the station opens, else the fault's code."""
    try:
        open_station(config, SystemClock(), secret, marks).database.close()
    except Fault as fault:
        return fault.code
    return ""


def copied(config: StationConfig, to: Path) -> StationConfig:
    shutil.copytree(Path(config.file).parent, to)
    return read_config(to / "station.toml")


@pytest.mark.covers("T07")
def test_a_stolen_folder_signs_and_syncs_nowhere_else(
    config: StationConfig, tmp_path: Path
) -> None:
    begun(config, machine(tmp_path, "m1"))
    stolen = copied(config, tmp_path / "stolen")
    for marks in ((), machine(tmp_path, "m2")):
        assert opens(stolen, marks, b"another machine") == "key-of-another-machine"
    with pytest.raises(Fault, match="key-of-another-machine"):
        enrol.station_key(stolen, b"another machine")
    assert "key-of-another-machine" in FATAL, "the kiosk shows the rescue screen"
    hint = FAULTS["key-of-another-machine"]
    assert "enrols this machine anew" in hint.en
    assert "重新登记" in hint.zh_CN


@pytest.mark.covers("A28", "T08")
def test_an_image_on_other_hardware_trips_offline(config: StationConfig, tmp_path: Path) -> None:
    here = machine(tmp_path, "m1")
    begun(config, here)
    clone = copied(config, tmp_path / "clone")
    elsewhere = tuple(one for one in machine(tmp_path, "x", cards=("cc",)) if "card" in one)
    same_id = tuple(one for one in here if one.startswith("id:"))
    assert opens(clone, same_id + elsewhere) == "key-of-another-machine"
    assert opens(clone, machine(tmp_path, "m3", cards=())) == "key-of-another-machine"
    assert opens(config, here) == "", "the machine itself goes on"


def test_a_card_that_was_replaced_or_added_is_no_alarm(
    config: StationConfig, tmp_path: Path
) -> None:
    here = machine(tmp_path, "m1")
    begun(config, here)
    one_less = tuple(one for one in here if one != here[-1])
    assert opens(config, one_less) == ""
    assert opens(config, (*here, "card:0000000000000000")) == ""
    assert opens(config, ()) == "", "nothing known, nothing compared"


def test_marks_say_nothing_and_are_of_real_cards(tmp_path: Path) -> None:
    marks = machine(tmp_path, "m1")
    assert [one.partition(":")[0] for one in marks] == ["id", "card", "card"]
    assert not any("aa:00" in one or "m1" in one for one in marks)
    assert machine_marks(tmp_path / "absent") == ()
    assert machine_marks() == machine_marks()


@pytest.mark.covers("T07")
def test_a_credential_of_the_tpm_is_part_of_the_secret(tmp_path: Path) -> None:
    (tmp_path / CREDENTIAL).write_bytes(b"unsealed")
    with_it = machine_secret({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert with_it != machine_secret({})
    (tmp_path / CREDENTIAL).write_bytes(b"another TPM")
    assert with_it != machine_secret({"CREDENTIALS_DIRECTORY": str(tmp_path)})
