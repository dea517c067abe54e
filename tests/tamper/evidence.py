"""What an auditor has: an export, the public keys, and an export from before."""

from __future__ import annotations

from pathlib import Path

from sync.findings import Finding
from sync.keyring import Keyring, read_keys
from sync.keys import Signer
from sync.seen import remembered_in
from sync.verdict import Verdict
from sync.verify_input import verify_path
from sync.verify_marks import Mark
from tests.tamper.forger import Forger
from tests.tamper.plant import exported, worked


class Evidence:
    """The plant's export, and what it takes to change it."""

    def __init__(self, path: Path) -> None:
        with worked(path) as plant:
            self.folder = exported(plant, path / "export")
            self.keys = plant.folder.keys()
            self.key: Signer = plant.parts.signer
        self.ring: Keyring = read_keys(self.keys)
        self.origin = self.key.name
        self.forger = Forger.read(self.folder)
        self.seen: list[tuple[str, Mark]] = list(remembered_in(self.folder, self.ring))

    def findings(self, folder: Path, *, outside: bool) -> tuple[Finding, ...]:
        """What lotbook-verify finds; with ``outside``, held against the export from before."""
        found = verify_path(folder, self.ring, self.seen if outside else [])
        assert isinstance(found, Verdict)
        return found.findings
