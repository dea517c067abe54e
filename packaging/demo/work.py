"""The shift's work, screen by screen: whoever is due looks at the screen and does what it asks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import frames
from account import Account
from plant import DemoError, Plant
from player import Hands, Screen, Watcher

SETTLED = ("settled", "已稳定")
"""The screen's word for a balance that has come to rest."""
DOSES = ("0.612", "0.497")
"""The first is out of limits, the second good."""
DIAMETERS = ("4.09", "4.12")
PRESSURE = "52"


class Shift:
    """An operator, a supervisor and quality at one station."""

    def __init__(
        self,
        plant: Plant,
        watcher: Watcher,
        hands: Hands,
        plan: dict[str, Any],
        scans: dict[str, dict[str, str]],
        job: str,
    ) -> None:
        """``scans`` are the codes on the component lots, ``job`` the job order to work."""
        self.plant, self.watcher, self.hands, self.job = plant, watcher, hands, job
        self.people = {one: p for p in plan["people"] for one in p["classes"]}
        order = next(order for order in plan["job_orders"] if order["id"] == job)
        self.units = int(order["units"])
        self.materials = {
            "SCAN-TUBING": ["tubing-expired", "tubing"],
            "SCAN-DRIP-CHAMBER": ["drip-chamber"],
            "SCAN-LUER": ["luer"],
            "SCAN-FILM": ["film"],
            "SCAN-SOLVENT": ["solvent"],
        }
        self.scans = scans
        self.doses, self.diameters = list(DOSES), list(DIAMETERS)
        self.helped: set[str] = set()

    # --- people --------------------------------------------------------------------------------

    def identify(self, personnel_class: str) -> None:
        """Badge and secret, where the screen asks for them."""
        person = self.people[personnel_class]
        self.hands.scan(person["badge"])
        self.secret(personnel_class)

    def secret(self, personnel_class: str) -> None:
        """The secret, digit by digit from the command sheet."""
        self.keys(self.people[personnel_class]["secret"])

    def keys(self, digits: str) -> None:
        """Digits from the command sheet, each seen on the pad before the next, then OK."""
        self.watcher.until("the pad", lambda s: bool(s["pad"]) and s["typed"] == 0)
        for count, digit in enumerate(digits, start=1):
            self.hands.scan(f"LB:KEY:{digit}")
            if not self.watcher.sees(_typed(count), 4):  # not heard: a person scans again
                self.hands.scan(f"LB:KEY:{digit}")
            self.watcher.until(f"digit {count}", _typed(count))
        self.hands.scan("LB:KEY:OK")

    def sign_in(self, personnel_class: str) -> None:
        """Sign in and wait for the screen after it."""
        self.watcher.until("the sign-in screen", lambda s: s["name"] == "sign-in", 30)
        self.identify(personnel_class)
        self.watcher.until("the work list or the step", lambda s: s["name"] != "sign-in")

    def sign(self, personnel_class: str) -> None:
        """Sign what the screen shows; the accountability statement comes first, once."""
        self.watcher.until("the signing screen", _named("sign", "accountability"))
        self.identify(personnel_class)
        screen = self.watcher.until(
            "the signature or the statement before it",
            lambda s: s["name"] != "sign",
        )
        if screen["name"] == "accountability":
            self.watcher.until("the statement accepted", lambda s: s["name"] != "accountability")
            self.secret(personnel_class)
        self.watcher.until(
            "the signature saved", lambda s: s["name"] not in {"sign", "accountability"}
        )

    # --- acts ----------------------------------------------------------------------------------

    def start(self) -> None:
        """The operator signs in and opens the job order."""
        self.watcher.until("every instrument to be ready", _instruments_ready, 30)
        self.sign_in("operator")
        self.hands.do("open_job", job_order=self.job)
        self.watcher.until("the first step", lambda s: str(s["name"]).startswith("step-"))

    def until_operation(self, operation: str) -> None:
        """Work until the step shown is of ``operation``."""
        while True:
            screen = self.watcher.until("a screen that asks for something", _asks, 20)
            if screen["operation"] == operation:
                return
            self.act(screen)

    def act(self, screen: Screen) -> None:
        """Do what this screen asks for, and wait until it shows another one."""
        name = str(screen["name"]).replace("-", "_")
        getattr(self, f"on_{name}", self._lost)(screen)
        before = _essence(screen)
        self.watcher.until(f"an answer to {name}", lambda s: _essence(s) != before, 20)

    def _lost(self, screen: Screen) -> None:
        msg = f"nobody in the demo knows what to do on this screen: {screen}"
        raise DemoError(msg)

    def on_step_confirm(self, _: Screen) -> None:
        """Look round, then say yes."""
        self.hands.do("confirm", answer="yes")

    def on_step_identify(self, screen: Screen) -> None:
        """Scan the lot; the tubing at hand first is an old one."""
        self._look_for_help(screen)
        waiting = self.materials[str(screen["step"])]
        scan = self.scans[waiting[0]]
        if len(waiting) > 1:
            waiting.pop(0)
        self.hands.scan(scan["symbology"] + scan["content"])

    def _look_for_help(self, screen: Screen) -> None:
        """Whoever sees a kind of step for the first time asks what it is for."""
        if screen["name"] not in self.helped:
            self.helped.add(str(screen["name"]))
            self.hands.do("help")
            self.watcher.until("the help", lambda s: s["stage"] == "HelpStage")
            self.hands.do("help")
            self.watcher.until("the step again", lambda s: s["stage"] == "StepStage")

    def on_step_measure(self, screen: Screen) -> None:
        """Weigh, measure, or read a gauge by eye."""
        self._look_for_help(screen)
        step = str(screen["step"])
        if step == "WEIGH-ADHESIVE":
            dose = self.doses.pop(0)
            self.hands.tell(f"weigh {dose} g")
            self.watcher.until(
                "the balance at rest",
                lambda s: s["value"] == dose and any(word in str(s["source"]) for word in SETTLED),
            )
            self.hands.do("accept_reading")
        elif step == "MEASURE-TUBE-OD":
            self.hands.tell(f"measure {self.diameters.pop(0)} mm")
        else:
            self.hands.do("type_value")
            self.keys(PRESSURE)
            self.watcher.until("the value shown back", lambda s: "accept_reading" in _intents(s))
            self.hands.do("accept_reading")
            self.watcher.until(
                "the value judged", lambda s: s["verdict"] != "" or s["step"] != screen["step"]
            )

    def on_step_inspect(self, screen: Screen) -> None:
        """A photo first, then the judgement."""
        if "inspect" not in _intents(screen):
            self.hands.show(frames.leak_test(int(str(screen["sample"]))))
            self.hands.do("take_photo")
        else:
            self.hands.do("inspect", outcome="pass")

    def on_step_label(self, screen: Screen) -> None:
        """Print, stick, read back."""
        if "read_label" not in _intents(screen):
            self.hands.do("print_label")
        else:
            self.hands.tell("show-label")
            self.hands.do("read_label")

    def on_blocked(self, screen: Screen) -> None:
        """Refused: take another. Out of limits: raise a nonconformity."""
        raised = "raise_nonconformity" in _intents(screen)
        self.hands.do("raise_nonconformity" if raised else "next")

    def on_nonconformity(self, _: Screen) -> None:
        """The supervisor comes, decides on rework, gives the reason and signs."""
        self.hands.do("decide", disposition="rework")
        self.watcher.until("the reasons", _named("reason"))
        self.hands.do("choose_reason", reason="process-repeated")
        self.sign("supervisor")

    def keep_label(self) -> None:
        """The last label as printed."""
        labels = sorted((self.plant.bench / "printer").glob("*.png"))
        if len(labels) != self.units:
            msg = f"{len(labels)} labels were printed for {self.units} units"
            raise DemoError(msg)
        shutil.copy(labels[-1], self.plant.out / "label.png")

    # --- the server away -----------------------------------------------------------------------

    def must_be_offline(self) -> None:
        """The kiosk must say so itself, and hold records the server does not have."""
        self.watcher.until("the kiosk to say it is offline", lambda s: not s["online"], 20)
        screen = self.watcher.now()
        if not int(str(screen["accepted"])) < int(str(screen["saved"])):
            msg = f"nothing was held back while the server was away: {screen}"
            raise DemoError(msg)

    def until_drained(self) -> None:
        """Everything saved is accepted and witnessed."""
        self.watcher.until(
            "everything accepted and witnessed",
            lambda s: bool(s["online"]) and s["saved"] == s["accepted"] == s["witnessed"],
            40,
        )

    # --- signing off ---------------------------------------------------------------------------

    def supervisor_signs(self) -> None:
        """Operator out, supervisor in, look at the lot, sign."""
        self.hands.do("sign_out")
        self.sign_in("supervisor")
        self._open()
        self.watcher.until("the sign step", _named("step-sign"))
        self.hands.do("overview")
        self.watcher.until("the lot overview", _named("overview"))
        self.hands.do("back")
        self.watcher.until("the sign step", _named("step-sign"))
        self.hands.do("sign")
        self.sign("supervisor")
        self.watcher.until("the finished lot", _named("overview"))

    def _open(self) -> None:
        """Open the job order where the list is shown."""
        screen = self.watcher.until(
            "the list, the step or the lot", _named("work-list", "step-sign", "overview")
        )
        if screen["name"] == "work-list":
            self.hands.do("open_job", job_order=self.job)

    def quality_releases(self) -> None:
        """Supervisor out, quality in, judge the lot, release it by signature."""
        self.hands.do("sign_out")
        self.sign_in("quality")
        self._open()
        self.watcher.until("the finished lot", _named("overview"))
        self.hands.do("release")
        self.watcher.until("the release screen", _named("release"))
        self.watcher.until(
            "the lot ready for release", lambda s: s["name"] == "release" and s["verdict"] == "pass"
        )
        self.hands.do("release", decision="released")
        self.sign("quality")
        self.watcher.until("the released lot", _named("overview"))

    def tell(self, account: Account) -> None:
        """What the kiosk said of its records at the end."""
        last = self.watcher.now()
        for word in ("saved", "sent", "accepted", "witnessed"):
            account.facts[f"records_{word}"] = last[word]


