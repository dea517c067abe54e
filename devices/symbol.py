"""The symbol that carries a label's content: GS1 DataMatrix, GS1 QR or GS1-128, as modules.

zxing-cpp draws what it is given, a wrong check digit too; what may be printed is decided before.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import zxingcpp

from devices.faults import DeviceFault
from forms.identifiers import from_brackets

Modules = npt.NDArray[np.uint8]
"""Grey values, dark is below 128, rows from the top."""

_FORMATS = {
    "gs1-datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "gs1-qr": zxingcpp.BarcodeFormat.QRCode,
    "gs1-128": zxingcpp.BarcodeFormat.Code128,
}
QUIET = {"gs1-datamatrix": 0, "gs1-qr": 4, "gs1-128": 10}
"""Modules that stay white around each, beside the margin every label leaves (GS1 5.5 to 5.7)."""


def is_linear(symbology: str) -> bool:
    """Whether it is one row of bars."""
    return symbology == "gs1-128"


def modules(content: str, symbology: str) -> Modules:
    """The symbol of an element string in brackets with its quiet zone; a linear one is one row.

    ``label-refused`` for content with a finding, and for a symbology that no label step names.
    """
    findings = from_brackets(content).findings
    if findings or symbology not in _FORMATS:
        raise DeviceFault("label-refused", f"{symbology} {content}: {', '.join(findings)}")
    shape = {"force_square": True} if symbology == "gs1-datamatrix" else {}
    try:
        code = zxingcpp.create_barcode(content, _FORMATS[symbology], gs1=True, **shape)
    except ValueError as error:
        raise DeviceFault("label-refused", str(error)) from error
    drawn: Modules = np.array(code.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)
    quiet = QUIET[symbology]
    if is_linear(symbology):
        return np.pad(drawn[:1], ((0, 0), (quiet, quiet)), constant_values=255)
    return np.pad(drawn, quiet, constant_values=255)
