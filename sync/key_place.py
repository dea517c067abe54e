"""Where a program's own key is: in a file of its data folder, or on a PKCS#11 token."""

from __future__ import annotations

from typing import Annotated

import msgspec

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class InFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="file"):
    """The default: closed with the machine's secret, of mode 0600."""


class OnToken(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    tag_field="kind",
    tag="pkcs11",
):
    """A smartcard or HSM; the key is made there at the first use and never leaves it."""

    module: Name
    """Path of the PKCS#11 library, such as /usr/lib/softhsm/libsofthsm2.so."""
    token: Name
    """The token's label."""
    label: str = ""
    """The key's label on the token; empty: the key's own name."""
    pin_file: str = ""
    """File that holds the PIN, of mode 0600."""
    pin_variable: str = ""
    """Environment variable that holds it, where no file is named."""


KeyPlace = InFile | OnToken
"""The ``[key]`` table of a configuration; without one the key is in a file."""
