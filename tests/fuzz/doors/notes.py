"""Doors for signed text: notes, checkpoints, receipts, cosignatures, verifier keys, keys files."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from random import Random

from sync import keyring
from sync.checkpoint import (
    BadNote,
    Checkpoint,
    SignatureLine,
    cosigned_at,
    open_note,
    parse_text,
    sign_note,
    split_note,
)
from sync.keys import BadKey, Verifier
from sync.receipt import open_receipt
from tests.fuzz.doors import samples
from tests.fuzz.doors.inputs import hurt
from tests.fuzz.mutator import Mutator
from tests.fuzz.target import Check, Inputs, Target, same

_SERVER, _STATION = Verifier.of(samples.SERVER), Verifier.of(samples.STATION)
_WORDS = ("\u2014 ".encode(), b"\n\n", b"=\n", b"+", "\n\n\u2014 a+b AAAAAAA=\n".encode(), b"\r\n")


def notes() -> Check:
    """A note that splits is put together again the same; only what was signed opens."""
    signed = {note.decode().rpartition("\n\n")[0] for note in samples.NOTES}

    def check(data: bytes) -> bool:
        # a note that came in JSON may hold what no UTF-8 can
        text = data.decode("utf-8", "surrogateescape" if len(data) % 7 == 0 else "replace")
        try:
            body, lines = split_note(text)
        except BadNote:
            return False
        same("put together", f"{body}\n" + "".join(map(_line, lines)), text)
        for verifier in (_SERVER, _STATION):
            for opened in (open_note, open_receipt, cosigned_at):
                if _opens(opened, text, verifier):
                    same("was signed", body[:-1] in signed, True)
        return True

    return check


def _line(line: SignatureLine) -> str:
    return f"\u2014 {line.name} {b64encode(line.key_id + line.signature).decode()}\n"


def _opens(door: Callable[[str, Verifier], object], text: str, verifier: Verifier) -> bool:
    try:
        door(text, verifier)
    except BadNote:
        return False
    return True


def signed_texts() -> Check:
    """Odd texts that the right key did sign: a checkpoint or receipt read says the same again."""

    def check(data: bytes) -> bool:
        note = data.decode("utf-8", "replace")
        accepted = False
        try:
            receipt = open_receipt(note, _SERVER)
            same("receipt", note.startswith(receipt.text()), True)
            receipt.when()
            accepted = True
        except BadNote:
            pass
        try:
            found = open_note(note, _SERVER)
            same("checkpoint", note.startswith(found.text()), True)
            accepted = True
        except BadNote:
            pass
        return accepted

    return check


def signed_inputs(chance: Random) -> Inputs:
    """The texts of notes hurt, then signed by the server's key: they get past the signature."""
    texts = [note.rpartition(b"\n\n")[0] + b"\n" for note in samples.NOTES]
    make = Mutator(chance, texts, _WORDS)

    def give() -> bytes:
        text = make.next()[:8_000].decode("utf-8", "replace")
        return sign_note(text.rstrip("\n") + "\n", samples.SERVER).encode()

    return give


def checkpoint_texts() -> Check:
    """A text read as a checkpoint begins with that checkpoint's own text."""

    def check(data: bytes) -> bool:
        text = data.decode("utf-8", "replace")
        try:
            found: Checkpoint = parse_text(text)
        except BadNote:
            return False
        same("text again", text.startswith(found.text()), True)
        return True

    return check


def verifier_keys() -> Check:
    """A key's text has one spelling."""

    def check(data: bytes) -> bool:
        text = data.decode("utf-8", "replace")
        try:
            found = Verifier.parse(text)
        except BadKey:
            return False
        same("vkey again", found.vkey, text)
        return True

    return check


def keys_files() -> Check:
    """A keys file read gives keys that are read again."""

    def check(data: bytes) -> bool:
        try:
            ring = keyring.read_keys(data.decode("utf-8", "replace"))
        except keyring.UnusableKeys:
            return False
        held = [(purpose, name, one) for (purpose, name), all_ in ring.keys.items() for one in all_]
        again = keyring.read_keys("\n".join(keyring.line(*one) for one in held))
        same("keys again", again.keys, ring.keys)
        return True

    return check


TARGETS = (
    Target("notes", 60, hurt(samples.NOTES, _WORDS), notes),
    Target("signed-texts", 12, signed_inputs, signed_texts),
    Target(
        "checkpoint-texts",
        50,
        hurt([note.rpartition(b"\n\n")[0] + b"\n" for note in samples.NOTES], _WORDS),
        checkpoint_texts,
    ),
    Target("verifier-keys", 40, hurt(samples.VKEYS, (b"+", b"=", b"AA==")), verifier_keys),
    Target("keys-files", 20, hurt([samples.KEYS_FILE], (b"server", b"person", b"#")), keys_files),
)
