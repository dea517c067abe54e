"""Sessions of people: how many at once, who sees and ends them, and when they end by themselves."""

from __future__ import annotations

import pytest

from server.people.sessions import MOST_SESSIONS
from tests.server.plant import Plant, credentials


def token(plant: Plant, person: str) -> dict[str, str]:
    answer = plant.client().post("/api/sessions", json=credentials(person))
    return {"authorization": f"Bearer {answer.json()['token']}"}


@pytest.mark.covers("P11-300d", "T33")
def test_one_session_too_many_ends_the_first(plant: Plant) -> None:
    opened = []
    for _ in range(MOST_SESSIONS + 1):
        plant.clock.pass_(1)
        opened.append(token(plant, "P-OP"))
    client = plant.client()
    assert [client.get("/api/me", headers=one).status_code for one in opened] == [
        401, *[200] * MOST_SESSIONS
    ]  # fmt: skip
    listed = client.get("/api/me/sessions", headers=opened[-1]).json()
    assert len(listed) == MOST_SESSIONS
    ended = client.delete(f"/api/me/sessions/{listed[0]['name']}", headers=opened[-1])
    assert ended.json() == {"ended": 1}
    assert client.get("/api/me", headers=opened[1]).status_code == 401
    assert client.get("/api/me", headers=opened[-1]).status_code == 200


@pytest.mark.covers("P11-300c", "T28")
def test_nobody_ends_anothers_session_but_by_right_and_signature(plant: Plant) -> None:
    mine, theirs = token(plant, "P-OP"), token(plant, "P-SUP")
    client = plant.client()
    name = client.get("/api/me/sessions", headers=theirs).json()[0]["name"]
    assert client.delete(f"/api/me/sessions/{name}", headers=mine).json() == {"ended": 0}
    assert plant.act("P-OP", "/api/people/P-SUP/sign-out").status_code == 403
    assert client.get("/api/me", headers=theirs).status_code == 200
    assert plant.act("P-ADM", "/api/people/P-SUP/sign-out").json() == {"ended": 1}
    assert client.get("/api/me", headers=theirs).status_code == 401


@pytest.mark.covers("T33", "T34", "P11-10d")
def test_sessions_end_when_the_badge_is_locked_or_the_person_leaves(plant: Plant) -> None:
    locked, gone = token(plant, "P-OP"), token(plant, "P-SUP")
    client = plant.client()
    for _ in range(5):
        client.post("/api/sessions", json={**credentials("P-OP"), "secret": "a guess"})
    assert client.get("/api/me", headers=locked).status_code == 401
    assert plant.act("P-QA", "/api/people/P-SUP/deactivation").status_code == 200
    assert client.get("/api/me", headers=gone).status_code == 401
    again = plant.client("P-ADM").post(
        "/api/people",
        json={
            "id": "P-SUP", "name": "Another", "classes": ["operator"], "badge": "LB:ID:NEW",
            "secret": "another-1", "document": "passport", "checked_by": "P-ADM",
            "first": credentials("P-ADM"), "second": credentials("P-QA"),
        },
    )  # fmt: skip
    assert again.json()["code"] == "exists"  # an id is never used again
    plant.parts.projections.rebuild()
    assert plant.parts.directory.person("P-SUP").active is False
