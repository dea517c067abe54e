"""A time stamping authority of our own, by ``openssl ts``: for tests only."""

from __future__ import annotations

import subprocess
from pathlib import Path

import httpx

CONFIG = """
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""
LEAF = """
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, {usage}
"""


class TsaPlant:
    """A root, a stamping certificate below it, and answers to queries."""

    def __init__(self, folder: Path, *, usage: str = "timeStamping") -> None:
        folder.mkdir()
        self.folder = folder
        (folder / "serial").write_text("01\n")
        (folder / "ts.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "leaf.cnf").write_text(LEAF.format(usage=usage))
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-keyout", "root.key", "-out", "root.pem", "-days", "30",
                      "-subj", "/CN=Root of the stamps")  # fmt: skip
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Stamps")  # fmt: skip
        self._openssl("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
                      "-CAcreateserial", "-days", "30", "-extfile", "leaf.cnf",
                      "-out", "tsa.pem")  # fmt: skip
        self.asked = 0

    @property
    def root(self) -> bytes:
        """The root's certificate, PEM."""
        return (self.folder / "root.pem").read_bytes()

    def reply(self, query: bytes) -> bytes:
        """The signed answer to a query."""
        (self.folder / "query.tsq").write_bytes(query)
        self._openssl("ts", "-reply", "-config", "ts.cnf", "-queryfile", "query.tsq",
                      "-out", "reply.tsr")  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()

    def verified(self, answer: bytes, text: str) -> bool:
        """What ``openssl ts -verify``, another's code, says of an answer."""
        (self.folder / "answer.tsr").write_bytes(answer)
        (self.folder / "text").write_text(text)
        words = ["ts", "-verify", "-data", "text", "-in", "answer.tsr", "-CAfile", "root.pem"]
        try:
            self._openssl(*words)
        except subprocess.CalledProcessError:
            return False
        return True

    def transport(self) -> httpx.MockTransport:
        """Its door."""

        def answer(request: httpx.Request) -> httpx.Response:
            self.asked += 1
            assert request.headers["content-type"] == "application/timestamp-query"
            headers = {"content-type": "application/timestamp-reply"}
            return httpx.Response(200, headers=headers, content=self.reply(request.content))

        return httpx.MockTransport(answer)

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(
            ["openssl", *arguments], cwd=self.folder, check=True, capture_output=True, timeout=60
        )
