"""What does not fit a field is told in the reader's language: field, what is wrong, cure."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from server.api.bodies import Dispatch, ReceiveLot
from server.unfit import SAID, unfit
from tests.server.plant import Plant, credentials

_LATIN = re.compile(r"[a-z]{3,}")


def test_every_type_that_is_told_is_one_of_pydantics() -> None:
    assert set(SAID) <= set(get_args(ErrorType))
    given = dict.fromkeys(("min_length", "max_length", "gt", "ge", "lt", "le"), 1)
    for kind in SAID:
        ctx = given | {"expected": "'a' or 'b'", "pattern": "x"}
        said = unfit([{"type": kind, "loc": ("body", "lot"), "ctx": ctx}])
        assert said.words("en").startswith("Field lot is ")
        assert said.words("zh_CN").startswith("字段 批号（lot）：")
        assert "{" not in said.hint("en") + said.hint("zh_CN")


@given(
    st.text(max_size=30),
    st.lists(st.text(max_size=40) | st.integers(0, 9), min_size=1, max_size=5),
    st.dictionaries(st.text(max_size=5), st.text(max_size=200), max_size=3),
)
def test_an_unknown_type_is_told_plainly(kind: str, path: list[str | int], ctx: object) -> None:
    said = unfit([{"type": f"x-{kind}", "loc": tuple(path), "ctx": ctx}])
    assert said.words("en").endswith("does not fit.")
    assert said.words("zh_CN").endswith("不符合要求。")


@pytest.mark.parametrize(
    ("changed", "english", "chinese"),
    [
        ({"units": "many"}, "Field units is not a whole number.", "字段 数量（units）：不是整数。"),
        ({"units": 0}, "Field units is too small.", "字段 数量（units）：过小。"),
        (
            {"lot": "L 1"},
            "Field lot is not written",
            "字段 批号（lot）：书写格式不符。",
        ),
        ({"serials": ["a b"]}, "Field serials.0 is not written", "字段 serials.0：书写格式不符。"),
        ({"id": None}, "Field id is not text.", "字段 编号（id）：不是文本。"),
        ({"colour": "red"}, "Field colour is not known here.", "字段 colour：不是已知字段。"),
        ({"secret": ""}, "Field secret is too short.", "字段 密码（secret）：过短。"),
    ],
)
def test_the_field_is_named_and_the_cure_told(
    changed: dict[str, object], english: str, chinese: str
) -> None:
    body = {"badge": "B", "secret": "S", "id": "JO-9", "lot": "L9", "units": 1, "serials": ["1"]}
    with pytest.raises(ValidationError) as caught:
        Dispatch.model_validate(body | {"work_master": "WM"} | changed)
    said = unfit(caught.value.errors())
    assert said.words("en").startswith(english)
    assert said.words("zh_CN").startswith(chinese)
    assert not _LATIN.search(said.hint("zh_CN"))


def test_a_date_and_a_choice_are_told_with_what_they_must_be() -> None:
    body = {"badge": "B", "secret": "S", "item": "I", "lot": "L", "quantity": "1", "unit": "m"}
    hints = []
    for changed in ({"expiry": "soon"}, {"status": "fine"}):
        with pytest.raises(ValidationError) as caught:
            ReceiveLot.model_validate(body | changed)
        hints.append(unfit(caught.value.errors()).hint("zh_CN"))
    assert "2026-11-22" in hints[0]
    assert "'hold'" in hints[1]


def test_the_api_answers_in_the_callers_language(plant: Plant) -> None:
    body = credentials("P-QA") | {"item": "TUB-1"}
    asked = {"accept-language": "zh-CN"}
    answer = plant.client("P-QA").post("/api/holds", json=body, headers=asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "field-unfit")
    assert answer.json()["message"] == "字段 批号（lot）：未填写。"
    assert answer.json()["hint"] == "改正：请填写。"
    assert answer.json()["params"]["cure"] == "请填写。"
