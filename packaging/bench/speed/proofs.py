"""P12 and what outsiders do: heads, e-signatures, and proofs in a log of a million leaves."""

from __future__ import annotations

import time
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

from drain import filled
from figures import Figure, rounded
from limits import quantile, rate
from serving import signer_of

from server.log.tree import Tree
from server.store.sqlite import SqliteStore
from sync import esign
from sync.check_push import Accepted, LeafList, check_push
from sync.framing import BATCH_ENTRIES
from sync.keys import TestSigner, Verifier
from sync.merkle import HASH_SIZE, verify_inclusion

if TYPE_CHECKING:
    from pathlib import Path

MILLION = 1_000_000
SAMPLES = 1_000


def heads(folder: Path) -> list[Figure]:
    """Records whose bytes are hashed, put in their tree, and compared with the signed head."""
    batch = (journal := filled(folder, "ST-08", BATCH_ENTRIES)).batch(0)
    verifier, log = Verifier.of(signer_of("ST-08")), LeafList(journal.origin, [])

    def verify() -> None:
        verdict = check_push(log, verifier, 0, batch.entries, batch.head)
        assert isinstance(verdict, Accepted)  # noqa: S101 - a bench that lies is worthless

    verified = rate(verify) * len(batch.entries)
    signer = TestSigner("P-OP")
    refs = [sha256(bytes([n])).hexdigest() for n in range(3)]
    message = esign.message(
        meaning="reviewed", printed_name="Olga Operator", time="2026-03-02T08:00:00+00:00",
        covers_root=esign.covers_root(refs), head=f"5:{refs[0]}", text_digest=refs[1],
        language="en",
    )  # fmt: skip
    signature = esign.sign(signer, message)
    signed = rate(lambda: esign.verify(signer.public_key, message, signature))
    return [
        Figure(id="P12", what="records verified against signed heads", value=rounded(verified),
               unit="records/s", goal=100_000),
        Figure(id="P12e", what="e-signatures verified one by one", value=rounded(signed),
               unit="/s", goal=10_000),
    ]  # fmt: skip


def proofs(folder: Path) -> list[Figure]:
    """Inclusion proofs at random places of the server's log, from its tiles on disk."""
    store = SqliteStore(folder / "million.db")
    tree = Tree(store)
    hashes = [sha256(b"%d" % number).digest() for number in range(MILLION)]
    for start in range(0, MILLION, 100_000):
        with store.transaction():
            tree.extend(hashes[start : start + 100_000])
    root, chance = tree.root(MILLION), Random(5)  # noqa: S311 - test data
    made, verified, longest = [], [], 0
    for index in (chance.randrange(MILLION) for _ in range(SAMPLES)):
        began = time.perf_counter()
        proof = tree.inclusion(index, MILLION)
        middle = time.perf_counter()
        good = verify_inclusion(hashes[index], index, MILLION, proof, root)
        made.append(middle - began)
        verified.append(time.perf_counter() - middle)
        longest = max(longest, len(proof) * HASH_SIZE)
        assert good  # noqa: S101 - a bench that lies is worthless
    store.close()
    return [
        Figure(id="P13s", what="inclusion proof at 1 M: size", value=longest, unit="B", goal=1_500,
               most=True, peers={"floor": 2_000}),
        Figure(id="P13m", what="inclusion proof at 1 M: make, p50, random places", most=True,
               value=rounded(quantile(made, 0.5) * 1e6), unit="us", goal=50,
               peers={"floor": 1_000, "p99": rounded(quantile(made, 0.99) * 1e6)}),
        Figure(id="P13v", what="inclusion proof at 1 M: verify, p50", most=True,
               value=rounded(quantile(verified, 0.5) * 1e6), unit="us", goal=50,
               peers={"floor": 1_000}),
    ]  # fmt: skip
