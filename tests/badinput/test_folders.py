"""Damaged files: the station's configuration, key and database; the server's folder."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from server import cli
from sync.faults import FAULTS
from tests.badinput.plant import LANGUAGES, Kiosk, Site, copy_of

if TYPE_CHECKING:
    from collections.abc import Callable

ZH = re.compile("[\u4e00-\u9fff]")


def _both(site: Site, stack: ExitStack) -> dict[str, Kiosk]:
    """The same trouble met by a kiosk in each language, at once."""
    found: dict[str, Kiosk] = {}
    for language in LANGUAGES:
        twin = Site(site.folder.with_name(language))
        shutil.copytree(site.folder, twin.folder)
        if language != "en":
            text = site.config.read_bytes().replace(b'language = "en"', b'language = "zh_CN"')
            twin.config.write_bytes(text)
        text = twin.config.read_bytes().replace(
            str(site.station).encode(), str(twin.station).encode()
        )
        twin.config.write_bytes(text)
        found[language] = stack.enter_context(twin.kiosk())
    return found


CONFIGS: dict[str, Callable[[str], bytes]] = {
    "not TOML": lambda text: text.replace("[server]", "[server").encode(),
    "a wrong value": lambda text: text.replace("idle_lock_minutes = 10", 'idle_lock_minutes = "x"').encode(),
}


@pytest.mark.parametrize("damage", sorted(CONFIGS))
def test_a_damaged_configuration_says_file_key_and_cure_in_both_languages(
    site: Site, damage: str
) -> None:
    site.config.write_bytes(CONFIGS[damage](site.config.read_text(encoding="utf-8")))
    before = site.kept()
    with ExitStack() as stack:
        for language, kiosk in _both(site, stack).items():
            told = kiosk.named("rescue")
            assert told["language"] == language
            said = " ".join(told["lines"])
            assert "station.toml" in said
            assert bool(ZH.search(said)) == (language == "zh_CN"), said
            assert ("line" in said) if damage == "not TOML" else ("idle_lock_minutes" in said)
    assert site.kept() == before


def test_a_configuration_of_noise_is_answered_on_the_console_too(site: Site) -> None:
    site.config.write_bytes(b"\xff\xfe\x00")
    done = site.run("lotbook-terminal", "enrol", "--config", str(site.config))
    assert done.returncode == 2
    assert "station.toml" in done.stderr
    assert "UTF-8" in done.stderr
    assert "Traceback" not in done.stderr


STATION: dict[str, tuple[str, bytes, str]] = {
    "database header": ("station.db", b"not a database at all", "database-corrupt"),
    "key": ("station.key", b"\xff\x00", "key-unreadable"),
}


@pytest.mark.covers("F14")
@pytest.mark.parametrize("damage", sorted(STATION))
def test_a_damaged_station_stops_with_words_and_keeps_every_byte(
    site: Site, damage: str
) -> None:
    name, noise, code = STATION[damage]
    before = site.kept()
    file = site.station / name
    good = file.read_bytes()
    file.write_bytes(noise + good[len(noise) :])
    damaged = file.read_bytes()
    with ExitStack() as stack:
        for language, kiosk in _both(site, stack).items():
            told = kiosk.named("rescue")
            assert told["code"] == code
            entry = FAULTS[code]
            assert (entry.zh_CN if language == "zh_CN" else entry.en) in told["lines"]
    assert file.read_bytes() == damaged, "nothing was overwritten"
    file.write_bytes(good)
    assert site.kept() == before


SERVER: dict[str, tuple[str, bytes, str, str]] = {
    "lotbook.db": ("lotbook.db", b"noise " * 40, "damaged", "损坏"),
    "office.db": ("office.db", b"noise " * 40, "damaged", "损坏"),
    "server.key": ("server.key", b"\xff", "key", "密钥"),
    "machine.secret": ("machine.secret", b"x" * 32, "key", "密钥"),
    "checkpoint.last": ("checkpoint.last", b"\xff\x00\xff", "", ""),
}


@pytest.mark.parametrize("name", sorted(SERVER))
def test_a_damaged_server_folder_is_refused_in_words(
    site: Site, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
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


__all__ = ["copy_of"]
