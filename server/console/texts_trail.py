"""The console's words about the audit trail and its review, in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forms.terms import PersonnelClass
from forms.words import VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS: dict[str, tuple[str, str]] = {
    "audit_lead": (
        (
            "Who did what, from what to what, why and where. Every line is a leaf of the server's"
            " log: nobody can change or remove it."
        ),
        "何人、何事、由何值改为何值、原因及地点。每一行都是服务器日志的叶节点：任何人都无法更改或删除。",
    ),
    "tr_show": ("Show", "显示"),
    "tr_all": ("everything", "全部"),
    "tr_changes": ("only changes", "仅变更"),
    "tr_failures": ("only failures", "仅失败"),
    "tr_only": ("Show", "显示范围"),
    "tr_kind": ("Kind", "类别"),
    "tr_anyone": ("anybody", "任何人"),
    "tr_any": ("any", "任意"),
    "tr_subject": ("Object, such as lot:ITEM/LOT", "对象，如 lot:物料/批号"),
    "tr_place": ("Station or address", "终端或地址"),
    "tr_since": ("From (2026-03-02)", "自（2026-03-02）"),
    "tr_until": ("To", "至"),
    "tr_job": ("Job order", "工单"),
    "tr_where": ("Where", "地点"),
    "tr_change": ("From → to", "原值 → 新值"),
    "tr_why": ("Why", "原因"),
    "tr_refused": ("refused", "被拒"),
    "tr_more": ("Older events", "更早的事件"),
    "tr_csv": ("As CSV", "导出 CSV"),
    "tr_json": ("As JSON with proofs", "导出带证明的 JSON"),
    "tr_review": ("Review", "审核"),
    "tr_waiting": (
        "{count} changes and failures since leaf {since} were not reviewed.",
        "自叶节点 {since} 起有 {count} 项变更与失败未经审核。",
    ),
    "tr_none_waiting": (
        "Reviewed: nothing waits.",
        "已审核：无待审核事件。",
    ),
    "tr_last": ("Reviewed last by", "上次审核人"),
    "tr_up_to": ("up to leaf", "截至叶节点"),
    "tr_findings": ("Findings (may stay empty)", "发现（可留空）"),
    "tr_exceptions": (
        "Exceptions, a line each: number of the leaf and why",
        "例外，每行一项：叶节点编号及原因",
    ),
    "tr_sign": ("Sign: reviewed up to leaf {size}", "签署：已审核至叶节点 {size}"),
    "tr_sign_help": (
        (
            "You sign that you reviewed every change and failure of this scope up to that leaf,"
            " with the exceptions you name. What comes later waits for the next review."
        ),
        "您签署：已审核该范围内截至该叶节点的全部变更与失败，并列明例外。此后的事件待下次审核。",
    ),
    "tr_scope_all": ("the whole log", "整个日志"),
    "tr_done": ("Reviews signed", "已签署的审核"),
    "tr_exceptions_n": ("Exceptions", "例外"),
    "tr_only_quality": ("Only quality signs a review.", "仅质量人员可签署审核。"),
    "tr_of_batch": ("Audit trail of this batch", "本批次的审计追踪"),
    "tr_open": ("Open the trail of this batch", "打开本批次的审计追踪"),
}

_FIELDS: dict[str, tuple[str, str]] = {
    "id": ("id", "编号"),
    "name": ("name", "名称"),
    "classes": ("classes", "职责"),
    "qualified": ("qualified for", "资质"),
    "qualified_until": ("qualified until", "资质有效期"),
    "active": ("active", "在用"),
    "public_key": ("public key", "公钥"),
    "checked_by": ("checked by", "核对人"),
    "document": ("document", "证件"),
    "item": ("item", "物料"),
    "lot": ("lot", "批号"),
    "status": ("status", "状态"),
    "hold_reason": ("reason", "原因"),
    "reason": ("reason", "原因"),
    "expiry": ("expiry", "有效期"),
    "supplier": ("supplier", "供应商"),
    "quantity": ("quantity", "数量"),
    "value": ("value", "数值"),
    "unit": ("unit", "单位"),
    "units": ("units", "数量"),
    "serials": ("serial numbers", "序列号"),
    "serial_number": ("serial number", "序列号"),
    "work_master": ("work master", "工艺规程"),
    "revision": ("revision", "版次"),
    "digest": ("digest", "摘要"),
    "place": ("place", "位置"),
    "equipment_class": ("class", "类别"),
    "calibration_due": ("calibration due", "校准到期"),
    "certificate": ("certificate", "证书"),
    "usable": ("usable", "可用"),
    "epoch": ("epoch", "代次"),
    "origin": ("log", "日志"),
    "version": ("version", "版本"),
    "settings": ("settings", "设置"),
    "backup_hours": ("backup hours", "备份时限（小时）"),
    "drill_days": ("drill days", "恢复演练时限（天）"),
    "station_silent_minutes": ("station silent minutes", "终端无联系时限（分钟）"),
    "completeness_percent": ("completeness percent", "完整性（%）"),
    "witness_hours": ("witness hours", "见证时限（小时）"),
    "review_before_release": ("review before release", "放行前须审核"),
    "second_factor_classes": ("second factor of", "须用第二因素的职责"),
    "identity": ("identity", "身份"),
    "grants": ("classes at places", "各场所的职责"),
    "role": ("class", "职责"),
    "scope": ("place", "场所"),
    "area": ("area", "区域"),
    "work_center": ("work center", "工作中心"),
    "work_units": ("work units", "工作单元"),
    "make": ("make", "制造商"),
    "model": ("model", "型号"),
    "laboratory": ("laboratory", "实验室"),
    "calibrated_on": ("calibrated on", "校准日期"),
    "certificate_file": ("certificate as a file", "证书文件"),
    "capability": ("capability", "测量能力"),
    "low": ("range from", "量程下限"),
    "high": ("range to", "量程上限"),
    "resolution": ("resolution", "分辨力"),
    "uncertainty": ("uncertainty", "不确定度"),
    "tolerance": ("largest error", "最大允许误差"),
    "quarantine": ("kept apart because", "隔离原因"),
    "count": ("count", "数量"),
    "number": ("number", "序号"),
    "issuer": ("issuer", "签发方"),
    "subject": ("subject", "主体标识"),
    "initial_secret": ("secret chosen by others", "由他人设定的初始密码"),
}


_WORDS: dict[str, tuple[str, str]] = {"true": ("yes", "是"), "false": ("no", "否")}
_CLASSES = frozenset({"classes", "role", "second_factor_classes"})


def field_name(path: str, language: str) -> str:
    """A member's name in words, each part of its path; unknown ones as they stand in the leaf.

    Places in a list are counted from one.
    """
    parts = [
        str(int(part) + 1) if part.isdecimal() else _said(_FIELDS, part, language)
        for part in path.split(".")
    ]
    return " · ".join(parts)


def value_words(path: str, text: str, language: str) -> str:
    """What a member holds, where that is a word of the product; else as it stands in the leaf."""
    if path.rpartition(".")[2] in _CLASSES:
        return class_words(text, language)
    return _said(_WORDS, text, language)


def class_words(text: str, language: str) -> str:
    """Personnel classes as a leaf lists them, in words."""
    known = {one.value: VALUES[one].in_language(language) for one in PersonnelClass}
    return re.sub(r"[a-z]+", lambda found: known.get(found[0], found[0]), text)


def _said(words: Mapping[str, tuple[str, str]], text: str, language: str) -> str:
    return words.get(text, (text, text))[language == "zh_CN"]
