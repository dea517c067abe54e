"""The form that signs a review of the audit trail."""

from __future__ import annotations

import pytest

from tests.console.test_console import entered
from tests.console.test_people import posted
from tests.server.plant import Plant, credentials

PAGE = "/console/audit"
REVIEW = f"{PAGE}/review"


@pytest.mark.covers("P11-10e", "T32")
def test_every_exception_of_the_form_is_in_the_review(plant: Plant) -> None:
    client = entered(plant, "P-QA")
    lines = [f"#{number % 5} nobody could say what this was for, {number}" for number in range(60)]
    form = {"stop": "5", "exceptions": "\r\n".join(lines), **credentials("P-QA")}
    assert posted(client, REVIEW, PAGE, **form).status_code == 303
    (signed,) = plant.parts.oversight.reviews.all()
    assert [f"#{one.index} {one.words}" for one in signed.exceptions] == lines
    for wrong in (f"#1 {'long ' * 50}", "#" + "1" * 20 + " why"):
        refused = posted(client, REVIEW, PAGE, **(form | {"exceptions": wrong}))
        assert refused.status_code == 400
        assert wrong in refused.text, "what was typed is still there"
