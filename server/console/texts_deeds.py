"""What was done by a route, as a reader of the audit trail is told, in both languages."""

from __future__ import annotations

_DEEDS: tuple[tuple[str, str, str], ...] = (
    ("sign-in", "signed in", "登录"),
    ("/api/sessions", "signed in", "登录"),
    ("batch-record.pdf", "exported the batch record", "导出批生产记录"),
    ("evidence-sets/{number}/document", "exported frozen evidence", "导出冻结的证据"),
    ("evidence-sets/{number}/evidence.zip", "exported frozen evidence", "导出冻结的证据"),
    ("/evidence-sets", "read the frozen evidence", "查看冻结的证据"),
    ("evidence.zip", "exported the evidence pack", "导出证据包"),
    ("/concession", "read what a concession signs", "查看让步接收的内容"),
    ("/release", "read the release decision", "查看放行决定"),
    ("/readiness", "read the release decision", "查看放行决定"),
    ("/records", "read the records", "查看记录"),
    ("/jobs/{job}", "read the batch record", "查看批生产记录"),
    ("/jobs", "read the list of job orders", "查看工单列表"),
    ("/lots", "read the list of lots", "查看批次列表"),
    ("/lot", "read a lot", "查看批次"),
    ("/trace", "traced a lot", "追溯批次"),
    ("look-back", "read what an instrument measured", "查看仪器读数追溯"),
    ("/deviations", "read the deviations", "查看偏差"),
    ("asset-form", "opened the form of an instrument", "打开仪器表单"),
    ("assets", "read the instruments", "查看仪器"),
    ("/holds", "read the holds", "查看冻结"),
    ("/account", "read the own account", "查看本人账户"),
    ("/me", "read the own account", "查看本人账户"),
    ("/checkpoint", "read the newest checkpoint", "查看最新检查点"),
    ("/doctor", "asked how the server is", "查看服务器诊断"),
    ("/scrub", "asked how stored data was read again", "查看已存储数据的复读"),
    ("/recovery", "read how the recovery stands", "查看恢复情况"),
    ("-parameters", "read the site parameters", "查看工厂参数"),
    ("/trail", "read the audit trail", "查看审计追踪"),
    ("/work-masters", "read the work masters", "查看工艺规程"),
    ("/hold-rules", "read the rules about holds", "查看冻结规则"),
    ("/late-uses", "read the work on lots on hold", "查看冻结期间的作业"),
    ("/recalls", "read a recall", "查看召回"),
    ("/drills", "read a recall drill", "查看模拟召回"),
    ("/attachments", "looked at a file", "查看附件"),
    ("/status", "read the status", "查看状态"),
    ("/consistency", "exported a consistency proof", "导出一致性证明"),
    ("/breaks", "read the continuity breaks", "查看连续性中断"),
    ("/branches", "read a second history", "查看另一份历史"),
    ("/places", "read the places", "查看场所"),
    ("/parameters", "read the site parameters", "查看工厂参数"),
    ("/stations/{station}", "read how a station stands", "查看终端情况"),
    ("/stations", "read the stations", "查看工位终端"),
    ("/audit", "read the audit trail", "查看审计追踪"),
    ("/keys", "read the public keys", "查看公钥"),
    ("/alarms", "read the alarms", "查看报警"),
    ("/people.csv", "exported the list of people", "导出人员名单"),
    ("/people/{person}", "read how a person stands", "查看人员情况"),
    ("/rights", "read the table of rights", "查看权限表"),
    ("/people", "read the list of people", "查看人员列表"),
    ("export", "exported", "导出"),
)
"""What a route means to a reader of the audit trail; the first that is part of it counts."""


def deed(route: str, language: str) -> str:
    """What somebody did by a route, in words; empty for a route without words."""
    for part, english, chinese in _DEEDS:
        if part in route:
            return chinese if language == "zh_CN" else english
    return ""
