"""The part of the inventory about holds, moves of lots and recalls."""

from __future__ import annotations

from server.audit.kind import Kind, kind

_CASE, _LATE = "server.recall.case", "server.quality.late_uses"
_HOLDS, _MOVES = "server.quality.holds", "server.ingest.statements_moves"

RECALL_KINDS: dict[str, Kind] = {
    "hold.rules": kind("rules of holds", "冻结规则", "modify", _HOLDS, "holds"),
    "hold.scoped": kind("scope of a hold", "冻结范围", "create", _HOLDS),
    "hold.cleared": kind("lot cleared of a hold", "批次解除上游冻结", "sign", _HOLDS),
    "lots.transformed": kind("lots transformed", "批次转化", "create", _MOVES),
    "shipment.recorded": kind("shipment recorded", "发货登记", "create", _MOVES),
    "return.recorded": kind("return recorded", "退货登记", "create", _MOVES),
    "late-use.found": kind("use after a hold found", "发现冻结后使用", "failure", _LATE),
    "late-use.closed": kind("use after a hold closed", "冻结后使用关闭", "sign", _LATE),
    "recall.opened": kind("recall opened", "召回启动", "create", _CASE),
    "recall.scoped": kind("recall's scope frozen", "召回范围冻结", "evidence", _CASE),
    "recall.noticed": kind("recall notices written", "召回通知编写", "create", _CASE),
    "recall.sent": kind("recall notices sent", "召回通知发出", "create", _CASE),
    "recall.acknowledged": kind("recall acknowledged", "召回确认", "create", _CASE),
    "recall.checked": kind("recall's effectiveness checked", "召回有效性检查", "sign", _CASE),
    "recall.counted": kind("recalled lot counted", "召回批次清点", "create", _CASE),
    "recall.accounted": kind("recall accounted for", "召回不再等待", "create", _CASE),
    "recall.drilled": kind("recall drill measured", "召回演练计时", "evidence", _CASE),
    "recall.terminated": kind("recall terminated", "召回终止", "sign", _CASE),
}
