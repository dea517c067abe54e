"""The station's TLS: certificates that must not be believed stop the line, never the work."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.client import HttpSyncService
from sync.faults import Fault
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.outbox import Outbox
from sync.testing import MemoryServer
from tests.sync.plant import ORIGIN
from tests.sync.test_client import Site
from tests.sync.wire import _answer_bytes, _served

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


class Authority:
    """A certificate authority of the plant, and what it signs."""

    def __init__(self, folder: Path, name: str, above: Authority | None = None) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = _signed(
            self.name, self.key, above or self, NOW - DAY, NOW + 9 * DAY, ca=True
        )
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def leaf(
        self, host: str = "127.0.0.1", start: datetime = NOW - DAY, end: datetime = NOW + DAY
    ) -> Path:
        """A server's key and certificate in one PEM file."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = _signed(name, key, self, start, end, host=host)
        file = self.folder / f"{certificate.serial_number}.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return file


def _signed(
    name: x509.Name,
    private: ec.EllipticCurvePrivateKey,
    by: Authority,
    start: datetime,
    end: datetime,
    host: str = "",
    *,
    ca: bool = False,
) -> x509.Certificate:
    key = private.public_key()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.name)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
    if host:
        address = x509.IPAddress(ipaddress.ip_address(host))
        made = made.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    return made.sign(by.key, hashes.SHA256())


class OneEach(httpx.BaseTransport):
    """A connection for each request."""

    def __init__(self, line: httpx.BaseTransport) -> None:
        self._line = line

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["connection"] = "close"
        return self._line.handle_request(request)

    def close(self) -> None:
        self._line.close()


@contextmanager
def answering(site: Site, pem: Path, most: ssl.TLSVersion) -> Iterator[str]:
    """A TLS server with that certificate, speaking at most that version."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.maximum_version = most
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"https://127.0.0.1:{listener.getsockname()[1]}"

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                with plain, context.wrap_socket(plain, server_side=True) as peer:
                    data, request = b"", None
                    while request is None:
                        piece = peer.recv(65_536)
                        data += piece
                        request = _served(data, url)
                        if not piece:
                            break
                    if request is not None and not isinstance(request, int):
                        peer.sendall(_answer_bytes(site(request)))
            except (OSError, ssl.SSLError):
                continue  # the client hung up, as it should

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.covers("F34", "T14")
@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("good", ""),
        ("expired", "server-certificate-expired"),
        ("not yet valid", "server-certificate-early"),
        ("wrong host", "server-certificate-name"),
        ("authority rotated", "server-not-trusted"),
        ("intermediate missing", "server-not-trusted"),
        ("TLS 1.2", "server-unreachable"),
    ],
)
def test_only_the_plants_certificate_carries_records(
    tmp_path: Path, journal: Journal, server: MemoryServer, case: str, code: str
) -> None:
    root = Authority(tmp_path, "root")
    between = Authority(tmp_path, "between", root)
    leaves: dict[str, Callable[[], Path]] = {
        "expired": lambda: root.leaf(start=NOW - 5 * DAY, end=NOW - DAY),
        "not yet valid": lambda: root.leaf(start=NOW + DAY, end=NOW + 5 * DAY),
        "wrong host": lambda: root.leaf("127.0.0.9"),
        "authority rotated": lambda: Authority(tmp_path, "new root").leaf(),
        "intermediate missing": between.leaf,
    }
    pem = leaves.get(case, root.leaf)()
    most = ssl.TLSVersion.TLSv1_2 if case == "TLS 1.2" else ssl.TLSVersion.MAXIMUM_SUPPORTED
    site = Site(server)
    with answering(site, pem, most) as url:
        service = HttpSyncService(url, TestSigner(ORIGIN, "station"), ca_file=str(root.file))
        outbox = Outbox(journal, service, Verifier.of(server.signer))
        for number in range(3):
            journal.append("test.entry", {"n": number})
        if code:
            with pytest.raises(Fault) as caught:
                outbox.drain()
            assert caught.value.code == code, caught.value
            assert caught.value.kind == "transient"
            assert site.requests == [], "nothing was said to it"
            assert service.certificate_until is None
            assert journal.counts().sent == 0
        else:
            service._line = OneEach(service._line)
            outbox.drain()
            assert journal.counts().accepted >= 4
            assert service.certificate_until == (NOW + DAY).replace(microsecond=0)
        journal.append("test.entry", {"after": 1})
        service.close()


@pytest.mark.covers("F34")
def test_without_a_file_the_authorities_of_the_machine_count(
    tmp_path: Path, journal: Journal, server: MemoryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the guide says: ``SSL_CERT_FILE`` names the plant's own."""
    root = Authority(tmp_path, "root")
    monkeypatch.setenv("SSL_CERT_FILE", str(root.file))
    with answering(Site(server), root.leaf(), ssl.TLSVersion.MAXIMUM_SUPPORTED) as url:
        service = HttpSyncService(url, TestSigner(ORIGIN, "station"))
        service._line = OneEach(service._line)
        Outbox(journal, service, Verifier.of(server.signer)).drain()
        service.close()
    assert journal.counts().accepted == journal.size
