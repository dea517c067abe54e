"""The server's own TLS: what it speaks, and what it says of files it cannot use."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn

from server import cli
from server.alarms.certificate import warn
from server.api.peers import Limits
from server.app import application
from server.serve import _watch
from server.tls import Tls, validity
from server.uvicorn_config import bounded_config
from server.words import Refusal
from tests.server.plant import plant_at

NOW = datetime.now(UTC) + timedelta(hours=1)


def made(folder: Path, name: str = "server", *options: str) -> Tls:
    """A fresh self-signed certificate for loopback and its key."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-subj", "/CN=server", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key),
         "-out", str(certificate), *(options or ("-nodes", "-days", "30"))],
        check=True, capture_output=True,
    )  # fmt: skip
    return Tls(certificate, key)


def refusal(tls: Tls) -> Refusal:
    with pytest.raises(Refusal) as refused:
        tls.check(NOW)
    for language in ("en", "zh_CN"):
        assert refused.value.words(language)
        assert refused.value.hint(language)
    return refused.value


def test_good_files_are_taken(tmp_path: Path) -> None:
    tls = made(tmp_path)
    tls.check(NOW)
    assert tls.context().minimum_version == ssl.TLSVersion.TLSv1_3
    assert tls.certificate is not None
    text = tls.certificate.read_text(encoding="ascii")
    start, end = validity(ssl.PEM_cert_to_DER_cert(text))
    assert (end - start).days == 30


@pytest.mark.covers("T14")
def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    good, other = made(tmp_path), made(tmp_path, "other")
    gone, noise = tmp_path / "gone.crt", tmp_path / "noise.crt"
    noise.write_bytes(b"\xff\x00 not PEM")
    hollow = tmp_path / "hollow.crt"
    hollow.write_text("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")
    encrypted = made(tmp_path, "closed", "-passout", "pass:word", "-days", "30")
    for tls, code, part in (
        (Tls(good.certificate, None), "tls-incomplete", "certificate"),
        (Tls(gone, good.key), "tls-unreadable", "gone.crt"),
        (Tls(noise, good.key), "tls-unreadable", "noise.crt"),
        (Tls(good.key, good.key), "tls-unreadable", "no PEM certificate"),
        (Tls(hollow, good.key), "tls-unreadable", "hollow.crt"),
        (Tls(good.certificate, good.certificate), "tls-unreadable", "server.crt"),
        (Tls(good.certificate, other.key), "tls-mismatch", "other.key"),
        (encrypted, "tls-unreadable", "closed.key"),
    ):
        found = refusal(tls)
        assert (found.code, part in found.words("en")) == (code, True), found.words("en")


@pytest.mark.covers("T14")
def test_an_expired_certificate_is_named_with_its_dates(tmp_path: Path) -> None:
    tls = made(tmp_path, "old", "-nodes", "-days", "1")
    with pytest.raises(Refusal) as refused:
        tls.check(datetime(2061, 1, 1, tzinfo=UTC))
    assert refused.value.code == "tls-expired"
    with pytest.raises(Refusal, match=r"old\.crt"):
        tls.check(datetime(2001, 1, 1, tzinfo=UTC))


def test_the_program_does_not_start_with_half_a_pair(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with plant_at(tmp_path) as plant:
        data = str(plant.folder.path)
    run = ["--language", "zh_CN", "run", "--data", data, "--tls-certificate", "x.crt"]
    assert cli.main(run) == 1
    assert "--tls-key" in capsys.readouterr().err
    assert cli.main([*run, "--tls-key", "x.key"]) == 1
    assert "x.crt" in capsys.readouterr().err


@pytest.mark.covers("T14")
def test_only_tls_1_3_with_this_certificate_is_spoken(tmp_path: Path) -> None:
    tls = made(tmp_path)
    (tmp_path / "plant").mkdir()
    listening = socket.create_server(("127.0.0.1", 0))
    address = host, port = listening.getsockname()
    servers: list[uvicorn.Server] = []

    def serve() -> None:
        with plant_at(tmp_path / "plant") as plant:
            app = application(plant.parts)
            servers.append(uvicorn.Server(bounded_config(app, host, port, tls, Limits())))
            servers[0].run([listening])

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        good = ssl.create_default_context(cafile=tls.certificate)
        deadline = time.monotonic() + 20
        while not (servers and servers[0].started) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert b"200" in asked(address, good)
        old = ssl.create_default_context(cafile=tls.certificate)
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        stranger = ssl.create_default_context()
        for context in (old, stranger):
            with pytest.raises(ssl.SSLError):
                asked(address, context)
    finally:
        servers[0].should_exit = True
        thread.join(20)


def asked(address: tuple[str, int], context: ssl.SSLContext) -> bytes:
    """The first line of /healthz over TLS."""
    with (
        socket.create_connection(address, 10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as sock,
    ):
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return sock.recv(64)


@pytest.mark.covers("F34")
def test_an_alarm_says_a_month_ahead_that_the_certificate_ends(tmp_path: Path) -> None:
    until = made(tmp_path).until()
    (tmp_path / "plant").mkdir()
    with plant_at(tmp_path / "plant") as plant:
        parts = plant.parts
        for days in (31, 30, 29, 3):
            warn(parts.book, until, until - timedelta(days=days))
        found = [(row["code"], row["about"]) for row in parts.alarms.all()]
        assert found == [("certificate-ends", f"{until:%Y-%m-%d}")], "once for each certificate"
        renewed = until + timedelta(days=365)
        warn(parts.book, renewed, renewed - timedelta(days=9))
        assert len(parts.alarms.all()) == 2

        async def served() -> None:
            watching = asyncio.create_task(_watch(parts, renewed + timedelta(days=1)))
            await asyncio.sleep(0)
            watching.cancel()

        plant.clock.now = renewed
        asyncio.run(served())
        assert len(parts.alarms.all()) == 3
