"""The simulated company: who works there, what they may get into, and what becomes of them."""

from collections.abc import Iterator

from bot.playground.identity_center import Organization
from tests.months.aws import WatchedAws
from tests.months.clock import MachineClock
from tests.months.history import History, Truth
from tests.world import PLACEHOLDER_POLICY

# What new people get, in turn: none, and what makes a case normal, high or critical.
PROFILES = ("reader", "team", "power", "admin", "nothing", "both", "operator")


class Company:
    """An organization with `staff` people, whose truth is noted as it changes."""

    def __init__(self, clock: MachineClock, history: History, staff: int) -> None:
        self.clock, self.history = clock, history
        self.org = Organization(seed=1, now=lambda: clock.true, job_seconds=(0.0, 0.0), throttle=False)
        self.aws = WatchedAws(self.org, clock, history)
        self.account, self.other = self.org.add_account("payments-prod"), self.org.add_account("data-prod")
        self.sets = {name: self.org.add_permission_set(name) for name in ("ReadOnlyAccess", "PowerUserAccess")}
        self.sets["AdministratorAccess"] = self.org.add_permission_set("AdministratorAccess")
        self.group = self.org.add_group("cloud-viewers")
        self.org.assign(self.account, self.sets["ReadOnlyAccess"], "GROUP", self.group)
        self.policy = self.org.add_scp("leaverbot-deny", PLACEHOLDER_POLICY, targets=[self.org.root_id])
        self.people: list[str] = []
        self.profile: dict[str, str] = {}
        self.operator = ""
        for _ in range(staff):
            self.hire()
        self.session = self.org.open_session(self.operator, self.org.management_account_id, self.sets["ReadOnlyAccess"])

    def hire(self) -> None:
        number = len(self.people)
        user = self.org.add_user(f"user{number}@example.com", display_name=f"User {number}")
        self.people.append(user)
        self.profile[user] = PROFILES[number % len(PROFILES)]
        self._give(user)
        if self.profile[user] == "operator" and not self.operator:
            self.operator = user

    def call_as_operator(self, whether: bool) -> None:
        """The bot runs as somebody who signed in to the management account, or as a role."""
        self.org.act_as(self.session if whether else None)

    def person(self, number: int) -> str:
        """One of those who are there, whatever the number."""
        there = [user for user in self.people if user in self.org.user_by_id] or self.people
        return there[number % len(there)]

    def name(self, user: str) -> str:
        return f"user{self.people.index(user)}@example.com"

    def status(self, user: str) -> str | None:
        found = self.org.user_by_id.get(user)
        return found.status if found else "GONE"

    def disabled(self) -> list[str]:
        return [user for user in self.people if self.status(user) == "DISABLED"]

    def set_status(self, user: str, status: str | None) -> None:
        if self.status(user) not in {status, "GONE"}:
            self.org.set_status(user, status)
            self.note(user, (status or "unknown").lower())

    def remove(self, user: str) -> None:
        """The directory deletes somebody."""
        if self.status(user) != "GONE":
            self.org.delete_user(user)
            self.note(user, "gone")

    def give_back(self, user: str) -> None:
        """Somebody grants access anew, by hand."""
        if self.status(user) != "GONE" and not self.org.truth(user):
            self.org.assign(self.other, self.sets["ReadOnlyAccess"], "USER", user)
            self._give(user)
            self.note(user, "granted")

    def use(self, user: str) -> None:
        """Somebody uses the access they have."""
        if self.org.truth(user):
            self.org.record_event(user, "Federate")
            self.note(user, "used")

    def severities(self) -> dict[str, str]:
        """How bad the access is that each disabled person has, without its use."""
        return {user: found for user in self.disabled() if (found := self.aws.severity(user))}

    def note(self, user: str, what: str) -> None:
        self.history.add(self.clock.true, Truth(user, what))

    def _give(self, user: str) -> None:
        for kind, where in self._ways(self.profile[user]):
            if kind == "group":
                self.org.add_member(where, user)
            else:
                self.org.assign(where, self.sets[kind], "USER", user)

    def _ways(self, profile: str) -> Iterator[tuple[str, str]]:
        if profile in {"team", "both"}:
            yield "group", self.group
        if profile in {"reader", "both"}:
            yield "ReadOnlyAccess", self.account
        if profile == "operator":
            yield "ReadOnlyAccess", self.org.management_account_id
        if profile == "power":
            yield "PowerUserAccess", self.account
        if profile in {"admin", "both"}:
            yield "AdministratorAccess", self.account
            yield "ReadOnlyAccess", self.other
