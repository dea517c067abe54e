"""What tests of devices share: configurations, a bench of simulators, a decoder process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from devices.config import InstrumentConfig, read_configs
from devices.decoder import Decoder
from devices.kinds import Label
from devices.sim.bench import Bench
from forms.terms import Text

LOT = "IS-2026-0147"
CONTENT = f"(01)09501101530003(17)291130(10){LOT}(21)0001"
RAW = b"010950110153000317291130" + b"10IS-2026-0147\x1d210001"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Simulated instruments in a folder."""
    bench = Bench(tmp_path / "bench")
    yield bench
    bench.close()


@pytest.fixture
def configs(tmp_path: Path) -> tuple[InstrumentConfig, ...]:
    """The configuration that fits the bench."""
    folder = tmp_path / "bench"
    rows = (
        ("scanner", "scanner", "scanner_serial", f"{folder}/scanner"),
        ("balance", "balance", "mt_sics", f"{folder}/balance"),
        ("caliper", "caliper", "mitutoyo", f"{folder}/caliper"),
        ("camera", "camera", "camera", f"dir:{folder}/camera"),
        ("printer", "label_printer", "label_printer", f"dir:{folder}/printer"),
    )
    return read_configs(
        [
            {"name": name, "equipment_class": kind, "asset": f"A-{name}", "driver": d, "url": url}
            for name, kind, d, url in rows
        ]
    )


@pytest.fixture(scope="session")
def decoder() -> Iterator[Decoder]:
    """A decoder process with a patient deadline, for a busy machine."""
    with Decoder(deadline_s=10) as decoder:
        yield decoder


@pytest.fixture
def label() -> Label:
    """A label whose words and code agree."""
    return Label(
        product=Text(en="Infusion set, sterile", zh_CN="一次性使用无菌输液器"),
        gtin="09501101530003",
        lot=LOT,
        expiry=date(2029, 11, 30),
        serial="0001",
        content=CONTENT,
        log_mark="147:0a1b2c3d",
        manufacturer=Text(en="Demo Medical", zh_CN="示例医疗"),
    )


def one(name: str, driver: str, url: object, **options: object) -> InstrumentConfig:
    """One instrument's configuration."""
    return InstrumentConfig(
        name=name,
        equipment_class=name,
        asset=f"A-{name}",
        driver=driver,
        url=str(url),
        options=options,
    )
