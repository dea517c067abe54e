"""Signing in by the plant's identity provider: every check tampered with, one answer to all."""

from __future__ import annotations

import base64
import dataclasses
import json
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from forms.terms import PersonnelClass
from server.api.application import create_app
from server.console import interfaces
from server.ingest.projector import dump
from server.integrate.oidc_client import OidcClient
from server.people.provider import CALLBACK, Provider, read_provider
from server.people.sign_on import SignOn
from server.quality.parameters import Parameters
from server.words import Refusal
from tests.console.test_console import csrf, entered
from tests.console.test_people import PEOPLE, posted, second
from tests.server.phone import Phone
from tests.server.plant import InProcess, Plant, credentials
from tests.server.provider import ISSUER, PROVIDER, SECRET, FakeProvider, key, unsigned
from tests.server.test_inventory import leaves

BEGIN = "/console/sign-in/identity"
SAID = "The sign-in by the plant&#39;s account did not succeed."


@dataclasses.dataclass
class House:
    """A plant with a provider."""

    plant: Plant
    there: FakeProvider

    def browser(self) -> httpx.Client:
        client = self.plant.client()
        client.headers["origin"] = "http://server"
        return client

    def begun(self, client: httpx.Client) -> str:
        answer = client.get(BEGIN)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def came(self, subject: str = "olga-1", **more: object) -> tuple[httpx.Client, httpx.Response]:
        """A browser that went there and came back, and what it was told."""
        client = self.browser()
        back = self.there.sign_in(self.begun(client), subject, **more)
        return client, client.get(CALLBACK, params=back)

    def link(self, person: str = "P-OP", subject: str = "olga-1", **change: str) -> httpx.Response:
        client, path = entered(self.plant, "P-ADM"), f"{PEOPLE}/{person}"
        form = {"subject": subject, "reason": "same document", "act": "link", **change}
        both = {**credentials("P-ADM"), **second("P-QA")}
        return posted(client, f"{path}/identity", path, **form, **both)


def with_provider(plant: Plant, provider: Provider, client: OidcClient) -> None:
    book = plant.parts.book
    sign_on = SignOn(book.store, provider, client, book.clock, lambda n: b"\7" * n)
    sign_on.tries._random = plant.parts.sessions._random  # the plant's chance
    plant.parts = dataclasses.replace(plant.parts, sign_on=sign_on)
    plant.transport = InProcess(create_app(plant.parts, interfaces()), plant.transport._runner)


@pytest.fixture
def house(plant: Plant) -> Iterator[House]:
    there = FakeProvider(plant.clock.wall)
    client = OidcClient(there)
    with_provider(plant, PROVIDER, client)
    yield House(plant, there)
    plant.transport.run(client.close())


@pytest.mark.covers("P11-200a1", "P11-10g", "A21", "A11-12")
def test_a_session_by_the_provider_reads_and_every_signature_takes_badge_and_secret(
    house: House,
) -> None:
    assert "Sign in with: Plant ID" in house.browser().get("/console/sign-in").text
    assert house.link(person="P-QA", subject="qian").status_code == 403, "nobody binds themselves"
    assert house.link().status_code == 303
    before = house.plant.parts.book.size
    client, answer = house.came(groups=["quality", "administrator"], email="qa@plant.example")
    assert answer.status_code == 200
    assert "Every signature still takes your badge and your secret" in answer.text
    assert client.get("/console/jobs").status_code == 200
    assert client.get("/console/audit").status_code == 403, "no class comes from a token"
    told = leaves(house.plant, before)
    assert (told[0]["person"], told[0]["about"]) == ("P-OP", "sign-in")
    path = "/api/holds"
    body = {"item": "TUB-1", "lot": "T1", "reason": "a look"}
    without = client.post(path, json=body)
    assert without.status_code == 400, "a signature needs badge and secret"
    wrong = client.post(path, json=body | {"badge": "LB:ID:OP", "secret": "the provider's word"})
    assert wrong.json()["code"] == "sign-in-failed"
    other = client.post(path, json=body | credentials("P-SUP"))
    assert other.json()["code"] == "sign-in-failed"
    assert client.post(path, json=body | credentials("P-OP")).status_code == 201


