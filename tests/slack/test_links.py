"""Wherever somebody is named, the name leads to the message of their case, once there is one."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from bot.core.access.severity import Severity
from bot.core.actions import ActionState
from bot.core.kinds import REVOKE
from bot.core.leaves.views import LeaveList
from bot.core.rules.brake import Brake, BrakeState, BrakeView
from bot.core.rules.facts import Stop
from bot.core.rules.holds import Hold, HoldView, WhyHeld
from bot.core.rules.report import Awaited, RulesReport
from bot.core.rules.views import Foreseen
from bot.core.views import Matches
from bot.slack import messages
from bot.slack.messages import Message
from tests.slack.examples import AT, CASE, DENY, RUNNING, SUMMARY
from tests.slack.test_leaves import VIEW
from tests.slack.test_status import WELL
from tests.world import words

LINK = "https://acme.slack.com/archives/C1/p1772444520000100"
USER = CASE.user
WORST = {Severity.CRITICAL: 1}
COMING = (Awaited(USER, Foreseen(REVOKE, "LEAVERBOT_AUTO_REVOKE_AFTER=3d", acts_at=AT, announced=True)),)
LEAVE = replace(VIEW, leave=replace(VIEW.leave, user=USER))
BRAKE = Brake("brake-1", BrakeState.ENGAGED, AT, AT, AT)

# Given the link, or "" for none.
Draw = Callable[[str], Message]


def links(link: str) -> Mapping[str, str]:
    return {USER.id: link, CASE.id: link} if link else {}


NAMED: Mapping[str, Draw] = {
    "users found": lambda link: messages.matches_message(Matches("dana", (USER,), 1, links=links(link))),
    "brake": lambda link: messages.brake_message(BrakeView(BRAKE, 30, 30, WORST, (USER,), links(link))),
    "hold": lambda link: messages.hold_message(
        HoldView(Hold("h", WhyHeld.FIRST_SCAN, AT, frozenset({USER.id})), 1, WORST, (USER,), links(link))
    ),
    "leave": lambda link: messages.leave_message(replace(LEAVE, link=link)),
    "list of leaves": lambda link: messages.leaves_message(LeaveList((replace(LEAVE, link=link),), AT, "UTC")),
    "what rules will do": lambda link: messages.rules_message(RulesReport(coming=COMING, links=links(link))),
    "rules in the summary": lambda link: messages.summary_message(
        replace(
            SUMMARY,
            denies=(),
            longest=(),
            incidents=(),
            rules=RulesReport(("revoke",), coming=COMING, links=links(link)),
        )
    ),
    "stopped": lambda link: messages.rules_message(RulesReport(stopped=((USER, Stop("U1", AT)),), links=links(link))),
    "denies in the summary": lambda link: messages.summary_message(
        replace(SUMMARY, denies=(replace(DENY, user=USER),), longest=(), incidents=(), links=links(link))
    ),
    "who is active in Entra ID": lambda link: messages.summary_message(
        replace(SUMMARY, denies=(), longest=(), incidents=(), disagree=(CASE,), links=links(link))
    ),
    "status": lambda link: messages.status_message(
        replace(WELL, actions=(replace(RUNNING, user=USER, state=ActionState.RUNNING),), links=links(link))
    ),
}


@pytest.mark.parametrize("draw", NAMED.values(), ids=NAMED)
def test_a_name_leads_to_the_message_of_the_case_once_there_is_one(draw: Draw) -> None:
    assert f"<{LINK}|" in words(draw(LINK).blocks)
    without = words(draw("").blocks)
    assert "<https" not in without
    assert str(USER.display_name) in without
