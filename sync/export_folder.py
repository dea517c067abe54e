"""A folder of plain files that leaves the house: written in a stream, its manifest last.

``manifest.json`` names the format and every file with its SHA-256 and size. A folder without one
was never finished, and counts for nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from sync import canonical
from sync.lines import LineFile

MANIFEST, README = "manifest.json", "README.txt"
MOST_MANIFEST_BYTES = 16 * 1024 * 1024
_PIECE = 1 << 20


class NotAnExport(ValueError):
    """The folder is no finished export of this format; the text says why."""


class FolderWriter:
    """Writes the files of one export; every file is durable before the manifest names it."""

    def __init__(self, folder: Path, sync: Callable[[int], None] = os.fsync) -> None:
        """Into ``folder``, which is made. Raises FileExistsError unless it is new or empty.

        ``sync`` makes an open file durable.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileExistsError(17, "the folder is not empty", str(folder))
        self.folder, self._sync = folder, sync
        self._files: dict[str, dict[str, Any]] = {}

    @contextmanager
    def file(self, name: str) -> Iterator[LineFile]:
        """A file of the export, listed and durable when the block ends."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as handle:
            file = LineFile(handle)
            yield file
            handle.flush()
            self._sync(handle.fileno())
        self._files[name] = {"sha256": file.sha256, "size": file.size}

    def put(self, name: str, data: bytes) -> None:
        """A small file, whole."""
        with self.file(name) as file:
            file.write(data)

    def lines(self, name: str, records: Iterable[bytes]) -> int:
        """A file of lines; how many."""
        count = 0
        with self.file(name) as file:
            for data in records:
                file.add(data)
                count += 1
        return count

    def finish(self, facts: Mapping[str, object]) -> bytes:
        """Write the manifest: ``facts`` (with ``format``) and the files; its bytes."""
        data = canonical.dumps({**facts, "files": self._files})
        files = dict(self._files)
        self.put(MANIFEST, data)
        self._files = files
        return data


class FolderReader:
    """An export as it was found: the manifest, and what of the files is not as it says."""

    def __init__(self, folder: Path, form: str) -> None:
        """Read the manifest of ``folder``. Raises NotAnExport unless it is of format ``form``."""
        self.folder = folder
        self.data = _read(folder / MANIFEST)
        try:
            self.facts = canonical.loads(self.data, MOST_MANIFEST_BYTES)
        except ValueError as error:
            raise NotAnExport(f"{MANIFEST}: {error}") from error
        files = self.facts.get("files")
        if self.facts.get("format") != form or not isinstance(files, dict):
            raise NotAnExport(f"{MANIFEST} is not of the format {form}")
        self.files: dict[str, Any] = files

    def has(self, name: str) -> bool:
        """Whether the manifest lists the file and it is there."""
        return name in self.files and (self.folder / name).is_file()

    def small(self, name: str) -> bytes:
        """The bytes of a small file; empty if it is not there."""
        return _bytes(self.folder / name) if self.has(name) else b""

    def damage(self) -> Iterator[tuple[str, str]]:
        """Files that are ``missing``, ``changed`` or named outside the folder: (code, name)."""
        for name, facts in sorted(self.files.items()):
            path = self.folder / name
            if not _inside(name):
                yield "foreign", name
            elif not path.is_file():
                yield "missing", name
            elif not isinstance(facts, dict) or _digest(path) != facts:
                yield "changed", name


def format_of(folder: Path) -> str:
    """The format the folder's manifest names. Raises NotAnExport."""
    try:
        facts = canonical.loads(_read(folder / MANIFEST), MOST_MANIFEST_BYTES)
    except ValueError as error:
        raise NotAnExport(f"{MANIFEST}: {error}") from error
    return str(facts.get("format", ""))


def _inside(name: str) -> bool:
    parts = name.split("/")
    return "\\" not in name and ":" not in name and not {"", ".", ".."} & set(parts)


def _read(path: Path) -> bytes:
    try:
        return _bytes(path)
    except OSError as error:
        raise NotAnExport(f"{path.name}: {error.strerror or error}") from error


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_MANIFEST_BYTES)


def _digest(path: Path) -> dict[str, object]:
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return {"sha256": digest.hexdigest(), "size": size}
