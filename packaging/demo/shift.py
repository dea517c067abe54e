"""`make demo`: a shift at one station, from the first scan to the verified release.

The real programs run as separate processes: the server, the kiosk with its instruments and code
decoder, and simulated instruments on real pseudo-terminals. Everything is done through the
kiosk's own input paths. Ends with a table; exit code 1 if anything was not as it must be.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from account import Account, table
from office import Office
from plant import HERE, ROOT, DemoError, Plant, program
from player import Hands, Watcher
from rich.console import Console
from ruamel.yaml import YAML
from work import Shift

JOB = "JO-1001"
PLAN = HERE / "plan.yaml"


def found(plant: Plant) -> dict[str, Any]:
    """Found the server from the plan; returns the plan as written."""
    plant.run(
        *program("lotbook-server"), "init", "--data", str(plant.server_data), "--plan", str(PLAN)
    )
    plan: dict[str, Any] = YAML(typ="safe").load(PLAN.read_text(encoding="utf-8"))
    return plan


def station_file(plant: Plant, *, full_screen: bool) -> Path:
    """The station's own facts, with this plant's address, server key and ports filled in."""
    text = (HERE / "station.toml").read_text(encoding="utf-8")
    keys = plant.run(*program("lotbook-server"), "keys", "--data", str(plant.server_data))
    vkey = next(line.split()[2] for line in keys.splitlines() if line.startswith("server "))
    facts = {
        "url": plant.url,
        "vkey": vkey,
        "data": str(plant.station_data),
        "bench": str(plant.bench),
    }
    for key, value in facts.items():
        text = text.replace("{" + key + "}", value)
    if full_screen:
        text = text.replace("full_screen = false", "full_screen = true")
    path = plant.out / "plant" / "station.toml"
    path.write_text(text, encoding="utf-8")
    return path


def start_bench(plant: Plant) -> None:
    """Start the simulated instruments and wait until their ports are there."""
    plant.start(
        "bench", sys.executable, "-m", "devices.sim.bench", "--dir", str(plant.bench), feed=True
    )
    deadline = time.monotonic() + 10
    while not all((plant.bench / name).exists() for name in ("scanner", "balance", "caliper")):
        plant.must_run()
        if time.monotonic() > deadline:
            msg = f"the simulated instruments did not start; see {plant.log('bench')}"
            raise DemoError(msg)
        time.sleep(0.02)


def start_terminal(plant: Plant, config: Path) -> None:
    """Start the real kiosk; it writes its screens and its account of them."""
    plant.start(
        "terminal",
        *program("lotbook-terminal"),
        "run",
        "--config",
        str(config),
        "--screens",
        str(plant.out / "screens"),
        "--events",
        str(plant.events),
    )


def open_plant(plant: Plant, account: Account, *, live: bool) -> tuple[dict[str, Any], Path]:
    """Everything up to the first screen: server founded, station enrolled by two persons."""
    with account.act("the plant is founded by two persons, the server starts"):
        plan = found(plant)
        config = station_file(plant, full_screen=live)
        plant.start_server()
    with account.act("the station is enrolled: proof of its key, approved by two persons"):
        Office(plant, plan).enrol_station(config)
    with account.act("instruments and kiosk start"):
        start_bench(plant)
        start_terminal(plant, config)
    return plan, config


def play(plant: Plant, account: Account) -> None:
    """The whole shift."""
    plan, _ = open_plant(plant, account, live=False)
    scans = tomllib.loads((HERE / "scans.toml").read_text(encoding="utf-8"))
    shift = Shift(plant, Watcher(plant), Hands(plant), plan, scans, JOB)
    office = Office(plant, plan)
    with account.act("the operator signs in with badge and secret, opens the job order"):
        shift.start()
    with account.act("OP10: line clearance, four component lots; an expired one is refused"):
        shift.until_operation("OP20")
    with account.act("OP20: solvent; a dose out of limits, nonconformity, disposition, re-measure"):
        shift.until_operation("OP30")
    offline = time.monotonic()
    with account.act("the server is stopped; OP30 and OP40 go on offline"):
        plant.stop("server", signal.SIGTERM)
        shift.until_operation("OP50")
        shift.must_be_offline()
    with account.act("the server comes back and everything drains"):
        account.facts["offline_seconds"] = round(time.monotonic() - offline, 1)
        plant.start_server()
        back = time.monotonic()
        shift.until_drained()
        account.facts["drain_seconds"] = round(time.monotonic() - back, 2)
    with account.act("OP50: five UDI labels printed, stuck, read back byte for byte"):
        shift.until_operation("OP60")
        shift.keep_label()
    with account.act("OP60: the supervisor reads the lot overview and signs"):
        shift.supervisor_signs()
    with account.act("quality releases the lot"):
        shift.quality_releases()
        shift.until_drained()
    with account.act("where was the solvent used? batch record and evidence are fetched"):
        office.collect(JOB, str(scans["solvent"]["item"]), "S26-0055", plant.out, account)
    with account.act("a stranger verifies the evidence: no server, no network"):
        plant.stop_all()
        office.verify(plant.out, account)
    shift.tell(account)


def make_cards(plant: Plant, people: list[dict[str, Any]]) -> Path:
    """Badges and the command sheet, as pictures to print."""
    cards = plant.out / "cards"
    badges = [f"--badge={one['badge']}={one['name']}={'/'.join(one['classes'])}" for one in people]
    plant.run(*program("lotbook-terminal"), "cards", "--out", str(cards), *badges)
    return cards


LIVE = """
[bold]Lotbook is running.[/bold]

