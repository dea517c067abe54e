"""The console's words about going on without what nobody gave back, in both languages."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "go_on": ("Go on without what is missing", "在缺失内容无法找回的情况下继续"),
    "go_on_help": (
        (
            "Only when no station will give back what this server signed. Two persons sign, "
            "administrator and quality. The log then goes on under another name, and every "
            "station, witness and evidence pack is told so; nothing missing is called whole. "
            "Records that stations hold are sent again by themselves."
        ),
        (
            "仅当没有任何工位能补送本服务器曾签署的内容时使用。须由管理员与质量人员两人签署。此后日志以新名称继续，"
            "并告知各工位、见证方及证据包；缺失的内容不会被称为完整。各工位所持记录会自动重新发送。"
        ),
    ),
    "go_on_asked": (
        "The stations above are still asked: five minutes after the first call.",
        "仍在询问上述工位终端：自首次联系起五分钟。",
    ),
    "go_on_name": ("The log's name from then on", "此后日志的名称"),
    "go_on_lost": ("Leaves signed for that are not here", "已签署但此处没有的叶节点"),
    "go_on_records": ("Records awaited", "等待补送的记录"),
    "go_on_here": ("here", "现有"),
    "go_on_said": ("said by the station", "工位所述"),
    "go_on_first": ("Signed already by", "已签署"),
    "go_on_sign": ("Sign: go on", "签署：继续"),
    "go_on_second": ("Sign as the second person: go on", "作为第二人签署：继续"),
}
"""Merged into :func:`server.console.texts.texts`."""
