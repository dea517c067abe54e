"""``lotbook-verify PACK --keys FILE``: check an evidence pack offline, with public keys alone.

Exit 0: sound, with what is proved and what is not. Exit 1: something is wrong, and with which
record. Exit 2: the input cannot be used (no pack, no keys, too large).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sync import container
from sync.keyring import UnusableKeys, read_keys
from sync.verify import NotAPack, Report, verify
from sync.verify_words import not_proved, proved, say

if TYPE_CHECKING:
    from collections.abc import Sequence

SOUND, UNSOUND, UNUSABLE = 0, 1, 2
_MOST_KEY_BYTES = 4 * 1024 * 1024
_UNUSABLE = {
    "en": "{path}: cannot be used: {why}\nGive an evidence pack (.zip) of Lotbook and the keys"
    " file printed by `lotbook-server keys`.",
    "zh_CN": "{path}：无法使用：{why}\n请提供 Lotbook 证据包（.zip）以及由 `lotbook-server keys`"
    " 输出的密钥文件。",
}


class _Unusable(Exception):
    """An input that cannot be used: which file, and why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(why)
        self.path, self.why = path, why


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        report = _verified(asked.pack, asked.keys)
    except _Unusable as problem:
        words = _UNUSABLE[asked.language].format(path=problem.path, why=problem.why)
        _print(words, sys.stderr)
        if asked.json:
            unusable = {"exit": UNUSABLE, "unusable": str(problem.path), "why": problem.why}
            _print(json.dumps(unusable, ensure_ascii=False), sys.stdout)
        return UNUSABLE
    _print(_as_json(report) if asked.json else _as_text(report, asked.language), sys.stdout)
    return SOUND if report.sound else UNSOUND


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lotbook-verify", description="Check a Lotbook evidence pack offline, by public keys."
    )
    parser.add_argument("pack", type=Path, help="the evidence pack (.zip)")
    parser.add_argument("--keys", type=Path, required=True, help="public keys you trust")
    parser.add_argument("--json", action="store_true", help="write the report as JSON")
    parser.add_argument("--language", choices=("en", "zh_CN"), default="en")
    return parser


def _verified(pack: Path, keys: Path) -> Report:
    try:
        ring = read_keys(_read(keys, _MOST_KEY_BYTES).decode("utf-8"))
    except (UnusableKeys, UnicodeDecodeError) as error:
        raise _Unusable(keys, str(error)) from error
    try:
        return verify(_read(pack, container.MOST_BYTES * 2), ring)
    except NotAPack as error:
        raise _Unusable(pack, str(error)) from error


def _read(path: Path, most: int) -> bytes:
    """The file's bytes, at most ``most``: it is never read further than that."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise _Unusable(path, error.strerror or str(error)) from error
    if len(data) > most:
        raise _Unusable(path, f"larger than {most} bytes")
    return data


def _as_text(report: Report, language: str) -> str:
    if not report.sound:
        lines = [say("unsound", language, count=len(report.findings))]
        return "\n".join(lines + [f"  x {one.words(language)}" for one in report.findings])
    lines = [say("sound", language, job=report.job, lot=report.lot), say("proved", language)]
    lines += [f"  + {line}" for line in proved(report, language)]
    lines += [say("not-proved", language)]
    return "\n".join(lines + [f"  - {line}" for line in not_proved(report, language)])


def _as_json(report: Report) -> str:
    findings = [
        {
            "code": one.code,
            "member": one.member,
            "origin": one.origin,
            "index": one.index,
            "kind": one.kind,
            "who": one.who,
            "params": one.params,
            "words": one.words("en"),
        }
        for one in report.findings
    ]
    body = {
        "exit": SOUND if report.sound else UNSOUND,
        "job": report.job,
        "lot": report.lot,
        "findings": findings,
        "records": report.records,
        "signatures": report.signatures,
        "releases": report.releases,
        "attachments": report.attachments,
        "checkpoint": report.checkpoint,
        "witnesses": list(report.witnesses),
        "proved": proved(report, "en") if report.sound else [],
        "not_proved": not_proved(report, "en"),
    }
    return json.dumps(body, ensure_ascii=False, indent=1)


def _print(text: str, to: TextIO) -> None:
    """Write for a person or a program; nothing from a pack may steer the terminal."""
    safe = "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
    to.write(f"{safe}\n")


if __name__ == "__main__":  # pragma: no cover
    sys.exit(main())
