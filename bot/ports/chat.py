"""Slack as the inside sees it."""

from dataclasses import dataclass
from typing import Protocol

from bot.core.actions import Action, Asker
from bot.core.report import Summary
from bot.core.scan.coverage import ScanRun
from bot.core.views import CaseChange, CaseView, DialogView, Digest, LoudDeny, Matches, Notice, PersonView, UnusedList


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands in Slack."""

    channel: str
    ts: str


class Chat(Protocol):
    """Slack. Raises ChatUnavailable when it may work later, ChatError when it will not.

    `key` makes posting safe to repeat: a message with this key that an earlier, broken attempt did post is found
    and taken over instead of posted twice (not for messages only one person sees).
    """

    def show_case(self, view: CaseView, at: Posted | None, key: str) -> Posted:
        """Post the case's message, or edit the one at `at`; posts anew when somebody deleted it."""
        ...

    def post_report(self, view: Action, thread: Posted | None, key: str) -> Posted:
        """What an action did, into the case's thread, or into the channel when the user has no case."""
        ...

    def post_change(self, change: CaseChange, thread: Posted, key: str) -> Posted:
        """What a scan changed, into the case's thread."""
        ...

    def post_notice(self, notice: Notice, thread: Posted | None, key: str) -> Posted:
        """What was found out about a deny, into the case's thread, or into the channel when there is none."""
        ...

    def group_members(self, group_id: str) -> frozenset[str]:
        """Who is in a Slack user group now. Somebody waits for it, so it is given up soon."""
        ...

    def show_digest(self, digest: Digest, at: Posted | None, key: str) -> Posted:
        """Post the digest, or edit the one at `at`; one that somebody deleted stays away."""
        ...

    def show_deny(self, deny: LoudDeny, at: Posted | None, key: str) -> Posted:
        """Post the message about the deny, or edit the one at `at`; while it is in force, it is posted anew when
        somebody deleted it.
        """
        ...

    def show_scan(self, scan: ScanRun, at: Posted | None, key: str) -> Posted:
        """Post the message about a scan that was asked for, or edit the one at `at`; once deleted it stays away."""
        ...

    def post_summary(self, summary: Summary, key: str) -> Posted: ...

    def show_dialog(self, view: DialogView, view_id: str) -> None:
        """Draw an open dialog anew. Raises ChatDialogGone when it was closed."""
        ...

    def tell(self, asker: Asker, text: str) -> None:
        """A sentence or two only the asker sees, plain text."""
        ...

    def answer_person(self, asker: Asker, person: PersonView) -> None: ...

    def renew_card(self, asker: Asker, view: CaseView, link: str) -> None:
        """Put the case as it is now in place of the message that only the asker sees, and pressed a button of. Where
        Slack does not take that any more, the old one stays; its buttons are looked at when they are pressed.
        """
        ...

    def answer_matches(self, asker: Asker, matches: Matches) -> None: ...

    def answer_unused(self, asker: Asker, unused: UnusedList) -> None: ...

    def link(self, posted: Posted) -> str:
        """A link to the message; "" when Slack gives none."""
        ...
