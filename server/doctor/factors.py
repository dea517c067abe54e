"""Whether the second factors kept here open with this folder's own secret.

They are closed with ``machine.secret``, which is in no backup. With signing keys in files another
secret is noticed at once, for it does not open those either; with keys on a token, and in the
folder of each further server, only people at the door would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.checkup import Finding, bad, good
from server.own_keys import SECRET
from server.people.factors import unreadable
from server.people.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from server.store.protocol import Store

MOST_NAMED = 10
_CHECK = "second factors"


def look(store: Store, folder: Path) -> Finding:
    """One line; nothing is written."""
    count = store.count("factors")
    shut = unreadable(store, Vault(_secret(folder), bytes)) if count else []
    if not shut:
        return good(
            _CHECK, f"{count}, all open with {SECRET}.", f"{count} 个，均可用 {SECRET} 打开。"
        )
    named = ", ".join(shut[:MOST_NAMED]) + (", …" if len(shut) > MOST_NAMED else "")
    said = (
        f"{len(shut)} of {count} do not open with this folder's {SECRET}: {named}.",
        f"{count} 个中有 {len(shut)} 个无法用本目录的 {SECRET} 打开：{named}。",
    )
    return bad(_CHECK, "broken", said, _cure(folder))


def _cure(folder: Path) -> tuple[str, str]:
    how = f"lotbook-server people reset-factor PERSON --document … --checked-by … --data {folder}"
    en = (
        f"Put the {SECRET} they were made with into {folder} and start again. If it is lost, stop "
        f"the server, and two persons reset each: {how}"
    )
    zh = f"请将原 {SECRET} 放入 {folder} 后重新启动。若已丢失，请停止服务器，由两人逐一重置：{how}"
    return en, zh


def _secret(folder: Path) -> bytes:
    """None there opens nothing."""
    path = folder / SECRET
    return path.read_bytes() if path.is_file() else b""
