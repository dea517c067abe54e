"""``lotbook-witness``: cosigns a server's checkpoints on another administrator's machine."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import nacl.utils
import uvicorn

from sync.clock import SystemClock
from sync.cosigner import cosigner_vkey
from sync.faults import Fault
from sync.keys import Signer
from witness import folder
from witness.application import application
from witness.desk import Desk
from witness.memory import Memory
from witness.words import Trouble

FAILED = 1


def parser() -> argparse.ArgumentParser:
    """The command line, whole."""
    top = argparse.ArgumentParser(
        prog="lotbook-witness", description="Cosigns a Lotbook server's log, never two histories."
    )
    top.add_argument("--language", choices=("en", "zh_CN"), default=None, help="of messages")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    init = _data(verbs.add_parser("init", help="make a witness: its key and its memory"))
    init.add_argument("--name", required=True, help="such as witness.example/lotbook")
    init.set_defaults(run=_init)
    vkey = _data(verbs.add_parser("vkey", help="its public key, as a line of a keys file"))
    vkey.set_defaults(run=_vkey)
    run = _data(verbs.add_parser("run", help="answer add-checkpoint (C2SP tlog-witness)"))
    run.add_argument("--logs", type=Path, required=True, help="keys file of the logs to witness")
    run.add_argument("--listen", default="127.0.0.1:8090", help="HOST:PORT")
    run.add_argument(
        "--also", action="append", default=[], metavar="NAME",
        help="a later name of such a log (…/LOG/2): it lost its end, and you agree that it goes on",
    )  # fmt: skip
    run.set_defaults(run=_run)
    return top


def _data(sub: argparse.ArgumentParser) -> argparse.ArgumentParser:
    sub.add_argument("--data", type=Path, required=True, help="the witness's data folder")
    return sub


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed (2: unusable arguments)."""
    given = parser().parse_args(arguments)
    tongue = os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    language = given.language or ("zh_CN" if tongue.lower().startswith("zh") else "en")
    try:
        return int(given.run(given))
    except Trouble as trouble:
        return _complain(trouble.words(language))
    except Fault as fault:
        return _complain(f"{fault.hint[language]} ({fault})")
    except OSError as error:
        return _complain(str(error))


def _init(given: argparse.Namespace) -> int:
    return _show(folder.make(given.data, given.name, nacl.utils.random))


def _vkey(given: argparse.Namespace) -> int:
    return _show(folder.key(given.data))


def _show(signer: Signer) -> int:
    print(f"witness {signer.name} {cosigner_vkey(signer)}")
    return 0


def _run(given: argparse.Namespace) -> int:
    trusted, signer = folder.trusted(given.logs, given.also), folder.key(given.data)
    database = folder.database(given.data)
    try:
        desk = Desk(
            memory=Memory(database),
            signer=signer,
            trusted=trusted,
            evidence=given.data / folder.EVIDENCE,
            clock=SystemClock().wall,
            say=_say,
        )
        return _serve(desk, given.listen, sorted(trusted), signer.name)
    finally:
        database.close()


def _serve(desk: Desk, listen: str, origins: list[str], name: str) -> int:
    listener = _listener(listen)
    config = uvicorn.Config(
        application(desk),
        http="h11",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        limit_concurrency=50,
        h11_max_incomplete_event_size=16 * 1024,
    )
    server = uvicorn.Server(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn stops by the signal and raises it again afterwards: being told is no failure.
        signal.signal(number, _told)
    port = listener.getsockname()[1]
    _say(f"{name} listens on {listen.rpartition(':')[0]}:{port}; witnesses {', '.join(origins)}")
    server.run([listener])
    return 0 if server.started else FAILED


def _told(_number: int, _frame: object) -> None:
    """Stopping was asked for and is done."""


def _listener(listen: str) -> socket.socket:
    host, colon, port = listen.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 1 << 16):
        raise Trouble("bad-listen", listen=listen)
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host.strip("[]"), int(port)))
        made.listen()
    except OSError as error:
        made.close()
        raise Trouble("port-taken", listen=listen, why=error) from error
    return made


def _say(line: str) -> None:
    print(line, flush=True)


def _complain(message: str) -> int:
    sys.stderr.write(f"lotbook-witness: {message}\n")
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
