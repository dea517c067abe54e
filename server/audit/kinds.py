"""The inventory of the audit trail: every kind of event, what it means, and where it is raised.

No setting turns any of it off. A statement of a kind that is not here, a route or a command that
leaves no leaf fails a test (``tests/server/test_inventory.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from forms.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Sort = Literal[
    "create", "modify", "sign", "read", "session", "failure", "clock", "configuration", "alarm",
    "evidence",
]  # fmt: skip
"""What an event is, for filters: reads are exports and prints too."""
CHANGES: Final = frozenset({"create", "modify", "sign"})
"""What a review of changes looks at."""
FAILURES: Final = frozenset({"failure", "alarm", "clock"})
"""What a review of failures looks at."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of event."""

    what: Text
    sort: Sort
    raised: str
    """Module that states it."""
    subject: str = ""
    """What it is about, as a template over the body; the newest before it holds the old values."""

    def about(self, body: Mapping[str, Any]) -> str:
        """The subject of an event of that kind; empty where it has none."""
        try:
            return self.subject.format_map(body)
        except KeyError:
            return ""


def _kind(en: str, zh: str, sort: Sort, raised: str, subject: str = "") -> Kind:
    return Kind(Text(en=en, zh_CN=zh), sort, raised, subject)


_P, _M, _Q, _I = "server.people.", "server.masters.", "server.quality.", "server.ingest."
_PROGRAM, _SPOOL = "server.audit.program", "server.audit.spool"

KINDS: dict[str, Kind] = {
    "server.founded": _kind("server founded", "服务器建立", "configuration", "server.founding"),
    "server.started": _kind(
        "server started", "服务器启动", "configuration", _PROGRAM, "server"),
    "server.stopped": _kind("server stopped", "服务器停止", "configuration", _PROGRAM),
    "server.clock-step": _kind(
        "the server's clock was set", "服务器时钟被调整", "clock", _PROGRAM),
    "command.run": _kind(
        "command at the server's machine", "在服务器上执行命令", "configuration",
        _PROGRAM),
    "site.parameters": _kind(
        "site parameters", "工厂参数", "modify", "server.quality.parameters", "site"),
    "person.enrolled": _kind(
        "person enrolled", "人员注册", "create", _P + "enrolment", "person:{id}"),
    "person.changed": _kind(
        "person changed", "人员变更", "modify", _P + "enrolment", "person:{id}"),
    "person.rekeyed": _kind(
        "new key for a person", "人员新密钥", "modify", _P + "enrolment", "person:{id}"),
    "person.granted": _kind(
        "classes granted at a place", "授予场所职责", "modify", _P + "grants", "person:{id}"),
    "work_center.defined": _kind(
        "work center placed", "工作中心归属", "modify", _P + "grants", "work-center:{id}"),
    "history.imported": _kind(
        "history imported", "历史数据导入", "create", "server.ingest.history"),
    "person.unlocked": _kind("badge unlocked", "工牌解锁", "modify", _P + "lockout"),
    "material.defined": _kind(
        "material defined", "物料定义", "modify", _M + "catalogue", "material:{item}"),
    "supplier.defined": _kind(
        "supplier defined", "供应商定义", "modify", _M + "catalogue", "supplier:{id}"),
    "asset.defined": _kind(
        "instrument defined", "仪器定义", "modify", _M + "catalogue", "asset:{id}"),
    "asset.calibrated": _kind(
        "calibration entered", "校准录入", "create", _M + "calibrations", "calibration:{asset}"),
    "metrology.asked": _kind(
        "what is asked of instruments", "对仪器的要求", "modify", _M + "calibrations", "metrology"),
    "deviation.opened": _kind(
        "deviation opened", "偏差开启", "create", "server.trace.deviations"),
    "deviation.closed": _kind(
        "deviation closed", "偏差关闭", "sign", "server.trace.deviations"),
    "lot.received": _kind(
        "lot received", "批次收货", "create", _M + "catalogue", "lot:{item}/{lot}"),
    "lot.status": _kind(
        "lot's status", "批次状态", "modify", _M + "catalogue", "lot:{item}/{lot}"),
    "lot.frozen": _kind("lot held by the server", "服务器冻结批次", "modify", _Q + "forks"),
    "lot.thawed": _kind("server's hold lifted", "解除服务器冻结", "sign", _Q + "readiness"),
    "station.planned": _kind("station planned", "终端计划", "create", "server.founding"),
    "station.requested": _kind(
        "station asks for enrolment", "终端申请注册", "create", _P + "stations",
        "station:{id}/{epoch}"),
    "station.approved": _kind("station approved by one", "终端一人批准", "sign", _P + "stations"),
    "station.enrolled": _kind("station enrolled", "终端注册", "modify", _P + "stations"),
    "station.rotated": _kind("station's key changed", "终端密钥更换", "modify", _P + "rotations"),
    "station.revoked": _kind("station revoked", "终端吊销", "sign", _P + "stations"),
    "master.proposed": _kind(
        "work master proposed", "工艺规程提交", "create", _M + "orders", "master:{id}"),
    "master.checked": _kind("work master checked", "工艺规程复核", "sign", _M + "orders"),
    "master.approved": _kind("work master approved", "工艺规程批准", "sign", _M + "orders"),
    "order.dispatched": _kind(
        "job order dispatched", "工单下达", "create", _M + "orders", "job:{id}"),
    "pack.issued": _kind("work pack issued", "工作包签发", "create", _M + "packs"),
    "alarm.raised": _kind("alarm raised", "报警", "alarm", "server.log.book"),
    "alarm.closed": _kind("alarm closed", "报警关闭", "sign", "server.alarms.desk"),
    "alarm.ended": _kind(
        "what an alarm was raised for is over", "报警原因已消除", "alarm", "server.alarms.watch"),
    "audit": _kind("access", "访问", "read", "server.audit.trail"),
    "fork.found": _kind("second history found", "发现第二份历史", "failure", _I + "branches"),
    "branch.kept": _kind("second history kept", "第二份历史已保留", "evidence", _I + "branches"),
    "fork.decided": _kind("history decided", "历史裁定", "sign", _Q + "forks"),
    "continuity.broken": _kind(
        "a station's log begins anew", "终端日志重新开始", "failure", _Q + "continuity"),
    "continuity.named": _kind(
        "the new log names its reason", "新日志说明原因", "create", _Q + "continuity"),
    "server.recovered": _kind(
        "server fed again", "服务器重新补送", "configuration", "server.recovery.refill"),
    "log.continued": _kind(
        "log gone on with after a loss", "日志在丢失后继续", "sign", "server.recovery.decision"),
    "mark.seen": _kind("log mark read on a label", "读取标签日志标记", "sign", _Q + "continuity"),
    "beacon.refused": _kind("time refused", "时间被拒", "clock", _I + "beacons"),
    "entry.quarantined": _kind(
        "record that cannot be read", "无法读取的记录", "failure", _I + "projector"),
    "record.disputed": _kind(
        "record disputed", "记录存疑", "failure", _Q + "disputes", "job:{job}"),
    "entries.mended": _kind("records put back", "记录修复", "evidence", "server.mend"),
    "attachments.mended": _kind(
        "photos put back", "照片修复", "evidence", "server.store.attachments"),
    "evidence.frozen": _kind(
        "evidence frozen", "证据冻结", "evidence", "server.evidence.freeze",
        "evidence:{cause}/{about}"),
    "backup.made": _kind("backup made and checked", "备份完成并核验", "evidence", _SPOOL),
    "restore.drilled": _kind("restore drill", "恢复演练", "evidence", _SPOOL),
}  # fmt: skip
"""By kind of statement."""

