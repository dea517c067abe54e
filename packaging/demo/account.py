"""What happened in the demo, how long it took, and whether it all was as it must be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from plant import DemoError
from rich import box
from rich.console import Console
from rich.table import Table

MUST = {
    "released": True,
    "verify_exit": 0,
    "refused_scans": 1,
    "out_of_limit_readings": 1,
    "serials": 5,
}
"""What a good shift ends with."""


@dataclass
class Account:
    """The acts with their times, and the facts found."""

    console: Console
    acts: list[tuple[str, float]] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def act(self, title: str) -> Iterator[None]:
        """One act: its title is shown while it runs, its time when it is done."""
        started = time.monotonic()
        with self.console.status(title):
            yield
        took = time.monotonic() - started
        self.acts.append((title, took))
        self.console.print(f"[green]✓[/green] {title} [dim]{took:.1f} s[/dim]", highlight=False)

    def check(self) -> None:
        """Raise :class:`DemoError` with everything that is not as it must be."""
        wrong = [
            f"{key} is {self.facts.get(key)!r}, not {value!r}"
            for key, value in MUST.items()
            if self.facts.get(key) != value
        ]
        if self.facts.get("records_saved") != self.facts.get("records_accepted"):
            wrong.append(
                f"{self.facts.get('records_saved')} records saved but "
                f"{self.facts.get('records_accepted')} accepted"
            )
        if wrong:
            raise DemoError("; ".join(wrong))

    def summary(self) -> dict[str, object]:
        """For ``summary.json``."""
        acts = [{"act": title, "seconds": round(took, 2)} for title, took in self.acts]
        return {**self.facts, "seconds": round(sum(took for _, took in self.acts), 1), "acts": acts}


ROWS = (
    ("Records saved at the station", "records_saved", ""),
    ("  sent", "records_sent", ""),
    ("  accepted: the server signed a receipt", "records_accepted", ""),
    ("  witnessed: in a log nobody can rewrite unseen", "records_witnessed", ""),
    ("  verified by a stranger: the lot's part of that log", "records_verified", ""),
    ("Worked offline", "offline_seconds", " s"),
    ("Drained, after the server came back", "drain_seconds", " s"),
    ("Scans refused, and kept as evidence", "refused_scans", ""),
    ("Readings out of limits, kept and resolved", "out_of_limit_readings", ""),
    ("Where the solvent went", "where_used", ""),
    ("  asked and answered in", "trace_ms", " ms"),
    ("The lot", "lot_status", ""),
)


def table(account: Account) -> Table:
    """The closing table."""
    shown = Table(title="One shift with Lotbook", title_style="bold", box=box.SIMPLE_HEAVY)
    shown.add_column("What happened")
    shown.add_column("How long, how many", justify="right", style="bold", min_width=44)
    for title, took in account.acts:
        shown.add_row(title, f"{took:.1f} s")
    shown.add_row("the whole shift", f"{sum(took for _, took in account.acts):.0f} s")
    shown.add_section()
    for label, key, unit in ROWS:
        shown.add_row(label, f"{account.facts.get(key, '-')}{unit}")
    return shown
