"""What can go wrong when a witness is set up or started, in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Saying(NamedTuple):
    """What happened and what to do."""

    en: str
    zh_CN: str


WORDS: dict[str, Saying] = {
    "exists": Saying(
        "There is a witness in {path} already. A witness's key is never replaced: use it, or make"
        " another witness in an empty folder.",
        "{path} 中已有见证方。见证方的密钥从不替换：请使用现有的，或在空文件夹中新建。",
    ),
    "bad-name": Saying(
        "{name} cannot be a witness's name. Use something like witness.example/lotbook: no blanks,"
        " no plus sign, at most 255 characters.",
        "{name} 不能作为见证方名称。请使用类似 witness.example/lotbook 的名称：无空格、无加号、"
        "最多 255 个字符。",
    ),
    "no-data": Saying(
        "There is no witness in {path}: its key or its memory is missing. Make one with `init`. If"
        " its memory was lost, do not put an old copy back: make a new witness with a new key.",
        "{path} 中没有完整的见证方：缺少密钥或记忆。请用 `init` 新建。若记忆丢失，请勿放回旧副本："
        "请以新密钥新建见证方。",
    ),
    "bad-logs": Saying(
        "{path} cannot be used: {why}. Give the lines that `lotbook-server keys` prints; those that"
        " begin with `server` name the logs to witness.",
        "无法使用 {path}：{why}。请提供 `lotbook-server keys` 输出的内容；以 `server` 开头的行即为"
        "要见证的日志。",
    ),
    "bad-listen": Saying(
        "{listen} is not an address to listen on. Write HOST:PORT, such as 127.0.0.1:8090.",
        "{listen} 不是可监听的地址。请写作 主机:端口，例如 127.0.0.1:8090。",
    ),
    "port-taken": Saying(
        "Nothing can listen on {listen}: {why}. Choose another port, or stop what uses it.",
        "无法监听 {listen}：{why}。请更换端口，或停止占用它的程序。",
    ),
}
"""Every code there is."""


class Trouble(Exception):
    """The witness cannot be set up or started: a code of WORDS. A person has to act."""

    def __init__(self, code: str, **params: object) -> None:
        """``params`` fill the sentence."""
        self.code, self.params = code, params
        super().__init__(self.words("en"))

    def words(self, language: str) -> str:
        """The sentence in ``en`` or ``zh_CN``."""
        saying = WORDS[self.code]
        return (saying.zh_CN if language == "zh_CN" else saying.en).format(**self.params)
