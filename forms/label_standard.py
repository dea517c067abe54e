"""The house's own label, 100 × 60 mm: what a label step prints that names no design."""

from __future__ import annotations

from decimal import Decimal

from forms.label_design import (
    LabelDesign,
    LabelField,
    LabelHri,
    LabelRule,
    LabelSymbol,
    LabelText,
)
from forms.label_symbols import LINEAR

_D = Decimal
_LEFT = _D("3.5")


def standard(symbology: str) -> LabelDesign:
    """The house's own label with a symbol of this kind."""
    if symbology in LINEAR:
        return _LINEAR
    return _QR if symbology == "gs1-qr" else _MATRIX


def _text(x: str, y: str, size: str, text: str, width: str, *, bold: bool = False) -> LabelText:
    return LabelText(x=_D(x), y=_D(y), size=_D(size), text=text, width=_D(width), bold=bold)


def _fact(x: str, y: str, symbol: str, word: str, text: str, width: str) -> tuple[LabelField, ...]:
    """A boxed letter symbol, its word, its value."""
    at = _D(x)
    box = LabelText(
        x=at, y=_D(y), size=_D("5"), text=symbol, width=_D("8.6"), bold=True, boxed=True
    )
    return (
        box,
        _text(str(at + _D("9.4")), str(_D(y) + _D("1.4")), "2.2", word, "9"),
        _text(str(at + _D("19")), str(_D(y) + _D("0.5")), "4", text, width, bold=True),
    )


_HEAD: tuple[LabelField, ...] = (
    _text("3.5", "2", "4.5", "{product}", "93", bold=True),
    _text("3.5", "8", "3.7", "{product_zh}", "93", bold=True),
    LabelRule(x=_LEFT, y=_D("14.2"), width=_D(93), thickness=_D("0.3")),
)
_FOOT: tuple[LabelField, ...] = (
    LabelText(
        x=_LEFT, y=_D("47.6"), size=_D("5"), text="MD", width=_D("8.6"), bold=True, boxed=True
    ),
    _text("13.5", "47.6", "2.2", "Medical device / 医疗器械", "45"),
    _text("13.5", "50.6", "2.2", "{maker}", "52"),
    _text("3.5", "55.4", "2", "LOG {head}   {reprint}", "60"),
)


def _square(module: str) -> LabelDesign:
    """With a matrix symbol at the right."""
    return LabelDesign(
        width=_D(100),
        height=_D(60),
        fields=(
            *_HEAD,
            *_fact("3.5", "16.4", "UDI", "产品标识", "{gtin}", "44"),
            *_fact("3.5", "23.8", "LOT", "批号", "{lot}", "44"),
            *_fact("3.5", "31.2", "EXP", "失效日期", "{expiry}", "44"),
            *_fact("3.5", "38.6", "SN", "序列号", "{serial}", "44"),
            LabelSymbol(x=_D("70"), y=_D("16"), module=_D(module)),
            LabelHri(x=_D("70"), y=_D("44"), size=_D("2.4"), width=_D("27"), lines=True),
            *_FOOT,
        ),
    )


_MATRIX, _QR = _square("0.78"), _square("0.6")
_LINEAR = LabelDesign(
    width=_D(100),
    height=_D(60),
    longest_lot=16,
    longest_serial=12,
    fields=(
        *_HEAD,
        *_fact("3.5", "15.4", "UDI", "产品标识", "{gtin}", "26"),
        *_fact("51", "15.4", "LOT", "批号", "{lot}", "26"),
        *_fact("3.5", "22.2", "EXP", "失效日期", "{expiry}", "26"),
        *_fact("51", "22.2", "SN", "序列号", "{serial}", "26"),
        LabelSymbol(x=_D("1"), y=_D("29.4"), module=_D("0.17"), height=_D("12.8")),
        LabelHri(x=_LEFT, y=_D("43.2"), size=_D("2.4"), width=_D(93)),
        *_FOOT,
    ),
)
