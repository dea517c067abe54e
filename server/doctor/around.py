"""What surrounds the server on its machine: its port, its folder's mode, fonts, second media."""

from __future__ import annotations

import socket
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from forms.checkup import Finding, bad, good
from server.mirrors import FILE, read_mirrors
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
CHINESE = "NotoSansCJK*"
"""File of the font of Chinese batch records, as Debian's fonts-noto-cjk brings it."""
_SHARED = stat.S_IRWXG | stat.S_IRWXO


def look(folder: Path, fonts: Sequence[Path] = FONTS) -> list[Finding]:
    """Every line; nothing is written."""
    return [_folder(folder), _fonts(fonts), *_mirrors(folder)]


def port(host: str, number: int, *, runs: bool | None) -> Finding:
    """Whether somebody else has the port; ``runs``: this very server does; None: not known."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, number))
        except OSError as error:
            why = error.strerror or str(error)
        except OverflowError as error:  # no port has such a number
            why = str(error)
        else:
            why = ""
    taken = bool(why)
    if runs is None or taken == runs:
        said = "answers" if taken else "free"
        return good(
            "port",
            f"{host}:{number}: {said}.",
            f"{host}:{number}：{'已占用' if taken else '空闲'}。",
        )
    if runs:
        return bad(
            "port", "attention",
            (f"The server runs, and not on {host}:{number}.",
             f"服务器在运行，但不在 {host}:{number}。"),
            ("ss -ltnp shows where it listens; give that with --port.",
             "ss -ltnp 可查看其监听端口；请用 --port 指定。"),
        )  # fmt: skip
    return bad(
        "port", "broken",
        (f"{host}:{number} cannot be had: {why}", f"{host}:{number} 无法使用：{why}"),
        (f"ss -ltnp 'sport = :{number}' names who has it; end it or run with another --port.",
         f"ss -ltnp 'sport = :{number}' 可查出占用者；请结束它，或以其他 --port 运行。"),
    )  # fmt: skip


def _folder(folder: Path) -> Finding:
    mode = folder.stat().st_mode if folder.exists() else 0
    if sys.platform == "win32" or not mode & _SHARED:
        return good("data folder", "Its owner's alone.", "仅其所有者可访问。")
    return bad(
        "data folder", "attention",
        (f"Others may look into it (mode {mode & 0o777:o}).",
         f"其他账户可进入（权限 {mode & 0o777:o}）。"),
        (f"chmod 700 {folder}", f"chmod 700 {folder}"),
    )  # fmt: skip


def _fonts(places: Sequence[Path]) -> Finding:
    if any(next(place.rglob(CHINESE), None) for place in places if place.is_dir()):
        return good("fonts", "The Chinese font is installed.", "中文字体已安装。")
    return bad(
        "fonts", "broken",
        ("The Chinese font (Noto Sans CJK) is missing: batch records in Chinese show boxes.",
         "缺少中文字体（Noto Sans CJK）：中文批记录将显示为方框。"),
        ("apt-get install fonts-noto-cjk", "apt-get install fonts-noto-cjk"),
    )  # fmt: skip


def _mirrors(folder: Path) -> list[Finding]:
    """The media on which the newest checkpoint is remembered once more."""
    try:
        named = read_mirrors(folder / FILE)
    except Refusal as refusal:
        return [bad("mirror", "broken", (refusal.words("en"), refusal.words("zh_CN")),
                    (refusal.hint("en"), refusal.hint("zh_CN")))]  # fmt: skip
    if not named:
        return [
            bad(
                "mirror", "attention",
                ("The newest checkpoint is remembered on this disk only.",
                 "最新检查点仅保存在本磁盘。"),
                ("Name a file on another medium in mirror.toml, see docs/guides/administrator.md.",
                 "请在 mirror.toml 中指定另一介质上的文件，见 docs/guides/administrator.md。"),
            )
        ]  # fmt: skip
    return [_mirror(path) for path in named]


def _mirror(path: Path) -> Finding:
    if path.parent.is_dir():
        return good(f"mirror {path}", "Its medium is there.", "介质在位。")
    return bad(
        f"mirror {path}", "broken",
        ("Its medium is not there.", "介质不在位。"),
        (f"Mount it at {path.parent}, or correct mirror.toml; then restart the server.",
         f"请将其挂载于 {path.parent}，或更正 mirror.toml；然后重启服务器。"),
    )  # fmt: skip
