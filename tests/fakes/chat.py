"""Implements `ports.Chat`: a channel, its threads, what only one person sees, dialogs and user groups, in memory."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from bot.core.actions import Action, Asker
from bot.core.authorization import Refused
from bot.core.belonging import Standing
from bot.core.bulk.views import BulkPlanView, BulkView
from bot.core.cases import CaseState
from bot.core.errors import ChatDialogGone, ChatError
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
from bot.playground.slack_workspace.blockkit.check import Refused as Unshowable
from bot.playground.slack_workspace.blockkit.check import check_message, check_view
from bot.ports import Posted
from bot.slack import messages
from bot.slack.dialogs.bulk_plan import bulk_plan_view
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import Message


@dataclass
class FakeChat:
    """Messages are drawn as Slack would get them. Answers that only go to a `response_url` are not kept.

    dialogs     what each open dialog shows, by view id
    groups      who is in each user group
    members     who is in each channel; of one that is not here, Slack tells nothing
    standings   what people are to the organization, if they are no members
    failures    what the next posts and edits raise, one each; with True the message is posted anyway
    calls       how often something was posted, edited or shown
    complaints  what Slack would have refused to show
    """

    channel: str = "C1"
    dialogs: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    failures: list[tuple[ChatError, bool]] = field(default_factory=list)
    calls: int = 0
    complaints: list[str] = field(default_factory=list)
    _standing: dict[Posted, dict[str, Any]] = field(default_factory=dict)
    _told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    # What people see

    def messages(self, thread: str | None = None) -> list[dict[str, Any]]:
        """The channel's messages, or (`thread`) the replies to one, oldest first."""
        return [message for message in self._standing.values() if message["thread_ts"] == thread]

    def message(self, ts: str) -> dict[str, Any]:
        return self._standing[Posted(self.channel, ts)]

    def told(self, user: str) -> list[dict[str, Any]]:
        """What only this person was shown."""
        return [message for told, message in self._told if told == user]

    def delete(self, ts: str) -> None:
        del self._standing[Posted(self.channel, ts)]

    # The port

    def show_case(self, view: CaseView, at: Posted | None, key: str) -> Posted:
        anew = f"{key}:{view.case.version}"
        needed = view.case.state is CaseState.OPEN
        return self._draw(messages.case_message(view), at, key, anew=anew, needed=needed)

    def post_report(self, view: Action, thread: Posted | None, key: str) -> Posted:
        report, *rest = messages.report_message(view)
        first = self._post(report, f"{key}:0", thread)
        for number, part in enumerate(rest, 1):
            self._post(part, f"{key}:{number}", thread or first)
        return first

    def post_change(self, change: CaseChange, thread: Posted, key: str) -> Posted:
        return self._post(messages.change_message(change), key, thread)

    def post_notice(self, notice: Notice, thread: Posted | None, key: str) -> Posted:
        return self._post(messages.notice_message(notice), key, thread)

    def group_members(self, group_id: str) -> frozenset[str]:
        self._called()
        return frozenset(self.groups.get(group_id, ()))

    def channel_members(self, channel_id: str) -> frozenset[str]:
        self._called()
        if channel_id not in self.members:
            raise ChatError("There is no such channel.", code="channel_not_found")
        return frozenset(self.members[channel_id])

    def standing(self, user: str) -> Standing:
        self._called()
        return self.standings.get(user, Standing.MEMBER)

    def show_digest(self, digest: Digest, at: Posted | None, key: str) -> Posted:
        return self._draw(messages.digest_message(digest), at, key)

    def show_deny(self, deny: LoudDeny, at: Posted | None, key: str) -> Posted:
        in_force = deny.lifted_at is None
        anew = f"{key}:{at.ts}" if in_force and at else ""
        return self._draw(messages.loud_deny_message(deny), at, key, anew=anew, needed=in_force)

    def show_leave(self, leave: LeaveView, at: Posted | None, key: str) -> Posted:
        still = leave.leave.state.open
        anew = f"{key}:{at.ts}" if still and at else ""
        return self._draw(messages.leave_message(leave), at, key, anew=anew, needed=still)

    def answer_scan(self, asker: Asker, scan: ScanRun) -> None:
        self._tell(asker, messages.scan_message(scan))

    def show_scan(self, scan: ScanRun, at: Posted | None, key: str) -> Posted:
        return self._draw(messages.scan_message(scan), at, key)

    def show_rule(self, rule: RuleView, at: Posted | None, thread: Posted | None, key: str) -> Posted:
        anew = f"{key}:{at.ts}" if rule.waiting and at else ""
        return self._draw(messages.rule_message(rule), at, key, anew=anew, thread=thread)

    def show_brake(self, brake: BrakeView, at: Posted | None, key: str) -> Posted:
        needed = brake.brake.engaged
        anew = f"{key}:{at.ts}" if needed and at else ""
        return self._draw(messages.brake_message(brake), at, key, needed=needed, anew=anew)

    def show_hold(self, hold: HoldView, at: Posted | None, key: str) -> Posted:
        needed = hold.hold.accepted_at is None
        anew = f"{key}:{at.ts}" if needed and at else ""
        return self._draw(messages.hold_message(hold), at, key, needed=needed, anew=anew)

    def show_bulk(self, bulk: BulkView, at: Posted | None, key: str) -> Posted:
        anew = f"{key}:{at.ts}" if bulk.bulk.state.open and at else ""
        return self._draw(messages.bulk_message(bulk), at, key, needed=bulk.bulk.state.open, anew=anew)

    def post_bulk_rest(self, bulk: BulkView, thread: Posted, key: str) -> Posted:
        return self._post(messages.bulk_rest_message(bulk), key, thread)

    def show_bulk_plan(self, plan: BulkPlanView, view_id: str) -> None:
        self._called()
        if view_id not in self.dialogs:
            raise ChatDialogGone("The dialog was closed.")
        self.dialogs[view_id] = drawn = bulk_plan_view(plan)
        self._judge(check_view(drawn))

    def post_summary(self, summary: Summary, key: str) -> Posted:
        return self._post(messages.summary_message(summary), key)

    def show_dialog(self, view: DialogView, view_id: str) -> None:
        self._called()
        if view_id not in self.dialogs:
            raise ChatDialogGone("The dialog was closed.")
        self.dialogs[view_id] = drawn = dialog_view(view)
        self._judge(check_view(drawn))

    def tell(self, asker: Asker, text: str) -> None:
        self._tell(asker, messages.plain_message(text))

    def answer_person(self, asker: Asker, person: PersonView) -> None:
        self._tell(asker, messages.person_message(person))

    def renew_card(self, asker: Asker, view: CaseView, link: str) -> None:
        """Not kept: it goes to a `response_url`."""

    def answer_schedule(self, asker: Asker, answer: Scheduled | Refused) -> None:
        self._tell(asker, messages.schedule_answer(answer))

    def answer_matches(self, asker: Asker, matches: Matches) -> None:
        self._tell(asker, messages.matches_message(matches))

    def answer_unused(self, asker: Asker, unused: UnusedList) -> None:
        self._tell(asker, messages.unused_message(unused))

    def link(self, posted: Posted) -> str:
        return f"https://example.slack.com/archives/{posted.channel}/p{posted.ts.replace('.', '')}"

    def _draw(
        self,
        message: Message,
        at: Posted | None,
        key: str,
        *,
        anew: str = "",
        needed: bool = False,
        thread: Posted | None = None,
    ) -> Posted:
        """Post it, or edit it where it is; one that is gone is posted again under the key `anew`, if there is one. A
        `needed` message moves to the current channel.
        """
        if at is None or (needed and at.channel != self.channel):
            return self._post(message, key, thread)
        if at in self._standing:
            self._put(at, message, self._standing[at]["thread_ts"], self._standing[at]["key"])
            return at
        return self._post(message, anew, thread) if anew else at

    def _post(self, message: Message, key: str, thread: Posted | None = None) -> Posted:
        place = thread.ts if thread else None
        known = (at for at, found in self._standing.items() if (found["thread_ts"], found["key"]) == (place, key))
        at = next(known, None) or Posted(self.channel, f"{next(self._numbers)}.000000")
        self._put(at, message, place, key)
        return at

    def _put(self, at: Posted, message: Message, thread: str | None, key: str) -> None:
        shown = {"ts": at.ts, "thread_ts": thread, "key": key, "text": message.text, "blocks": message.blocks}
        self._judge(check_message(message.blocks))
        self._called(lambda: self._standing.update({at: shown}))
        self._standing[at] = shown

    def _tell(self, asker: Asker, message: Message) -> None:
        self._judge(check_message(message.blocks))
        self._called()
        self._told.append((asker.user, {"text": message.text, "blocks": message.blocks}))

    def _judge(self, wrong: Unshowable | None) -> None:
        if wrong:
            self.complaints += [wrong.error, *wrong.messages]

    def _called(self, done: Any = lambda: None) -> None:
        self.calls += 1
        if self.failures:
            error, carried_out = self.failures.pop(0)
            if carried_out:
                done()
            raise error
