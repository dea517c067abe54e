"""What a verifier can find wrong with a whole log or an export of one: codes and their words."""

from __future__ import annotations

LOG_WORDS: dict[str, tuple[str, str]] = {
    "entry-changed": (
        "the record was changed: it does not have the leaf hash noted beside it",
        "记录已被改动：与其旁所记的叶哈希不符",
    ),
    "head-differs": (
        (
            "it is not what the station signed at {size}: one of the records #{first} to"
            " #{last} was changed, added, moved or removed"
        ),
        "与工位在 {size} 处所签名的不符：#{first} 至 #{last} 之间有改动、增添、移动或移除",
    ),
    "receipt-differs": (
        (
            "it is not what the server gave a receipt for at {size}: one of the records #{first} to"
            " #{last} was changed, added, moved or removed"
        ),
        "与服务器在 {size} 处所签回执不符：#{first} 至 #{last} 之间有改动、增添、移动或移除",
    ),
    "leaves-differs": (
        (
            "it is not what the server's log names up to {size}: one of the records #{first} to"
            " #{last} was changed, added, moved or removed"
        ),
        "与服务器日志至 {size} 处所列不符：#{first} 至 #{last} 之间有改动、增添、移动或移除",
    ),
    "seen-differs": (
        (
            "it is not what was seen outside at {size}: there are two histories, which part at"
            " one of #{first} to #{last}"
        ),
        "与外部所见的 {size} 处状态不符：存在两个历史，分歧位于 #{first} 至 #{last} 之间",
    ),
    "head-short": (
        "the log ends at {have}, but the station signed it at {size}: records are missing",
        "日志止于 {have}，而工位已在 {size} 处签名：有记录缺失",
    ),
    "receipt-short": (
        "the log ends at {have}, but the server gave a receipt at {size}: records are missing",
        "日志止于 {have}，而服务器已在 {size} 处签发回执：有记录缺失",
    ),
    "leaves-short": (
        "the log ends at {have}, but the server's log names {size} records: some are missing",
        "日志止于 {have}，而服务器日志列有 {size} 条记录：有记录缺失",
    ),
    "seen-short": (
        "the log ends at {have}, but it was seen outside at {size}: records are missing",
        "日志止于 {have}，而外部曾见其达到 {size}：有记录缺失",
    ),
    "head-beyond": (
        "the records from #{size} on are not covered by the station's signed head",
        "自 #{size} 起的记录未被工位已签名的日志头涵盖",
    ),
    "receipt": (
        "the receipt is not one of the known server for this log: {why}",
        "该回执不是已知服务器对该日志的回执：{why}",
    ),
    "order": ("it stands out of order: {why}", "次序错误：{why}"),
    "seen": (
        "the state remembered outside cannot be used: {why}",
        "外部所记的状态无法使用：{why}",
    ),
    "attachment-changed": (
        "the file named by the record is not the one recorded: {ref}",
        "该记录所引用的文件与所记录的不同：{ref}",
    ),
}
"""Every finding's words: English, Chinese."""