Console  {url}/
Kiosk    on this display (without a display: set DISPLAY, or use the console)

People: badge code and secret, for kiosk and console
{people}

No scanner at hand? Type at this prompt; the simulated bench does it:
  scan {badge}                          a badge, or any other code
  scan 01095060002110081736033110T26-0418            a component lot (more in {scans})
  scan LB:DO:help                                    a command code, as on the buttons
  weigh 0.500 g · measure 4.10 mm · show-label · unplug balance · replug balance
Cards to print: {cards}
End with quit, or Ctrl+C.
"""


def live(plant: Plant, account: Account) -> None:
    """Leave server and kiosk running for a person to use."""
    plan, _ = open_plant(plant, account, live=True)
    people: list[dict[str, Any]] = plan["people"]
    lines = (
        f"  {one['name']:<14} {'/'.join(one['classes']):<14} {one['badge']}  {one['secret']}"
        for one in people
    )
    cards = make_cards(plant, people)
    said = LIVE.format(
        url=plant.url,
        people="\n".join(lines),
        badge=people[0]["badge"],
        scans=(HERE / "scans.toml").relative_to(ROOT),
        cards=cards.relative_to(ROOT) if cards.is_relative_to(ROOT) else cards,
    )
    account.console.print(said, highlight=False)
    hands = Hands(plant)
    for line in sys.stdin:
        if line.strip() == "quit":
            return
        hands.tell(line.strip())
        plant.must_run()
    while True:
        plant.must_run()
        time.sleep(1)


def main() -> int:
    """Play the shift, or run the plant live; 0 only if everything was as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--live", action="store_true", help="leave it running for a person")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "demo")
    chosen = parser.parse_args()
    plant = Plant(chosen.out.resolve())
    plant.prepare()
    console = Console(emoji=False)
    account = Account(console if console.is_terminal else Console(width=110, emoji=False))
    try:
        if chosen.live:
            live(plant, account)
            return 0
        play(plant, account)
        account.check()
    except DemoError as error:
        account.console.print(f"\n[bold red]The demo failed:[/bold red] {error}", highlight=False)
        account.facts["failed"] = str(error)
        return 1
    except KeyboardInterrupt:
        return 0 if chosen.live else 130
    finally:
        plant.stop_all()
        (plant.out / "summary.json").write_text(
            json.dumps(account.summary(), indent=2) + "\n", encoding="utf-8"
        )
    account.console.print(table(account))
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
