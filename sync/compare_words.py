"""What ``lotbook-verify compare`` says, in two languages."""

from __future__ import annotations

from typing import NamedTuple


class Saying(NamedTuple):
    """One sentence."""

    en: str
    zh_CN: str


_SAYINGS: dict[str, Saying] = {
    "same": Saying(
        "ONE HISTORY - both show the same state of the log:", "同一历史 - 两者所示日志状态相同："
    ),
    "consistent": Saying(
        "ONE HISTORY - proved: the second continues the first:",
        "同一历史 - 已证明：后者是前者的延续：",
    ),
    "split": Saying(
        "TWO HISTORIES - the server's key signed both, and they cannot both be true:",
        "两种历史 - 均由服务器密钥签名，且不可能同时为真：",
    ),
    "undecided": Saying(
        "CANNOT BE COMPARED without a consistency proof:", "缺少一致性证明，无法比较："
    ),
    "other-log": Saying(
        "CANNOT BE COMPARED: they are of different logs:", "无法比较：分属不同日志："
    ),
    "shown": Saying(
        "  {name}: {origin} size {size} root {root}; cosigned by: {witnesses}",
        "  {name}：{origin} 大小 {size} 根 {root}；联合签名：{witnesses}",
    ),
    "how": Saying(
        "  Ask the server's administrator for `lotbook-server proof {first} {second}` and give it"
        " with --proof.",
        "  请向服务器管理员索取 `lotbook-server proof {first} {second}` 的输出，"
        "并用 --proof 提供。",
    ),
    "count": Saying(
        "give two to {most} packs or checkpoints", "请提供 2 至 {most} 个证据包或检查点"
    ),
    "unusable": Saying("cannot be used: {why}", "无法使用：{why}"),
}


def say(code: str, language: str, **params: object) -> str:
    """One sentence, in ``en`` or ``zh_CN``."""
    saying = _SAYINGS[code]
    return (saying.zh_CN if language == "zh_CN" else saying.en).format(**params)
