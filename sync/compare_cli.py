"""``lotbook-verify compare A B … --keys FILE``: did the server show everybody one history?

Each input is an evidence pack, a checkpoint's note, or a checkpoint with a consistency proof (the
text of C2SP ``add-checkpoint``), as ``--proof`` takes it too. Exit 0: one history. Exit 1: two,
both signed by the server, named with sizes and roots. Exit 2: an input cannot be used. Exit 3: it
cannot be said without a consistency proof.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from sync import container, packfile
from sync.checkpoint import BadNote, Checkpoint, parse_text, split_note
from sync.compare import Comparison, Outcome, Proof, Shown, compare, learn
from sync.compare_words import say
from sync.keyring import Keyring, UnusableKeys, read_keys
from sync.merkle import leaf_hash
from sync.tlog_witness import read_request
from sync.verify_records import Case, check_checkpoint

ONE, SPLIT, UNUSABLE, UNDECIDED = 0, 1, 2, 3
MOST_INPUTS = 64
_MOST_KEY_BYTES = 4 * 1024 * 1024


class Unusable(Exception):
    """An input that says nothing: which file, and why."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="lotbook-verify compare", description="Did the server show everybody one history?"
    )
    top.add_argument("shown", type=Path, nargs="+", help="evidence packs or checkpoints (two on)")
    top.add_argument("--keys", type=Path, required=True, help="public keys you trust")
    top.add_argument(
        "--proof", type=Path, action="append", default=[], help="from `lotbook-server proof`"
    )
    top.add_argument("--language", choices=("en", "zh_CN"), default="en")
    return top


def main(arguments: Sequence[str]) -> int:
    """Run the comparison; the exit code."""
    asked = parser().parse_args(arguments)
    if not 1 < len(asked.shown) <= MOST_INPUTS:
        _print(say("count", asked.language, most=MOST_INPUTS), sys.stderr)
        return UNUSABLE
    try:
        ring = _keys(asked.keys)
        shown = [_shown(path, ring) for path in asked.shown]
        proofs = [_proof(path) for path in (*asked.proof, *asked.shown)]
    except Unusable as problem:
        _print(say("unusable", asked.language, why=problem), sys.stderr)
        return UNUSABLE
    found = compare(shown, [proof for proof in proofs if proof is not None])
    for one in found:
        _print(_told(one, asked.language), sys.stdout)
    return _exit(found)


def _exit(found: Sequence[Comparison]) -> int:
    outcomes = {one.outcome for one in found}
    if Outcome.SPLIT in outcomes:
        return SPLIT
    return UNDECIDED if outcomes & {Outcome.UNDECIDED, Outcome.OTHER_LOG} else ONE


def _told(found: Comparison, language: str) -> str:
    lines = [say(found.outcome.value, language)]
    for one in (found.first, found.second):
        head, names = one.checkpoint, ", ".join(one.witnesses) or "-"
        facts = {"name": one.name, "origin": head.origin, "size": head.size}
        lines.append(say("shown", language, **facts, root=head.root.hex(), witnesses=names))
    if found.outcome is Outcome.UNDECIDED:
        first, second = found.first.checkpoint.size, found.second.checkpoint.size
        lines.append(say("how", language, first=first, second=second))
    return "\n".join(lines)


def _keys(path: Path) -> Keyring:
    try:
        return read_keys(_read(path, _MOST_KEY_BYTES).decode())
    except (UnusableKeys, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: {error}") from error


def _shown(path: Path, ring: Keyring) -> Shown:
    """The checkpoint in a file, signed by a server key of the keys file."""
    data = _read(path, container.MOST_BYTES * 2)
    if container.looks_like(data):
        members = container.read(data).members
    else:
        members = {packfile.CHECKPOINT: _note(data)}
    case = Case(members, ring)
    check_checkpoint(case)
    if case.checkpoint is None:
        raise Unusable(f"{path}: {case.findings[0].words('en')}")
    shown = Shown(str(path), case.checkpoint, tuple(sorted(set(case.witnesses))))
    _learn(shown, members)
    return shown


def _note(data: bytes) -> bytes:
    """The note of a checkpoint, with or without a proof before it."""
    if not data.startswith(b"old "):
        return data
    try:
        return read_request(data).note.encode()
    except BadNote:
        return b""


def _learn(shown: Shown, members: dict[str, bytes]) -> None:
    """Every complete subtree that the pack's own paths prove."""
    try:
        paths = packfile.read_paths(members.get(packfile.LEAF_PATHS, b""))
    except ValueError:
        return  # no paths, nothing learnt: `lotbook-verify PACK` says what is wrong with them
    for position, path in paths.items():
        data = members.get(packfile.leaf_name(position))
        if data is not None:
            learn(shown.nodes, shown.checkpoint, leaf_hash(data), position, path)


def _proof(path: Path) -> Proof | None:
    """The proof a file carries; None for a pack or a bare checkpoint."""
    data = _read(path, container.MOST_BYTES * 2)
    if not data.startswith(b"old "):
        return None
    try:
        asked = read_request(data)
        size = _checkpoint(asked.note).size
    except BadNote as error:
        raise Unusable(f"{path}: {error}") from error
    return Proof(asked.old, size, asked.proof)


def _checkpoint(note: str) -> Checkpoint:
    return parse_text(split_note(note)[0])


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from error
    if len(data) > most:
        raise Unusable(f"{path}: larger than {most} bytes")
    return data


def _print(text: str, to: TextIO) -> None:
    """Write; nothing from an input may steer the terminal."""
    safe = "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
    to.write(f"{safe}\n")
