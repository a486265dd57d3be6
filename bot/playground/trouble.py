"""Trouble to make on the page: faults with names that visitors understand, and whether each is still active."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from bot.playground.event_trouble import event_kinds
from bot.playground.identity_center import AwsServer, Fault, Organization
from bot.playground.rule_trouble import RuleTrouble
from bot.playground.sample_company import DENY_POLICY
from bot.playground.slack_workspace import SlackFault, SlackServer
from bot.playground.trouble_kind import INTERNAL, Kind

REFUSED = "You do not have sufficient access to perform this action."
# Long enough for a visitor to notice; the bot's retries last longer.
SLACK_DOWN_SECONDS = 12.0
# Longer than the bot retries within one action.
AWS_DOWN_SECONDS = 60.0


class Trouble:
    """What can be made to go wrong, and what is going wrong now."""

    def __init__(self, org: Organization, aws: AwsServer, slack: SlackServer, rules: RuleTrouble | None = None) -> None:
        """`rules`: what can be made with the bot's rules, where there is a bot."""
        self._org, self._aws, self._slack, self._rules = org, aws, slack, rules
        self._timers: list[threading.Timer] = []
        self._kinds = {kind.id: kind for kind in self._all()}

    def kinds(self) -> list[dict[str, Any]]:
        return [kind.describe() for kind in self._kinds.values()]

    def make(self, name: str) -> None:
        """Raises KeyError for an unknown kind."""
        kind = self._kinds[name]
        kind.going_on = kind.make()

    def clear(self) -> None:
        """Make everything work again."""
        self._stop_timers()
        self._aws.faults.clear()
        self._slack.faults.clear()
        for rule in self._org.bus.rules:
            rule.calm()
        if self._rules:
            self._rules.clear()
        for kind in self._kinds.values():
            kind.going_on = lambda: False

    def close(self) -> None:
        self._stop_timers()

    def _stop_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def _all(self) -> list[Kind]:
        events = event_kinds(self._org, self._aws_fault) if self._org.bus.rules else []
        rules = self._rules.kinds() if self._rules else []
        return [*rules, *self._reading(), *self._slow_aws(), *self._changing(), *events, *self._slack_trouble()]

    def _reading(self) -> list[Kind]:
        """What a scan cannot see."""
        page = min(3, -(-len(self._org.users()) // self._org.options.users_a_page))
        refused = {"code": "AccessDeniedException", "message": REFUSED}
        return [
            Kind(
                "page",
                "AWS",
                # Without the first page nothing is known at all, so that scan fails.
                f"Partial scan: page {page} of the user list cannot be read"
                if page > 1
                else "Failed scan: no user list",
                "The next scan says what it could not see, and closes no case because of it.",
                lambda: self._aws_fault("identitystore.ListUsers", nth=page, **refused),
            ),
            Kind(
                "account",
                "AWS",
                "One account cannot be read",
                "Until you clear this, nobody who may have access to that account is called clear.",
                self._unreadable_account,
            ),
            Kind(
                "roles",
                "AWS",
                "Account access manager refuses leaverbot (AccessDenied)",
                "Until you clear this, nobody who may have a role there counts as fully read.",
                lambda: self._aws_fault("account-access.*", times=None, **refused),
            ),
        ]

    def _slow_aws(self) -> list[Kind]:
        return [
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
                "The bot tries again after a moment.",
                lambda: self._aws_fault("*", code=INTERNAL, message="Internal error", times=2),
            ),
            Kind(
                "outage",
                "AWS",
                "AWS answers 500 to everything for a minute",
                "Scans give up and say so; open cases stay open. After a minute everything works again.",
                self._aws_down,
            ),
        ]

    def _changing(self) -> list[Kind]:
        """What goes wrong with an action."""
        return [
            Kind(
                "job",
                "AWS",
                "The next removal of an assignment fails",
                "Then press Revoke access: the alert says what is left, and why.",
                lambda: self._job_fails("DeleteAccountAssignment", "the role could not be removed"),
            ),
            Kind(
                "provision",
                "AWS",
                "The next provisioning of a permission set fails",
                "Press Emergency deny for somebody in the management account: it says what is denied and what is not.",
                lambda: self._job_fails("ProvisionPermissionSet", "the role could not be updated"),
            ),
            Kind(
                "drift",
                "AWS",
                "Somebody removes all denies from the policy by hand",
                "The next scan notices, says so, and offers to put them back.",
                self._take_denies_out,
            ),
        ]

    def _slack_trouble(self) -> list[Kind]:
        return [
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
                "Buttons fail as they do in Slack; alerts arrive when it is back.",
                self._slack_down,
            ),
        ]

    def _job_fails(self, operation: str, reason: str) -> Callable[[], bool]:
        message = f"Received a 500 status error: {reason}."
        return self._aws_fault(f"sso-admin.{operation}", kind="job_failed", message=message)

    def _aws_fault(self, operation: str, **settings: Any) -> Callable[[], bool]:
        fault = self._aws.faults.add(Fault(operation=operation, **settings))
        return lambda: fault.times is None or fault.suffered < fault.times

    def _unreadable_account(self) -> Callable[[], bool]:
        """The account that most leavers can reach through permission sets becomes unreadable."""
        accounts = Counter(
            account
            for user in self._org.users()
            if user.status == "DISABLED"
            for account in {way["account_id"] for way in self._org.truth(user.id) if way["kind"] == "account"}
        )
        # Ties go to the smaller id, so that it is always the same account.
        most = min(accounts, key=lambda account: (-accounts[account], account), default=None)
        return self._aws_fault(
            "sso-admin.ListAccountAssignments",
            code="AccessDeniedException",
            message=REFUSED,
            times=None,
            when={"AccountId": most} if most else None,
        )

    def _take_denies_out(self) -> Callable[[], bool]:
        """Reset the deny policy to what it was before anybody was denied."""
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
