"""Scripts of what happens in some months, drawn at random from a number."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.core.rules.brake import BrakeLimits
from bot.core.rules.durations import Durations, parse
from bot.core.rules.rules import AutoRules, DenyScope

WAITS = tuple(timedelta(minutes=minutes) for minutes in (0.5, 1.1, 12, 65, 300, 1440, 1600, 4400))
# How far off the machine's clock may be.
CLOCKS = tuple(timedelta(minutes=minutes) for minutes in (0, 4, -4, 600, -3000))
# Reads that AWS may deny: the first of a leaver, a kind of grant, the list of users.
READS = (
    "identitystore.ListGroupMembershipsForMember",
    "sso-admin.ListAccountAssignmentsForPrincipal",
    "sso-admin.ListApplications",
    "identitystore.ListUsers",
)
REVOKES = ("", "0m", "10m", "4h", "1d", "3d", "critical=0m,high=4h,normal=3d", "high=1d")
PER_HOUR = (100, 100, 5, 2)
DELETES = ("", "0m", "1d", "5d")


@dataclass(frozen=True)
class Chosen:
    """Which rules are on."""

    revoke: str = ""
    delete: str = ""
    deny: DenyScope | None = None

    def rules(self, brake: BrakeLimits, per_hour: int) -> AutoRules:
        return AutoRules(self.deny, _durations(self.revoke), _durations(self.delete), brake, per_hour)


@dataclass(frozen=True)
class Step:
    """One thing that happens. `who`: a number that stands for somebody; `amount`: of people, or which of a list; `then`:
    what happens after so many changes in AWS.
    """

    what: str
    who: int = 0
    amount: int = 0
    then: str = ""
    chosen: Chosen = field(default_factory=Chosen)

    def __repr__(self) -> str:
        more = [str(self.who), str(self.amount), *([self.then] if self.then else [])]
        return f"{self.what}({', '.join(more)}{f', {self.chosen}' if self.what == 'rules' else ''})"


@dataclass(frozen=True)
class Script:
    """`calm`: at the end everything works for long enough, so what should be done is done."""

    steps: tuple[Step, ...]
    chosen: Chosen
    staff: int = 12
    brake: BrakeLimits = field(default_factory=BrakeLimits)
    per_hour: int = 100
    scan_every: timedelta = timedelta(days=1)
    events: bool = False
    protected: int | None = None
    tenant: bool = False
    run_as: bool = False
    deny_ready: bool = True


# What comes at random, and how often; half of all steps are waits.
OFTEN: Mapping[str, int] = {
    "leave": 8,
    "hire": 1,
    "come_back": 3,
    "vanish": 1,
    "blur": 1,
    "mistake": 2,
    "undo": 2,
    "give_back": 2,
    "use": 2,
    "aws_away": 1,
    "slack_away": 2,
    "unreadable": 2,
    "down": 2,
    "mend": 4,
    "restart": 1,
    "lose_database": 1,
    "rules": 4,
    "protect": 2,
    "unprotect": 1,
    "tenant": 1,
    "dry_run": 1,
    "watch_only": 1,
    "entra": 3,
    "stop": 3,
    "let_run": 1,
    "release": 2,
    "accept": 2,
    "go_on": 1,
    "revoke": 1,
    "deny": 1,
    "lift": 1,
    "delete": 1,
    "clock": 2,
    "meanwhile": 5,
}
# What may happen in the middle of an action.
MIDDLE = ("stop", "rules_off", "mistake", "kill", "aws_away", "protect", "come_back")
STEPS = 24
# What happens in every script, and how likely it is that one has each of the other kinds of things.
ALWAYS, KINDS = frozenset({"leave", "mend"}), 0.35
# The number of the person as whom the bot may run (`company.PROFILES`).
OPERATOR = 6


def script(seed: int) -> Script:
    """The script of this number."""
    return _Draw(random.Random(seed)).script()


class _Draw:
    """Few kinds of things happen in one script, to few people, so that they meet."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._often = {name: weight for name, weight in OFTEN.items() if name in ALWAYS or chance.random() < KINDS}
        self._run_as = chance.random() < 0.12
        self._cast = [OPERATOR if self._run_as else 0, *chance.sample(range(12), 4)]

    def script(self) -> Script:
        some = self._chance
        return Script(
            tuple(self._steps()),
            self._chosen(on=some.random() < 0.85),
            staff=some.choice([12, 12, 30]),
            brake=some.choice([BrakeLimits(3), BrakeLimits(3), BrakeLimits(), BrakeLimits(25, 30)]),
            per_hour=some.choice(PER_HOUR),
            scan_every=some.choice([timedelta(days=1), timedelta(hours=12)]),
            events=some.random() < 0.3,
            protected=some.choice(self._cast) if some.random() < 0.25 else None,
            tenant=some.random() < (0.6 if "entra" in self._often else 0.1),
            run_as=self._run_as,
            deny_ready=some.random() < 0.9,
        )

    def _steps(self) -> Iterator[Step]:
        """Half of all databases know everybody before anything happens."""
        if self._chance.random() < 0.6:
            yield self._wait()
        for _ in range(self._chance.randint(4, STEPS // 2)):
            yield from self._some()
            yield self._wait()

    def _some(self) -> Iterator[Step]:
        """Now and then the same again and again, such as a mistake that is spread over many scans."""
        step = self._step()
        yield step
        if self._chance.random() < 0.1:
            for number in range(1, self._chance.randint(2, 10)):
                yield self._wait(most=5)
                yield replace(step, who=step.who + number)

    def _step(self) -> Step:
        some = self._chance
        what = some.choices(list(self._often), list(self._often.values()))[0]
        then = some.choice(MIDDLE) if what == "meanwhile" else ""
        amount = some.randint(1, 3) if what == "meanwhile" else some.randrange(8)
        return Step(what, some.choice(self._cast), amount, then, self._chosen() if what == "rules" else Chosen())

    def _wait(self, most: int = len(WAITS)) -> Step:
        return Step("wait", amount=self._chance.randrange(most))

    def _chosen(self, *, on: bool = True) -> Chosen:
        some = self._chance
        if not on:
            return Chosen()
        return Chosen(some.choice(REVOKES), some.choice(DELETES), some.choice([None, None, *DenyScope]))


def _durations(text: str) -> Durations:
    return parse(text) if text else Durations()
