"""What a verifier can find wrong with a server's whole content: codes and their words."""

from __future__ import annotations

EXPORT_WORDS: dict[str, tuple[str, str]] = {
    "leaf-changed": (
        "the leaf was changed: the stored tree has another hash for it",
        "该叶节点已被改动：已存的树中其哈希不同",
    ),
    "leaf-unreadable": ("the leaf cannot be read: {why}", "该叶节点无法读取：{why}"),
    "leaf-index": (
        (
            "the server's log names this record where #{next} of that station must come: leaves are"
            " missing, moved or doubled"
        ),
        "服务器日志在应为该工位 #{next} 之处列出此记录：有叶节点缺失、移动或重复",
    ),
    "checkpoint-differs": (
        (
            "it is not what the server signed at {size}: one of the leaves {first} to {last} was"
            " changed, added, moved or removed"
        ),
        "与服务器在 {size} 处所签名的不符：叶节点 {first} 至 {last} 之间有改动、增添、移动或移除",
    ),
    "checkpoint-short": (
        "the log ends at {have}, but the server signed it at {size}: leaves are missing",
        "日志止于 {have}，而服务器已在 {size} 处签名：有叶节点缺失",
    ),
    "checkpoint-beyond": (
        "the leaves from {size} on are not covered by a checkpoint that the server signed",
        "自 {size} 起的叶节点未被服务器已签名的检查点涵盖",
    ),
    "leaves-beyond": (
        "the records from #{size} on have no leaf in the server's log",
        "自 #{size} 起的记录在服务器日志中没有叶节点",
    ),
    "receipt-leaves": (
        "the receipt names the leaves {where}, which are not those of its records",
        "回执所列叶节点 {where} 并非其所涵盖记录的叶节点",
    ),
    "station-missing": (
        "the keys file knows the station {name}, the server's log has never heard of it",
        "密钥文件列有工位 {name}，而服务器日志中从未出现",
    ),
    "log-missing": (
        "the log of the enrolled station {name} is missing",
        "已登记工位 {name} 的日志缺失",
    ),
    "statement": ("the statement cannot be understood: {why}", "该声明无法理解：{why}"),
    "statement-signers": (
        "the statement needs {needed} different signers, and has {found}",
        "该声明需要 {needed} 名不同的签署人，实有 {found} 名",
    ),
    "statement-by": (
        "the signature of {name} under the statement does not hold",
        "{name} 在该声明下的签名不成立",
    ),
    "statement-revoked": (
        "{name} signed the statement without being active any more",
        "{name} 签署该声明时已被停用",
    ),
    "revoked": (
        "the server took it after the station's key was revoked from #{first} on",
        "工位密钥自 #{first} 起已吊销，服务器其后仍接收了该记录",
    ),
    "master-twice": (
        "the work master {name} was approved with two different contents",
        "工艺规程 {name} 以两种不同内容获批",
    ),
    "branch-missing": (
        "the server's log tells of a second history of {name}, which is not here",
        "服务器日志提到 {name} 的第二历史，但此处没有",
    ),
    "branch-unstated": (
        "the second history of {name} is not the one that the server's log tells of",
        "{name} 的第二历史并非服务器日志所述",
    ),
    "branch-differs": (
        "the second history of {name} is not what its station signed at {size}",
        "{name} 的第二历史与其工位在 {size} 处所签名的不符",
    ),
    "esign-stranger": (
        "{name} was not enrolled when the signature arrived",
        "签名到达时 {name} 尚未登记",
    ),
    "esign-revoked": (
        "{name} had been revoked when the signature arrived",
        "签名到达时 {name} 已被停用",
    ),
    "esign-key": (
        "{name} signed with a key that did not hold any more, or not yet, when it arrived",
        "{name} 签名所用的密钥在签名到达时已不再有效或尚未生效",
    ),
    "revocation-differs": (
        (
            "it is not the log up to {size} that the revocation names as valid: one of the records"
            " #{first} to #{last} was changed, added, moved or removed"
        ),
        "与吊销声明所列至 {size} 处的日志不符：#{first} 至 #{last} 之间有改动、增添、移动或移除",
    ),
    "revocation-short": (
        "the log ends at {have}, but its revocation names {size} valid records: some are missing",
        "日志止于 {have}，而吊销声明列有 {size} 条有效记录：有记录缺失",
    ),
    "esign-class": (
        "{name} signed in a class that {name} did not have",
        "{name} 以其不具备的职责签名",
    ),
    "esign-name": (
        "the printed name is not the one that {name} was enrolled with",
        "签名所示姓名并非 {name} 登记的姓名",
    ),
    "extract": (
        "it is not what the leaves of the log say (leaf {position})",
        "与日志叶节点所述不符（叶节点 {position}）",
    ),
    "database": ("the database file is damaged: {why}", "数据库文件已损坏：{why}"),
    "recovery": (
        "the log is shorter than, or other than, the last checkpoint remembered beside it",
        "日志短于或不同于其旁所记的最新检查点",
    ),
    "cell": (
        "the column {name} of {key} is empty, or holds no such value",
        "{key} 的 {name} 列为空，或不是应有的值",
    ),
    "column": (
        "the column {name} of {key} is not what the signed bytes say",
        "{key} 的 {name} 列与已签名的字节不符",
    ),
    "tile": (
        "the tile {place} was changed or is missing",
        "哈希块 {place} 已被改动或缺失",
    ),
    "document": (
        "the document {name} ({kind}) does not have the digest it is kept under",
        "文件 {name}（{kind}）与其摘要不符",
    ),
    "document-missing": (
        "the document {name} that the log names ({kind}) is not there",
        "日志所指的文件 {name}（{kind}）不存在",
    ),
    "pack-row": (
        "the work pack {name} is not one that this server signed: {why}",
        "作业包 {name} 并非本服务器所签署：{why}",
    ),
    "file": (
        "the attachment {name} is missing on the disk, or damaged",
        "附件 {name} 在磁盘上缺失或已损坏",
    ),
    "projection": (
        "the row {key} is not what the log folds to: rebuild",
        "{key} 行与由日志重算的结果不符：请重建",
    ),
}
"""Every finding's words: English, Chinese."""
