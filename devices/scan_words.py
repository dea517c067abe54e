"""The scanner test in words: each setting, what is wrong with it, what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from devices.scan_judge import SETTINGS

if TYPE_CHECKING:
    from devices.scan_judge import Finding, Judged

Language = Literal["en", "zh_CN"]

SETTING_WORDS: dict[str, dict[str, str]] = {
    "read": {"en": "The whole code", "zh_CN": "条码完整"},
    "aim": {"en": "AIM identifier", "zh_CN": "AIM 标识符"},
    "prefix": {"en": "Nothing before it", "zh_CN": "无多余前缀"},
    "gs": {"en": "Group separator (GS)", "zh_CN": "组分隔符（GS）"},
    "suffix": {"en": "Suffix CR", "zh_CN": "后缀 CR"},
    "case": {"en": "Capitals and small letters", "zh_CN": "字母大小写"},
    "layout": {"en": "Keyboard layout", "zh_CN": "键盘布局"},
    "bits": {"en": "Letters beyond ASCII", "zh_CN": "非 ASCII 字符"},
    "once": {"en": "Sent once", "zh_CN": "只发送一次"},
}
"""The settings of :data:`devices.scan_judge.SETTINGS`."""

FINDING_WORDS: dict[str, dict[str, str]] = {
    "no-scan": {
        "en": "Nothing arrived. Check the cable and the interface (USB-CDC or keyboard), and "
        "switch this kind of code on.",
        "zh_CN": "未收到任何内容。请检查电缆和接口方式（USB-CDC 或键盘），并开启此码制的读取。",
    },
    "not-card": {
        "en": "This is no code of the test card, or its settings are unknown: {detail}. Scan the "
        "card again; then reset the scanner to its factory settings and begin anew.",
        "zh_CN": "这不是测试卡上的条码，或扫描枪设置无法识别：{detail}。"
        "请重新扫描测试卡；仍不行时，将扫描枪恢复出厂设置后重新开始。",
    },
    "cut-short": {
        "en": "Only part of the code arrived: {detail}. Switch off all that cuts or edits data; "
        " for a keyboard scanner set a longer pause between characters.",
        "zh_CN": "只收到条码的一部分：{detail}。请关闭扫描枪中所有截取或编辑数据的设置；"
        "键盘式扫描枪请加大字符间隔。",
    },
    "aim-missing": {
        "en": "The AIM identifier is missing. Switch on: transmit AIM code ID.",
        "zh_CN": "缺少 AIM 标识符。请在扫描枪上开启“发送 AIM Code ID”。",
    },
    "aim-other": {
        "en": "Another kind of code is named: {detail}. Switch GS1 formats on, and conversion and "
        "emulation of symbologies off.",
        "zh_CN": "扫描枪报告的码制不符：{detail}。请开启 GS1 格式，并关闭码制转换和仿真。",
    },
    "prefix-added": {
        "en": "Something stands before the code: {detail}. Remove the prefix at the scanner, or "
        "write it into the station file as prefix.",
        "zh_CN": "条码前有多余内容：{detail}。请在扫描枪上取消前缀，"
        "或在站点配置文件的 prefix 中写明。",
    },
    "gs-missing": {
        "en": "The separator is lost: two fields would run together. Switch on: transmit GS (0x1D, "
        "FNC1); for a keyboard scanner: send control characters as Ctrl keys.",
        "zh_CN": "分隔符丢失，两个字段会连在一起。请开启“发送 GS（0x1D，FNC1）”；"
        "键盘式扫描枪请开启“控制字符以 Ctrl 组合键发送”。",
    },
    "gs-spelled": {
        "en": "The separator arrives as {detail}. Set it to GS (0x1D) and remove its replacement; "
        "where that cannot be, list what arrives as gs in the station file.",
        "zh_CN": "分隔符以 {detail} 形式到达。请设为 GS（0x1D）并取消替换；"
        "无法设置时，在站点配置文件的 gs 中写明。",
    },
    "suffix-missing": {
        "en": "No suffix arrives, so nobody knows where a code ends. Set the suffix to CR (Enter).",
        "zh_CN": "没有后缀，无法判断条码何时结束。请将后缀设为 CR（回车）。",
    },
    "suffix-other": {
        "en": "The suffix is {detail}. Set it to CR (Enter) alone.",
        "zh_CN": "后缀为 {detail}。请将后缀设为单个 CR（回车）。",
    },
    "case-swapped": {
        "en": "Capitals and small letters are exchanged. Switch Caps Lock off, and the scanner's "
        "case conversion.",
        "zh_CN": "字母大小写颠倒。请关闭 Caps Lock，并关闭扫描枪的大小写转换。",
    },
    "case-upper": {
        "en": "Everything arrives in capitals. Switch the scanner's case conversion off.",
        "zh_CN": "字母全部变为大写。请关闭扫描枪的大小写转换。",
    },
    "case-lower": {
        "en": "Everything arrives in small letters. Switch the scanner's case conversion off.",
        "zh_CN": "字母全部变为小写。请关闭扫描枪的大小写转换。",
    },
    "layout-differs": {
        "en": "The scanner types for one keyboard, read as another: {detail}. Set both to the "
        "same country (layout in the station file), or use the scanner's serial mode (USB-CDC).",
        "zh_CN": "扫描枪的键盘布局与读取方不同：{detail}。请将两者设为同一国家/地区"
        "（站点配置文件中的 layout），或改用串口模式（USB-CDC）。",
    },
    "bits-lost": {
        "en": "Letters beyond ASCII are lost: {detail}. Set the line to 8 data bits, no parity. A "
        "keyboard cannot send them; codes of items and people do not need them.",
        "zh_CN": "非 ASCII 字符丢失：{detail}。请将串口设为 8 数据位、无校验。"
        "键盘方式无法发送这些字符；物料和人员条码不需要它们。",
    },
    "doubled": {
        "en": "One scan arrives twice. Switch off the scanner's second interface or its repeat.",
        "zh_CN": "一次扫描收到两遍。请关闭扫描枪的第二个接口或重复读取。",
    },
}
"""The findings of :data:`devices.scan_judge.FINDINGS`: what is wrong and what to change."""

_VERDICTS = {
    "right": {"en": "right", "zh_CN": "正确"},
    "wrong": {"en": "WRONG", "zh_CN": "错误"},
    "untested": {"en": "not tested by this code", "zh_CN": "此条码不检验"},
}


class Row(NamedTuple):
    """One setting after a scan, in one language."""

    setting: str
    name: str
    verdict: Literal["right", "wrong", "untested"]
    word: str
    """The verdict's word."""
    said: str
    """What is wrong and what to change; empty if nothing."""


def said(finding: Finding, language: Language) -> str:
    """A finding in words."""
    return FINDING_WORDS[finding.key][language].format(detail=finding.detail)


def rows(judged: Judged, language: Language) -> tuple[Row, ...]:
    """Every setting, in order, as one scan shows it."""
    wrong = {each.setting: said(each, language) for each in judged.findings}
    found = []
    for setting in SETTINGS:
        verdict: Literal["right", "wrong", "untested"] = "untested"
        if setting in wrong:
            verdict = "wrong"
        elif setting in judged.right:
            verdict = "right"
        name, word = SETTING_WORDS[setting][language], _VERDICTS[verdict][language]
        found.append(Row(setting, name, verdict, word, wrong.get(setting, "")))
    return tuple(found)
