"""What does not fit a field, in the words of whoever filled it in: field, what is wrong, cure.

The reader of bodies and forms (pydantic) says so in English only, by a type and its limits
(https://docs.pydantic.dev/latest/errors/validation_errors/). The types that the bodies here can
meet are told in both languages; any other one says plainly that the value does not fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.terms import Text
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST = 100
"""Signs of a field's name, or of what it must be, that are told."""

_FIELDS: dict[str, str] = {
    "badge": "工牌", "cause": "原因", "certificate": "证书编号", "classification": "分级",
    "conclusion": "结论", "consignee": "收货方", "consignees": "收货方", "decision": "决定",
    "depth": "范围", "destroyed": "销毁数量", "due": "到期日", "expiry": "失效日期",
    "explained": "说明", "how": "方式", "id": "编号", "in_stock": "库存数量", "item": "物料号",
    "laboratory": "实验室", "language": "语言", "lot": "批号", "name": "名称", "note": "备注",
    "origin": "来源", "performed": "校准日期", "points": "校准点", "quantity": "数量",
    "reason": "理由", "returned": "退回数量", "scrapped": "报废数量", "secret": "密码",
    "serial": "序列号", "serials": "序列号", "shipment": "发货单", "status": "状态",
    "supplier": "供应商", "suspect": "可疑对象", "uncertainty": "不确定度", "unit": "单位",
    "units": "数量", "work_master": "工艺主文件",
}  # fmt: skip
"""Members of bodies as people read them; one that is not here is shown as it is written."""

_FORMS: dict[str, Text] = {
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$": Text(
        en="1 to 32 letters, digits, '_', '.', '-'", zh_CN="1 至 32 个字母、数字、“_”、“.”或“-”"
    ),
    r"^[!-~]{1,20}$": Text(
        en="1 to 20 letters, digits and signs without blanks",
        zh_CN="1 至 20 个字母、数字或符号，不含空格",
    ),
    r"^[0-9]{1,12}(\.[0-9]{1,6})?$": Text(
        en="a number such as 12.5, with at most 6 decimals", zh_CN="数字，如 12.5，小数不超过 6 位"
    ),
    r"^[0-9]{1,12}(\.[0-9]{1,9})?$": Text(
        en="a number such as 12.5, with at most 9 decimals", zh_CN="数字，如 12.5，小数不超过 9 位"
    ),
    r"^-?[0-9]{1,12}(\.[0-9]{1,9})?$": Text(
        en="a number such as -12.5, with at most 9 decimals",
        zh_CN="数字，如 -12.5，小数不超过 9 位",
    ),
}
"""Patterns of the bodies in words; another one is shown as it is."""

_Said = tuple[Text, Text]
"""What is wrong, and the cure; braces name what pydantic gives with the type."""


def _said(en: str, zh: str, cure_en: str, cure_zh: str) -> _Said:
    return Text(en=en, zh_CN=zh), Text(en=cure_en, zh_CN=cure_zh)


_MISSING = _said("is missing", "未填写", "Fill it in.", "请填写。")
_SHORT = _said(
    "is too short", "过短", "Give at least {min_length}.", "至少 {min_length} 个（字符或项）。"
)
_LONG = _said(
    "is too long", "过长", "Give at most {max_length}.", "最多 {max_length} 个（字符或项）。"
)
_TEXT = _said("is not text", "不是文本", "Write it as text.", "请以文本填写。")
_WHOLE = _said("is not a whole number", "不是整数", "Write digits only.", "请只填写数字。")
_DATE = _said(
    "is not a date", "不是日期", "Write it as 2026-11-22.", "请按 2026-11-22 的格式填写。"
)
_TIME = _said(
    "is not a time with its zone", "不是带时区的时间",
    "Write it as 2026-11-22T08:00:00+08:00.", "请按 2026-11-22T08:00:00+08:00 的格式填写。",
)  # fmt: skip
_CHOICE = _said(
    "is none of the choices", "不在可选范围内", "One of: {expected}", "可选：{expected}"
)
_YES_NO = _said("is neither yes nor no", "既非“是”也非“否”", "true or false", "填写 true 或 false")
_LIST = _said("is not a list", "不是列表", "Write it as a list.", "请以列表填写。")
_OBJECT = _said(
    "is not an object", "不是对象", "Write its members by name.", "请按名称填写其成员。"
)
_PLAIN = _said(
    "does not fit", "不符合要求", "Compare it with /openapi.json.", "请对照 /openapi.json 检查。"
)

SAID: dict[str, _Said] = {
    "missing": _MISSING,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "string_too_short": _SHORT,
    "too_short": _SHORT,
    "string_too_long": _LONG,
    "too_long": _LONG,
    "string_pattern_mismatch": _said(
        "is not written as it must be", "书写格式不符", "{pattern}", "{pattern}"
    ),
    "extra_forbidden": _said(
        "is not known here", "不是已知字段", "Leave it out.", "请删除该字段。"
    ),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "greater_than": _said("is too small", "过小", "More than {gt}.", "须大于 {gt}。"),
    "greater_than_equal": _said("is too small", "过小", "At least {ge}.", "不小于 {ge}。"),
    "less_than": _said("is too large", "过大", "Less than {lt}.", "须小于 {lt}。"),
    "less_than_equal": _said("is too large", "过大", "At most {le}.", "不大于 {le}。"),
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_aware": _TIME,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "json_invalid": _said("is not JSON", "不是 JSON", "Send JSON.", "请发送 JSON。"),
}
"""By pydantic's type of error."""


def unfit(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    """The refusal ``field-unfit`` that tells the first of pydantic's errors in both languages."""
    first = errors[0]
    wrong, cure = SAID.get(first["type"], _PLAIN)
    given = dict(first.get("ctx", {}))
    return Refusal(
        "field-unfit",
        field=_field([str(part) for part in first["loc"]]),
        wrong=wrong,
        cure=Text(en=_filled(cure, given, "en"), zh_CN=_filled(cure, given, "zh_CN")),
    )


def _filled(cure: Text, given: Mapping[str, Any], language: str) -> str:
    told = {name: str(value)[:LONGEST] for name, value in given.items()}
    if "pattern" in told:
        told["pattern"] = _FORMS.get(
            str(given["pattern"]), Text(en=told["pattern"], zh_CN=told["pattern"])
        ).in_language(language)
    if "expected" in told and language != "en":
        told["expected"] = told["expected"].replace(" or ", ", ")
    return cure.in_language(language).format(**told)


def _field(path: list[str]) -> Text:
    """The member's path without where the request holds it; its last name as people read it."""
    parts = path[1:] if path[0] in {"body", "query", "path", "header"} and path[1:] else path
    name = ".".join(parts)[:LONGEST]
    known = _FIELDS.get(parts[-1])
    return Text(en=name, zh_CN=f"{known}（{name}）" if known else name)
