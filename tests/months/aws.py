"""The fakes' AWS, with somebody who watches what it shows and what it changes, and who can interfere in between."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from bot.core.actions import Action
from bot.core.errors import AwsDenied, AwsRejected, AwsUnavailable
from bot.core.waiting import Trouble
from bot.playground.identity_center import Organization
from bot.playground.identity_center.changes import events
from tests.fakes.aws import FakeAws
from tests.months.clock import MachineClock
from tests.months.history import History, Looked, Wrote

T = TypeVar("T")
LISTED, DESCRIBED = "identitystore.ListUsers", "identitystore.DescribeUser"


class Killed(BaseException):
    """kill -9 of the bot, in the middle of something."""


class WatchedAws(FakeAws):
    """`away`: nothing answers. `unreadable`: operations that AWS denies. `working`: the actions that are carried out
    now, by whom an operation belongs to; `meanwhile`: what happens right after the next changes, one each.
    """

    def __init__(self, org: Organization, clock: MachineClock, history: History) -> None:
        super().__init__(org)
        self._clock, self._history = clock, history
        self.away = False
        self.unreadable: set[str] = set()
        self.working: dict[str, Action] = {}
        self.meanwhile: list[Callable[[], None]] = []

    def run(self, operation: str, carry_out: Callable[[Any], T], **parameters: Any) -> T:
        self._refuse(operation)
        before = self._subjects(operation, parameters)
        true = {user: (self.status(user), self.severity(user)) for user in before}
        answer = super().run(operation, carry_out, **parameters)
        self._note_read(operation, answer)
        if events.is_write(operation):
            self._note_write(operation, before, true)
        return answer

    def _refuse(self, operation: str) -> None:
        if self.away:
            raise AwsUnavailable(f"AWS did not answer {operation}.", operation=operation, trouble=Trouble.SILENT)
        if self._clock.wrong:
            raise AwsRejected("The clock of this machine is wrong.", operation=operation, code="SignatureDoesNotMatch")
        if operation in self.unreadable:
            raise AwsDenied(f"AWS denied {operation} to leaverbot's identity.", operation=operation)

    def _note_read(self, operation: str, answer: Any) -> None:
        if operation == LISTED:
            for user in answer:
                self._add(Looked(user.id, user.status))
        elif operation == DESCRIBED:
            self._add(Looked(answer.id, str(answer.status).upper()))

    def _subjects(self, operation: str, parameters: Any) -> dict[str, str]:
        """Whom the change is about, and what."""
        if not events.is_write(operation):
            return {}
        if operation == "organizations.UpdatePolicy":
            return dict.fromkeys(self.org.denied_ids(), "deny")
        if operation == "identitystore.DeleteGroupMembership":
            found = self.org.membership_by_id.get(parameters["MembershipId"])
            return {found.user_id: f"group {found.group_id}"} if found else {}
        user = parameters.get("PrincipalId") or parameters.get("UserId") or ""
        what = {name: parameters[name] for name in sorted(parameters) if name not in {"Revision", "InstanceArn"}}
        return {user: json.dumps(what)}

    def _note_write(self, operation: str, before: dict[str, str], true: dict[str, tuple[str | None, str]]) -> None:
        if operation == "organizations.UpdatePolicy":
            after = dict.fromkeys(self.org.denied_ids(), "deny")
            for user in sorted(after.keys() ^ before.keys()):
                true = {user: (self.status(user), self.severity(user))}
                self._wrote("deny" if user in after else "lift", user, "deny", true)
        else:
            for user, what in before.items():
                self._wrote(operation.partition(".")[2], user, what, true)
        if self.meanwhile:
            self.meanwhile.pop(0)()

    def _wrote(self, operation: str, user: str, what: str, true: dict[str, tuple[str | None, str]]) -> None:
        action = self.working.get(user)
        kind, by, name = (str(action.kind), action.by, action.id) if action else ("", "", "")
        self._add(Wrote(operation, user, what, kind, by, name, *true[user]))

    def severity(self, user: str) -> str:
        """How bad the access is that the user has, by truth; "" for none."""
        held = {(grant["permission_set_name"], grant["account_id"]) for grant in self.org.truth(user)}
        names, accounts = {name for name, _ in held}, {account for _, account in held}
        if "AdministratorAccess" in names or self.org.management_account_id in accounts:
            return "critical"
        return "high" if "PowerUserAccess" in names else "normal" if held else ""

    def status(self, user: str) -> str | None:
        found = self.org.user_by_id.get(user)
        return found.status if found else "GONE"

    def _add(self, event: Looked | Wrote) -> None:
        self._history.add(self._clock.true, event)
