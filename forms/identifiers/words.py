"""Words for everything that can be said against a code, and what to do about it.

A finding refuses the code; a note is said beside a code that is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from forms.terms import Text


@dataclass(frozen=True, slots=True)
class Saying:
    """What is wrong, as the end of a sentence, and what to do now."""

    text: Text
    hint: Text


def _saying(en: str, zh: str, hint_en: str, hint_zh: str) -> Saying:
    return Saying(Text(en=en, zh_CN=zh), Text(en=hint_en, zh_CN=hint_zh))


SAYINGS = {
    "aim-differs": _saying(
        "the symbology does not carry such a code", "码制与内容不符",
        "Keep this lot apart and scan another one: the label is not marked as its content asks.",
        "请隔离该批次并扫描其他批次：标签的码制与内容要求不符。",
    ),
    "aim-missing": _saying(
        "the scanner did not name the symbology", "扫描器未给出码制标识",
        "Use another scanner; this one has to send the AIM identifier.",
        "请换用其他扫描器；此扫描器须开启 AIM 标识。",
    ),
    "ambiguous": _saying(
        "it can be read in two ways", "内容有两种读法",
        "Scan with a reader that names the symbology.", "请使用能给出码制标识的扫描器扫描。",
    ),
    "bad-character": _saying(
        "a character is not allowed", "含有不允许的字符",
        "Scan again. If it stays, the scanner's keyboard layout or the label is wrong.",
        "请重新扫描。若仍出现，则扫描器的键盘布局或标签有误。",
    ),
    "bad-check-character": _saying(
        "a check character is wrong", "校验字符错误",
        "Scan again. If it stays, keep this lot apart: the label is wrong.",
        "请重新扫描。若仍出现，则标签有误，请隔离该批次。",
    ),
    "bad-check-digit": _saying(
        "a check digit is wrong", "校验位错误",
        "Scan again. If it stays, keep this lot apart: the label is wrong.",
        "请重新扫描。若仍出现，则标签有误，请隔离该批次。",
    ),
    "bad-date": _saying(
        "a date does not exist", "日期无效",
        "Keep this lot apart and scan another one: the label is wrong.",
        "请隔离该批次并扫描其他批次：标签有误。",
    ),
    "bad-length": _saying(
        "a field is too short", "字段过短",
        "Scan again, the whole code; else the label is wrong.",
        "请重新扫描完整条码；若仍出现，则标签有误。",
    ),
    "bad-link": _saying(
        "the second code does not belong to the first", "辅码与主码不匹配",
        "Scan both codes of the same package.", "请扫描同一包装上的两个条码。",
    ),
    "bad-value": _saying(
        "a value breaks its rule", "字段内容不符合规则",
        "Keep this lot apart and scan another one: the label is wrong.",
        "请隔离该批次并扫描其他批次：标签有误。",
    ),
    "empty": _saying(
        "it is empty", "内容为空", "Scan again.", "请重新扫描。",
    ),
    "empty-field": _saying(
        "a field is empty", "字段为空",
        "Keep this lot apart and scan another one: the label is wrong.",
        "请隔离该批次并扫描其他批次：标签有误。",
    ),
    "forbidden-pair": _saying(
        "two of its fields exclude one another", "含有互斥字段",
        "Keep this lot apart and scan another one: the label is wrong.",
        "请隔离该批次并扫描其他批次：标签有误。",
    ),
    "repeated-ai": _saying(
        "a field comes twice with different values", "字段重复且内容不同",
        "Scan one code alone; else the label is wrong.",
        "请只扫描一个条码；若仍出现，则标签有误。",
    ),
    "separator-lost": _saying(
        "the separator between fields was lost", "字段分隔符丢失",
        "Keep this lot apart. The scanner has to send FNC1 as GS (0x1D); if it does, the label "
        "lacks it.",
        "请隔离该批次。扫描器须将 FNC1 作为 GS（0x1D）发送；若已设置，则标签缺少分隔符。",
    ),
    "separator-spelled": _saying(
        "a separator came as words or another character", "分隔符被替换成文字或其他字符",
        "Use another scanner; this one has to send FNC1 as GS (0x1D), not as text.",
        "请换用其他扫描器；此扫描器须将 FNC1 作为 GS（0x1D）发送，而不是文字。",
    ),
    "too-long": _saying(
        "a field is too long", "字段过长",
        "Scan one code alone; else the label is wrong.",
        "请只扫描一个条码；若仍出现，则标签有误。",
    ),
    "truncated": _saying(
        "its beginning or end is missing", "开头或结尾缺失",
        "Use another scanner; this one has to send control characters too.",
        "请换用其他扫描器；此扫描器须同时发送控制字符。",
    ),
    "unknown-ai": _saying(
        "an application identifier is unknown", "应用标识符未知",
        "Scan again. If it stays, keep this lot apart: the label is wrong.",
        "请重新扫描。若仍出现，则标签有误，请隔离该批次。",
    ),
    "unknown-format": _saying(
        "it is no product code that we know", "不是已知的产品编码",
        "Scan the code that carries the UDI; a package often has several.",
        "请扫描带有 UDI 的条码；一个包装上常有多个条码。",
    ),
    "check-not-verified": _saying(
        "its check digit is not verified", "校验位未验证",
        "Nothing to do: the issuing agency does not publish the rule.",
        "无需处理：发码机构未公布校验规则。",
    ),
    "required-missing": _saying(
        "a field that belongs to another is not in it", "缺少配套字段",
        "It may stand in another code of the same package.",
        "该字段可能在同一包装的另一个条码中。",
    ),
    "unknown-identifier": _saying(
        "a data identifier is unknown", "数据标识符未知",
        "Nothing to do: the other fields are read.", "无需处理：其他字段已读取。",
    ),
}  # fmt: skip
"""By code of a finding or note."""
