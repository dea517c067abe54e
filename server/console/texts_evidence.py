"""The console's words about frozen evidence, in both languages."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "es_sets": ("Frozen evidence", "冻结的证据"),
    "es_lead": (
        (
            "What was known when a deviation, a recall or a change began, kept as it was and "
            "signed. What came later does not alter a set; a newer one is a new revision."
        ),
        "偏差、召回或变更开始时的已知内容，按原样保存并签名。其后的内容不会改变证据集；更新的证据集为新版次。",
    ),
    "es_set": ("Evidence set", "证据集"),
    "es_cause": ("For", "缘由"),
    "es_deviation": ("deviation", "偏差"),
    "es_recall": ("recall", "召回"),
    "es_change": ("change", "变更"),
    "es_about": ("Number or name", "编号或名称"),
    "es_revision": ("Revision", "版次"),
    "es_records": ("Records", "记录"),
    "es_lots": ("Lots", "批次"),
    "es_jobs": ("Job orders", "工单"),
    "es_by": ("Frozen by, when", "冻结人、时间"),
    "es_freeze": ("Freeze evidence", "冻结证据"),
    "es_freeze_help": (
        (
            "Deviations and recalls freeze theirs by themselves. Everything known now of these "
            "lots and job orders goes in: records, heads, receipts, masters, photos, and what is "
            "not known."
        ),
        "偏差与召回会自动冻结。此刻已知的全部内容均纳入：记录、日志头、回执、工艺规程、照片及尚不清楚的内容。",
    ),
    "es_lots_help": ("Lots, a line each: ITEM/LOT", "批次，每行一个：物料号/批号"),
    "es_jobs_help": ("Job orders, spaces between", "工单，以空格分隔"),
    "es_sign": ("Sign: freeze", "签署：冻结"),
    "es_digest": ("SHA-256 of the document", "文件的 SHA-256"),
    "es_leaf": ("Leaf of the server's log", "服务器日志叶节点"),
    "es_checkpoint": ("The log's size then", "当时日志大小"),
    "es_previous": ("Revision before", "上一版次"),
    "es_zip": ("Evidence pack (zip)", "证据包（zip）"),
    "es_json": ("The signed document (JSON)", "已签名的文件（JSON）"),
    "es_logs": ("Logs it lies under", "所属日志"),
    "es_spans": ("Records, from to", "记录范围"),
    "es_head": ("Head: size and root", "日志头：大小与根"),
    "es_receipt": ("Receipted to", "已回执至"),
    "es_beside": ("With it", "一并冻结"),
    "es_masters": ("Work masters", "工艺规程"),
    "es_packs": ("Work packs", "工作包"),
    "es_documents": ("Documents", "文件"),
    "es_leaves": ("Leaves of the server's log", "服务器日志叶节点"),
    "es_not_known": ("What was not known then", "当时尚不清楚的内容"),
    "es_all_known": ("Every enrolled station had reported.", "所有已注册终端均已上报。"),
    "es_check": (
        "Anybody checks the pack with the public keys alone: lotbook-verify PACK --keys FILE",
        "任何人仅凭公钥即可核验证据包：lotbook-verify PACK --keys FILE",
    ),
    "es_back": ("All sets", "全部证据集"),
    "es_more": ("and {count} more, in the document", "另有 {count} 项，见文件"),
}
