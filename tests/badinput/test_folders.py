"""Damaged files: the station's configuration, key and database; the server's folder."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from server import cli
from sync.clock import SystemClock
from sync.faults import FAULTS, Fault
from terminal import config
from terminal.machine import machine_secret
from terminal.station import open_station
from tests.badinput.plant import LANGUAGES, Site

if TYPE_CHECKING:
    from pathlib import Path

ZH = re.compile("[\u4e00-\u9fff]")


CONFIGS: dict[str, Callable[[str], bytes]] = {
    "not TOML": lambda text: text.replace("[server]", "[server").encode(),
    "a wrong value": lambda text: text.replace("minutes = 10", 'minutes = "x"').encode(),
}


@pytest.mark.covers("F14")
@pytest.mark.parametrize(("damage", "language"), [("not TOML", "zh_CN"), ("a wrong value", "en")])
def test_a_damaged_configuration_says_file_key_and_cure_in_the_users_language(
    site: Site, damage: str, language: str
) -> None:
    site.write_config(language)
    site.config.write_bytes(CONFIGS[damage](site.config.read_text(encoding="utf-8")))
    before = site.kept()
    with site.kiosk() as kiosk:
        told = kiosk.named("rescue")
        assert told["language"] == language
        said = " ".join(told["lines"])
        assert "station.toml" in said
        assert bool(ZH.search(said)) == (language == "zh_CN"), said
        assert ("line" in said) if damage != "a wrong value" else ("idle_lock_minutes" in said)
    assert site.kept() == before


def test_every_mistake_of_the_configuration_is_said_in_chinese_too(tmp_path: Path) -> None:
    source = inspect.getsource(config)
    cures = set(re.findall(r'cure = "([^"]+)"', source)) | set(config._CURES.values())
    assert cures <= set(config._IN_CHINESE)
    (tmp_path / "cut.toml").write_text('language = "zh_CN"\nwork_units = [', encoding="utf-8")
    with pytest.raises(config.ConfigError) as cut:
        config.read_config(tmp_path / "cut.toml")
    assert cut.value.language == "zh_CN"
    error = config.ConfigError(tmp_path / "none.toml", "the file", "no such", "Add this key.")
    assert error.language == ""
    assert "请补上该键" in " ".join(error.lines("zh_CN"))


def test_a_configuration_of_noise_is_answered_on_the_console_too(site: Site) -> None:
    site.config.write_bytes(b"\xff\xfe\x00")
    done = site.run("lotbook-terminal", "enrol", "--config", str(site.config))
    assert done.returncode == 2
    assert "station.toml" in done.stderr
    assert "UTF-8" in done.stderr
    assert "Traceback" not in done.stderr


STATION: dict[str, tuple[str, Callable[[bytes], bytes], str, str]] = {
    "database header": ("station.db", lambda good: b"no database" + good[11:], "zh_CN",
                        "database-corrupt"),
    "key": ("station.key", lambda good: b"\xff\x00" + good[2:], "en", "key-unreadable"),
}  # fmt: skip


@pytest.mark.covers("F14")
@pytest.mark.parametrize("damage", sorted(STATION))
def test_a_damaged_station_stops_with_words_and_keeps_every_byte(site: Site, damage: str) -> None:
    name, hurt, language, code = STATION[damage]
    before = site.kept()
    site.write_config(language, instruments=False)
    file = site.station / name
    good = file.read_bytes()
    damaged = hurt(good)
    file.write_bytes(damaged)
    with site.kiosk() as kiosk:
        told = kiosk.named("rescue")
        assert told["code"] == code
        entry = FAULTS[code]
        assert (entry.zh_CN if language == "zh_CN" else entry.en) in told["lines"]
    assert file.read_bytes() == damaged, "nothing was overwritten"
    file.write_bytes(good)
    assert site.kept() == before


@pytest.mark.covers("F14", "T09")
def test_a_database_cut_anywhere_is_refused_with_its_name(site: Site) -> None:
    read = config.read_config(site.config)
    opened = open_station(read, SystemClock(), machine_secret())
    opened.capture.start()
    opened.capture.refuse("nobody", "unknown_badge", "en")
    opened.service.close()
    opened.database.close()
    data = site.database.read_bytes()
    for left in (0, 1, 511, 512, 4_095, 4_096, 9_000, 20_000):
        site.database.write_bytes(data[:left])
        with pytest.raises(Fault) as caught:
            open_station(read, SystemClock(), machine_secret())
        refused = {"database-corrupt", "journal-damaged", "journal-rolled-back"}
        assert caught.value.code in refused, left
    site.database.write_bytes(data)
    assert site.kept()[-1].find(b"unknown_badge") > 0


@pytest.mark.covers("F14")
def test_a_server_key_that_is_no_text_is_said(site: Site) -> None:
    text = site.config.read_text(encoding="utf-8").replace(site.vkey(), "")
    site.config.write_text(text, encoding="utf-8")
    (site.station / "server.vkey").write_bytes(b"\xff\xfe")
    with pytest.raises(Fault, match="server-key-unknown"):
        open_station(config.read_config(site.config), SystemClock(), machine_secret())


SERVER: dict[str, tuple[str, bytes, str, str]] = {
    "lotbook.db": ("lotbook.db", b"noise " * 40, "damaged", "损坏"),
    "office.db": ("office.db", b"noise " * 40, "damaged", "损坏"),
    "server.key": ("server.key", b"\xff", "key", "密钥"),
    "machine.secret": ("machine.secret", b"x" * 32, "key", "密钥"),
    "checkpoint.last": ("checkpoint.last", b"\xff\x00\xff", "", ""),
}


@pytest.mark.parametrize("name", sorted(SERVER))
def test_a_damaged_server_folder_is_refused_in_words(
    site: Site, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, noise, *words = SERVER[name]
    file = site.server / name
    good = file.read_bytes()
    file.write_bytes(noise + good[len(noise) :])
    damaged = file.read_bytes()
    for language, word in zip(LANGUAGES, words, strict=True):
        code = cli.main(["--language", language, "people", "list", "--data", str(site.server)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        if not word:
            assert code == 0 or said.err
            continue
        assert code == 1
        assert word in said.err, said.err
        assert len(said.err.strip().splitlines()) >= 1
        assert bool(ZH.search(said.err)) == (language == "zh_CN")
        assert file.read_bytes() == damaged, "nothing was overwritten"
    file.write_bytes(good)
    site.server_sound()


@pytest.mark.parametrize("name", ["lotbook.db", "server.key", "machine.secret"])
def test_a_server_folder_that_lacks_a_file_is_refused_in_words(
    site: Site, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (site.server / name).rename(site.folder / "aside")
    for language in LANGUAGES:
        assert cli.main(["--language", language, "run", "--data", str(site.server)]) == 1
        said = capsys.readouterr().err
        assert bool(ZH.search(said)) == (language == "zh_CN"), said
        assert "Traceback" not in said
    (site.folder / "aside").rename(site.server / name)
    site.server_sound()


def test_a_data_folder_that_is_a_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").write_text("x", encoding="utf-8")
    assert cli.main(["--language", "en", "run", "--data", str(tmp_path / "data")]) == 1
    assert "no server" in capsys.readouterr().err
