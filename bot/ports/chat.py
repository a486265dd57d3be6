"""Slack, as services see it."""

from dataclasses import dataclass
from typing import Protocol

from bot.core.actions import Action, Asker
from bot.core.authorization import Refused
from bot.core.belonging import Standing
from bot.core.bulk.views import BulkPlanView, BulkView
from bot.core.leaves.views import LeaveView, Scheduled
from bot.core.lists.digests import Digest
from bot.core.rules.brake import BrakeView
from bot.core.rules.holds import HoldView
from bot.core.rules.views import RuleView
from bot.core.scan.coverage import ScanRun
from bot.core.scan.report import Summary
from bot.core.views import (
    CaseChange,
    CaseView,
    DialogView,
    LoudDeny,
    Matches,
    Notice,
    PersonView,
    UnusedList,
)


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message is in Slack."""

    channel: str
    ts: str


class Chat(Protocol):
    """Slack. Raises ChatUnavailable when it may work later, ChatError when it will not.

    `key` makes posting safe to repeat: if an earlier, broken attempt did post a message with this key, that message is
    found and reused instead of posting twice (except for messages that only one person sees).
    """

    def show_case(self, view: CaseView, at: Posted | None, key: str) -> Posted:
        """Post the case's message, or edit the one at `at`; post it again if somebody deleted it."""
        ...

    def post_report(self, view: Action, thread: Posted | None, key: str) -> Posted:
        """Post what an action did to the case's thread, or to the channel if the user has no case; what is more than
        one message goes into the thread in any case.
        """
        ...

    def post_change(self, change: CaseChange, thread: Posted, key: str) -> Posted:
        """Post what a scan changed to the case's thread."""
        ...

    def post_notice(self, notice: Notice, thread: Posted | None, key: str) -> Posted:
        """Post what was found out about a deny to the case's thread, or to the channel if there is none."""
        ...

    def group_members(self, group_id: str) -> frozenset[str]:
        """Who is in a Slack user group now. Gives up soon, because somebody is waiting."""
        ...

    def channel_members(self, channel_id: str) -> frozenset[str]:
        """Who is in a channel now, people of other organizations and bots included. Gives up soon, because somebody is
        waiting.
        """
        ...

    def standing(self, user: str) -> Standing:
        """What a person is to the organization now. Gives up soon, because somebody is waiting."""
        ...

    def show_digest(self, digest: Digest, at: Posted | None, key: str) -> Posted:
        """Post the digest, or edit the one at `at`; if somebody deleted it, it stays deleted."""
        ...

    def show_deny(self, deny: LoudDeny, at: Posted | None, key: str) -> Posted:
        """Post the message about the deny, or edit the one at `at`; while the deny is in force, post it again if
        somebody deleted it.
        """
        ...

    def show_leave(self, leave: LeaveView, at: Posted | None, key: str) -> Posted:
        """Post the message about a scheduled leave, or edit the one at `at`; while the leave is open, post it again if
        somebody deleted it.
        """
        ...

    def answer_scan(self, asker: Asker, scan: ScanRun) -> None:
        """What came of the scan that they asked for."""
        ...

    def show_scan(self, scan: ScanRun, at: Posted | None, key: str) -> Posted:
        """The same in the channel, where an older leaverbot posted that the scan is running."""
        ...

    def show_rule(self, rule: RuleView, at: Posted | None, thread: Posted | None, key: str) -> Posted:
        """Post what a rule will do, in this thread or in the channel, or edit the message at `at`; while it waits, post
        it again if somebody deleted it.
        """
        ...

    def show_brake(self, brake: BrakeView, at: Posted | None, key: str) -> Posted:
        """Post the message about the brake, or edit the one at `at`; while it is engaged, post it again if somebody
        deleted it.
        """
        ...

    def show_hold(self, hold: HoldView, at: Posted | None, key: str) -> Posted:
        """Post the message about people for whom rules wait, or edit the one at `at`; while they wait, post it again if
        somebody deleted it.
        """
        ...

    def show_bulk(self, bulk: BulkView, at: Posted | None, key: str) -> Posted:
        """Post how far a bulk is, or edit the message at `at`; while it is under way, post it again if somebody deleted
        it.
        """
        ...

    def post_bulk_rest(self, bulk: BulkView, thread: Posted, key: str) -> Posted:
        """Post who was not done and why, to the thread of the bulk's message."""
        ...

    def show_bulk_plan(self, plan: BulkPlanView, view_id: str) -> None:
        """Draw the open dialog with the plan of a bulk again. Raises ChatDialogGone when it was closed."""
        ...

    def post_summary(self, summary: Summary, key: str) -> Posted: ...

    def show_dialog(self, view: DialogView, view_id: str) -> None:
        """Draw an open dialog again. Raises ChatDialogGone when it was closed."""
        ...

    def tell(self, asker: Asker, text: str) -> None:
        """A sentence or two in plain text that only the asker sees."""
        ...

    def answer_person(self, asker: Asker, person: PersonView) -> None: ...

    def renew_card(self, asker: Asker, view: CaseView, link: str) -> None:
        """Replace the message that only the asker sees, and whose button they pressed, with the case as it is now. If
        Slack no longer allows that, the old one stays; its buttons are checked when they are pressed.
        """
        ...

    def answer_schedule(self, asker: Asker, answer: Scheduled | Refused) -> None: ...

    def answer_matches(self, asker: Asker, matches: Matches) -> None: ...

    def answer_unused(self, asker: Asker, unused: UnusedList) -> None: ...

    def link(self, posted: Posted) -> str:
        """A link to the message; "" when Slack gives none."""
        ...
