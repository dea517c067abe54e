"""What the server refuses of questions where lots went and came from."""

from __future__ import annotations

from server.sayings import Saying, say

TRACE: dict[str, Saying] = {
    "genealogy-building": say(
        503,
        "The genealogy is being built, {percent} %.",
        "谱系正在建立，已完成 {percent}%。",
        "Ask again in {seconds} seconds. It is kept on the disk, so that the next start is short.",
        "请在 {seconds} 秒后再试。建立后会保存在磁盘上，下次启动即很快。",
    ),
}