def _by_secret(claims: dict[str, Any]) -> str:
    """Signed with what the client and the provider share, under an algorithm of the same name."""
    return jwt.encode({"alg": "HS256", "kid": "k1"}, claims, OctKey.import_key(SECRET * 2))


def _changed(claims: dict[str, Any]) -> str:
    """A signed token with another subject put in."""
    head, _, tail = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key("k1")).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "qian"}).encode()).rstrip(b"=")
    return f"{head}.{body.decode()}.{tail}"


TAMPERED: dict[str, tuple[str, dict[str, Any]]] = {
    "issuer": ("wrong-issuer", {"claims": {"iss": "https://evil.example"}}),
    "no issuer": ("wrong-issuer", {"claims": {"iss": None}}),
    "audience": ("wrong-audience", {"claims": {"aud": "another"}}),
    "two audiences": ("wrong-audience", {"claims": {"aud": ["lotbook", "another"]}}),
    "another asked": ("wrong-audience", {"claims": {"azp": "another"}}),
    "nonce": ("wrong-nonce", {"claims": {"nonce": "0" * 43}}),
    "no nonce": ("wrong-nonce", {"claims": {"nonce": None}}),
    "expired": ("token-expired", {"claims": {"exp": 1_000_000_000}}),
    "no end": ("wrong-claim", {"claims": {"exp": None}}),
    "end in words": ("wrong-claim", {"claims": {"exp": "tomorrow"}}),
    "from the future": ("wrong-claim", {"claims": {"iat": 4_000_000_000}}),
    "no subject": ("wrong-claim", {"claims": {"sub": None}}),
    "empty subject": ("wrong-claim", {"claims": {"sub": ""}}),
    "endless subject": ("wrong-claim", {"claims": {"sub": "s" * 300}}),
    "subject spelt in two ways": ("wrong-claim", {"claims": {"sub": "Jose\u0301"}}),
    "alg none": ("wrong-algorithm", {"token": unsigned}),
    "alg NoNe": ("wrong-algorithm", {"token": lambda said: unsigned(said, "NoNe")}),
    "unsigned RS256": ("bad-signature", {"token": lambda said: unsigned(said, "RS256")}),
    "shared secret": ("wrong-algorithm", {"token": _by_secret}),
    "changed": ("bad-signature", {"token": _changed}),
    "another's key": ("unknown-key", {"signed_by": "k2"}),
    "key withdrawn": ("unknown-key", {"published": ()}),
    "no token": ("token-unreadable", {"token": lambda _said: "not.a"}),
    "endless token": ("token-unreadable", {"token": lambda _said: "a" * 20_000}),
    "no text": ("code-refused", {"token": lambda _said: 7}),
}


@pytest.mark.covers("P11-10d", "T14", "T33")
def test_each_tampered_answer_is_refused_alike_and_leaves_its_reason(house: House) -> None:
    house.link()
    told = set()
    for name, (why, lies) in TAMPERED.items():
        house.plant.clock.pass_(301)  # its keys are asked for again
        house.there.lies = dataclasses.replace(type(house.there.lies)(), **lies)
        before = house.plant.parts.book.size
        client, answer = house.came()
        said = leaves(house.plant, before)
        assert answer.status_code == 401, name
        assert [one["result"] for one in said][:1] == [f"identity-refused {why}"], name
        assert said[0]["route"] == f"GET {CALLBACK}"
        assert client.get("/console/jobs").status_code == 303, "no session"
        assert "lotbook=" not in str(answer.headers.get_list("set-cookie"))
        told.add(answer.text)
    assert len(told) == 1, "the browser learns nothing from the difference"
    assert SAID in told.pop()
    house.there.lies = type(house.there.lies)()
    assert house.came()[1].status_code == 200


