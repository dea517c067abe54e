"""What is wrong with a station, and how to cure it: each check is one line. Changes nothing."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from forms.checkup import Finding, bad, good
from sync.faults import Fault
from sync.key_place import InFile
from sync.reserve import MIB
from terminal.enrol import KEY_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forms.checkup import State
    from terminal.config import StationConfig

FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
CHINESE = "NotoSansCJK*"
"""File of the kiosk's Chinese font, as Debian's fonts-noto-cjk brings it."""
SCREENS = ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM")
TIMES = 16
"""Below so many times the reserve a disk is named before it is full."""
SOON = timedelta(days=3)
_SHARED = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Around:
    """What the checks ask of the machine; a constructor's arguments, so that tests can say it."""

    now: datetime
    free: Callable[[], int]
    """Bytes free under the data directory."""
    clock: str
    """Time quality: ``synchronised``, ``free``, ``unknown``."""
    environment: Mapping[str, str]
    fonts: Sequence[Path] = FONTS


def look(config: StationConfig, around: Around) -> list[Finding]:
    """Every line about the machine that a station runs on."""
    return [
        _disk(config, around),
        _clock(around),
        _fonts(around),
        _display(around),
        _key(config),
        _mirror(config),
    ]


def faulty(check: str, fault: Fault) -> Finding:
    """A known failure, in its own words."""
    hint = fault.hint
    return bad(check, "broken", (str(fault), str(fault)), (hint["en"], hint["zh_CN"]))


def _disk(config: StationConfig, around: Around) -> Finding:
    free, reserve = around.free(), config.station.disk_reserve_mib * MIB
    said = (f"{free // MIB} MiB free.", f"剩余 {free // MIB} MiB。")
    if free >= TIMES * max(reserve, MIB):
        return good("disk", *said)
    cure = f"du -xh --max-depth=2 {config.data} | sort -h | tail"
    state: State = "attention" if free >= 2 * reserve else "broken"
    return bad("disk", state, said, (f"Free space; what takes it: {cure}", f"请清理空间：{cure}"))


def _clock(around: Around) -> Finding:
    if around.clock == "synchronised":
        return good("clock", "The clock is kept by a time source.", "时钟由时间源校准。")
    return bad(
        "clock", "attention",
        (f"Nothing is known to keep the clock ({around.clock}).",
         f"未发现校准时钟的时间源（{around.clock}）。"),
        ("timedatectl set-ntp true", "timedatectl set-ntp true"),
    )  # fmt: skip


def _fonts(around: Around) -> Finding:
    if any(next(place.rglob(CHINESE), None) for place in around.fonts if place.is_dir()):
        return good("fonts", "The Chinese font is installed.", "中文字体已安装。")
    return bad(
        "fonts", "broken",
        ("The Chinese font (Noto Sans CJK) is missing: Chinese shows as boxes.",
         "缺少中文字体（Noto Sans CJK）：中文将显示为方框。"),
        ("apt-get install fonts-noto-cjk", "apt-get install fonts-noto-cjk"),
    )  # fmt: skip


def _display(around: Around) -> Finding:
    named = [name for name in SCREENS if around.environment.get(name)]
    if named or sys.platform == "win32":
        shown = ", ".join(f"{name}={around.environment[name]}" for name in named) or "Windows"
        return good("display", f"{shown}.", f"{shown}。")
    return bad(
        "display", "attention",
        ("This session has no screen; the kiosk's own may have.",
         "当前会话没有屏幕；终端自身的会话可能有。"),
        ("Look from the kiosk's session: cage -- lotbook-terminal run --config station.toml",
         "请在终端会话中查看：cage -- lotbook-terminal run --config station.toml"),
    )  # fmt: skip


def _key(config: StationConfig) -> Finding:
    if not isinstance(config.key, InFile):
        return good("key", "It is on a token.", "密钥位于令牌。")
    path = config.data / KEY_FILE
    if not path.exists():
        return bad(
            "key", "broken",
            ("The station has no key yet.", "本工位尚无密钥。"),
            ("lotbook-terminal enrol --config station.toml",
             "lotbook-terminal enrol --config station.toml"),
        )  # fmt: skip
    mode = path.stat().st_mode
    if sys.platform != "win32" and mode & _SHARED:
        said = f"{mode & 0o777:o}"
        return bad(
            "key", "broken",
            (f"Others may read the key (mode {said}).", f"其他账户可读取密钥（权限 {said}）。"),
            (f"chmod 600 {path}", f"chmod 600 {path}"),
        )  # fmt: skip
    if not os.access(path, os.R_OK):
        return bad(
            "key", "broken",
            ("This account cannot read the key.", "当前账户无法读取密钥。"),
            ("Run the doctor as the kiosk's user.", "请以终端账户运行本检查。"),
        )  # fmt: skip
    return good("key", "Readable by its owner alone.", "仅其所有者可读。")


def _mirror(config: StationConfig) -> Finding:
    """The second memory of the newest head, best on another medium."""
    path = config.mirror
    if path is None:
        return bad(
            "mirror", "attention",
            ("The newest head is remembered on this disk only.", "最新日志头仅保存在同一磁盘。"),
            ('Name a file on another medium: mirror = "/media/second/station.head"',
             '请指定另一介质上的文件：mirror = "/media/second/station.head"'),
        )  # fmt: skip
    if path.parent.is_dir():
        return good("mirror", f"{path}.", f"{path}。")
    return bad(
        "mirror", "broken",
        (f"{path.parent} is not there.", f"{path.parent} 不存在。"),
        ("Plug the medium in, or correct mirror in station.toml.",
         "请插入该介质，或更正 station.toml 中的 mirror。"),
    )  # fmt: skip
