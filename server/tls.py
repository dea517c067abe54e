"""The server's own TLS: certificate and key from files, judged before the port opens."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEAST = ssl.TLSVersion.TLSv1_3
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE, _VERSION, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0xA0, 0x17, 0x18
_LONG = 0x80


@dataclass(frozen=True)
class Tls:
    """The files of ``run --tls-certificate FILE --tls-key FILE``."""

    certificate: Path | None
    key: Path | None

    def check(self, now: datetime) -> None:
        """Refusal unless both files are there, belong together, and hold good ``now``."""
        certificate, key = self.files()
        text = _text(certificate)
        _text(key)
        start, end = _validity(certificate, text)
        if not start <= now <= end:
            raise Refusal("tls-expired", file=certificate, start=start.date(), end=end.date())
        self.context()

    def until(self) -> datetime:
        """When the certificate ends; Refusal if it cannot be read."""
        certificate, _ = self.files()
        return _validity(certificate, _text(certificate))[1]

    def files(self) -> tuple[Path, Path]:
        """Both files; Refusal if one is missing."""
        if self.certificate is None or self.key is None:
            raise Refusal("tls-incomplete")
        return self.certificate, self.key

    def context(self) -> ssl.SSLContext:
        """A context that speaks TLS 1.3 only; Refusal for files it cannot use."""
        certificate, key = self.files()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = LEAST
        try:
            context.load_cert_chain(certificate, key, password=lambda: "")
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                raise Refusal("tls-mismatch", file=key) from error
            raise Refusal("tls-unreadable", file=key, why=error.reason or "not PEM") from error
        return context


def _validity(path: Path, text: str) -> tuple[datetime, datetime]:
    found = _PEM.search(text)
    if found is None:
        raise Refusal("tls-unreadable", file=path, why="no PEM certificate")
    try:
        return validity(ssl.PEM_cert_to_DER_cert(found[0]))
    except (ValueError, IndexError) as error:
        raise Refusal("tls-unreadable", file=path, why=str(error)) from error


def certificates(path: Path) -> list[str]:
    """The PEM certificates of a file, in order; Refusal if there is none."""
    found = _PEM.findall(_text(path))
    if not found:
        raise Refusal("tls-unreadable", file=path, why="no PEM certificate")
    return [str(one) for one in found]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise Refusal("tls-unreadable", file=path, why=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise Refusal("tls-unreadable", file=path, why="not PEM") from error


def validity(der: bytes) -> tuple[datetime, datetime]:
    """From when to when an X.509 certificate holds good. ValueError if it is none.

    The standard library shows these dates of a peer only, not of a file; RFC 5280, 4.1 does.
    """
    to_be_signed = _only(_only(der, _SEQUENCE), _SEQUENCE)
    fields = [one for one in _elements(to_be_signed) if one[0] != _VERSION]
    dates = [_time(tag, value) for tag, value in _elements(fields[3][1])]
    return dates[0], dates[1]


def _only(der: bytes, tag: int) -> bytes:
    found, value = next(_elements(der), (0, b""))
    if found != tag:
        msg = "not a certificate"
        raise ValueError(msg)
    return value


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of each element of a DER sequence's content."""
    at = 0
    while at < len(der):
        tag, size, at = der[at], der[at + 1], at + 2
        if size & _LONG:
            many = size ^ _LONG
            size, at = int.from_bytes(der[at : at + many], "big"), at + many
        yield tag, der[at : at + size]
        at += size


def _time(tag: int, value: bytes) -> datetime:
    text = value.decode("ascii")
    if tag == _UTC_TIME:  # RFC 5280, 4.1.2.5.1: two digits of the year, 50 and above are 19xx
        text = ("19" if text >= "50" else "20") + text
    elif tag != _GENERALIZED_TIME:
        msg = "not a date"
        raise ValueError(msg)
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
