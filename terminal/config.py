"""A station's own facts, read from one TOML file: who it is, where it stands, what hangs on it.

Nothing about the work is configured here; that comes in signed work packs. Every mistake is
answered with the file, the key and the cure (:class:`ConfigError`).
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from devices.config import InstrumentConfig
from devices.registry import DRIVERS
from devices.wedge import WedgeRules
from sync.key_place import InFile, KeyPlace
from terminal.config_lines import line_of

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


DATABASE_FILE = "station.db"


class ConfigError(Exception):
    """The station file cannot be used: names the file, the key, what is wrong and the cure."""

    def __init__(self, file: Path, key: str, problem: str, cure: str) -> None:
        """Keep the four parts for the screen; the message joins them for the console."""
        self.line = _line(file, key)
        """Where the key stands in the file; 0 where that cannot be said."""
        at = f"{file}:{self.line}" if self.line else str(file)
        super().__init__(f"{at}: {key}: {problem}. {cure}")
        self.file = file
        self.key = key
        self.problem = problem
        self.cure = cure

    def lines(self, language: str = "en") -> tuple[str, ...]:
        """For the screen: where and what, then the cure. What a parser says stays as it says it."""
        if language == "zh_CN":
            line = f"，第 {self.line} 行" if self.line else ""
            key = _IN_CHINESE.get(self.key, self.key)
            there = f"配置文件 {self.file.name} 有误{line}，位置：{key}"
            what = f"原因：{_IN_CHINESE.get(self.problem, self.problem)}"
            cure = _IN_CHINESE.get(self.cure, "请更正该值。")
            return (there, what, f"{cure}然后重新启动终端。")
        line = f":{self.line}" if self.line else ""
        there = f"{self.file.name}{line}: {self.key}: {self.problem}"
        return (there, f"{self.cure} Then start the terminal again.")

    @property
    def language(self) -> str:
        """The language the file asks for, as far as it can be read; empty if it does not say."""
        try:
            text = self.file.read_bytes().decode("utf-8", errors="replace")
        except OSError:
            return ""
        found = re.search(r"""^\s*language\s*=\s*["'](en|zh_CN)["']""", text, re.MULTILINE)
        return found[1] if found else ""


def _line(file: Path, key: str) -> int:
    try:
        return line_of(file.read_text(encoding="utf-8"), key)
    except (OSError, UnicodeDecodeError):
        return 0


_IN_CHINESE = {
    "the file": "整个文件",
    "there is no such file": "文件不存在",
    "Give the right path with --config.": "请用 --config 给出正确路径。",
    "Make it readable as UTF-8.": "请确保文件可读且为 UTF-8 编码。",
    "Correct the line named; it is not TOML.": "所指行不符合 TOML 格式，请更正。",
    "Take the key out or correct its spelling.": "请删除该键或更正其拼写。",
    "Add this key.": "请补上该键。",
    "Correct the value.": "请更正该值。",
    "Give each its own.": "名称重复，请为每台仪器使用不同名称。",
    "Correct it: the driver's options are on its page in docs/instruments.": (
        "请更正：该驱动程序的选项见 docs/instruments 中的相应页面。"
    ),
    "Correct it: where an instrument can be is listed in docs/instruments.": (
        "请更正：仪器地址的写法见 docs/instruments。"
    ),
    "Use one of the drivers listed in docs/instruments.": (
        "没有该驱动程序，请使用 docs/instruments 中列出的驱动程序名称。"
    ),
    "Write it as domain/site/station/epoch, such as plant.example/S1/ST-01/1.": (
        "请写成 domain/site/station/epoch 的形式，例如 plant.example/S1/ST-01/1。"
    ),
    "Write where it is reached, such as http://server.plant.example:8080.": (
        "请写明服务器地址，例如 http://server.plant.example:8080。"
    ),
    'Write "en" or "zh_CN".': "请写 “en” 或 “zh_CN”。",
    'List at least one work unit, such as ["WU-10"].': '请至少列出一个作业单元，例如 ["WU-10"]。',
}
"""What the screen says of a mistake in Chinese, by its English words."""


class StationFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The station itself."""

    origin: Annotated[str, msgspec.Meta(pattern=r"^[^/\s]+/[^/\s]+/[^/\s]+/[1-9][0-9]*$")]
    """``domain/site/station/epoch``: the name of the station's log."""
    work_units: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]
    """The work units served here; the first is where it stands."""
    data: Words = "data"
    """Directory of the journal and the keys; relative to the configuration file."""
    mirror: str = ""
    """File that remembers the newest head, best on another medium; empty: in the data directory."""
    media: Words = "/media"
    """Where a medium for exports is mounted when it is plugged in."""
    disk_reserve_mib: Annotated[int, msgspec.Meta(ge=0, le=1024)] = 8
    """Room kept back on the disk, to close the open step when it is full; 0: none."""
    language: Literal["en", "zh_CN"] = "en"
    idle_lock_minutes: Annotated[int, msgspec.Meta(ge=1, le=240)] = 10

    @property
    def station(self) -> str:
        """The station's name: the third part of the origin."""
        return self.origin.split("/")[2]

    @property
    def work_unit(self) -> str:
        """Where the terminal stands."""
        return self.work_units[0]


class ServerFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The server this station belongs to."""

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+$")]
    vkey: str = ""
    """The server's verifier key; empty until ``enrol`` has stored it in the data directory."""


class ScreenFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the kiosk stands on its screen."""

    full_screen: bool = True
    width: Annotated[int, msgspec.Meta(ge=1280, le=7680)] = 1280
    height: Annotated[int, msgspec.Meta(ge=800, le=4320)] = 800
    theme: Literal["light", "dark"] = "light"
    text_percent: Literal[100, 125, 150] = 100


class StationConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file; ``file`` is where it was read from."""

    station: StationFacts
    server: ServerFacts
    screen: ScreenFacts = ScreenFacts()
    key: KeyPlace = InFile()
    """Where the station's key is; see :mod:`sync.key_place`."""
    instruments: tuple[InstrumentConfig, ...] = ()
    wedge: WedgeRules = WedgeRules()
    """What is taken from a scanner that plays keyboard and that no driver grabs."""
    file: str = ""

    @property
    def data(self) -> Path:
        """The data directory, absolute."""
        return (Path(self.file).parent / self.station.data).absolute()

    @property
    def database(self) -> Path:
        """The file of the station's records."""
        return self.data / DATABASE_FILE

    @property
    def mirror(self) -> Path | None:
        """The file that remembers the newest head, absolute; None if none is named."""
        named = self.station.mirror
        return (Path(self.file).parent / named).absolute() if named else None


_WHERE = re.compile(r"^(?P<problem>.*?)(?: - at `\$\.?(?P<key>[^`]*)`)?$", re.DOTALL)
_CURES = {
    "origin": "Write it as domain/site/station/epoch, such as plant.example/S1/ST-01/1.",
    "url": "Write where it is reached, such as http://server.plant.example:8080.",
    "language": 'Write "en" or "zh_CN".',
    "work_units": 'List at least one work unit, such as ["WU-10"].',
}


def refusal(file: Path, error: msgspec.ValidationError, within: str = "") -> ConfigError:
    """Turn msgspec's message into file, key, problem and cure.

    ``within``: the key of what was read, where that is not the whole file.
    """
    found = _WHERE.match(str(error))
    key = (found["key"] or "") if found else ""
    key = ".".join(part for part in (within, key) if part) or "the file"
    problem = found["problem"] if found else str(error)
    unknown = re.search(r"unknown field `([^`]*)`", problem)
    missing = re.search(r"missing required field `([^`]*)`", problem)
    if unknown:
        key = f"{key}.{unknown[1]}".removeprefix("the file.")
        cure = "Take the key out or correct its spelling."
    elif missing:
        key = f"{key}.{missing[1]}".removeprefix("the file.")
        cure = _CURES.get(missing[1], "Add this key.")
    else:
        cure = _CURES.get(re.split(r"[.\[]", key)[-1], "Correct the value.")
    return ConfigError(file, key, problem, cure)


def read_config(file: Path) -> StationConfig:
    """Read and check a station file; :class:`ConfigError` for any mistake."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        cure = "Give the right path with --config."
        raise ConfigError(file, "the file", "there is no such file", cure) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(file, "the file", str(error), "Make it readable as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:  # or nested without end
        cure = "Correct the line named; it is not TOML."
        raise ConfigError(file, "the file", str(error), cure) from error
    try:
        config = msgspec.convert(data, StationConfig)
    except msgspec.ValidationError as error:
        raise refusal(file, error) from error
    _check_instruments(file, config)
    return msgspec.structs.replace(config, file=str(file))


def _check_instruments(file: Path, config: StationConfig) -> None:
    """Refuse two instruments of one name: a reading must name exactly one."""
    seen: set[str] = set()
    for at, instrument in enumerate(config.instruments):
        if instrument.name in seen:
            key = f"instruments[{at}].name"
            raise ConfigError(file, key, f"{instrument.name} is there twice", "Give each its own.")
        if instrument.driver not in DRIVERS:
            cure = "Use one of the drivers listed in docs/instruments."
            known = ", ".join(sorted(DRIVERS))
            problem = f"there is no driver {instrument.driver}; known: {known}"
            raise ConfigError(file, f"instruments[{at}].driver", problem, cure)
        seen.add(instrument.name)
