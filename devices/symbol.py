"""The symbol that carries a label's content, as modules: DataMatrix, QR or Code 128, GS1 or HIBC.

zxing-cpp draws what it is given, a wrong check digit too; what may be printed is decided before.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import zxingcpp

from devices.faults import DeviceFault
from forms.identifiers import Identified, content_says
from forms.label_symbols import HIBC, LINEAR, QUIET

Modules = npt.NDArray[np.uint8]
"""Grey values, dark is below 128, rows from the top."""

_MATRIX = {"force_square": True}
_FORMATS: dict[str, tuple[zxingcpp.BarcodeFormat, dict[str, bool]]] = {
    "gs1-datamatrix": (zxingcpp.BarcodeFormat.DataMatrix, _MATRIX),
    "gs1-qr": (zxingcpp.BarcodeFormat.QRCode, {}),
    "gs1-128": (zxingcpp.BarcodeFormat.Code128, {}),
    "hibc-datamatrix": (zxingcpp.BarcodeFormat.DataMatrix, _MATRIX),
    "hibc-128": (zxingcpp.BarcodeFormat.Code128, {}),
}


def is_linear(symbology: str) -> bool:
    """Whether it is one row of bars."""
    return symbology in LINEAR


def modules(content: str, symbology: str) -> Modules:
    """The symbol of a label's content with its quiet zone; a linear one is one row.

    ``label-refused`` for content with a finding, and for a symbology that no label step names.
    """
    says = content_says(content)
    fits = (says.agency == "HIBCC") == (symbology in HIBC)
    if says.findings or symbology not in _FORMATS or not fits:
        raise DeviceFault("label-refused", f"{symbology} {content}: {', '.join(says.findings)}")
    kind, shape = _FORMATS[symbology]
    options = shape if symbology in HIBC else {"gs1": True, **shape}
    try:
        code = zxingcpp.create_barcode(_unmistakable(says), kind, **options)
    except ValueError as error:
        raise DeviceFault("label-refused", str(error)) from error
    drawn: Modules = np.array(code.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)
    quiet = QUIET[symbology]
    if is_linear(symbology):
        return np.pad(drawn[:1], ((0, 0), (quiet, quiet)), constant_values=255)
    return np.pad(drawn, quiet, constant_values=255)


def _unmistakable(says: Identified) -> str:
    """GS1 elements in square brackets, which no value holds; a value may hold round ones."""
    if says.agency != "GS1":
        return says.text
    return "".join(f"[{ai}]{value}" for ai, value in says.elements)
