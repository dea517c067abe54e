"""Frozen bytes of every record kind: read, written, never changed, complete."""

from __future__ import annotations

import subprocess
from pathlib import Path

import msgspec
import pytest

from forms.codec import KINDS, canonical, decode, encode
from forms.entries import Unread
from sync import canonical as canonical_json
from tests.contracts.source import ROOT
from tests.vectors import make

FILES = sorted(make.FOLDER.glob("*.json"))


def test_no_kind_is_without_vectors() -> None:
    assert not make.missing(), "run `python -m tests.vectors.make` and commit what it adds"


def test_every_vector_belongs_to_a_kind() -> None:
    """A kind that once existed must still be read."""
    names = {file.name.rsplit(".", 2)[0] for file in FILES}
    assert names == set(KINDS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_the_bytes_are_read_and_written_the_same(file: Path) -> None:
    data = file.read_bytes()
    body = canonical_json.loads(data)
    kind = str(body.pop("type"))
    entry = decode(kind, body)
    assert not isinstance(entry, Unread)
    assert canonical(entry) == data
    assert canonical_json.dumps({**encode(entry)[1], "type": kind}) == data


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_newer_station_may_send_more(file: Path) -> None:
    """A member this version does not know is no reason to drop the record."""
    body = msgspec.json.decode(file.read_bytes())
    kind = body.pop("type")
    assert decode(kind, {**body, "since_version_9": "x"}) == decode(kind, body)


def test_committed_vectors_are_unchanged() -> None:
    """What git knows of a vector is what the file holds: bytes are only ever added."""
    listed = subprocess.run(
        ["git", "ls-files", "-m", "-d", "--", "tests/vectors/forms"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    assert not listed.stdout.split(), "restore them, and correct the code"
