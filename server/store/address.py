"""The address of a database as it may be shown and kept: never with a password."""

from __future__ import annotations

from urllib.parse import urlsplit


def told(address: str) -> str:
    """Scheme, role, hosts and name; the rest may hold a password. ``?`` for what is no address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "?"
    if not parts.scheme:
        return address
    role, at, hosts = parts.netloc.rpartition("@")
    bare = parts._replace(netloc=role.partition(":")[0] + at + hosts, query="", fragment="")
    return f"{parts.scheme}://{bare.netloc}{bare.path}"