def _instruments_ready(screen: Screen) -> bool:
    """Every light in the strip is green, and somebody may sign in."""
    lights = screen["instruments"]
    ready = isinstance(lights, dict) and all(mark == "pass" for mark in lights.values())
    return ready and bool(lights) and screen["name"] == "sign-in"


def _typed(count: int) -> Callable[[Screen], bool]:
    """Whether so many digits stand on the pad."""
    return lambda screen: screen["typed"] == count


def _named(*names: str) -> Callable[[Screen], bool]:
    """Whether a screen is one of these."""
    return lambda screen: screen["name"] in names


def _intents(screen: Screen) -> set[str]:
    """What can be asked for on this screen."""
    actions = screen["actions"]
    return {str(action) for action in actions} if isinstance(actions, list) else set()


def _essence(screen: Screen) -> tuple[object, ...]:
    """What makes a screen another one: not its counts, not its live value."""
    return (
        screen["name"],
        screen["operation"],
        screen["step"],
        screen["sample"],
        screen["verdict"],
        screen["pad"],
        tuple(sorted(_intents(screen))),
    )


def _asks(screen: Screen) -> bool:
    """A screen that waits for a person: not a pass that moves on, not a printer at work."""
    if screen["name"] == "step-label":
        return bool(_intents(screen) & {"print_label", "read_label"})
    return bool(_intents(screen)) and not (
        str(screen["name"]).startswith("step-") and screen["verdict"] == "pass"
    )
