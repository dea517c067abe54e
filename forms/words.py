"""Words for the closed lists of the vocabulary, in both languages (``docs/terms.md``)."""

from __future__ import annotations

from forms.identifiers.words import SAYINGS
from forms.terms import Text


def _text(en: str, zh: str) -> Text:
    return Text(en=en, zh_CN=zh)


VALUES: dict[str, Text] = {
    "operator": _text("operator", "操作员"),
    "supervisor": _text("supervisor", "班组长"),
    "quality": _text("quality", "质量人员"),
    "administrator": _text("administrator", "管理员"),
    "auditor": _text("auditor", "审核员"),
    "authorship": _text("authorship", "编写"),
    "performed": _text("performed", "操作"),
    "verified": _text("verified", "复核"),
    "reviewed": _text("reviewed", "审核"),
    "approved": _text("approved", "批准"),
    "responsibility": _text("responsibility", "负责"),
    "released": _text("released", "放行"),
    "rejected": _text("rejected", "拒收"),
    "quarantine": _text("quarantine", "待检"),
    "hold": _text("on hold", "冻结"),
    "rework": _text("rework", "返工"),
    "reinspection": _text("reinspection", "复检"),
    "concession": _text("concession", "让步接收"),
    "scrap": _text("scrap", "报废"),
    "stable": _text("stable", "稳定"),
    "unstable": _text("unstable", "不稳定"),
    "overload": _text("overload", "过载"),
    "underload": _text("underload", "欠载"),
    "error": _text("error", "错误"),
    "frozen": _text("frozen", "读数冻结"),
    **{code: saying.text for code, saying in SAYINGS.items()},
}
"""How a code from a closed list is shown."""

LISTED = frozenset({"needs", "status", "meaning", "state", "disposition", "finding"})
"""Names of rule parameters whose values come from those lists."""
