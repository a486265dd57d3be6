"""One person, as AWS has them now."""

import structlog

from bot.core.access.severity import severity
from bot.core.actions import Asker
from bot.core.cases import CaseState
from bot.core.errors import AwsError, ChatError
from bot.core.models import UserStatus
from bot.core.views import Matches, PersonView
from bot.services import find_user
from bot.services.context import Context
from bot.services.denies import deny_view
from bot.services.directory.next_step import next_step_of
from bot.services.directory.source import look_or_last
from bot.services.kinds.deny import user_names
from bot.services.messages.case import case_view
from bot.services.messages.links import linked
from bot.services.rules.foresee import on_person
from bot.services.scan.person import ACCOUNT_AGE, PersonReader
from bot.services.scan.run import request_scan

log = structlog.get_logger(__name__)


def show(context: Context, asker: Asker, query: str) -> None:
    """Answer `/leavers show`: find the user, read it, show it; a case without a message of its own gets one."""
    try:
        found = find_user.find(context.directory, query)
        answer = linked(context, found) if isinstance(found, Matches) else person_view(context, found.id)
        if isinstance(answer, PersonView):
            _follow_up(context, answer)
    except AwsError as error:
        answer = Matches(query, unread=str(error))
    try:
        if isinstance(answer, Matches):
            context.chat.answer_matches(asker, answer)
        else:
            context.chat.answer_person(asker, answer)
    except ChatError as error:
        log.warning("an answer could not be delivered", why=str(error), user=asker.user)


def _follow_up(context: Context, view: PersonView) -> None:
    """What being looked at brings about: a case of a digest gets its own message, and a scan opens what is new."""
    newest = context.store.newest_case(view.read.user.id)
    if newest and newest.digest:
        context.store.want_message(newest.case.id)
        context.work.wake()
    if newest and newest.case.state is CaseState.CLOSED and view.read.usable:
        request_scan(context, "command")


def person_view(context: Context, user_id: str) -> PersonView:
    """A user as AWS has it now, with what is stored about it. Changes nothing. Raises AwsError."""
    user = context.directory.user(user_id)
    people = PersonReader(context.directory, context.access, max_account_age=ACCOUNT_AGE)
    read = people.read_one(user, name_every_group=True)
    newest = context.store.newest_case(user.id)
    if newest and newest.case.state is CaseState.CLOSED and read.usable:
        # New access of somebody whose case is closed: that is a new case, which the next scan opens.
        newest = None
    # First: the case says if the directories disagree.
    source = look_or_last(context, user)
    return PersonView(
        read=read,
        rules=on_person(context, user.id, disabled=user.status is UserStatus.DISABLED),
        severity=newest.case.severity_of(read.grants, management_account_id=people.management_account_id)
        if newest
        else severity(read.grants, people.management_account_id),
        case=case_view(context, newest.case) if newest else None,
        deny=deny_view(context, context.store.deny(user.id)),
        protected=context.rules.is_protected(user),
        link=context.chat.link(newest.posted) if newest and newest.posted else "",
        management_account_id=people.management_account_id,
        name_denied=holder.user if (holder := user_names.holds_name_of(context, user)) else None,
        next_step=next_step_of(context, user),
        source=source,
    )
