"""Fonts for labels, found without fontconfig: Noto CJK where it is, else Pillow's own font."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageFont

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "C:/Windows/Fonts", "/Library/Fonts")
NAMES = {
    False: ("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "msyh.ttc"),
    True: ("NotoSansCJK-Bold.ttc", "NotoSansSC-Bold.otf", "msyhbd.ttc"),
}

_SIMPLIFIED_CHINESE = 2
"""Index of the SC face in Noto's CJK collections (JP, KR, SC, TC, HK)."""


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font of this height in dots that has Latin and Chinese where one is installed."""
    path = find(bold=bold)
    if path is None:
        return ImageFont.load_default(size)
    index = _SIMPLIFIED_CHINESE if path.name.startswith("NotoSansCJK") else 0
    return ImageFont.truetype(str(path), size, index=index)


@cache
def find(*, bold: bool = False, folders: tuple[str, ...] = FOLDERS) -> Path | None:
    """The font file, or None where none of the known ones is installed."""
    for folder in map(Path, folders):
        for name in NAMES[bold]:
            found = next(iter(sorted(folder.rglob(name))), None) if folder.is_dir() else None
            if found is not None:
                return found
    return None
