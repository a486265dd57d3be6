"""Implements `ports.Chat`: posting, editing, answering, and what Slack's errors mean here."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from bot.core.actions import Action, Asker
from bot.core.authorization import Refused
from bot.core.belonging import Standing
from bot.core.bulk.views import BulkPlanView, BulkView
from bot.core.cases import CaseState
from bot.core.errors import ChatDialogGone, ChatError, ChatLimited, ChatMessageGone, ChatUnavailable
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
from bot.ports import Posted
from bot.slack import messages
from bot.slack.blocks import Block
from bot.slack.connection.earlier_posts import EVENT, EarlierPosts
from bot.slack.connection.in_time import in_time
from bot.slack.connection.people import SlackPeople
from bot.slack.connection.response_urls import ResponseUrls
from bot.slack.connection.web import Web
from bot.slack.dialogs.bulk_plan import bulk_plan_view
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.messages import Message
from bot.slack.terminal_words import without_slack

log = structlog.get_logger(__name__)

T = TypeVar("T")
# How long an answer or a dialog for one person is retried, on a thread that nobody else waits for, in seconds; and
# the pause between two attempts where Slack names none.
PATIENCE_SECONDS, PAUSE_SECONDS = 20.0, 1.0
# How long a press waits until what it changed is drawn again, in seconds.
REDRAW_SECONDS = 1.0
# The person or the bot is not where the answer should go.
_ELSEWHERE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})


class SlackChat:
    """`channel` is where alerts go, `base_url` the address of the Web API, `url` that of the workspace, when known.
    Without `buttons` no bot listens, so messages show terminal commands.
    """

    def __init__(self, token: str, base_url: str, channel: str, url: str = "", *, buttons: bool = True) -> None:
        self._web, self._response_urls = Web(token, base_url), ResponseUrls(base_url)
        self._channel, self.url, self._buttons = channel, url, buttons
        self._earlier, self.people = EarlierPosts(self._web), SlackPeople(self._web)

    def show_case(self, view: CaseView, at: Posted | None, key: str) -> Posted:
        needed = view.case.state is CaseState.OPEN
        return self._draw(messages.case_message(view), at, key, needed=needed, anew=f"{key}:{view.case.version}")

    def group_members(self, group_id: str) -> frozenset[str]:
        return self.people.group_members(group_id)

    def channel_members(self, channel_id: str) -> frozenset[str]:
        return self.people.channel_members(channel_id)

    def standing(self, user: str) -> Standing:
        return self.people.standing(user)

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

    def show_digest(self, digest: Digest, at: Posted | None, key: str) -> Posted:
        return self._draw(messages.digest_message(digest), at, key)

    def show_deny(self, deny: LoudDeny, at: Posted | None, key: str) -> Posted:
        in_force = deny.lifted_at is None
        anew = f"{key}:{at.ts}" if in_force and at else ""
        return self._draw(messages.loud_deny_message(deny), at, key, needed=in_force, anew=anew)

    def show_leave(self, leave: LeaveView, at: Posted | None, key: str) -> Posted:
        still = leave.leave.state.open
        anew = f"{key}:{at.ts}" if still and at else ""
        return self._draw(messages.leave_message(leave), at, key, needed=still, anew=anew)

    def answer_scan(self, asker: Asker, scan: ScanRun) -> None:
        self.answer(asker, messages.scan_message(scan))

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
        if not view_id:
            raise ChatDialogGone("The dialog was never opened.")
        _patiently(lambda: self._web.call("views.update", {"view_id": view_id, "view": bulk_plan_view(plan)}))

    def post_summary(self, summary: Summary, key: str) -> Posted:
        return self._post(messages.summary_message(summary), key)

    def show_dialog(self, view: DialogView, view_id: str) -> None:
        if not view_id:
            raise ChatDialogGone("The dialog was never opened.")
        _patiently(lambda: self._web.call("views.update", {"view_id": view_id, "view": dialog_view(view)}))

    def tell(self, asker: Asker, text: str) -> None:
        self.answer(asker, messages.plain_message(text))

    def answer_person(self, asker: Asker, person: PersonView) -> None:
        _patiently(lambda: self.answer(asker, messages.person_message(person)))

    def renew_card(self, asker: Asker, view: CaseView, link: str) -> None:
        if not self._response_urls.send(asker.response_url, messages.card_message(view, link), replace=True):
            log.info("a card could not be replaced", case=view.case.id)

    def answer_schedule(self, asker: Asker, answer: Scheduled | Refused) -> None:
        _patiently(lambda: self.answer(asker, messages.schedule_answer(answer)))

    def answer_matches(self, asker: Asker, matches: Matches) -> None:
        _patiently(lambda: self.answer(asker, messages.matches_message(matches)))

    def answer_unused(self, asker: Asker, unused: UnusedList) -> None:
        _patiently(lambda: self.answer(asker, messages.unused_message(unused)))

    def link(self, posted: Posted) -> str:
        # The form of Slack's permalinks; asking for each would cost a call a message.
        return f"{self.url}archives/{posted.channel}/p{posted.ts.replace('.', '')}" if self.url else ""

    def answer(self, asker: Asker, message: Message) -> None:
        """Show a message to the asker alone, wherever that works. Raises ChatError when it works nowhere."""
        if asker.response_url and self._response_urls.send(asker.response_url, message):
            return
        for channel in dict.fromkeys([asker.channel or self._channel, self._channel]):
            try:
                self._web.call("chat.postEphemeral", {"channel": channel, "user": asker.user, **message.content})
            except ChatError as error:
                if error.code not in _ELSEWHERE:
                    raise
            else:
                return
        # The asker is in neither channel: a direct message is still theirs alone.
        self._web.call("chat.postMessage", {"channel": asker.user, **message.content})

    def redraw(self, asker: Asker, message: Message) -> None:
        """Show a message in place of the one whose control the asker used, which only they see; where Slack no longer
        allows that, below it. Raises ChatError when it works nowhere, and returns while a slow Slack still draws.
        """
        # What was pressed is stored, so it is acknowledged within the three seconds that Slack gives.
        in_time(lambda: self._redraw(asker, message), REDRAW_SECONDS)

    def _redraw(self, asker: Asker, message: Message) -> None:
        if not self._response_urls.send(asker.response_url, message, replace=True):
            self.answer(asker, message)

    def open_dialog(self, trigger_id: str, view: DialogView) -> str:
        """Open a dialog and give its view id. Raises ChatDialogGone when the trigger is over 3 seconds old."""
        return self._open(trigger_id, dialog_view(view))

    def open_bulk_plan(self, trigger_id: str, plan: BulkPlanView) -> str:
        """The same for the plan of a bulk."""
        return self._open(trigger_id, bulk_plan_view(plan))

    def _open(self, trigger_id: str, view: dict[str, Any]) -> str:
        answer = self._web.call("views.open", {"trigger_id": trigger_id, "view": view}, hasty=True)
        return str(answer["view"]["id"])

    def open_view(self, trigger_id: str, view: Block) -> None:
        """Open a dialog that only shows something. Raises ChatDialogGone when the trigger is over 3 seconds old."""
        self._web.call("views.open", {"trigger_id": trigger_id, "view": view}, hasty=True)

    def _draw(
        self,
        message: Message,
        at: Posted | None,
        key: str,
        *,
        needed: bool = False,
        anew: str = "",
        thread: Posted | None = None,
    ) -> Posted:
        """Post it, or edit it where it stands.

        A `needed` message follows LEAVERBOT_CHANNEL to a new channel; others stay where they are, as last drawn. One
        that somebody deleted is posted again under the key `anew`, if there is one.
        """
        moved = at is not None and at.channel != self._channel
        if at is None or (moved and needed):
            return self._post(message, key, thread)
        try:
            self._edit(at, message)
        except ChatUnavailable:
            raise
        except ChatMessageGone:
            if anew and not moved:
                log.info("a message is gone and is posted again", message=key)
                return self._post(message, anew, thread)
        except ChatError:
            if not moved:
                raise
        return at

    def _content(self, message: Message) -> dict[str, Any]:
        return message.content if self._buttons else without_slack(message).content

    def _edit(self, at: Posted, message: Message) -> None:
        self._web.call("chat.update", {"channel": at.channel, "ts": at.ts, **self._content(message)})

    def _post(self, message: Message, key: str, thread: Posted | None = None) -> Posted:
        """Post, unless a message with this key stands there already: then edit that one and take it over."""
        place = (thread.channel if thread else self._channel, thread.ts if thread else "")
        known = self._earlier.find(place, key)
        if known:
            self._edit(Posted(place[0], known), message)
            return Posted(place[0], known)
        arguments = {
            "channel": place[0],
            **self._content(message),
            "metadata": {"event_type": EVENT, "event_payload": {"key": key}},
            "unfurl_links": False,
            "unfurl_media": False,
            **({"thread_ts": place[1]} if place[1] else {}),
        }
        try:
            answer = self._web.call("chat.postMessage", arguments)
        except ChatUnavailable as error:
            if not isinstance(error, ChatLimited):
                # It may have been posted or not: look before the next attempt.
                self._earlier.doubt(key)
            raise
        # Should the store fail to note it, the next attempt finds it here.
        self._earlier.note(place, {key: str(answer["ts"])})
        return Posted(str(answer["channel"]), str(answer["ts"]))


def _patiently(show: Callable[[], T]) -> T:
    """Show one person something, and retry for a while if Slack is unavailable."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return show()
        except ChatUnavailable as error:
            pause = error.wait if isinstance(error, ChatLimited) else PAUSE_SECONDS
            if time.monotonic() + pause > until:
                raise
        time.sleep(pause)