@pytest.mark.covers("T14", "T29", "A21")
def test_what_one_browser_began_no_other_ends_and_nobody_twice(house: House) -> None:
    house.link()
    mine, other = house.browser(), house.browser()
    back = house.there.sign_in(house.begun(mine), "olga-1")
    foreign = house.there.sign_in(house.begun(other), "olga-1")
    before = house.plant.parts.book.size
    nobody = house.browser().get(CALLBACK, params=back)
    swapped = mine.get(CALLBACK, params=back | {"code": foreign["code"], "state": foreign["state"]})
    assert (nobody.status_code, swapped.status_code) == (401, 401)
    mixed = house.browser()
    elsewhere = house.there.sign_in(house.begun(mixed), "olga-1") | {"iss": "https://evil.example"}
    assert mixed.get(CALLBACK, params=elsewhere).status_code == 401
    cookie = other.cookies.get("lotbook_identity", path=BEGIN)
    assert other.get(CALLBACK, params=foreign).status_code == 200
    again = house.browser()
    again.cookies.set("lotbook_identity", cookie or "", path=BEGIN, domain="server.local")
    assert again.get(CALLBACK, params=foreign).status_code == 401, "a code is good once"
    denied = house.browser()
    house.begun(denied)
    said_no = denied.get(CALLBACK, params={"error": "access_denied", "state": "x"})
    assert said_no.status_code == 401
    foreign_letters = house.browser().get(CALLBACK, params={"state": "é状态", "code": "x"})
    assert foreign_letters.status_code == 401
    late = house.browser()
    slow = house.there.sign_in(house.begun(late), "olga-1")
    house.plant.clock.pass_(601)
    assert late.get(CALLBACK, params=slow).status_code == 401
    found = {one.get("result") for one in leaves(house.plant, before)}
    assert {f"identity-refused {why}" for why in (
        "wrong-state", "wrong-issuer", "code-used", "provider-said-no")} <= found  # fmt: skip


@pytest.mark.parametrize("subject", ["José", "s" * 256, "a\tb"])
def test_a_subject_that_no_token_can_name_is_not_bound(house: House, subject: str) -> None:
    answer = house.link(subject=subject)
    assert (answer.status_code, "255" in answer.text) == (400, True)
    assert house.plant.parts.identity_links.of("P-OP") == []


@pytest.mark.covers("P11-10d", "P11-100a", "T34")
def test_only_a_bound_active_unlocked_person_comes_in(house: House) -> None:
    before = house.plant.parts.book.size
    assert house.came("stranger")[1].status_code == 401
    (leaf,) = leaves(house.plant, before)
    assert (leaf["result"], leaf["about"]) == ("identity-refused not-linked", "subject stranger")
    assert house.plant.parts.store.one("people", id="stranger") is None, "nobody is enrolled by it"
    assert house.link().status_code == 303
    assert house.link(person="P-SUP").status_code == 409, "bound to one person"
    client, _ = house.came()
    page = entered(house.plant, "P-AUD").get(f"{PEOPLE}/P-OP").text
    for words in ("plant account bound", "same document", "olga-1", ISSUER, "Ada Admin", "钱安"):
        assert words in page
    for _ in range(5):
        wrong = {"badge": "LB:ID:OP", "secret": "no"}
        house.plant.client().post("/api/sessions", json=wrong)
    assert client.get("/console/jobs").status_code == 303, "signed out when the badge is locked"
    assert house.came()[1].status_code == 401
    house.plant.act("P-ADM", "/api/people/P-OP/unlocking")
    client, _ = house.came()
    stored = dump(house.plant.parts.store)
    house.plant.parts.projections.rebuild()
    assert dump(house.plant.parts.store) == stored
    assert house.link(act="end", issuer=ISSUER).status_code == 303
    assert client.get("/console/jobs").status_code == 303, "signed out at once"
    assert house.came()[1].status_code == 401
    body = {"issuer": ISSUER, "subject": "olga-1", "reason": "back", "first": credentials("P-QA"),
            "second": credentials("P-ADM")}  # fmt: skip
    api = house.plant.client("P-QA").post("/api/people/P-OP/identity", json=body)
    assert api.json()["linked"][0]["subject"] == "olga-1"
    house.plant.tokens.clear()
    gone = house.plant.act("P-ADM", "/api/people/P-OP/deactivation", reason="left")
    assert gone.status_code == 200, gone.text
    assert house.came()[1].status_code == 401
    left = entered(house.plant, "P-ADM").get(f"{PEOPLE}/P-OP").text
    assert "still bound to this person" in left
    assert "Bind a plant account" not in left, "for good means no new one"
    assert house.link(act="end", issuer=ISSUER).status_code == 303, "but what is left may go"
    assert "still bound" not in entered(house.plant, "P-AUD").get(f"{PEOPLE}/P-OP").text
    whys = {row["result"] for row in house.plant.parts.trail.newest(200)}
    assert {"identity-refused locked", "identity-refused inactive"} <= whys


