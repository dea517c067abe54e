"""A full disk: said loudly as not saved, nothing kept is lost, work goes on with space again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from sync.clock import SystemClock
from sync.faults import FAULTS, Fault
from sync.outbox import Outbox
from terminal.config import read_config
from terminal.machine import machine_secret
from terminal.station import open_station
from tests.badinput.plant import OPERATOR, Site, credentials
from tests.sync.test_network import tried

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """``folder`` with what is in it, on a disk of that size; skips where nobody may mount."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small disk is mounted, which only root may do")
    aside = folder.with_name(folder.name + ".aside")
    folder.rename(aside)
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        yield
        shutil.rmtree(aside)
        shutil.copytree(folder, aside)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()
        aside.rename(folder)


def fill(folder: Path) -> Path:
    """Take every free byte."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as out:
        for size in (4096, 1):
            try:
                while True:
                    out.write(b"\0" * size)
            except OSError:
                continue
    return ballast


@pytest.mark.covers("F09", "A37")
def test_a_station_whose_disk_is_full_says_not_saved_and_keeps_all_it_had(site: Site) -> None:
    given = credentials(OPERATOR)
    with small_disk(site.station, "1m"):
        with site.kiosk(bench=True) as kiosk:
            kiosk.sign_in()
            kiosk.scan("LB:DO:sign_out")
            kiosk.named("sign-in")
            ballast = fill(site.station)
            saved = kiosk.shown()[-1]["saved"]
            for _ in range(40):
                kiosk.scan("LB:ID:NOBODYKNOWSTHISONE")
                if _refused(kiosk.shown()[-1]):
                    break
            told = kiosk.until("NOT saved", _refused, 5)
            assert told["notice"]["mark"] == "fail"
            assert told["notice"]["detail"] == FAULTS["disk-full"].en
            assert told["saved"] >= saved
            kiosk.switch_language()
            assert kiosk.shown()[-1]["notice"]["detail"] == FAULTS["disk-full"].zh_CN
            promised = kiosk.shown()[-1]["saved"]
            ballast.unlink()
            kiosk.switch_language()
            kiosk.scan(given["badge"])
            kiosk.until("the pad", lambda one: one["pad"])
            kiosk.secret(given["secret"])
            now = kiosk.until("signed in", lambda one: one["name"] == "work-list")
            assert now["saved"] > promised
        assert len(site.kept()) >= now["saved"]


@pytest.mark.covers("F09", "F20", "F33")
def test_stations_of_a_server_whose_disk_is_full_say_so_and_send_later(site: Site) -> None:
    with small_disk(site.server, "2m"), site.serving() as url:
        opened = open_station(read_config(site.config), SystemClock(), machine_secret())
        journal, verifier = opened.capture.journal, opened.verifier
        assert verifier is not None
        outbox = Outbox(journal, opened.service, verifier)
        outbox.drain()
        ballast = fill(site.server)
        faults: list[Fault] = []
        for number in range(200):
            journal.append("test.note", {"number": number, "noise": os.urandom(2_000).hex()})
            faults = tried(outbox.drain)
            if faults:
                break
        assert [(one.code, one.kind) for one in faults] == [("server-full", "transient")]
        assert FAULTS["server-full"].zh_CN.startswith("服务器磁盘已满")
        before = journal.counts()
        assert before.accepted < before.saved
        assert httpx.get(f"{url}/healthz").json()["size"] >= before.accepted
        ballast.unlink()
        outbox.drain()
        after = journal.counts()
        assert after.accepted >= before.saved
        opened.service.close()
        opened.database.close()
    site.server_sound()


def _refused(screen: dict[str, object]) -> bool:
    return bool(screen["notice"]) and "disk-full" in str(screen["notice"])


@pytest.mark.covers("F09")
def test_a_station_that_starts_on_a_full_disk_says_so(site: Site) -> None:
    with small_disk(site.station, "500k"):
        before = site.kept()
        ballast = fill(site.station)
        with pytest.raises(Fault) as caught:
            open_station(read_config(site.config), SystemClock(), machine_secret())
        assert caught.value.code == "disk-full"
        ballast.unlink()
        assert site.kept()[: len(before)] == before


def until_refused(url: str, given: dict[str, str], language: str) -> httpx.Response:
    """Sign in until the disk takes no more: the reserve lets some in."""
    headers = {"accept-language": language}
    answer = httpx.post(f"{url}/api/sessions", json=given, headers=headers)
    for _ in range(200):
        if answer.status_code != 200:
            break
        answer = httpx.post(f"{url}/api/sessions", json=given, headers=headers)
    return answer


@pytest.mark.covers("F09", "F20")
def test_a_server_whose_disk_is_full_answers_so_and_keeps_all_it_had(site: Site) -> None:
    given = credentials(OPERATOR)
    with small_disk(site.server, "2m"), site.serving() as url:
        size = httpx.get(f"{url}/healthz").json()["size"]
        ballast = fill(site.server)
        answer = until_refused(url, given, "en")
        assert answer.status_code == 507
        assert answer.json()["code"] == "disk-full"
        chinese = until_refused(url, given, "zh-CN")
        assert "磁盘已满" in chinese.json()["message"]
        assert chinese.json()["hint"]
        assert httpx.get(f"{url}/healthz").json()["size"] >= size
        ballast.unlink()
        assert httpx.post(f"{url}/api/sessions", json=given).status_code == 200
    site.server_sound()
