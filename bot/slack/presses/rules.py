"""Stop and Let it run: presses on announcements, and the same as commands."""

from dataclasses import dataclass

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.core.kinds import LET_RUN, STOP, Note
from bot.core.models import User
from bot.core.rules.announcements import Announcement, AnnouncementState
from bot.core.rules.facts import Stop
from bot.core.views import Matches
from bot.ports import Verdict
from bot.services.actions.groups import roles as roles_of
from bot.services.context import Context
from bot.services.questions.history import find_known
from bot.services.rules.notes import let_run, stop
from bot.slack import messages, payloads
from bot.slack.messages import Message

_UNKNOWN = (
    "leaverbot has no records of anybody by that name, so no rule is about them. Give the user name, the e-mail, the "
    "user id, or a unique part of one."
)


@dataclass(frozen=True, slots=True)
class RuleNotes:
    """Stops rules for a person, and lets them run."""

    context: Context

    def press(self, note: Note, value: str, asker: Asker) -> Message | None:
        """A button of an announcement was pressed. Returns what only the presser sees, where the announcement itself
        does not show what came of it.
        """
        drawn = payloads.decode_note(value)
        one = self.context.store.announcement(drawn.announcement_id)
        before = self.context.store.rule_stop(one.user.id)
        if note is LET_RUN and before and before.at != drawn.stopped_at:
            return self._stopped_anew(one, before, asker)
        done = self._make(note, one.user, asker)
        if isinstance(done, Refused):
            return messages.refusal_message(done)
        if done:
            return messages.noted_message(note, one.user) if one.state is AnnouncementState.OVER else None
        # Who presses twice meant the same.
        others = before is not None and before.by != asker.user
        return messages.already_message(note, one.user, before) if note is STOP and others else None

    def command(self, note: Note, query: str, asker: Asker) -> Message:
        """`/leavers stop <user>` or `/leavers let-run <user>`."""
        found = find_known(self.context, query)
        if isinstance(found, Matches):
            known = found.users and not found.near
            return messages.matches_message(found) if known else messages.plain_message(_UNKNOWN)
        before = self.context.store.rule_stop(found.id)
        done = self._make(note, found, asker)
        if isinstance(done, Refused):
            return messages.refusal_message(done)
        return messages.noted_message(note, found) if done else messages.already_message(note, found, before)

    def _make(self, note: Note, user: User, asker: Asker) -> bool | Refused:
        roles = roles_of(self.context, asker.user)
        return (stop if note is STOP else let_run)(self.context, user, asker, roles)

    def _stopped_anew(self, one: Announcement, now: Stop, asker: Asker) -> Message:
        """Somebody stopped rules again since the button was drawn: the presser has not seen who, and when."""
        at = self.context.clock.now()
        why = "rules were stopped again since this button was drawn"
        self.context.store.record(at, asker.user, str(LET_RUN), one.user.id, Verdict.REFUSED, why)
        return messages.stopped_anew_message(one.user, now)