@pytest.mark.covers("F41", "A11-16")
def test_a_provider_that_is_away_or_odd_stops_nobody_at_the_other_door(house: House) -> None:
    odd: list[dict[str, Any]] = [
        {"away": True},
        {"document": {"issuer": "https://evil.example"}},
        {"document": {"token_endpoint": "http://169.254.169.254/token"}},
        {"document": {"jwks_uri": None}},
    ]
    for lies in odd:
        house.there.lies = dataclasses.replace(type(house.there.lies)(), **lies)
        answer = house.browser().get(BEGIN)
        assert answer.status_code == 503
        assert "Sign in with badge and secret, as before" in answer.text
    assert entered(house.plant, "P-OP").get("/console/jobs").status_code == 200
    assert "Plant ID" in house.browser().get("/console/sign-in").text


def test_keys_are_rotated_without_a_restart_and_asked_for_seldom(house: House) -> None:
    house.link()
    assert house.came()[1].status_code == 200
    house.there.lies.signed_by, house.there.lies.published = "k2", ("k1", "k2")
    assert house.came()[1].status_code == 401, "asked a moment ago"
    house.plant.clock.pass_(31)
    assert house.came()[1].status_code == 200
    assert house.there.asked.count("/keys") == 2
    assert house.there.asked.count("/.well-known/openid-configuration") == 1
    house.plant.clock.pass_(3_601)
    house.there.lies.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert house.came()[1].status_code == 200


@pytest.mark.covers("P11-200a1")
def test_who_must_have_a_second_factor_shows_the_providers_or_sets_up_ours(house: House) -> None:
    house.link()
    open_before, _ = house.came(amr=["pwd"])
    assert open_before.get("/console/jobs").status_code == 200
    site = house.plant.parts.oversight.parameters
    who = house.plant.parts.sessions.check(*credentials("P-QA").values())
    site.ask(Parameters(second_factor_classes=(PersonnelClass.OPERATOR,)), who)
    assert open_before.get("/console/jobs").status_code == 303, "in open sessions, too"
    client, answer = house.came(amr=["pwd"])
    assert answer.status_code == 200
    assert client.get("/console/jobs").status_code in {303, 403}, "first the second factor"
    client, _ = house.came(amr=["pwd", "otp"])
    assert client.get("/console/jobs").status_code == 200
    client, _ = house.came(acr="mfa")
    assert client.get("/console/jobs").status_code == 200


@pytest.mark.covers("P11-200a1", "P11-300d")
def test_who_has_our_second_factor_shows_it_once_a_try(house: House) -> None:
    house.link()
    phone = Phone(house.plant, "P-OP")
    phone.set_up(phone.client())
    code = "/console/sign-in/identity/code"

    def tried(typed: str) -> tuple[httpx.Client, httpx.Response]:
        client, asked = house.came(amr=["pwd"])
        assert asked.status_code == 200
        assert client.get("/console/jobs").status_code == 303, "not in yet"
        return client, client.post(code, data={"csrf": csrf(asked.text), "code": typed})

    before = house.plant.parts.book.size
    wrong, answer = tried("000000")
    assert (answer.status_code, SAID in answer.text) == (401, True)
    again = wrong.post(code, data={"csrf": csrf(answer.text), "code": phone.code()})
    assert again.status_code == 401, "one code for one try"
    results = [one.get("result") for one in leaves(house.plant, before)]
    assert {"identity-refused code-wrong", "identity-refused wrong-state"} <= set(results)
    house.plant.clock.pass_(30)
    client, answer = tried(phone.code())
    assert answer.status_code == 200
    assert client.get("/console/jobs").status_code == 200
    assert house.came(amr=["otp"])[1].text.count("Continue") == 1, "the provider's own counts"


