"""What ``lotbook-verify`` says of a journal or an export: what is proved, and what is not."""

from __future__ import annotations

SAYINGS: dict[str, tuple[str, str]] = {
    "unsound-log": ("NOT SOUND - {count} finding(s):", "不完好 - 发现 {count} 处问题："),
    "proved": ("Proved:", "已证明："),
    "not-proved-log": ("Not proved:", "不能证明："),
    "sound-journal": (
        "SOUND - journal of {origin}, {size} records",
        "完好 - 工位日志 {origin}，共 {size} 条记录",
    ),
    "journal-range": (
        (
            "{origin}: records #0 to #{last} are all here, in order, byte for byte as the station's"
            " key signed them (log of {size})."
        ),
        "{origin}：记录 #0 至 #{last} 齐全、有序，与工位密钥所签名的一致（日志共 {size} 条）。",
    ),
    "journal-signatures": (
        (
            "{count} electronic signature(s) belong to the records, person, meaning, time and words"
            " they name."
        ),
        "{count} 个电子签名与其所列的记录、人员、含义、时间和文本一一对应。",
    ),
    "journal-accepted": (
        "The server's signed receipts cover the first {size} records.",
        "服务器已签名的回执涵盖前 {size} 条记录。",
    ),
    "journal-files": (
        "{count} file(s) named by records are the ones recorded.",
        "记录所引用的 {count} 个文件与所记录的一致。",
    ),
    "journal-seen": (
        "The log continues the state remembered outside at {size}.",
        "该日志延续外部所记的 {size} 处状态。",
    ),
    "journal-witnessed": (
        (
            "This station verified the server's log at {checkpoint}: an export of the server must"
            " contain it."
        ),
        "本工位已验证服务器日志的状态 {checkpoint}：服务器的导出必须包含它。",
    ),
    "doubt-keys": (
        "that the keys in the keys file are the right ones: get them another way;",
        "密钥文件中的密钥是否正确：请通过其他途径取得；",
    ),
    "doubt-truth": (
        "that people and instruments told the truth;",
        "人员与仪器所记是否属实；",
    ),
    "doubt-clock": (
        "the exact time of a record: the order is proved, not the hour;",
        "记录的准确时刻：可证明的是先后次序，而非钟点；",
    ),
    "doubt-class": (
        "that a signer had the right to sign: the server's export says who had which class;",
        "签名人是否有权签署：各人职责见服务器的导出；",
    ),
    "doubt-unaccepted": (
        "that the server knows the records from #{size} on: there is no receipt for them;",
        "服务器是否已知自 #{size} 起的记录：没有相应回执；",
    ),
    "doubt-tail": (
        (
            "that the log did not go on beyond {size}: compare a label or a head known from outside"
            " (--seen);"
        ),
        "日志在 {size} 之后是否还有记录：请与标签或外部已知的日志头比对（--seen）；",
    ),
    "doubt-heads": (
        "the log head that {count} signature(s) name: it lies too far back to be looked up;",
        "{count} 个签名所引用的日志头：距今过远，未能核对；",
    ),
    "doubt-files": (
        "the photos and files that records name: they did not come along.",
        "记录所引用的照片与文件：未随附。",
    ),
}
"""Every sentence: English, Chinese."""
