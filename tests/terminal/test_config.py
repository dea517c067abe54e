"""The station file: every mistake names the file, the key and the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.config import InstrumentConfig
from devices.config_check import mistake
from devices.registry import DRIVERS, Kind
from terminal.config import ConfigError, read_config
from terminal.config_drivers import check_drivers

GOOD = """
[station]
origin = "plant.example/S1/ST-01/1"
work_units = ["WU-10"]

[server]
url = "http://127.0.0.1:1"

[[instruments]]
name = "balance"
equipment_class = "balance"
asset = "BAL"
driver = "mt_sics"
url = "/dev/null"
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "station.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_file(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, GOOD))
    assert config.station.station == "ST-01"
    assert config.station.work_unit == "WU-10"
    assert config.data == tmp_path / "data"
    assert config.instruments[0].settling.count > 1
    assert (config.wedge.listen, config.wedge.gs) == (True, ())


@pytest.mark.parametrize(
    ("change", "key", "cure"),
    [
        (("ST-01/1", "ST-01"), "station.origin", "domain/site/station/epoch"),
        (('work_units = ["WU-10"]', ""), "station.work_units", "List"),
        (('work_units = ["WU-10"]', "work_units = []"), "station.work_units", "List"),
        (('url = "http', 'url = "ftp'), "server.url", "http://"),
        (("[server]", "[server]\nport = 1"), "server.port", "spelling"),
        (("[station]", "[station]\nidle_lock_minutes = 0"), "idle_lock", "Correct"),
        (("[station]", '[station]\nlanguage = "fr"'), "language", "zh_CN"),
        (('asset = "BAL"', ""), "instruments[0].asset", "Add"),
        (("[server]", '[wedge]\naim = "perhaps"\n[server]'), "wedge.aim", "Correct"),
        (("[server]", "[wedge]\nlayout = 1\n[server]"), "wedge.layout", "spelling"),
    ],
)
def test_a_mistake_names_its_key_and_cure(
    tmp_path: Path, change: tuple[str, str], key: str, cure: str
) -> None:
    file = write(tmp_path, GOOD.replace(*change))
    with pytest.raises(ConfigError) as caught:
        read_config(file)
    assert key in caught.value.key
    assert cure in caught.value.cure
    assert str(file) in str(caught.value)
    assert any(caught.value.key in line for line in caught.value.lines())


def test_two_instruments_of_one_name(tmp_path: Path) -> None:
    second = GOOD[GOOD.index("[[") :]
    with pytest.raises(ConfigError, match=r"instruments\[1\].name"):
        read_config(write(tmp_path, GOOD + second))


def test_what_is_no_file_and_no_toml(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_config(tmp_path / "nothing.toml")
    with pytest.raises(ConfigError, match="not TOML"):
        read_config(write(tmp_path, "[station"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_config(tmp_path / "bytes.toml")


def test_a_file_nested_without_end_is_refused_with_a_cure(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text("a = " + "[" * 50_000, encoding="utf-8")
    with pytest.raises(ConfigError, match="not TOML"):
        read_config(file)


BALANCE = 'url = "/dev/null"'
CAMERA = """
[[instruments]]
name = "camera"
equipment_class = "camera"
asset = "CAM"
driver = "camera"
url = "ftp://somewhere"
[instruments.options]
max_age_s = 3
"""


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        (f"{BALANCE}\noptions = {{ speed = 1 }}", 15, "instruments[0].options.speed"),
        (f"{BALANCE}\noptions = {{ units = 1 }}", 15, "instruments[0].options.units"),
        (f'{BALANCE}\ncheck = {{ load = "-1" }}', 15, "instruments[0].check"),
        (f"{BALANCE}{CAMERA}", 20, "instruments[1].url"),
        (f"{BALANCE}{CAMERA}".replace("ftp:", "dir:").replace("= 3", '= "x"'), 22,
         "instruments[1].options.max_age_s"),
    ],
)  # fmt: skip
def test_what_a_driver_does_not_take_is_named_by_line_and_cure(
    tmp_path: Path, text: str, line: int, key: str
) -> None:
    file = write(tmp_path, GOOD.replace(BALANCE, text))
    with pytest.raises(ConfigError) as caught:
        check_drivers(read_config(file))
    assert str(caught.value).startswith(f"{file}:{line}: {key}")
    assert "docs/instruments" in caught.value.cure or "Correct" in caught.value.cure
    assert f"第 {line} 行" in caught.value.lines("zh_CN")[0]
    assert all(
        "docs/instruments" not in said or "请" in said for said in caught.value.lines("zh_CN")
    )


def test_what_every_driver_takes_is_let_through(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD.replace(BALANCE, f"{BALANCE}{CAMERA}".replace("ftp:", "dir:")))
    check_drivers(read_config(file))
    missing = InstrumentConfig(
        name="x", equipment_class="x", asset="X", driver="not_here", url="x", options={"a": 1}
    )
    DRIVERS["not_here"] = Kind("not_here_at_all", "NotHere", "metering")
    try:
        assert mistake(missing) is None
    finally:
        del DRIVERS["not_here"]
