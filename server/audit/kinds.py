"""The inventory of the audit trail: every kind of event, what it means, and where it is raised.

No setting turns any of it off. A statement of a kind that is not here, a route or a command that
leaves no leaf fails a test (``tests/server/test_inventory.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.audit.kind import Kind, Sort, kind
from server.audit.kinds_people import PEOPLE_KINDS
from server.audit.kinds_recall import RECALL_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

CHANGES: Final = frozenset({"create", "modify", "sign"})
"""What a review of changes looks at."""
FAILURES: Final = frozenset({"failure", "alarm", "clock"})
"""What a review of failures looks at."""


_P, _M, _Q, _I = "server.people.", "server.masters.", "server.quality.", "server.ingest."
_PROGRAM, _SPOOL = "server.audit.program", "server.audit.spool"

KINDS: dict[str, Kind] = {
    "server.founded": kind("server founded", "服务器建立", "configuration", "server.founding"),
    "server.started": kind(
        "server started", "服务器启动", "configuration", _PROGRAM, "server"),
    "server.stopped": kind("server stopped", "服务器停止", "configuration", _PROGRAM),
    "server.clock-step": kind(
        "the server's clock was set", "服务器时钟被调整", "clock", _PROGRAM),
    "command.run": kind(
        "command at the server's machine", "在服务器上执行命令", "configuration",
        _PROGRAM),
    "site.parameters": kind(
        "site parameters", "工厂参数", "modify", "server.quality.parameters", "site"),
    "work_center.defined": kind(
        "work center placed", "工作中心归属", "modify", _P + "grants", "work-center:{id}"),
    "history.imported": kind(
        "history imported", "历史数据导入", "create", "server.ingest.history"),
    "material.defined": kind(
        "material defined", "物料定义", "modify", _M + "catalogue", "material:{item}"),
    "supplier.defined": kind(
        "supplier defined", "供应商定义", "modify", _M + "catalogue", "supplier:{id}"),
    "asset.defined": kind(
        "instrument defined", "仪器定义", "modify", _M + "catalogue", "asset:{id}"),
    "asset.calibrated": kind(
        "calibration entered", "校准录入", "create", _M + "calibrations", "calibration:{asset}"),
    "metrology.asked": kind(
        "what is asked of instruments", "对仪器的要求", "modify", _M + "calibrations", "metrology"),
    "deviation.opened": kind(
        "deviation opened", "偏差开启", "create", "server.trace.deviations"),
    "deviation.closed": kind(
        "deviation closed", "偏差关闭", "sign", "server.trace.deviations"),
    "lot.received": kind(
        "lot received", "批次收货", "create", _M + "catalogue", "lot:{item}/{lot}"),
    "lot.status": kind(
        "lot's status", "批次状态", "modify", _M + "catalogue", "lot:{item}/{lot}"),
    "lot.frozen": kind("lot held by the server", "服务器冻结批次", "modify", _Q + "forks"),
    "lot.thawed": kind("server's hold lifted", "解除服务器冻结", "sign", _Q + "readiness"),
    "station.planned": kind("station planned", "终端计划", "create", "server.founding"),
    "station.requested": kind(
        "station asks for enrolment", "终端申请注册", "create", _P + "stations",
        "station:{id}/{epoch}"),
    "station.approved": kind("station approved by one", "终端一人批准", "sign", _P + "stations"),
    "station.enrolled": kind("station enrolled", "终端注册", "modify", _P + "stations"),
    "station.rotated": kind("station's key changed", "终端密钥更换", "modify", _P + "rotations"),
    "station.revoked": kind("station revoked", "终端吊销", "sign", _P + "stations"),
    "master.proposed": kind(
        "work master proposed", "工艺规程提交", "create", _M + "orders", "master:{id}"),
    "master.checked": kind("work master checked", "工艺规程复核", "sign", _M + "orders"),
    "master.approved": kind("work master approved", "工艺规程批准", "sign", _M + "orders"),
    "order.dispatched": kind(
        "job order dispatched", "工单下达", "create", _M + "orders", "job:{id}"),
    "pack.issued": kind("work pack issued", "工作包签发", "create", _M + "packs"),
    "alarm.raised": kind("alarm raised", "报警", "alarm", "server.log.book"),
    "alarm.closed": kind("alarm closed", "报警关闭", "sign", "server.alarms.desk"),
    "alarm.ended": kind(
        "what an alarm was raised for is over", "报警原因已消除", "alarm", "server.alarms.watch"),
    "audit": kind("access", "访问", "read", "server.audit.trail"),
    "fork.found": kind("second history found", "发现第二份历史", "failure", _I + "branches"),
    "branch.kept": kind("second history kept", "第二份历史已保留", "evidence", _I + "branches"),
    "fork.decided": kind("history decided", "历史裁定", "sign", _Q + "forks"),
    "continuity.broken": kind(
        "a station's log begins anew", "终端日志重新开始", "failure", _Q + "continuity"),
    "continuity.named": kind(
        "the new log names its reason", "新日志说明原因", "create", _Q + "continuity"),
    "server.recovered": kind(
        "server fed again", "服务器重新补送", "configuration", "server.log.book"),
    "log.continued": kind(
        "log gone on with after a loss", "日志在丢失后继续", "sign", "server.recovery.decision"),
    "mark.seen": kind("log mark read on a label", "读取标签日志标记", "sign", _Q + "continuity"),
    "beacon.refused": kind("time refused", "时间被拒", "clock", _I + "beacons"),
    "entry.quarantined": kind(
        "record that cannot be read", "无法读取的记录", "failure", _I + "projector"),
    "record.disputed": kind(
        "record disputed", "记录存疑", "failure", _Q + "disputes", "job:{job}"),
    "entries.mended": kind("records put back", "记录修复", "evidence", "server.mend"),
    "attachments.mended": kind(
        "photos put back", "照片修复", "evidence", "server.store.attachments"),
    "evidence.frozen": kind(
        "evidence frozen", "证据冻结", "evidence", "server.evidence.freeze",
        "evidence:{cause}/{about}"),
    "trail.reviewed": kind(
        "audit trail reviewed", "审计追踪审核", "sign", "server.quality.review", "review:{job}"),
    "store.scrubbed": kind(
        "everything stored read again", "已复读全部存储内容", "evidence", "server.scrub.scrub"),
    "backup.made": kind("backup made and checked", "备份完成并核验", "evidence", _SPOOL),
    "restore.drilled": kind("restore drill", "恢复演练", "evidence", _SPOOL),
    **PEOPLE_KINDS,
    **RECALL_KINDS,
}  # fmt: skip
"""By kind of statement."""

NOTABLE: dict[str, Kind] = {
    "session.opened": kind("signed in at a station", "在终端登录", "session", "terminal"),
    "session.closed": kind("signed out at a station", "在终端退出", "session", "terminal"),
    "session.refused": kind("refused at a station", "在终端被拒", "failure", "terminal"),
    "lock.lifted": kind("lock lifted at a station", "在终端解锁", "modify", "terminal"),
    "nonconformity.raised": kind("nonconformity raised", "不合格提出", "create", "terminal"),
    "disposition.decided": kind("disposition decided", "处置决定", "sign", "terminal"),
    "corrected": kind("record corrected", "记录更正", "modify", "terminal"),
    "signed": kind("electronic signature", "电子签名", "sign", "terminal"),
    "release.decided": kind("release decided", "放行决定", "sign", "terminal"),
    "hold.placed": kind("lot held", "批次冻结", "modify", "terminal"),
    "hold.lifted": kind("hold lifted", "解除冻结", "modify", "terminal"),
    "label.printed": kind("label printed", "标签打印", "read", "terminal"),
    "label.accounted": kind("label accounted for", "标签去向", "modify", "terminal"),
    "instrument.faulted": kind("instrument's fault", "仪器故障", "failure", "terminal"),
    "sync/opened": kind("station's log opened", "终端日志开启", "create", "sync"),
    "sync/clock-step": kind("a station's clock was set", "终端时钟被调整", "clock", "sync"),
    "sync/rotated": kind("station's key changed", "终端密钥更换", "modify", "sync"),
    "sync/healed": kind("records put back at a station", "终端记录修复", "evidence", "sync"),
    "sync/log-continued": kind(
        "a station was told of a loss", "终端获知丢失", "evidence", "sync"),
}  # fmt: skip
"""Kinds of stations' records that a review of the trail looks at; all others are the batch record
itself."""
_READS = ("GET ", "cli export", "assets ")
_SESSIONS = frozenset(
    {"POST /api/sessions", "DELETE /api/sessions", "POST /console/sign-in",
     "POST /console/sign-out", "GET /console/sign-in/identity/callback",
     "POST /console/sign-in/identity/code", "session"}
)  # fmt: skip


def sort_of(name: str, body: Mapping[str, Any]) -> Sort:
    """What an event is: an access by what was done and how it ended."""
    if name != "audit":
        known = KINDS.get(name) or NOTABLE.get(name)
        return known.sort if known else "evidence"
    if body.get("result"):
        return "failure"
    route = str(body["route"])
    if route in _SESSIONS:
        return "session"
    return "read" if route.startswith(_READS) else "act"
