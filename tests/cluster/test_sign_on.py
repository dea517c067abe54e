"""Signing in by the plant's account where several servers stand before one database."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from server.people.provider import CALLBACK, FILE
from sync import files
from tests import postgres
from tests.cluster.pair import wait_for
from tests.cluster.servers import Server, several
from tests.server.plant import credentials

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the provider's own library
]
BEGIN = "/console/sign-in/identity"


@contextmanager
def provider() -> Iterator[str]:
    """The address of another maker's provider."""
    with warnings.catch_warnings():
        from authlib.deprecate import AuthlibDeprecationWarning  # noqa: PLC0415

        warnings.simplefilter("ignore", AuthlibDeprecationWarning)
        import oidc_provider_mock  # noqa: PLC0415
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


def named(server: Server, issuer: str, address: str) -> None:
    """Its folder names the provider, as every server's does."""
    lines = {"issuer": issuer, "client_id": "lotbook", "address": address,
             "client_secret_file": "identity.secret"}  # fmt: skip
    text = "".join(f'{name} = "{value}"\n' for name, value in lines.items())
    (server.data / FILE).write_text(f"[provider]\n{text}", encoding="utf-8")
    files.create(server.data / "identity.secret", b"known to both")


def bound(server: Server, issuer: str) -> None:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        token = client.post("/api/sessions", json=credentials("P-QA")).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        both = {"first": credentials("P-QA"), "second": credentials("P-ADM")}
        link = {"issuer": issuer, "subject": "olga@plant", "reason": "seen", **both}
        answer = client.post("/api/people/P-OP/identity", json=link)
        assert answer.status_code == 200, answer.text


def gone_there(browser: httpx.Client, server: Server) -> dict[str, str]:
    """Begun at a server, signed in at the provider: what the browser is to bring back."""
    begun = browser.get(f"{server.url}{BEGIN}")
    assert begun.status_code == 303, begun.text
    back = httpx.post(begun.headers["location"], data={"sub": "olga@plant"})
    return dict(httpx.URL(back.headers["location"]).params)


@pytest.mark.covers("F43", "P11-10g")
def test_begun_at_one_server_it_ends_at_another_also_when_that_took_over(tmp_path: Path) -> None:
    servers = several(tmp_path, postgres.fresh(), ("one", "two"))
    with provider() as issuer, servers as (_plant, (first, second)), httpx.Client(timeout=60) as me:
        for one in (first, second):
            named(one, issuer, first.url)
            one.start("--standby")
            wait_for(one.serves if one is first else one.passes_on, 240)
        bound(first, issuer)
        back = gone_there(me, second)
        assert me.get(f"{first.url}{CALLBACK}", params=back).status_code == 200
        assert me.get(f"{second.url}/console/jobs").status_code == 200, "a session at both"
        back = gone_there(me, first)
        first.kill()
        wait_for(second.serves, 240)
        assert me.get(f"{second.url}{CALLBACK}", params=back).status_code == 200
        assert me.get(f"{second.url}{CALLBACK}", params=back).status_code == 401, "once"
