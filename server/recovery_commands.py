"""``lotbook-server recovery``: what a server put back from a backup lacks, and going on without."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from server.commands import remote

if TYPE_CHECKING:
    import argparse

    from server.folder import DataFolder

WORDS = {
    "none": ("The server is not in recovery.", "服务器未处于恢复状态。"),
    "signed": ("signed before: {size}", "此前已签署：{size}"),
    "kept": ("kept: {size}", "现有：{size}"),
    "not_called": ("has not called: {name}", "尚未联系：{name}"),
    "awaited": (
        "records awaited of {name}: {kept} of {said} are here",
        "等待 {name} 的记录：{said} 条中现有 {kept} 条",
    ),
    "first": ("signed by {name}: {reason}", "{name} 已签署：{reason}"),
    "second": (
        "A second, different person must sign too (administrator and quality).",
        "还须由另一人签署（管理员与质量人员各一名）。",
    ),
    "done": (
        "The log goes on. Close the alarm when what is missing has been dealt with.",
        "日志已继续。缺失内容处理完毕后请关闭报警。",
    ),
}


def show(given: argparse.Namespace, _folder: DataFolder | None) -> int:
    """What there is to decide on."""
    _tell(remote(given).call("GET", "/api/recovery"), given.language)
    return 0


def go_on(given: argparse.Namespace, _folder: DataFolder | None) -> int:
    """One person's decision to go on with the log as it is."""
    found = remote(given).act("/api/recovery/decision", reason=given.reason)
    if found["recovery"]:
        _tell(found, given.language)
        _say("second", given.language)
    else:
        _say("done", given.language)
    return 0


def _tell(found: dict[str, Any], language: str) -> None:
    if not found["recovery"]:
        _say("none", language)
        return
    facts = found["facts"]
    for name in ("signed", "kept"):
        _say(name, language, size=facts[name]["size"])
    for name in facts["not_called"]:
        _say("not_called", language, name=name)
    for name, counts in facts["awaited"].items():
        _say("awaited", language, name=name, **counts)
    if found["first"]:
        _say("first", language, name=found["first"], reason=found["reason"])


def _say(code: str, language: str, **params: object) -> None:
    sys.stdout.write(WORDS[code][language == "zh_CN"].format(**params) + "\n")
