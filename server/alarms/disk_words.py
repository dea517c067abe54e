"""How the server's disk is, in words: for the console, and for whoever asks ``/healthz``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.terms import Text

if TYPE_CHECKING:
    from server.alarms.disk import Standing

WORDS: dict[str, Text] = {
    "well": Text(en="The disk has room.", zh_CN="磁盘空间充足。"),
    "low": Text(
        en="The disk is nearly full. Free space before it refuses new records.",
        zh_CN="磁盘即将写满。请在其拒收新记录之前清理空间。",
    ),
    "full": Text(
        en="The disk is FULL: new records are refused, stations keep theirs. Free space.",
        zh_CN="磁盘已满：拒收新记录，各终端保留其记录。请清理空间。",
    ),
    "refusing": Text(
        en="The disk takes NO writes: nothing new is stored. Replace the server's disk.",
        zh_CN="磁盘拒绝写入：不存储任何新内容。请更换服务器磁盘。",
    ),
}
FREE = Text(en="Free: {mib} MiB.", zh_CN="剩余 {mib} MiB。")
_MIB = 1024 * 1024


def told(disk: Standing, language: str) -> dict[str, str | int | None]:
    """State, bytes free (None if nobody keeps an eye on it) and both in words."""
    words = [WORDS[disk.state].in_language(language)]
    if disk.free is not None:
        words.append(FREE.in_language(language).format(mib=disk.free // _MIB))
    message = ("" if language == "zh_CN" else " ").join(words)
    return {"state": disk.state, "free_bytes": disk.free, "message": message}
