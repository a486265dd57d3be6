"""Trouble to make on the page: faults with a name a visitor understands, and whether each is still going on."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.playground.identity_center import AwsServer, Fault, Organization
from bot.playground.slack_workspace import SlackFault, SlackServer

# ListUsers gives at most this many at once.
PAGE = 100
REFUSED = "You do not have sufficient access to perform this action."
# As many calls as it takes for a visitor to notice; the bot's retries outlast each of them.
SLACK_DOWN_SECONDS = 12.0


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
        page = min(3, -(-len(self._org.users()) // PAGE))
        return [
            Kind(
                "page",
                "AWS",
                f"Page {page} of the user list can not be read",
                "The next scan says what it could not see, and closes no case because of it.",
                lambda: self._aws_fault(
                    "identitystore.ListUsers", code="AccessDeniedException", nth=page, message=REFUSED
                ),
            ),
            Kind(
                "group",
                "AWS",
                "One group can not be read",
                "Until you clear it: people in that group count as not read completely.",
                self._unreadable_group,
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
                lambda: self._aws_fault("*", code="InternalServerException", message="Internal error", times=2),
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

    def _unreadable_group(self) -> Callable[[], bool]:
        """The group that lets most leavers in."""
        groups: dict[str, int] = {}
        for user in self._org.users():
            if user.status == "DISABLED":
                for grant in self._org.truth(user.id):
                    if grant["path"] == "group":
                        groups[grant["group_id"]] = groups.get(grant["group_id"], 0) + 1
        most = max(groups, key=lambda group: groups[group], default="")
        return self._aws_fault(
            "sso-admin.ListAccountAssignmentsForPrincipal",
            code="AccessDeniedException",
            message=REFUSED,
            times=None,
            when=lambda parameters: parameters.get("PrincipalId") == most or not most,
        )

    def _slack_fault(self, method: str, kind: Any, **settings: Any) -> Callable[[], bool]:
        fault: SlackFault = self._slack.faults.add(method, kind, **settings)
        return lambda: fault.hits < fault.times

    def _slack_down(self) -> Callable[[], bool]:
        fault: SlackFault = self._slack.faults.add("*", "status", status=503, times=1_000_000)
        self._slack.drop_connections()

        def back() -> None:
            fault.times = 0

        timer = threading.Timer(SLACK_DOWN_SECONDS, back)
        timer.daemon = True
        timer.start()
        self._timers.append(timer)
        return lambda: fault.hits < fault.times
