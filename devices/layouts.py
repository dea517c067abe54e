"""Keyboard layouts: which character a key types, and how a character is typed. Pure.

Keys are numbered as Linux does (``input-event-codes.h``), which is where they are, not what stands
on them. The tables hold what Windows and xkeyboard-config agree on; a key they differ on types
nothing here. A dead key is the combining mark that it puts on the next character.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYS = (41, *range(2, 14), *range(16, 28), *range(30, 41), 43, 86, *range(44, 54))
"""The 48 keys of the four rows of a keyboard, in the order of the tables."""
SPACE = 57
_NONE = "◌"
_MARKS = {"\u0300": "`", "\u0301": "\u00b4", "\u0302": "^", "\u0308": "\u00a8"}
"""Dead keys and the character each types before a space."""


class Typed(NamedTuple):
    """A key and what is held with it."""

    key: int
    shift: bool = False
    altgr: bool = False


class Layout(NamedTuple):
    """What the keys type: alone, with Shift, with AltGr."""

    plain: dict[int, str]
    shifted: dict[int, str]
    altgr: dict[int, str]
    strokes: dict[str, tuple[Typed, ...]]
    """How each character is typed; one behind a dead key with a space after it."""

    def text(self, typed: Typed) -> str:
        """The character of a key; empty if it types none, a combining mark for a dead key."""
        if typed.key == SPACE:
            return " "
        if typed.altgr:
            return "" if typed.shift else self.altgr.get(typed.key, "")
        return (self.shifted if typed.shift else self.plain).get(typed.key, "")


def joined(mark: str, text: str) -> str:
    """What a dead key and the next character type together; empty if there is no such thing."""
    if text == " ":
        return _MARKS[mark]
    one = unicodedata.normalize("NFC", text + mark)
    return one if len(one) == 1 else ""


def is_dead(text: str) -> bool:
    """Whether a key's text is a dead key's."""
    return text in _MARKS


def retyped(text: str, sender: Layout, reader: Layout) -> str:
    """What arrives when a scanner types ``text`` for one layout and the reader uses another.

    A character that the sender's layout does not have is not typed; controls are left alone.
    """
    pieces = []
    for character in text:
        strokes = sender.strokes.get(character, ())
        pieces += [character] if character < " " else [reader.text(each) for each in strokes]
    return composed(pieces)


def composed(pieces: Iterable[str]) -> str:
    """The text of keys, dead keys put onto what follows (both are typed where that is nothing)."""
    out, mark = [], ""
    for piece in pieces:
        if mark:
            out.append(joined(mark, piece) or _MARKS[mark] + _MARKS.get(piece, piece))
            mark = ""
        elif is_dead(piece):
            mark = piece
        else:
            out.append(piece)
    return "".join([*out, _MARKS.get(mark, "")])


def _layout(plain: str, shifted: str, altgr: str) -> Layout:
    def table(text: str) -> dict[int, str]:
        pairs = zip(KEYS, text.replace(" ", ""), strict=True)
        return {key: character for key, character in pairs if character != _NONE}

    levels = table(plain), table(shifted), table(altgr)
    strokes: dict[str, tuple[Typed, ...]] = {" ": (Typed(SPACE),)}
    for level, keys in enumerate(levels):
        for key, text in keys.items():
            typed = Typed(key, shift=level == 1, altgr=level == 2)  # noqa: PLR2004 - third level
            behind = (Typed(SPACE),) if text in _MARKS else ()
            strokes.setdefault(_MARKS.get(text, text), (typed, *behind))
    return Layout(*levels, strokes)


LAYOUTS = {
    "us": _layout(
        "`1234567890-= qwertyuiop[] asdfghjkl;'\\ ◌zxcvbnm,./",
        '~!@#$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:"| ◌ZXCVBNM<>?',
        "◌◌◌◌◌◌◌◌◌◌◌◌◌ ◌◌◌◌◌◌◌◌◌◌◌◌ ◌◌◌◌◌◌◌◌◌◌◌◌ ◌◌◌◌◌◌◌◌◌◌◌",
    ),
    "gb": _layout(
        "`1234567890-= qwertyuiop[] asdfghjkl;'# \\zxcvbnm,./",
        '\u00ac!"£$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:@~ |ZXCVBNM<>?',
        "◌◌◌◌€◌◌◌◌◌◌◌◌ ◌◌◌◌◌◌◌◌◌◌◌◌ ◌◌◌◌◌◌◌◌◌◌◌◌ ◌◌◌◌◌◌◌◌◌◌◌",
    ),
    "de": _layout(
        "\u03021234567890ß\u0301 qwertzuiopü+ asdfghjklöä# <yxcvbnm,.-",
        "°!\"§$%&/()=?\u0300 QWERTZUIOPÜ* ASDFGHJKLÖÄ' >YXCVBNM;:_",
        "◌◌²³◌◌◌{[]}\\◌ @◌€◌◌◌◌◌◌◌◌~ ◌◌◌◌◌◌◌◌◌◌◌◌ |◌◌◌◌◌◌µ◌◌◌",
    ),
    "fr": _layout(
        "²&é\"'(-è_çà)= azertyuiop\u0302$ qsdfghjklmù* <wxcvbn,;:!",
        "◌1234567890°+ AZERTYUIOP\u0308£ QSDFGHJKLM%µ >WXCVBN?./§",
        "◌◌◌#{[|◌\\^@]} ◌◌€◌◌◌◌◌◌◌◌¤ ◌◌◌◌◌◌◌◌◌◌◌◌ ◌◌◌◌◌◌◌◌◌◌◌",
    ),
    "es": _layout(
        "º1234567890'¡ qwertyuiop\u0300+ asdfghjklñ\u0301ç <zxcvbnm,.-",
        'ª!"\u00b7$%&/()=?¿ QWERTYUIOP\u0302* ASDFGHJKLÑ\u0308Ç >ZXCVBNM;:_',
        "\\|@#◌◌◌◌◌◌◌◌◌ ◌◌€◌◌◌◌◌◌◌[] ◌◌◌◌◌◌◌◌◌◌{} ◌◌◌◌◌◌◌◌◌◌◌",
    ),
    "it": _layout(
        "\\1234567890'ì qwertyuiopè+ asdfghjklòàù <zxcvbnm,.-",
        '|!"£$%&/()=?^ QWERTYUIOPé* ASDFGHJKLç°§ >ZXCVBNM;:_',
        "◌◌◌◌◌◌◌◌◌◌◌◌◌ ◌◌€◌◌◌◌◌◌◌[] ◌◌◌◌◌◌◌◌◌@#◌ ◌◌◌◌◌◌◌◌◌◌◌",
    ),
    "ch": _layout(
        "§1234567890'\u0302 qwertzuiopü\u0308 asdfghjklöä$ <yxcvbnm,.-",
        '°+"*ç%&/()=?\u0300 QWERTZUIOPè! ASDFGHJKLéà£ >YXCVBNM;:_',
        "◌◌@#◌◌◌|◌◌◌◌◌ ◌◌€◌◌◌◌◌◌◌[] ◌◌◌◌◌◌◌◌◌◌{} \\◌◌◌◌◌◌◌◌◌◌",
    ),
}
"""Layouts by the two letters that xkeyboard-config and most scanners' manuals use."""
