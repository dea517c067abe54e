"""PouchDB and Hypercore draining the same number of 1 KB records, where Node and npm are there."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

VERSIONS = {
    "pouchdb-core": "9.0.0",
    "pouchdb-adapter-leveldb": "9.0.0",
    "pouchdb-replication": "9.0.0",
    "hypercore": "11.39.5",
}
"""Pinned here; installed under ``out/``, never committed."""
PLACE = Path("out/bench/peers")
SCRIPTS = Path(__file__).parent.parent / "peers"
PATIENCE_S = 300


def peers(folder: Path, count: int) -> tuple[dict[str, float], str]:
    """Records a second by peer, and a plain word on what was measured or why not."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return {}, "not measured: Node or npm is not there"
    if not _installed(npm):
        return {}, "not measured: npm could not install them (no network?)"
    found, words = {}, []
    for name in ("pouchdb", "hypercore"):
        script = PLACE / f"{name}.mjs"
        shutil.copy(SCRIPTS / script.name, script)
        command = [node, script.name, str((folder / name).resolve()), str(count)]
        try:
            run = subprocess.run(
                command, cwd=PLACE, check=True, capture_output=True, timeout=PATIENCE_S
            )
            found[name] = json.loads(run.stdout)["records_per_s"]
        except (subprocess.SubprocessError, ValueError, KeyError) as error:
            detail = getattr(error, "stderr", b"") or b""
            words.append(f"{name} failed: {error} {detail[-300:].decode(errors='replace')}")
    return found, "; ".join(words) or f"measured with {count:,} records each, in one process each"


def _installed(npm: str) -> bool:
    PLACE.mkdir(parents=True, exist_ok=True)
    package = {"name": "peers", "private": True, "dependencies": VERSIONS}
    text = json.dumps(package)
    manifest = PLACE / "package.json"
    if manifest.exists() and manifest.read_text(encoding="utf-8") == text:
        return True
    manifest.write_text(text, encoding="utf-8")
    command = [npm, "install", "--no-audit", "--no-fund", "--silent"]
    try:
        subprocess.run(command, cwd=PLACE, check=True, capture_output=True, timeout=PATIENCE_S)
    except subprocess.SubprocessError:
        manifest.unlink()
        return False
    return True
