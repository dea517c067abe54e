"""The command line of ``server.trust_commands``: below ``people`` and ``stations``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.quality.forks import DECISIONS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from server.trust_commands import TrustCommands

    Signed = Callable[[argparse.ArgumentParser], argparse.ArgumentParser]


def add_people(
    people: argparse._SubParsersAction[argparse.ArgumentParser],
    signed: Signed,
    commands: TrustCommands,
) -> None:
    """``people deactivate``, ``people rekey``, ``people reset-factor``."""
    off = signed(people.add_parser("deactivate", help="end a person's right to act"))
    off.add_argument("person")
    off.set_defaults(run=commands.deactivate)
    what = "a new key for a person: secret forgotten, badge lost (two persons)"
    lost = "take a person's lost second factor away (two persons)"
    for verb, words, run in (
        ("rekey", what, commands.rekey),
        ("reset-factor", lost, commands.reset_factor),
    ):
        anew = signed(people.add_parser(verb, help=words))
        anew.add_argument("person")
        anew.add_argument("--document", required=True, help="which identity document was checked")
        anew.add_argument("--checked-by", required=True, help="id of the person who checked it")
        anew.set_defaults(run=run)


def add_stations(
    stations: argparse._SubParsersAction[argparse.ArgumentParser],
    signed: Signed,
    commands: TrustCommands,
) -> None:
    """``stations revoke``, ``branches``, ``decide``, ``breaks``, ``mark``."""
    revoke = signed(stations.add_parser("revoke", help="trust its records up to a number only"))
    revoke.add_argument("station")
    revoke.add_argument("--reason", required=True)
    revoke.add_argument(
        "--valid-to", type=int, default=None, metavar="N",
        help="records below #N stay valid; without: up to the last state somebody else witnessed",
    )  # fmt: skip
    revoke.add_argument(
        "--epoch", type=int, default=None, help="of its log; without: the one that records"
    )
    revoke.set_defaults(run=commands.revoke)
    for verb, what, run in (
        ("branches", "second histories, and what was decided on them", commands.branches),
        ("breaks", "ended epochs, and which of their records are missing", commands.breaks),
    ):
        signed(stations.add_parser(verb, help=what)).set_defaults(run=run)
    decide = _epoch(signed(stations.add_parser("decide", help="which history is true (quality)")))
    decide.add_argument("branch", type=int, help="number of the branch")
    decide.add_argument("decision", choices=DECISIONS)
    decide.add_argument("--reason", required=True)
    decide.set_defaults(run=commands.decide)
    mark = _epoch(signed(stations.add_parser("mark", help="a log mark was read on a label")))
    mark.add_argument("mark", help="as printed, such as 1234:0a1b2c3d")
    mark.add_argument("--place", required=True, help="where the label is")
    mark.set_defaults(run=commands.mark)


def _epoch(sub: argparse.ArgumentParser) -> argparse.ArgumentParser:
    sub.add_argument("station")
    sub.add_argument("epoch", type=int)
    return sub
