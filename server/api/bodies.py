"""The JSON bodies people's requests carry; unknown members are refused (mass assignment)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from forms.terms import LotStatus

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(max_length=1000)]
Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Digits = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$")]


class Body(BaseModel):
    """Base: frozen, nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Problem(BaseModel):
    """Every error's body: what is wrong and what to do, in the caller's language."""

    answer: Literal["problem"] = "problem"
    code: str
    """Stable, for programs; listed in docs/errors.md."""
    message: str
    hint: str
    detail: str
    """The message in English, for logs."""
    params: dict[str, str]


class Credentials(Body):
    """Badge and secret: the two components of an act that is signed."""

    badge: Line
    secret: Annotated[str, Field(min_length=1, max_length=200)]


class Components(Credentials):
    """All that a person may have to show: to sign in, or as the second person of an act."""

    code: Annotated[str, Field(max_length=40)] = ""
    """Of the second factor; empty for who has none."""


class Act(Credentials):
    """An act signed by the person who is signed in."""


class GoOn(Act):
    """To go on with the log as it is; the second person signs what the first one said."""

    reason: Reason = ""


class NewSecret(Act):
    """A new secret beside the old one."""

    new_secret: Line


class ReasonedAct(Act):
    """An act with a reason."""

    reason: Reason = ""


class Concede(ReasonedAct):
    """Accepting a record that failed its signature check."""

    record: Line
    """Its ref."""
    text_digest: Digest = ""
    """Of the text read: refused if the text to sign is another by now."""


class Release(ReasonedAct):
    """The decision on a lot."""

    decision: Literal["released", "rejected"]
    text_digest: Digest = ""
    """Of the text read (``/release-text``): refused if the text to sign is another by now."""


class Hold(ReasonedAct):
    """A hold on a lot."""

    item: Code
    lot: Line
    downstream: bool = False
    """Whether everything made from it is held too."""


class ReceiveLot(Act):
    """A lot received."""

    item: Code
    lot: Annotated[str, Field(pattern=r"^[!-~]{1,20}$")]
    quantity: Digits
    unit: Annotated[str, Field(min_length=1, max_length=16)]
    expiry: date | None = None
    supplier: str = Field(default="", max_length=32)
    status: LotStatus = LotStatus.QUARANTINE


class SetStatus(ReasonedAct):
    """Quality's decision on a received lot."""

    status: LotStatus


class Dispatch(Act):
    """A job order to dispatch; the newest approved revision of the master is pinned."""

    id: Code
    lot: Annotated[str, Field(pattern=r"^[!-~]{1,20}$")]
    units: Annotated[int, Field(ge=1, le=10_000)]
    work_master: Code
    serials: Annotated[
        list[Annotated[str, Field(pattern=r"^[!-~]{1,20}$")]], Field(max_length=10_000)
    ]


class Revoke(ReasonedAct):
    """A station's revocation: records at ``valid_to`` and above are not taken.

    Without it: nothing is trusted above the last checkpoint that somebody else witnessed. Without
    ``epoch`` the one that records is meant; a request is turned down by naming its own.
    """

    valid_to: Annotated[int, Field(ge=0, le=2**53)] | None = None
    epoch: Annotated[int, Field(ge=1, le=10_000)] | None = None


class DecideBranch(ReasonedAct):
    """Which of two histories is true: the log, the branch beside it, or neither."""

    decision: Literal["log", "branch", "neither"]


class MarkSeen(Act):
    """A log mark as a label shows it, and where the label was."""

    mark: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,15}:[0-9a-f]{8}$")]
    place: Line


class Propose(Act):
    """A work master's YAML text."""

    text: Annotated[str, Field(min_length=1, max_length=1_000_000)]
