#!/bin/sh
# Renews the hash-locked requirement files from pyproject.toml and the .in files.
# No index URL is written: a lock must not name a registry's host.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
lock() { "$uv" pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-annotate --custom-compile-command "requirements/lock.sh" "$@"; }
lock requirements/uv.in -o requirements/uv.txt
lock pyproject.toml --extra terminal -o requirements/terminal.txt
lock pyproject.toml --extra server -o requirements/server.txt
lock pyproject.toml --extra witness -o requirements/witness.txt
lock requirements/cluster.in -o requirements/cluster.txt
lock pyproject.toml --all-extras requirements/dev.in -o requirements/dev.txt
