"""The instruments of a station file held against their drivers: a mistake names line and cure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from devices.config_check import mistake
from terminal.config import ConfigError, refusal

if TYPE_CHECKING:
    from terminal.config import StationConfig

OF_OPTIONS = "Correct it: the driver's options are on its page in docs/instruments."
OF_URL = "Correct it: where an instrument can be is listed in docs/instruments."


def check_drivers(config: StationConfig) -> None:
    """:class:`ConfigError` for the first instrument whose driver does not take its configuration.

    Loads the drivers: not before the first screen.
    """
    file = Path(config.file)
    for at, instrument in enumerate(config.instruments):
        error = mistake(instrument)
        if error is None:
            continue
        key = f"instruments[{at}]"
        if "url" in str(error):
            raise ConfigError(file, f"{key}.url", str(error), OF_URL)
        if isinstance(error, msgspec.ValidationError):
            found = refusal(file, error, f"{key}.options")
            raise ConfigError(file, found.key, found.problem, OF_OPTIONS)
        raise ConfigError(file, f"{key}.options", str(error), OF_OPTIONS)