NOTABLE: dict[str, Kind] = {
    "session.opened": _kind("signed in at a station", "在终端登录", "session", "terminal"),
    "session.closed": _kind("signed out at a station", "在终端退出", "session", "terminal"),
    "session.refused": _kind("refused at a station", "在终端被拒", "failure", "terminal"),
    "lock.lifted": _kind("lock lifted at a station", "在终端解锁", "modify", "terminal"),
    "nonconformity.raised": _kind("nonconformity raised", "不合格提出", "create", "terminal"),
    "disposition.decided": _kind("disposition decided", "处置决定", "sign", "terminal"),
    "corrected": _kind("record corrected", "记录更正", "modify", "terminal"),
    "signed": _kind("electronic signature", "电子签名", "sign", "terminal"),
    "release.decided": _kind("release decided", "放行决定", "sign", "terminal"),
    "hold.placed": _kind("lot held", "批次冻结", "modify", "terminal"),
    "hold.lifted": _kind("hold lifted", "解除冻结", "modify", "terminal"),
    "label.printed": _kind("label printed", "标签打印", "read", "terminal"),
    "label.accounted": _kind("label accounted for", "标签去向", "modify", "terminal"),
    "instrument.faulted": _kind("instrument's fault", "仪器故障", "failure", "terminal"),
    "sync/opened": _kind("station's log opened", "终端日志开启", "create", "sync"),
    "sync/clock-step": _kind("a station's clock was set", "终端时钟被调整", "clock", "sync"),
    "sync/rotated": _kind("station's key changed", "终端密钥更换", "modify", "sync"),
    "sync/healed": _kind("records put back at a station", "终端记录修复", "evidence", "sync"),
    "sync/log-continued": _kind(
        "a station was told of a loss", "终端获知丢失", "evidence", "sync"),
}  # fmt: skip
"""Kinds of stations' records that a review of the trail looks at; all others are the batch record
itself."""
_READS = ("GET ", "cli export", "assets ")
_SESSIONS = frozenset(
    {"POST /api/sessions", "DELETE /api/sessions", "POST /console/sign-in",
     "POST /console/sign-out", "session"}
)  # fmt: skip


def sort_of(kind: str, body: Mapping[str, Any]) -> Sort:
    """What an event is: an access by what was done and how it ended."""
    if kind != "audit":
        known = KINDS.get(kind) or NOTABLE.get(kind)
        return known.sort if known else "evidence"
    if body.get("result"):
        return "failure"
    route = str(body["route"])
    if route in _SESSIONS:
        return "session"
    return "read" if route.startswith(_READS) else "modify"
