"""``identity.toml`` in the data folder: the plant's identity provider (OpenID Connect).

.. code-block:: toml

    [provider]
    name = "Plant account"                       # on the button of the sign-in page
    issuer = "https://id.plant.example"          # exactly as the provider says it
    client_id = "lotbook"
    client_secret_file = "identity.secret"       # mode 0600; left out: a public client
    address = "https://lotbook.plant.example"    # how browsers reach this server
    second_factor = ["mfa", "otp", "hwk"]        # `amr` or `acr` that stand for a second factor
    skew_seconds = 60                            # how far its clock may be from ours

The client's secret stands in no other file, no log, no leaf and no backup.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import msgspec

from server.words import Refusal

if TYPE_CHECKING:
    from pathlib import Path

FILE = "identity.toml"
CALLBACK = "/console/sign-in/identity/callback"
MOST_SECRET = 1_000
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    issuer: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    address: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "Plant account"
    client_secret_file: Annotated[str, msgspec.Meta(max_length=500)] = ""
    second_factor: Annotated[tuple[str, ...], msgspec.Meta(max_length=20)] = ()
    skew_seconds: Annotated[int, msgspec.Meta(ge=0, le=300)] = 60


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    provider: _Line


@dataclass(frozen=True)
class Provider:
    """Who is asked, as whom, and what of its answers counts."""

    name: str
    issuer: str
    client_id: str
    redirect: str
    """Where it sends the browser back to."""
    second_factor: frozenset[str]
    skew_s: int
    client_secret: str = field(default="", repr=False)


def read_provider(path: Path) -> Provider | None:
    """The provider of a file; None if there is no file.

    Refusal ``bad-identity``, never quoting; ``oidc-missing`` where nothing can check its tokens.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("bad-identity", path=path, why=error) from error
    try:
        line = msgspec.convert(tomllib.loads(text), _File).provider
    except (ValueError, RecursionError) as error:  # others are ValueErrors
        raise Refusal("bad-identity", path=path, why=error) from error
    if find_spec("joserfc") is None:
        raise Refusal("oidc-missing", path=path)
    for key in ("issuer", "address"):
        if not safe_url(getattr(line, key)):
            why = f"{key}: an https address is needed, without query or fragment"
            raise Refusal("bad-identity", path=path, why=why)
    return Provider(
        name=line.name,
        issuer=line.issuer,
        client_id=line.client_id,
        redirect=f"{line.address.rstrip('/')}{CALLBACK}",
        second_factor=frozenset(line.second_factor),
        skew_s=line.skew_seconds,
        client_secret=_secret(path, line.client_secret_file),
    )


def safe_url(url: str) -> bool:
    """Whether an address may be asked: https, or this very machine; nothing hidden in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = parts.scheme == "http" and host in _LOOPBACK
    hidden = parts.username or parts.password or parts.fragment or "?" in url
    return bool(host) and (parts.scheme == "https" or plain) and not hidden and url.isprintable()


def _secret(path: Path, name: str) -> str:
    """The client's secret; empty for a public client. Refusal if the file is not its owner's."""
    if not name:
        return ""
    file = path.parent / name
    try:
        if file.stat().st_mode & 0o077:
            why = f"client_secret_file: others may read {name}: chmod 600 {name}"
            raise Refusal("bad-identity", path=path, why=why)
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = f"client_secret_file: {name} cannot be read"
        raise Refusal("bad-identity", path=path, why=why) from error
    if not 1 <= len(text) <= MOST_SECRET or not text.isprintable():
        raise Refusal("bad-identity", path=path, why=f"client_secret_file: {name} holds no secret")
    return text
