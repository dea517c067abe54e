"""The console's words about accepting a record by concession, in both languages."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "concession": ("Accept by concession", "让步接收"),
    "concession_help": (
        (
            "This record failed its signature check and stands against the release. It may be "
            "accepted as it is by two persons: quality with a reason, then a supervisor or quality,"
            " another person. The record itself counts for nothing and is not changed."
        ),
        (
            "本记录未通过签名验证，阻止放行。可由两人按原样让步接收：质量人员说明原因，再由另一人（班组长或质量人员）审核。"
            "记录本身不计入，也不作更改。"
        ),
    ),
    "record_word": ("Record", "记录"),
    "signed_first": ("Signed already by", "已签署"),
    "to_concession": ("Read what will be signed", "查看将签署的内容"),
    "to_second": ("Review as the second person", "作为第二人审核"),
    "sign_concession": ("Sign: accept by concession", "签署：让步接收"),
    "sign_second": ("Sign: reviewed", "签署：已审核"),
}
"""Merged into :func:`server.console.texts.texts`."""
