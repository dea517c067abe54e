"""Cards to print: badges (Code 128), and the command sheet for hands with only a scanner."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from devices.fonts import font
from devices.label import code128_png, matrix_png
from terminal.intents import KEY, command
from terminal.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DOTS_PER_MM = 12
CARD = (86 * DOTS_PER_MM, 54 * DOTS_PER_MM)
"""ID-1, like a bank card."""
SHEET = (210 * DOTS_PER_MM, 297 * DOTS_PER_MM)
DPI = DOTS_PER_MM * 25.4
CODE = 240
"""Height kept for a code, so that the words under a row stand on one line."""
KEYS = (*"0123456789", ".", "ok", "clear", "back")
ACTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("confirm", "confirm-yes", (("answer", "yes"),)),
    ("confirm", "confirm-no", (("answer", "no"),)),
    ("accept_reading", "accept-reading", ()),
    ("type_value", "type-value", ()),
    ("inspect", "inspect-pass", (("outcome", "pass"),)),
    ("inspect", "inspect-fail", (("outcome", "fail"),)),
    ("take_photo", "take-photo", ()),
    ("print_label", "print-label", ()),
    ("read_label", "read-label", ()),
    ("label_absent", "label-absent", ()),
    ("next", "next", ()),
    ("raise_nonconformity", "raise-nonconformity", ()),
    ("sign", "sign", ()),
    ("overview", "overview", ()),
    ("back", "back", ()),
    ("help", "help", ()),
    ("rig", "rig", ()),
    ("sign_out", "sign-out", ()),
)
"""Intent, text key, parameters: what the command sheet holds beside the digits."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose badge it is."""

    name: str
    badge: str
    """The badge's code, ``LB:ID:…``; known only when it is issued."""
    role: str = ""


def badge_card(holder: Holder) -> Image.Image:
    """A badge: name, role, Code 128."""
    image = Image.new("L", CARD, 255)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((4, 4, CARD[0] - 5, CARD[1] - 5), 40, outline=0, width=4)
    draw.text((60, 50), "LOTBOOK", font=font(36, bold=True), fill=0)
    draw.text((60, 130), holder.name, font=font(72, bold=True), fill=0)
    draw.text((60, 230), holder.role, font=font(44), fill=0)
    code = Image.open(io.BytesIO(code128_png(holder.badge, caption=" ")))
    code.thumbnail((CARD[0] - 80, 300))
    image.paste(code, ((CARD[0] - code.width) // 2, CARD[1] - code.height - 20))
    return image


def command_sheet(language: str) -> Image.Image:
    """Digits and actions as DataMatrix codes with their words, on one A4 page."""
    words = Words(language)
    image = Image.new("L", SHEET, 255)
    draw = ImageDraw.Draw(image)
    draw.text(
        (120, 90), f"Lotbook · {words('card-command-sheet')}", font=font(80, bold=True), fill=0
    )
    draw.text((120, 230), words("card-digits"), font=font(52), fill=0)
    cells = [(_key_word(key, words), f"{KEY}{key.upper()}") for key in KEYS]
    below = _grid(image, cells, 310)
    draw.text((120, below), words("card-actions"), font=font(52), fill=0)
    actions = [(words(f"action-{key}"), command(name, params)) for name, key, params in ACTIONS]
    _grid(image, actions, below + 80)
    return image


def _key_word(key: str, words: Words) -> str:
    return {"ok": words("action-ok"), "clear": "C", "back": "←"}.get(key, key)


def _grid(image: Image.Image, cells: list[tuple[str, str]], top: int) -> int:
    """Draw code and word, five in a row, well apart; where it ends."""
    draw = ImageDraw.Draw(image)
    across, wide, high = 5, (SHEET[0] - 240) // 5, 400
    for at, (word, text) in enumerate(cells):
        x, y = 120 + at % across * wide, top + at // across * high
        code = Image.open(io.BytesIO(matrix_png(text, scale=10)))
        image.paste(code, (x, y + CODE - code.height))
        draw.text((x + 20, y + CODE + 4), word, font=font(40, bold=True), fill=0)
    return top + -(-len(cells) // across) * high + 20


def write_cards(out: Path, holders: Iterable[Holder]) -> list[Path]:
    """Badges as PNG, the command sheets in both languages, and all of it as one PDF."""
    out.mkdir(parents=True, exist_ok=True)
    pages: list[Image.Image] = []
    written: list[Path] = []
    for number, holder in enumerate(holders, start=1):
        pages.append(badge_card(holder))
        written.append(out / f"badge-{number:02d}.png")
        pages[-1].save(written[-1], dpi=(DPI, DPI))
    for language in ("en", "zh_CN"):
        pages.append(command_sheet(language))
        written.append(out / f"commands-{language}.png")
        pages[-1].save(written[-1], dpi=(DPI, DPI))
    written.append(out / "cards.pdf")
    pages[0].save(written[-1], save_all=True, append_images=pages[1:], resolution=DPI)
    return written
