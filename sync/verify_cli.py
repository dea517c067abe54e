"""``lotbook-verify EVIDENCE --keys FILE``: check evidence offline, with public keys alone.

EVIDENCE is an evidence pack, an exported station journal, a copy of a station's database, or an
export of a server. Exit 0: sound, with what is proved and what is not. Exit 1: something is wrong,
and with which record. Exit 2: the input cannot be used (no evidence, no keys, too large).

``lotbook-verify compare A B … --keys FILE`` tells whether a server showed two histories: see
``sync.compare_cli``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from sync import compare_cli, timestamp
from sync.export_folder import NotAnExport
from sync.keyring import Keyring, UnusableKeys, read_keys
from sync.seen import BadMemory, remembered, remembered_in
from sync.verify_input import Outcome, UnusableInput, read_bounded, verify_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.verify_marks import Mark

SOUND, UNSOUND, UNUSABLE = 0, 1, 2
_MOST_KEY_BYTES = 4 * 1024 * 1024
_MOST_NOTE_BYTES = 65_536
_UNUSABLE = {
    "en": "{path}: cannot be used: {why}\nGive an evidence pack (.zip), an exported journal, a"
    " station.db or a server's export, and the keys file printed by `lotbook-server keys`.",
    "zh_CN": "{path}：无法使用：{why}\n请提供证据包（.zip）、导出的工位日志、station.db 或服务器的"
    "导出，以及由 `lotbook-server keys` 输出的密钥文件。",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["compare"]:
        return compare_cli.main(given[1:])
    asked = _parser().parse_args(given)
    progress = _Progress(sys.stderr)
    try:
        outcome = _verified(asked, progress)
    except UnusableInput as problem:
        words = _UNUSABLE[asked.language].format(path=problem.path, why=problem.why)
        _print(words, sys.stderr)
        if asked.json:
            unusable = {"exit": UNUSABLE, "unusable": str(problem.path), "why": problem.why}
            _print(json.dumps(unusable, ensure_ascii=False), sys.stdout)
        return UNUSABLE
    finally:
        progress.end()
    body = json.dumps(outcome.body(), ensure_ascii=False, indent=1) if asked.json else ""
    _print(body or outcome.text(asked.language), sys.stdout)
    return SOUND if outcome.sound else UNSOUND


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lotbook-verify", description="Check Lotbook evidence offline, by public keys."
    )
    parser.add_argument(
        "evidence", type=Path,
        help="an evidence pack (.zip), an exported journal, a station.db or a server's export",
    )  # fmt: skip
    parser.add_argument("--keys", type=Path, required=True, help="public keys you trust")
    parser.add_argument(
        "--seen", action="append", default=[], metavar="NOTE",
        help="what is known from outside: a file with a head, checkpoint or receipt, an older"
        " export, or [ORIGIN=]SIZE:HEX as printed on a label",
    )  # fmt: skip
    parser.add_argument(
        "--tsa", type=Path, default=None, metavar="PEM",
        help="certificate of the authority whose time stamp in a pack you believe",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="write the report as JSON")
    parser.add_argument("--language", choices=("en", "zh_CN"), default="en")
    return parser


def _verified(asked: argparse.Namespace, progress: _Progress) -> Outcome:
    try:
        ring = read_keys(read_bounded(asked.keys, _MOST_KEY_BYTES).decode("utf-8"))
    except (UnusableKeys, UnicodeDecodeError) as error:
        raise UnusableInput(asked.keys, str(error)) from error
    seen = [one for text in asked.seen for one in _memory(text, ring)]
    return verify_path(asked.evidence, ring, seen, progress, _authorities(asked.tsa))


def _authorities(path: Path | None) -> tuple[Any, ...]:
    """The certificates of time stamping authorities; none if no file is given."""
    if path is None:
        return ()
    try:
        return timestamp.authorities(read_bounded(path, _MOST_NOTE_BYTES))
    except timestamp.BadStamp as error:
        raise UnusableInput(path, str(error)) from error
    except timestamp.NoLibrary as error:
        raise UnusableInput(path, "install lotbook[timestamps] to check time stamps") from error


def _memory(text: str, ring: Keyring) -> list[tuple[str, Mark]]:
    """What is remembered outside: a note in a file, an older export, or the mark itself."""
    path = Path(text)
    try:
        if path.is_dir():
            return list(remembered_in(path, ring))
        written = read_bounded(path, _MOST_NOTE_BYTES).decode() if path.is_file() else text
        return [remembered(written, ring)]
    except (BadMemory, NotAnExport, UnicodeDecodeError) as error:
        raise UnusableInput(path, str(error)) from error


class _Progress:
    """How many records were read, on one line of a terminal; silent anywhere else."""

    def __init__(self, to: TextIO) -> None:
        self._to, self._shown = to, False

    def __call__(self, count: int) -> None:
        if self._to.isatty():
            self._to.write(f"\r{count:,}")
            self._to.flush()
            self._shown = True

    def end(self) -> None:
        if self._shown:
            self._to.write("\r\033[K")


def _print(text: str, to: TextIO) -> None:
    """Write for a person or a program; nothing from a pack may steer the terminal."""
    safe = "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
    to.write(f"{safe}\n")


if __name__ == "__main__":  # pragma: no cover
    sys.exit(main())
