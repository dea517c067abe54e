"""Two programs on one database, a server with another key: the second is refused, the first works."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from sync.faults import FAULTS
from tests.badinput.plant import LANGUAGES, Site

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.covers("F17")
def test_a_second_terminal_on_the_database_says_so_and_the_first_goes_on(site: Site) -> None:
    with site.kiosk(bench=True, name="first") as first:
        first.ready()
        with ExitStack() as stack:
            for language in LANGUAGES:
                text = site.config.read_text(encoding="utf-8").split("[[instruments]]")[0]
                site.config.write_text(
                    text.replace('language = "en"', f'language = "{language}"'), encoding="utf-8"
                )
                second = stack.enter_context(site.kiosk(name=f"second-{language}"))
                told = second.named("rescue")
                assert told["code"] == "database-in-use"
                entry = FAULTS["database-in-use"]
                assert (entry.zh_CN if language == "zh_CN" else entry.en) in told["lines"]
        first.sign_in()
        saved = first.shown()[-1]["saved"]
    assert len(site.kept()) >= saved


@pytest.mark.covers("F17", "F20")
def test_a_second_server_on_the_folder_says_so_and_the_first_goes_on(site: Site) -> None:
    with site.serving():
        for language, word in zip(LANGUAGES, ("Another lotbook-server", "另一个"), strict=True):
            done = site.run(
                "lotbook-server", "--language", language, "run", "--data", str(site.server),
                "--port", "0",
            )  # fmt: skip
            assert done.returncode == 1
            assert word in done.stderr
            assert "Traceback" not in done.stderr
    site.server_sound()


@pytest.mark.covers("F17")
def test_a_port_that_is_taken_is_said(site: Site) -> None:
    import socket  # noqa: PLC0415 - only here

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        for language, word in zip(LANGUAGES, ("port", "端口"), strict=True):
            done = site.run(
                "lotbook-server", "--language", language, "run", "--data", str(site.server),
                "--port", str(site.port),
            )  # fmt: skip
            assert done.returncode == 1
            assert word in done.stderr
            assert str(site.port) in done.stderr


@pytest.mark.parametrize("known", [False, True], ids=["stranger", "knows-the-station"])
def test_a_server_with_another_key_is_refused_and_said(
    site: Site, tmp_path: Path, *, known: bool
) -> None:
    other = Site(tmp_path / "other", port=site.port)
    other.folder.mkdir()
    other.found(site if known else None)
    with other.serving(), site.kiosk(bench=True) as kiosk:
        told = kiosk.until(
            "the other key", lambda one: bool(one["notice"]) and not one["online"]
        )
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
        assert parts.store.count("entries", origin="lotbook.demo/S1/ST-01/1") == 0
    with site.serving(), site.kiosk(name="right") as kiosk:
        kiosk.until(
            "everything accepted", lambda one: one["online"] and one["saved"] == one["accepted"]
        )
