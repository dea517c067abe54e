"""The console's own words, in both languages; the batch record's words come from evidence."""

from __future__ import annotations

from server.console import (
    texts_account,
    texts_alarms,
    texts_assets,
    texts_concession,
    texts_evidence,
    texts_identity,
    texts_people,
    texts_places,
    texts_recall,
    texts_recovery,
    texts_rights,
    texts_servers,
    texts_trace,
    texts_trail,
)
from server.evidence.words import all_words

_TEXTS: dict[str, tuple[str, str]] = {
    "lotbook": ("Lotbook", "Lotbook 批记录"),
    "skip": ("Skip to the content", "跳到正文"),
    "jobs": ("Lots and job orders", "批次与工单"),
    "trace": ("Trace", "追溯"),
    "stations": ("Stations", "工位终端"),
    "status": ("Status", "状态"),
    "recovery": (
        "RECOVERY - this server was put back from an older copy. It signs nothing.",
        "恢复 - 本服务器由旧副本恢复，不再签署任何内容。",
    ),
    "recovery_help": (
        (
            "Stations feed it again by themselves: switch them on. If it does not end, "
            "administrator and quality decide together."
        ),
        "各工位终端会自动重新补送：请开启它们。若未能结束，由管理员与质量人员共同决定。",
    ),
    "signed_size": ("Signed before", "此前已签署"),
    "held_size": ("Held now", "目前持有"),
    "not_called": ("Stations that have not called yet", "尚未联系的工位终端"),
    "parted": (
        (
            "What the keepers gave does not lead to what this server signed. It may have signed on "
            "after it was put back. Administrator and quality decide together; nothing is signed."
        ),
        "保管工位补送的内容与本服务器所签署的不一致，可能在恢复后又签署过。由管理员与质量人员共同决定；其间不签署。",
    ),
    "awaited": (
        "Records in the log that their stations send again",
        "日志中已有、等待工位重新补送的记录",
    ),
    "disk": ("Disk", "磁盘"),
    "signed_at": ("Signed at", "签署时间"),
    "witnesses": ("Witnesses", "见证方"),
    "witness": ("Witness", "见证方"),
    "cosigned_size": ("Last cosigned size", "最近见证的大小"),
    "age_s": ("Age (s)", "距今（秒）"),
    "why": ("Why", "原因"),
    "witness_well": ("cosigns", "正常"),
    "witness_refused": ("REFUSES", "拒绝"),
    "witness_unreached": ("not reached", "未能联系"),
    "no_outsider": (
        "No witness under another administrator is set up.",
        "尚未设置其他管理员名下的见证方。",
    ),
    "audit": ("Audit trail", "审计追踪"),
    "sign_in": ("Sign in", "登录"),
    "sign_out": ("Sign out", "退出"),
    "other_language": ("中文", "English"),
    "badge": ("Badge code", "工牌代码"),
    "badge_help": ("Scan your badge into this field.", "请将工牌扫描到此栏。"),
    "secret": ("Secret", "密码"),
    "sign_in_help": (
        "Only enrolled people may enter. Failed attempts are counted and reported.",
        "仅限已注册人员。失败的尝试会被计数并上报。",
    ),
    "job_orders": ("Job orders", "生产工单"),
    "material_lots": ("Material lots", "物料批次"),
    "units_made": ("Made / ordered", "完成 / 计划"),
    "findings": ("Findings", "异常记录"),
    "record_page": ("Batch record", "批生产记录"),
    "decision": ("Decision", "放行决定"),
    "release_page": ("Release decision", "放行决定"),
    "where_used": ("Where used", "向下追溯"),
    "where_from": ("Where from", "向上追溯"),
    "pdf": ("Batch record (PDF)", "批生产记录（PDF）"),
    "pack": ("Evidence pack (zip)", "证据包（zip）"),
    "ready": ("Ready for release: the rule book has nothing against it.", "可以放行：规则无异议。"),
    "not_ready": (
        "Not ready: {count} reason(s) stand against release.",
        "尚不可放行：存在 {count} 条原因。",
    ),
    "rule": ("Rule", "规则"),
    "lifted_by": ("Who can lift it", "可解除者"),
    "nobody": ("the work itself", "须完成作业本身"),
    "meanwhile": ("Meanwhile", "其间可做"),
    "what_signed": ("What you sign, word for word:", "您将签署的内容（逐字）："),
    "text_digest": ("SHA-256 of the text, part of your signature:", "文本的 SHA-256（写入签名）："),
    "covers_root": ("Root of the records covered:", "所涵盖记录的根："),
    "confirm_page": ("Read and sign", "阅读并签名"),
    "do_not_sign": ("Back, sign nothing", "返回，不签名"),
    "release_lot": ("Release the lot", "放行该批次"),
    "reject_lot": ("Reject the lot", "拒收该批次"),
    "next_read": (
        "Next you read the text that will be signed; nothing is signed before that.",
        "下一步将显示待签署的文本；在此之前不会签署任何内容。",
    ),
    "to_release": ("Continue to release", "继续放行"),
    "to_reject": ("Continue to reject", "继续拒收"),
    "decide_lot": ("Change this lot's status", "变更该批次状态"),
    "lot_reason": ("Reason (stays in the record)", "原因（将保留在记录中）"),
    "given_status": ("Status given by quality", "质量人员给定的状态"),
    "lot_named": (
        "Known from imported history, a move or a plan; not received or made here. Can be held.",
        "仅从导入的历史、移动记录或计划得知：Lotbook 中没有其收货或生产记录。可以追溯和冻结。",
    ),
    "made_here": ("made here", "本厂制造"),
    "made_here_help": (
        "This lot was made here: only the release decision of its job order releases it.",
        "该批次为本厂制造：仅可由其工单的放行决定放行。",
    ),
    "only_quality_lot": (
        "You may stop a lot by a hold. Only quality releases, rejects, or lifts a hold.",
        "您可以冻结批次。放行、拒收及解除冻结仅限质量人员。",
    ),
    "choose": ("What you decide", "您的决定"),
    "sign_status": ("Sign: change the status", "签署：变更状态"),
    "expired": ("✗ past its expiry", "✗ 已过有效期"),
    "holds": ("Holds", "冻结记录"),
    "no_holds": ("No holds by record.", "无冻结记录。"),
    "placed_by": ("Placed by", "来源"),
    "by_server": ("the server, log entry", "服务器，日志条目"),
    "by_record": ("a signed record", "已签名记录"),
    "hold_open": ("✗ in force", "✗ 生效中"),
    "hold_lifted": ("– lifted", "– 已解除"),
    "lift": ("✓ Lift the hold:", "✓ 解除冻结："),
    "place_hold": ("✗ Put on hold", "✗ 冻结"),
    "act_quarantine_released": ("✓ Release from quarantine", "✓ 由待检放行"),
    "act_quarantine_rejected": ("✗ Reject", "✗ 拒收"),
    "act_released_quarantine": ("△ Back to quarantine", "△ 退回待检"),
    "act_released_rejected": ("✗ Reject", "✗ 拒收"),
    "act_hold_released": ("✓ Lift the hold and release", "✓ 解除冻结并放行"),
    "act_hold_rejected": ("✗ Reject", "✗ 拒收"),
    "sign_release": ("Sign: release the lot", "签署：放行该批次"),
    "sign_reject": ("Sign: reject the lot", "签署：拒收该批次"),
    "reject_reason": ("Reason (needed to reject)", "原因（拒收时必填）"),
    "both_components": (
        "Your signature takes badge and secret, and is as binding as by hand.",
        "签名需要工牌和密码，与手写签名具有同等效力。",
    ),
    "decided": ("A decision is in force.", "决定已生效。"),
    "only_quality": ("Only quality may decide.", "仅质量人员可作决定。"),
    "search": ("Show", "查看"),
    "direction": ("Direction", "方向"),
    "trace_none": (
        "The lot is known; nothing is recorded for it in this direction.",
        "该批次已知；此方向没有任何记录。",
    ),
    "trace_lead": (
        "Choose a lot to see where it went, or what went into it.",
        "选择批次，查看其去向或来源。",
    ),
    "not_known": ("What may still be missing from this answer", "此结果可能仍缺少的内容"),
    "all_known": ("All enrolled stations have reported.", "所有已注册终端均已上报。"),
    "nk_station-silent": ("station has been silent", "终端无通信"),
    "nk_records-outstanding": ("records not sent yet", "记录尚未发送"),
    "nk_records-missing": (
        "records of an ended epoch or a revoked station are missing",
        "已结束纪元或已撤销工位的记录缺失",
    ),
    "nk_unread": ("records of an unknown kind", "未知类型的记录"),
    "nk_quarantined": ("records that cannot be read", "无法读取的记录"),
    "nk_fork": ("log contradicts itself", "日志自相矛盾"),
    "nk_lot-unheard": ("nobody here ever heard of the lot", "此处从未有过该批次的记录"),
    "nk_snapshot-unchecked": (
        "the server has just started: a file this rests on is still being checked",
        "服务器刚刚启动：所依据的文件仍在校验",
    ),
    "picture": ("Trace as a picture: read from left to right", "追溯图：自左向右阅读"),
    "station": ("Station", "终端"),
    "epoch": ("Epoch", "纪元"),
    "key": ("Public key", "公钥"),
    "last_seen": ("Last record accepted", "最近接收"),
    "log_size": ("Records accepted", "已接收记录"),
    "approvals": ("Approvals", "批准"),
    "approve": ("Approve by signature", "签名批准"),
    "approve_help": (
        (
            "Enrolment takes two different people: an administrator and one of quality. Compare the"
            " key with the one the station shows."
        ),
        "注册需要两名不同人员：一名管理员和一名质量人员。请将公钥与终端所示进行比对。",
    ),
    "st_requested": ("△ waiting for approval", "△ 等待批准"),
    "st_enrolled": ("✓ enrolled", "✓ 已注册"),
    "st_revoked": ("✗ revoked", "✗ 已吊销"),
    "branches": ("Two histories", "两份历史"),
    "branches_lead": (
        (
            "A station's key signed more than one history, or records that cannot stand in the log."
            " Everything is kept as it came; the lots touched are frozen until quality decides."
        ),
        (
            "同一终端密钥签署了多份历史，或签署了不能进入日志的记录。所有内容均原样保存；"
            "所涉批次在质量部门裁定前冻结。"
        ),
    ),
    "cause": ("Why", "原因"),
    "cause_forked": ("log contradicts itself", "日志自相矛盾"),
    "cause_copied": ("a copy of the disk", "磁盘副本"),
    "cause_revoked": ("key was revoked", "密钥已吊销"),
    "from_record": ("From record", "自记录"),
    "kept_beside": ("Records kept beside", "另存记录数"),
    "found_at": ("Found", "发现时间"),
    "undecided": ("△ quality decides", "△ 待质量裁定"),
    "decided_log": ("The log is true", "以日志为准"),
    "decided_branch": ("The other history is true", "以另一份历史为准"),
    "decided_neither": ("Neither is trusted", "两者均不可信"),
    "decide_branch": ("Decide by signature", "签名裁定"),
    "decide_branch_help": (
        (
            "Unless the log is true, its records from there on become disputed: kept, without"
            " effect. Frozen lots are released one by one, by lifting each hold."
        ),
        "如非以日志为准，则其后的日志记录变为有争议：保留，但不生效。冻结批次须逐一解除冻结。",
    ),
    "breaks": ("Continuity breaks", "连续性中断"),
    "breaks_lead": (
        "A station went on in a new epoch. This is what is known to have existed and is not here.",
        "终端已在新纪元中继续运行。以下为已知存在但此处缺失的内容。",
    ),
    "known_of": ("Records known of", "已知记录数"),
    "missing": ("Missing", "缺失"),
    "nothing_missing": ("✓ nothing", "✓ 无"),
    "marks_seen": ("Marks seen on labels", "标签上的日志标记"),
    "mark_known": ("is in the log", "与日志一致"),
    "mark_missing": ("is missing", "缺失"),
    "mark_contradicts": ("contradicts the log", "与日志矛盾"),
    "why_disk-lost": ("disk lost", "磁盘丢失"),
    "why_old-copy": ("old copy put back", "恢复为旧副本"),
    "why_copied": ("disk was copied", "磁盘被复制"),
    "why_revoked": ("key revoked", "密钥吊销"),
    "why_moved": ("moved to another machine", "迁移至其他机器"),
    "report_mark": ("Report a mark", "上报日志标记"),
    "report_mark_help": (
        "Every label shows the log's size and 8 characters of its head. Enter what a label shows.",
        "每张标签均印有日志长度及其头部的 8 个字符。请输入标签所示内容。",
    ),
    "mark": ("Mark", "日志标记"),
    "mark_place": ("Where the label was seen", "标签所在位置"),
    "made": ("Made, by the server's clock:", "按服务器时钟形成于："),
    "when": ("When", "时间"),
    "person": ("Person", "人员"),
    "did": ("What was done", "操作"),
    "count": ("Records", "条数"),
    "refused": ("Not possible", "无法执行"),
    "acted": ("Done and signed.", "已完成并签名。"),
    "back": ("Back to the list", "返回列表"),
    "lot_quarantine": ("△ quarantine", "△ 待检"),
    "lot_released": ("✓ released", "✓ 已放行"),
    "lot_hold": ("✗ on hold", "✗ 冻结"),
    "lot_rejected": ("✗ rejected", "✗ 拒收"),
    "server_log": ("Server log", "服务器日志"),
    "empty": ("There is nothing here yet.", "暂无内容。"),
}


def texts(language: str) -> dict[str, str]:
    """Every word of the console, over those of the batch record."""
    more = texts_alarms.TEXTS | texts_assets.TEXTS | texts_recall.TEXTS | texts_trail.TEXTS
    every = _TEXTS | more | texts_concession.TEXTS | texts_recovery.TEXTS
    every |= texts_trace.TEXTS | texts_people.TEXTS | texts_rights.TEXTS | texts_places.TEXTS
    every |= texts_evidence.TEXTS | texts_servers.TEXTS | texts_account.TEXTS
    every |= texts_identity.TEXTS
    own = {key: pair[language == "zh_CN"] for key, pair in every.items()}
    return {f"r_{key}": value for key, value in all_words(language).items()} | own