@pytest.mark.covers("P11-300c", "T33")
def test_a_recovery_code_that_was_used_is_told_at_this_door_too(house: House) -> None:
    house.link()
    phone = Phone(house.plant, "P-OP")
    phone.set_up(phone.client())
    assert phone.sign_in(phone.codes[0]).status_code == 200
    client, told = house.came(amr=["otp"])
    assert "A recovery code was used" in told.text
    assert client.get("/console/jobs").status_code == 200
    assert "A recovery code was used" not in house.came(amr=["otp"])[1].text, "once"


@pytest.mark.covers("T33", "P11-300d")
def test_guessing_codes_by_the_providers_door_locks_the_badge(house: House) -> None:
    house.link()
    phone = Phone(house.plant, "P-OP")
    phone.set_up(phone.client())
    before = house.plant.parts.book.size

    def tried(typed: str, asked: tuple[httpx.Client, httpx.Response] | None = None) -> int:
        house.plant.clock.pass_(7)  # not too many a minute for one address
        client, page = asked or house.came(amr=["pwd"])
        return client.post(
            f"{BEGIN}/code", data={"csrf": csrf(page.text), "code": typed}
        ).status_code

    waits = house.came(amr=["pwd"])
    assert [tried("000000") for _ in range(5)] == [401] * 5
    assert tried(phone.code(), waits) == 401, "one who waited is locked out, too"
    assert house.came(amr=["pwd"])[1].status_code == 401
    assert phone.sign_in(phone.code()).json()["code"] == "locked", "the other door, too"
    said = [one for one in leaves(house.plant, before) if one.get("result")]
    assert [one["result"] for one in said[:6]] == [
        *["identity-refused code-wrong"] * 5, "identity-refused locked"]  # fmt: skip
    assert {one["person"] for one in said[:6]} == {"P-OP"}
    assert {one["about"] for one in said[:6]} == {""}, "an id of ours is no subject of theirs"
    assert [row["code"] for row in house.plant.parts.alarms.all()].count("badge-locked") == 1
    house.plant.clock.pass_(60)
    assert tried(phone.code()) == 200


@pytest.mark.covers("P11-10d", "T34")
def test_who_is_unbound_or_deactivated_while_a_code_is_awaited_stays_out(house: House) -> None:
    house.link()
    phone = Phone(house.plant, "P-OP")
    phone.set_up(phone.client())

    def ended(client: httpx.Client, asked: httpx.Response) -> int:
        form = {"csrf": csrf(asked.text), "code": phone.code()}
        return client.post(f"{BEGIN}/code", data=form).status_code

    unbound = house.came(amr=["pwd"])
    assert house.link(act="end").status_code == 303
    assert ended(*unbound) == 401
    house.link()
    gone = house.came(amr=["pwd"])
    assert house.plant.act("P-ADM", "/api/people/P-OP/deactivation").status_code == 200
    before = house.plant.parts.book.size
    assert ended(*gone) == 401
    assert "sign-in" not in {one["about"] for one in leaves(house.plant, before)}


