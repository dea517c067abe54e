"""What ``lotbook-verify`` says of a sound pack: what is proved, and what is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sync.verify import Report

_SAYINGS: dict[str, tuple[str, str]] = {
    "sound": (
        "SOUND - job order {job}, lot {lot}",
        "完好 - 生产工单 {job}，批号 {lot}",
    ),
    "unsound": (
        "NOT SOUND - {count} finding(s):",
        "不完好 - 发现 {count} 处问题：",
    ),
    "freeze": (
        "It is the evidence set frozen for {freeze}, all of it, as it was signed then.",
        "这正是为 {freeze} 冻结的证据集，完整且与当时所签署的一致。",
    ),
    "sound-recall": (
        "SOUND - recall case {job}, lot {lot}",
        "完好 - 召回 {job}，批号 {lot}",
    ),
    "recall": (
        "All {count} steps that the case had when the server's log had {size} entries are here.",
        "服务器日志达到 {size} 条时该案共有的 {count} 个步骤齐全。",
    ),
    "proved": ("Proved:", "已证明："),
    "not-proved": ("Not proved by this pack:", "本证据包不能证明："),
    "range": (
        (
            "{origin}: records #{first} to #{last} are all here, in order, byte for byte as the"
            " station's key signed them (log of {size})."
        ),
        (
            "{origin}：记录 #{first} 至 #{last} 齐全、有序，与工位密钥所签名的字节完全一致"
            "（日志共 {size} 条）。"
        ),
    ),
    "signatures": (
        (
            "{count} electronic signature(s) belong to exactly the records, person, meaning, time"
            " and"
            " words they name."
        ),
        "{count} 个电子签名与其所列的记录、人员、含义、时间和文本一一对应。",
    ),
    "release": (
        (
            "The signed release decision was made about exactly the job's records the server held"
            " before it."
        ),
        "已签名的放行决定所针对的正是此前服务器所持有的该工单全部记录。",
    ),
    "attachments": (
        "{count} attachment(s) and every work master named are the ones recorded.",
        "{count} 个附件及所引用的工艺规程与记录一致。",
    ),
    "checkpoint": (
        "The server's signed log holds every record: {checkpoint}.",
        "服务器已签名的日志包含每一条记录：{checkpoint}。",
    ),
    "witnesses": (
        "That log state was also signed by: {names}.",
        "该日志状态另由下列见证方签名：{names}。",
    ),
    "stamped": (
        "An authority's clock: that log state existed at {at} (RFC 3161 time stamp).",
        "授时机构的时钟：该日志状态在 {at} 时已存在（RFC 3161 时间戳）。",
    ),
    "file": (
        "The file is, to the last byte, what the server exported and signed, the PDF included.",
        "文件（含 PDF）与服务器导出并签名的内容逐字节一致。",
    ),
    "keys": (
        "that the keys in the keys file are the right ones: get them another way than the pack;",
        "密钥文件中的密钥是否正确：请通过证据包以外的途径取得；",
    ),
    "truth": (
        (
            "that people and instruments told the truth, or that the rules of the work were kept:"
            " read the batch record;"
        ),
        "人员与仪器所记是否属实、是否遵守作业规则：请阅读批生产记录；",
    ),
    "clock": (
        "the exact time of a record: it is the station's clock; the order is proved, not the hour;",
        "记录的准确时刻：时间来自工位时钟；可证明的是先后次序，而非钟点；",
    ),
    "outside": (
        "that no station kept back records outside the ranges above.",
        "是否有工位扣留了上述范围之外的记录。",
    ),
    "later": (
        "that the case had no further step when the log was longer: ask for a newer pack;",
        "日志更长时该案没有新的步骤：请索取更新的证据包；",
    ),
    "no-witness": (
        (
            "that the server shows everyone the same log: no witness of the keys file has signed"
            " this"
            " checkpoint;"
        ),
        "服务器向所有人出示的是同一日志：密钥文件中无见证方签署此检查点；",
    ),
    "no-release": (
        "that the lot is released: no signed release decision is among the records;",
        "该批次已放行：记录中没有已签名的放行决定；",
    ),
    "pdf": (
        (
            "that the PDF says what the records say: the server wrote it and only its signature"
            " covers it; the records count;"
        ),
        "PDF 内容与记录一致：PDF 由服务器生成，仅由其签名涵盖；以记录为准；",
    ),
    "continued": (
        (
            "The server's log was gone on with after a loss, under the name {log}: two persons"
            " decided so, and what it lost before that is in no log."
        ),
        "服务器日志在丢失后以新名称继续：{log}。由两人决定；此前丢失的内容不在任何日志中。",
    ),
    "components": (
        (
            "how a signer proved who they are (badge, secret): the station says so, their key binds"
            " the rest;"
        ),
        "签名人如何证明身份（胸卡、密码）：由工位记录，个人密钥所约束的是其余内容；",
    ),
    "stamp-unchecked": (
        "since when the log state exists: a time stamp is in the pack, give its authority (--tsa);",
        "日志状态自何时起存在：证据包含时间戳，请提供授时机构证书（--tsa）；",
    ),
    "keys-unplaced": (
        (
            "from which record on {count} more key(s) of these stations hold: the pack shows no"
            " such change of key, the server's export does;"
        ),
        "这些工位另有 {count} 个密钥自哪条记录起有效：证据包中无此更换，见服务器的导出；",
    ),
    "conceded": (
        "Found about records that two persons, one of quality, accepted as they are by concession:",
        "以下记录有问题，已由两人（其中一人为质量人员）以让步方式接收：",
    ),
    "aside": (
        "Found about signatures that no release of this lot rests on; they count for nothing:",
        "以下签名有问题，但本批次的放行并不以其为依据；这些签名不计入：",
    ),
    "class": (
        (
            "which of their classes {count} signer(s) signed in: an older form of signature, which"
            " does not bind it;"
        ),
        "{count} 个签名所用的是签名人的哪一项职责：较旧的签名格式未约束此项；",
    ),
}  # fmt: skip


def say(code: str, language: str, **params: object) -> str:
    """One sentence, in ``en`` or ``zh_CN``."""
    return _SAYINGS[code][language == "zh_CN"].format(**params)


def proved(report: Report, language: str) -> list[str]:
    """What a sound report proves, a sentence each."""
    lines = [
        say("range", language, origin=one.origin, first=one.first, last=one.last, size=one.size)
        for one in report.ranges
    ]
    if report.freeze:
        lines.append(say("freeze", language, freeze=report.freeze))
    if report.steps:
        size = report.checkpoint.split(" ")[1]
        lines.append(say("recall", language, count=report.steps, size=size))
    lines.append(say("signatures", language, count=report.signatures))
    if report.releases:
        lines.append(say("release", language))
    lines.append(say("attachments", language, count=report.attachments))
    lines.append(say("checkpoint", language, checkpoint=report.checkpoint))
    log = report.checkpoint.partition(" ")[0]
    if re.fullmatch(r".+/(?!1$)[1-9][0-9]*", log):
        lines.append(say("continued", language, log=log))
    if report.witnesses:
        lines.append(say("witnesses", language, names=", ".join(sorted(set(report.witnesses)))))
    if report.stamped_at:
        lines.append(say("stamped", language, at=report.stamped_at))
    lines.append(say("file", language))
    return lines


def not_proved(report: Report, language: str) -> list[str]:
    """What even a sound report does not prove, a sentence each."""
    codes = ["keys", "truth", "pdf", "components", "clock"]
    codes += [] if report.witnesses else ["no-witness"]
    codes += [] if report.releases or report.steps else ["no-release"]
    codes += ["later"] if report.steps else []
    lines = [say(code, language) for code in codes]
    if report.stamped and not report.stamped_at:
        lines.append(say("stamp-unchecked", language))
    if report.unplaced:
        lines.append(say("keys-unplaced", language, count=report.unplaced))
    lines += [say("class", language, count=report.unbound)] if report.unbound else []
    return [*lines, say("outside", language)]


def as_text(report: Report, language: str) -> str:
    """The whole report for a person."""
    if not report.sound:
        lines = [say("unsound", language, count=len(report.findings))]
        lines += [f"  x {one.words(language)}" for one in report.findings]
        return "\n".join(lines + _aside(report, language))
    sound = "sound-recall" if report.steps else "sound"
    lines = [say(sound, language, job=report.job, lot=report.lot), say("proved", language)]
    lines += [f"  + {line}" for line in proved(report, language)]
    lines += [say("not-proved", language)]
    lines += [f"  - {line}" for line in not_proved(report, language)]
    return "\n".join(lines + _aside(report, language))


def _aside(report: Report, language: str) -> list[str]:
    """What was found about records accepted by concession, or that no release rests on."""
    lines: list[str] = []
    for code, found in (("conceded", report.conceded), ("aside", report.aside)):
        lines += [say(code, language)] if found else []
        lines += [f"  ! {one.words(language)}" for one in found]
    return lines


def as_body(report: Report) -> dict[str, Any]:
    """The whole report for a program."""
    return {
        "exit": 0 if report.sound else 1,
        "job": report.job,
        "lot": report.lot,
        "findings": [one.body() for one in report.findings],
        "conceded": [one.body() for one in report.conceded],
        "aside": [one.body() for one in report.aside],
        "records": report.records,
        "signatures": report.signatures,
        "releases": report.releases,
        "attachments": report.attachments,
        "steps": report.steps,
        "checkpoint": report.checkpoint,
        "witnesses": list(report.witnesses),
        "stamped_at": report.stamped_at,
        "proved": proved(report, "en") if report.sound else [],
        "not_proved": not_proved(report, "en"),
    }
