"""Trouble to make on the page: faults with a name a visitor understands, and whether each is still going on."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.playground.identity_center import AwsServer, Fault, Organization
from bot.playground.sample_company import DENY_POLICY
from bot.playground.slack_workspace import SlackFault, SlackServer

INTERNAL = "InternalFailure"  # HTTP 500, an error that every service may answer
REFUSED = "You do not have sufficient access to perform this action."
# As many calls as it takes for a visitor to notice; the bot's retries outlast each of them.
SLACK_DOWN_SECONDS = 12.0
# Longer than the bot asks again within one action.
AWS_DOWN_SECONDS = 60.0


@dataclass(slots=True)
class Kind:
    """One kind of trouble: `make` orders it and gives the look that says whether it still goes on."""

    id: str
    side: str
    title: str
    text: str
    make: Callable[[], Callable[[], bool]]
    going_on: Callable[[], bool] = field(default=lambda: False)

    def describe(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "side": self.side,
            "title": self.title,
            "text": self.text,
            "active": self.going_on(),
        }


class Trouble:
    """What can be made to go wrong, and is going wrong now."""

    def __init__(self, org: Organization, aws: AwsServer, slack: SlackServer) -> None:
        self._org, self._aws, self._slack = org, aws, slack
        self._timers: list[threading.Timer] = []
        self._kinds = {kind.id: kind for kind in self._all()}

    def kinds(self) -> list[dict[str, Any]]:
        return [kind.describe() for kind in self._kinds.values()]

    def make(self, name: str) -> None:
        """Raises KeyError for a kind that does not exist."""
        kind = self._kinds[name]
        kind.going_on = kind.make()

    def clear(self) -> None:
        """From now on everything works again."""
        self._stop_timers()
        self._aws.faults.clear()
        self._slack.faults.clear()
        for kind in self._kinds.values():
            kind.going_on = lambda: False

    def close(self) -> None:
        self._stop_timers()

    def _stop_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def _all(self) -> list[Kind]:
        page = min(3, -(-len(self._org.users()) // self._org.options.users_a_page))
        return [
            Kind(
                "page",
                "AWS",
                # Nothing at all is known without the first page: that scan fails.
                f"Partial scan: page {page} of the user list cannot be read"
                if page > 1
                else "Failed scan: no user list",
                "The next scan says what it could not see, and closes no case because of it.",
                lambda: self._aws_fault(
                    "identitystore.ListUsers", code="AccessDeniedException", nth=page, message=REFUSED
                ),
            ),
            Kind(
                "account",
                "AWS",
                "One account cannot be read",
                "Until you clear it: nobody is called clear who may have a way into that account.",
                self._unreadable_account,
            ),
            Kind(
                "roles",
                "AWS",
                "Account access manager refuses leaverbot (AccessDenied)",
                "Until you clear it: whoever may hold a role there counts as not read completely.",
                lambda: self._aws_fault("account-access.*", code="AccessDeniedException", message=REFUSED, times=None),
            ),
            Kind(
                "throttle",
                "AWS",
                "AWS throttles the next 5 calls",
                "Everything takes a little longer. Nothing is lost.",
                lambda: self._aws_fault("*", code="ThrottlingException", message="Rate exceeded", times=5),
            ),
            Kind(
                "errors",
                "AWS",
                "AWS answers the next 2 calls with an internal error",
                "The bot asks again after a moment.",
                lambda: self._aws_fault("*", code=INTERNAL, message="Internal error", times=2),
            ),
            Kind(
                "outage",
                "AWS",
                "AWS answers 500 to everything for a minute",
                "Scans give up and say so; what was open stays open. A minute later all is well again.",
                self._aws_down,
            ),
            Kind(
                "job",
                "AWS",
                "The next removal of an assignment fails",
                "Press Revoke access then: the alert says what is left, and why.",
                lambda: self._aws_fault(
                    "sso-admin.DeleteAccountAssignment",
                    kind="job_failed",
                    message="Received a 500 status error: the role could not be removed.",
                ),
            ),
            Kind(
                "provision",
                "AWS",
                "The next provisioning of a permission set fails",
                "Press Emergency deny on somebody in the management account: it says what holds and what does not.",
                lambda: self._aws_fault(
                    "sso-admin.ProvisionPermissionSet",
                    kind="job_failed",
                    message="Received a 500 status error: the role could not be updated.",
                ),
            ),
            Kind(
                "drift",
                "AWS",
                "Somebody takes all denies out of the policy by hand",
                "The next scan notices, tells, and offers to put them back.",
                self._take_denies_out,
            ),
            Kind(
                "limited",
                "Slack",
                "Slack limits the next 4 calls (429)",
                "Messages change a few seconds later.",
                lambda: self._slack_fault("*", "ratelimited", retry_after=1, times=4),
            ),
            Kind(
                "down",
                "Slack",
                "Slack is down for 12 seconds",
                "Presses fail as they do in Slack; alerts come when it is back.",
                self._slack_down,
            ),
        ]

    def _aws_fault(self, operation: str, **settings: Any) -> Callable[[], bool]:
        fault = self._aws.faults.add(Fault(operation=operation, **settings))
        return lambda: fault.times is None or fault.suffered < fault.times

    def _unreadable_account(self) -> Callable[[], bool]:
        """The account that most leavers reach by permission sets."""
        accounts = Counter(
            account
            for user in self._org.users()
            if user.status == "DISABLED"
            for account in {way["account_id"] for way in self._org.truth(user.id) if way["kind"] == "account"}
        )
        # The accounts of one user come as a set; equal counts go to the smaller id, so that it is always the same.
        most = min(accounts, key=lambda account: (-accounts[account], account), default=None)
        return self._aws_fault(
            "sso-admin.ListAccountAssignments",
            code="AccessDeniedException",
            message=REFUSED,
            times=None,
            when={"AccountId": most} if most else None,
        )

    def _take_denies_out(self) -> Callable[[], bool]:
        """The deny policy becomes what it was before anybody was denied."""
        policy_id = self._org.deny_policy_id
        if policy_id:
            self._org.update_scp(policy_id, DENY_POLICY)
        return lambda: not self._org.denies()

    def _aws_down(self) -> Callable[[], bool]:
        fault = self._aws.faults.add(Fault(operation="*", code=INTERNAL, message="Internal error", times=None))
        over = threading.Event()

        def back() -> None:
            self._aws.faults.remove(fault)
            over.set()

        self._later(AWS_DOWN_SECONDS, back)
        return lambda: not over.is_set()

    def _slack_fault(self, method: str, kind: Any, **settings: Any) -> Callable[[], bool]:
        fault: SlackFault = self._slack.faults.add(method, kind, **settings)
        return lambda: fault.hits < fault.times

    def _slack_down(self) -> Callable[[], bool]:
        fault: SlackFault = self._slack.faults.add("*", "status", status=503, times=1_000_000)
        self._slack.drop_connections()

        def back() -> None:
            fault.times = 0

        self._later(SLACK_DOWN_SECONDS, back)
        return lambda: fault.hits < fault.times

    def _later(self, seconds: float, back: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, back)
        timer.daemon = True
        timer.start()
        self._timers.append(timer)