@pytest.mark.covers("T36", "T37", "T26")
def test_the_file_is_read_strictly_and_its_secret_stands_nowhere_else(tmp_path: Path) -> None:
    file, secret = tmp_path / "identity.toml", tmp_path / "identity.secret"
    assert read_provider(file) is None
    good = {
        "issuer": "https://id.example",
        "client_id": "lotbook",
        "address": "https://lotbook.example",
        "client_secret_file": "identity.secret",
    }
    secret.write_text("hush-hush\n")
    secret.chmod(0o600)

    def written(**change: object) -> Provider | None:
        lines = [f"{name} = {json.dumps(value)}" for name, value in {**good, **change}.items()]
        file.write_text("\n".join(["[provider]", *lines]))
        return read_provider(file)

    found = written(second_factor=["otp"])
    assert found is not None
    assert (found.client_secret, found.redirect) == (
        "hush-hush",
        f"https://lotbook.example{CALLBACK}",
    )
    assert "hush" not in repr(found)
    for change, named in (
        ({"issuer": "http://id.example"}, "issuer"),
        ({"address": "https://user:pass@x"}, "address"),
        ({"issuer": "https://id.example?x"}, "issuer"),
        ({"skew_seconds": 9_000}, "skew_seconds"),
        ({"secret": "x"}, "secret"),
        ({"client_secret_file": "none"}, "client_secret_file"),
    ):
        with pytest.raises(Refusal, match=named) as refused:
            written(**change)
        assert "hush" not in str(refused.value)
    secret.chmod(0o644)
    with pytest.raises(Refusal, match="chmod 600"):
        written()
    file.write_bytes(b"\xff")
    with pytest.raises(Refusal, match=r"identity\.toml"):
        read_provider(file)


@pytest.mark.covers("A11-16")
def test_without_the_library_that_checks_tokens_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "identity.toml"
    monkeypatch.setitem(sys.modules, "joserfc", None)  # as where it is not installed
    assert read_provider(file) is None, "who has no provider needs none of it"
    file.write_text('[provider]\nissuer = "https://i"\nclient_id = "l"\naddress = "https://a"\n')
    with pytest.raises(Refusal) as refused:
        read_provider(file)
    assert refused.value.code == "oidc-missing"
    for language in ("en", "zh_CN"):
        assert "pip install 'lotbook[oidc]'" in refused.value.hint(language)


@pytest.mark.covers("F43", "P11-10g")
def test_what_one_server_began_ends_at_the_one_that_took_over(house: House) -> None:
    """They share the database and nothing else: neither keys nor what discovery said."""
    house.link()
    phone = Phone(house.plant, "P-OP")
    phone.set_up(phone.client())
    client = house.browser()
    back = house.there.sign_in(house.begun(client), "olga-1", amr=["pwd"])

    def taken_over() -> None:
        with_provider(house.plant, PROVIDER, OidcClient(house.there))
        client._transport = house.plant.transport

    taken_over()
    asked = client.get(CALLBACK, params=back)
    assert asked.status_code == 200
    taken_over()
    again = client.get(CALLBACK, params=back)
    assert again.status_code == 401, "used at the one is used at the other"
    client.cookies.clear()
    form = house.there.sign_in(house.begun(client), "olga-1", amr=["pwd"])
    asked = client.get(CALLBACK, params=form)
    taken_over()
    code = {"csrf": csrf(asked.text), "code": phone.code()}
    assert client.post(f"{BEGIN}/code", data=code).status_code == 200
    taken_over()
    assert client.get("/console/jobs").status_code == 200


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of its own library, too
def test_another_makers_provider_lets_a_bound_person_in(plant: Plant) -> None:
    with warnings.catch_warnings():  # it imports old names of its own library
        from authlib.deprecate import AuthlibDeprecationWarning  # noqa: PLC0415

        warnings.simplefilter("ignore", AuthlibDeprecationWarning)
        import oidc_provider_mock  # noqa: PLC0415
    with oidc_provider_mock.run_server_in_thread() as server:
        address = f"http://localhost:{server.server_port}"
        provider = dataclasses.replace(PROVIDER, issuer=address)
        client = OidcClient()
        with_provider(plant, provider, client)
        house = House(plant, FakeProvider(plant.clock.wall))
        plant.clock.pass_((datetime.now(UTC) - plant.clock.wall()).total_seconds())
        assert house.link(subject="olga@plant").status_code == 303
        browser = house.browser()
        url = house.begun(browser)
        answer = httpx.post(url, data={"sub": "olga@plant"}, follow_redirects=False)
        back = httpx.URL(answer.headers["location"]).params
        came = browser.get(CALLBACK, params=dict(back))
        assert came.status_code == 200, came.text
        assert browser.get("/console/jobs").status_code == 200
        plant.transport.run(client.close())
