"""``lotbook-terminal parse-code``: what codes say, one JSON line for each line of text."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO

from forms.identifiers import Identified, parse
from forms.identifiers.report import report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_LINE = 65_536
"""Bytes of a line: a code of the longest kind with every character escaped, and then some."""


def run(files: Sequence[Path], aim: str) -> int:
    """Parse the files' lines, or standard input's if there is no file.

    0 if every code was accepted, 1 if one has a finding, 2 if a file cannot be read.
    """
    refused = 0
    try:
        for number, line in enumerate(_lines(files), 1):
            said = _said(line, aim)
            refused = 1 if said.findings else refused
            plain = {"line": number, **report(said)}
            _write(json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n")
    except OSError as error:
        sys.stderr.write(f"{error.filename or 'input'}: {error.strerror}\n")
        return 2
    return refused


def _write(line: str) -> None:
    """In UTF-8 whatever the console's code page, and at once: who asks may be waiting."""
    sys.stdout.buffer.write(line.encode("utf-8"))
    sys.stdout.buffer.flush()


def _lines(files: Sequence[Path]) -> Iterator[bytes]:
    """Lines of all files, numbered on from file to file; no more of a long one than is allowed."""
    if not files:
        yield from _of(sys.stdin.buffer)
    for each in files:
        with ExitStack() as stack:
            yield from _of(stack.enter_context(each.open("rb")))


def _of(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(MAX_LINE + 1):
        yield line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE + 1)


def _said(line: bytes, aim: str) -> Identified:
    if len(line) > MAX_LINE:
        return Identified(findings=("too-long",), aim=aim)
    raw = line.removesuffix(b"\n").removesuffix(b"\r")
    return parse(_unquoted(raw), aim)


def _unquoted(raw: bytes) -> bytes:
    """The bytes meant by a JSON string; other text means itself."""
    if not (raw.startswith(b'"') and raw.endswith(b'"')):
        return raw
    try:
        text = json.loads(raw)
    except ValueError:
        return raw
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else raw
