"""``lotbook-server recovery show | go-on`` at a server that is in recovery, by two persons."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from server import cli
from server.api.peers import Limits
from server.app import application
from server.parts import Parts
from server.uvicorn_config import bounded_config
from tests.server.plant import credentials
from tests.server.test_going_on import SECOND, WHY, lost, statement
from tests.server.test_recovery import drained, site_at


@contextmanager
def answering(parts: Parts) -> Iterator[str]:
    """The address of a listener over these parts, which nobody else uses meanwhile."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(bounded_config(application(parts), "127.0.0.1", 0, None, Limits()))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


class Desk:
    """Somebody at a command line."""

    def __init__(
        self, url: str, patch: pytest.MonkeyPatch, said: pytest.CaptureFixture[str]
    ) -> None:
        self._url, self._patch, self._said = url, patch, said

    def does(self, person: str, *words: str, language: str = "en") -> tuple[int, str]:
        """Exit code and all that was said."""
        given = credentials(person)
        self._patch.setattr("sys.stdin", io.StringIO(f"{given['secret']}\n"))
        line = ["--language", language, "recovery", *words, "--url", self._url]
        code = cli.main([*line, "--badge", given["badge"], "--secret-stdin"])
        out, err = self._said.readouterr()
        return code, out + err


@pytest.mark.covers("F41", "A10")
def test_two_persons_go_on_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with site_at(tmp_path) as site:
        one, two = lost(site)
        parts = site.plant.parts
        signed, kept = parts.rescue.target.signed().size, parts.book.size
        with answering(parts) as url:
            desk = Desk(url, monkeypatch, capsys)
            code, told = desk.does("P-ADM", "show")
            assert code == 0
            assert f"signed before: {signed}\nkept: {kept}\n" in told
            assert f"records awaited of {one.origin}" in told
            assert f"此前已签署：{signed}" in desk.does("P-QA", "show", language="zh_CN")[1]
            code, told = desk.does("P-SUP", "go-on", "--reason", WHY)
            assert code == 1, "only an administrator and quality decide"
            assert parts.book.recovery
            code, told = desk.does("P-ADM", "go-on", "--reason", WHY)
            assert (code, parts.book.recovery) == (0, True)
            assert f"signed by P-ADM: {WHY}" in told
            assert "A second, different person must sign too" in told
            assert f"P-ADM 已签署：{WHY}" in desk.does("P-QA", "show", language="zh_CN")[1]
            desk.does("P-ADM", "go-on", "--reason", WHY)
            assert parts.book.recovery, "the same person twice is one person"
            code, told = desk.does("P-QA", "go-on")
            assert (code, parts.book.recovery) == (0, False)
            assert "The log goes on" in told
            assert desk.does("P-ADM", "show") == (0, "The server is not in recovery.\n")
            code, told = desk.does("P-QA", "go-on")
            assert code == 1
            assert "not in recovery" in told
        said = statement(site)
        assert {by.person for by in said.by} == {"P-ADM", "P-QA"}
        assert (said.body["origin"], said.body["reason"]) == (SECOND, WHY)
        drained(one, two)
        assert parts.ingest.head(one.origin).size == one.journal.counts().saved
        one.close()
        two.close()
