"""Two programs on one database, a server with another key: refused, and the first works on."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import httpx
import pytest

from server import cli
from sync.client import HttpSyncService
from sync.clock import SystemClock
from sync.faults import FAULTS, Fault
from sync.keys import FileSigner, Verifier
from terminal.config import read_config
from terminal.enrol import KEY_FILE
from terminal.machine import machine_secret
from terminal.station import open_station
from tests.badinput.plant import LANGUAGES, ORIGIN, Site, free_port

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.covers("F17")
def test_a_second_terminal_on_the_database_says_so_and_the_first_goes_on(site: Site) -> None:
    chinese = site.folder / "chinese.toml"
    with site.kiosk(bench=True, name="first") as first:
        first.ready()
        text = site.config.read_text(encoding="utf-8").split("[[instruments]]")[0]
        chinese.write_text(text.replace('language = "en"', 'language = "zh_CN"'), encoding="utf-8")
        with site.kiosk(name="second", config=chinese) as second:
            told = second.named("rescue")
            assert told["code"] == "database-in-use"
            assert FAULTS["database-in-use"].zh_CN in told["lines"]
        with pytest.raises(Fault) as caught:
            open_station(read_config(site.config), SystemClock(), machine_secret())
        assert caught.value.hint["en"].startswith("Another Lotbook is already running")
        first.sign_in()
        saved = first.shown()[-1]["saved"]
    assert len(site.kept()) >= saved


@pytest.mark.covers("F17", "F20")
def test_a_second_server_on_the_folder_says_so_and_the_first_goes_on(
    running: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, word in zip(LANGUAGES, ("Another lotbook-server", "另一个"), strict=True):
        given = ["run", "--data", str(running.server), "--port", str(free_port())]
        assert cli.main(["--language", language, *given]) == 1
        assert word in capsys.readouterr().err
    assert httpx.get(f"{running.url}/healthz").json()["status"] == "ok"


@pytest.mark.covers("F17")
def test_a_port_that_is_taken_is_said(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        for language, word in zip(LANGUAGES, ("port", "端口"), strict=True):
            given = ["run", "--data", str(site.server), "--port", str(site.port)]
            assert cli.main(["--language", language, *given]) == 1
            said = capsys.readouterr().err
            assert word in said
            assert str(site.port) in said


def test_a_strange_server_is_told_nothing(running: Site, tmp_path: Path) -> None:
    stranger = Site(tmp_path / "stranger")
    stranger.folder.mkdir()
    stranger.found()
    signer = FileSigner.load(stranger.station / KEY_FILE, machine_secret())
    service = HttpSyncService(running.url, signer, server=Verifier.parse(stranger.vkey()))
    with pytest.raises(Fault, match="server-key-unknown"):
        service.head(ORIGIN)
    service.close()


def test_a_server_with_another_key_is_refused_and_said(site: Site) -> None:
    other = Site(site.folder.with_name("other"), port=site.port)
    other.folder.mkdir()
    other.found(guest=site)  # another plant's server that knows this very station
    with other.serving(), site.kiosk(bench=True) as kiosk:
        kiosk.ready()
        told = kiosk.until("the other key", lambda one: bool(one["notice"]) and not one["online"])
        assert "server-key-unknown" in told["notice"]["word"]
        assert told["notice"]["detail"] == FAULTS["server-key-unknown"].en
        kiosk.switch_language()
        now = kiosk.shown()[-1]
        assert now["notice"]["detail"] == FAULTS["server-key-unknown"].zh_CN
        kiosk.switch_language()
        kiosk.sign_in()
        now = kiosk.shown()[-1]
        assert (now["sent"], now["accepted"]) == (0, 0)
    assert len(site.kept()) >= now["saved"]
    with other.data_folder().open() as parts:
        assert parts.store.count("entries", origin=ORIGIN) == 0
