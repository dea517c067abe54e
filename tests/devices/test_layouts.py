"""The keyboard tables, held against xkeyboard-config as libxkbcommon reads it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from string import ascii_letters, digits

import pytest

from devices.layouts import LAYOUTS, Typed, composed, is_dead, joined, retyped

US, DE, FR = LAYOUTS["us"], LAYOUTS["de"], LAYOUTS["fr"]
DEAD = {
    "dead_circumflex": "\u0302",
    "dead_acute": "\u0301",
    "dead_grave": "\u0300",
    "dead_diaeresis": "\u0308",
}
CODE = f"!\"%&'()*+,-./:;<=>?_{ascii_letters}{digits}"
"""What GS1 codes are made of."""
SHIFT, ALTGR, OFFSET = 42, 100, 8
"""Key codes, and what X adds to them."""


class Names(ctypes.Structure):
    """``struct xkb_rule_names``."""

    _fields_ = tuple(
        (each, ctypes.c_char_p) for each in ("rules", "model", "layout", "variant", "options")
    )


@cache
def xkb() -> ctypes.CDLL:
    """The library; skips where it or its layouts are not installed."""
    try:
        library = ctypes.CDLL("libxkbcommon.so.0")
    except OSError:
        pytest.skip("libxkbcommon is not installed")
    for name in ("xkb_context_new", "xkb_keymap_new_from_names", "xkb_state_new"):
        getattr(library, name).restype = ctypes.c_void_p
    return library


def reader(name: str) -> Callable[[Typed], str]:
    """What xkeyboard-config says that a key types."""
    library = xkb()
    names = Names(b"evdev", b"pc105", name.encode(), b"", b"")
    context = ctypes.c_void_p(library.xkb_context_new(0))
    pointer = library.xkb_keymap_new_from_names(context, ctypes.byref(names), 0)
    if not pointer:
        pytest.skip("the layouts of xkeyboard-config are not installed")
    keymap = ctypes.c_void_p(pointer)

    def text(typed: Typed) -> str:
        state = ctypes.c_void_p(library.xkb_state_new(keymap))
        for held in ([SHIFT] if typed.shift else []) + ([ALTGR] if typed.altgr else []):
            library.xkb_state_update_key(state, held + OFFSET, 1)
        buffer = ctypes.create_string_buffer(64)
        library.xkb_state_key_get_utf8(state, typed.key + OFFSET, buffer, 64)
        if buffer.value:
            return buffer.value.decode()
        symbol = library.xkb_state_key_get_one_sym(state, typed.key + OFFSET)
        library.xkb_keysym_get_name(symbol, buffer, 64)
        return DEAD.get(buffer.value.decode(), "")

    return text


@pytest.mark.covers("F69")
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_key_types_what_the_system_says(name: str) -> None:
    layout, text = LAYOUTS[name], reader(name)
    levels = ((layout.plain, False, False), (layout.shifted, True, False),
              (layout.altgr, False, True))  # fmt: skip
    for keys, shift, altgr in levels:
        for key in keys:
            typed = Typed(key, shift, altgr)
            assert layout.text(typed) == text(typed), typed
    assert all(each in layout.strokes for each in f"{CODE} ]")


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_is_typed_for_the_readers_layout_arrives(name: str) -> None:
    layout = LAYOUTS[name]
    text = "".join(each for each in map(chr, range(0x20, 0x7F)) if each in layout.strokes)
    assert retyped(text, layout, layout) == text


def test_other_layouts_and_dead_keys() -> None:
    assert retyped("zZ-;]\x1d1", US, DE) == "yYßö+\x1d1"
    assert retyped("qWm1", US, FR) == "aZ,&"
    assert retyped("€1", US, DE) == "1"
    assert US.text(Typed(16, shift=True, altgr=True)) == US.text(Typed(16, altgr=True)) == ""
    assert is_dead("\u0302")
    assert not is_dead("^")
    assert [joined("\u0302", each) for each in ("e", " ", "1")] == ["ê", "^", ""]
    assert composed(["\u0302", "e", "\u0301", "1", "\u0300", "\u0301"]) == "ê\u00b41`\u00b4"
    assert composed(["1", "\u0302"]) == "1^"
