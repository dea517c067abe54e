"""What a verifier can find wrong: codes, and their words in two languages."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.findings_export import EXPORT_WORDS
from sync.findings_log import LOG_WORDS

PACK_WORDS: dict[str, tuple[str, str]] = {
    "changed-file": (
        "the file was changed: byte {offset} is not as a pack is written",
        "文件已被改动：第 {offset} 字节与证据包的唯一写法不符",
    ),
    "changed": (
        "its bytes do not have the digest the manifest names",
        "内容与清单所列摘要不符",
    ),
    "missing": ("it is listed, but missing from the pack", "清单已列出，但证据包中缺失"),
    "foreign": ("it is not listed in the manifest: foreign", "清单未列出：外来文件"),
    "manifest": ("the manifest cannot be read: {why}", "清单无法读取：{why}"),
    "manifest-signature": (
        "the manifest is not signed by a server key of the keys file",
        "清单未由密钥文件中的服务器密钥签名",
    ),
    "no-key": (
        "the keys file holds no {purpose} key for {name}",
        "密钥文件中没有 {name} 的{purpose}密钥",
    ),
    "head": (
        "the log's head is not signed by the station's key, or not of this log: {why}",
        "日志头未由该工位密钥签名，或不属于该日志：{why}",
    ),
    "head-key": (
        "the log's head at {size} is signed by a key of the station that does not hold there",
        "{size} 处的日志头由该工位在此处无效的密钥签名",
    ),
    "rotation-differs": (
        "the log of {name} does not hold the change of key that is stated for #{index}",
        "{name} 的日志中没有所声明的 #{index} 处密钥更换",
    ),
    "revoked-beyond": (
        "it lies beyond its station's revocation: only what is below #{first} counts",
        "位于该工位密钥吊销界限之外：仅 #{first} 之前的记录有效",
    ),
    "revoked-root": (
        "the log up to {size} is not the one that the revocation names as valid",
        "至 {size} 处的日志并非吊销声明所列的有效日志",
    ),
    "not-in-log": (
        "it is not in the signed log of its station: changed, moved or re-signed",
        "不在其工位的已签名日志中：被改动、移动或重新签名",
    ),
    "misplaced": (
        "the entry says it is {says}: moved here from another place",
        "该记录自述为 {says}：系从别处移来",
    ),
    "unreadable": ("it cannot be read: {why}", "无法读取：{why}"),
    "hole": ("the record is missing: the range has a hole", "记录缺失：序列中有缺口"),
    "no-leaf": (
        "the server's log holds no leaf for this record",
        "服务器日志中没有该记录的叶节点",
    ),
    "leaf": (
        "the leaf is not in the server's signed checkpoint",
        "该叶节点不在服务器已签名的检查点中",
    ),
    "leaf-differs": (
        "the server's log names another content for this record",
        "服务器日志中该记录的内容不同",
    ),
    "leaf-order": (
        "the server accepted it before an earlier record of the same station",
        "服务器先于同一工位的更早记录接收了它",
    ),
    "checkpoint": (
        "the checkpoint is not signed by a server key of the keys file: {why}",
        "检查点未由密钥文件中的服务器密钥签名：{why}",
    ),
    "recall-step": (
        "it says that it is step {says} of its case, and is the {number}th here: one was left out",
        "该步骤自述为本案第 {says} 步，此处却是第 {number} 步：有步骤被抽去",
    ),
    "recall-steps": (
        "the manifest says {says} (steps / size of the log), and here are {found}",
        "清单所述为 {says}（步骤数、日志条数），此处为 {found}",
    ),
    "freeze": (
        "the frozen evidence set cannot be read: {why}",
        "冻结的证据集无法读取：{why}",
    ),
    "freeze-leaf": (
        "no leaf of the server's log names this evidence set",
        "服务器日志中没有指明该证据集的叶节点",
    ),
    "freeze-signature": (
        "the leaf that names this evidence set is not signed by whom it says",
        "指明该证据集的叶节点并非由其所称人员签名",
    ),
    "freeze-records": (
        "of {origin} the set names {count} records: one of them is missing or another",
        "该证据集列有 {origin} 的 {count} 条记录：其中有缺失或不符",
    ),
    "timestamp": (
        "the time stamp over the checkpoint does not hold by the authority given: {why}",
        "检查点的时间戳按所给授时机构证书不成立：{why}",
    ),
    "cosignature": (
        "the cosignature of {name} over the checkpoint is wrong",
        "{name} 对检查点的联合签名错误",
    ),
    "esign": (
        "the electronic signature of {name} does not belong to what it claims to sign",
        "{name} 的电子签名与其所声明的签名内容不符",
    ),
    "esign-form": ("the signature record lacks {why}", "签名记录缺少 {why}"),
    "esign-covers": (
        "the signature covers a record that is not in the pack: {ref}",
        "签名所涵盖的记录不在证据包中：{ref}",
    ),
    "esign-root": (
        "the signature's root is not that of the records it names",
        "签名的根与其所列记录不符",
    ),
    "esign-head": (
        "the signature names a log head that is not its own log's, or lies after it",
        "签名引用的日志头不属于其所在日志，或位于其之后",
    ),
    "esign-twice": (
        "the same electronic signature stands in an earlier record: copied",
        "同一电子签名已出现在更早的记录中：系复制",
    ),
    "release-count": (
        "the release judged {says} records, the pack holds {found} before it",
        "放行时审核了 {says} 条记录，证据包中此前有 {found} 条",
    ),
    "release-root": (
        "the release was given for other records: its root does not match",
        "放行所针对的是其他记录：根不匹配",
    ),
    "lot-differs": (
        "it is not about lot {lot}, which the manifest names",
        "它与清单所列批号 {lot} 不符",
    ),
    "no-records": (
        "no record of job order {job} is in the pack",
        "证据包中没有生产工单 {job} 的任何记录",
    ),
    "attachment": ("the record names a file that is missing: {ref}", "记录所引用的文件缺失：{ref}"),
    "master": ("the work master it was made by is missing: {ref}", "所依据的工艺规程缺失：{ref}"),
    "digest-name": ("its bytes do not have the digest in its name", "内容与其名称中的摘要不符"),
    "key-differs": (
        "the statement names another key for {name} than the keys file",
        "该声明中 {name} 的密钥与密钥文件不同",
    ),
}
"""Every finding's words about a pack: English, Chinese."""

WORDS = PACK_WORDS | LOG_WORDS | EXPORT_WORDS
"""Every finding's words: English, Chinese."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: with which member, which record, and what."""

    code: str
    member: str
    params: dict[str, str] = field(default_factory=dict)
    origin: str = ""
    index: int | None = None
    kind: str = ""
    who: str = ""

    def words(self, language: str) -> str:
        """One line for a person, in ``en`` or ``zh_CN``."""
        english, chinese = WORDS[self.code]
        text = (chinese if language == "zh_CN" else english).format(**self.params)
        return f"{self.place(language)}: {text}"

    def place(self, language: str) -> str:
        """The record (origin, index, kind, who) if it is one, and the member's name."""
        if self.index is None:
            return self.member or {"zh_CN": "（文件末尾）"}.get(language, "(end of the file)")
        parts = [f"{self.origin} #{self.index}", self.kind, self.who, f"[{self.member}]"]
        return " ".join(part for part in parts if part)

    def body(self) -> dict[str, object]:
        """All of it for a program."""
        return {
            "code": self.code,
            "member": self.member,
            "origin": self.origin,
            "index": self.index,
            "kind": self.kind,
            "who": self.who,
            "params": self.params,
            "words": self.words("en"),
        }
