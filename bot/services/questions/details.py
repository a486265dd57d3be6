"""Details: a person with every way in, read now; only looked at."""

from dataclasses import replace

from bot.core.errors import AwsError, DenyError
from bot.core.models import User
from bot.core.reasons import Code, Reason
from bot.core.views import DialogState, DialogView
from bot.services.actions.planning import show_person
from bot.services.context import Context
from bot.services.denies import deny_view
from bot.services.directory.iam_users import iam_users_of
from bot.services.directory.next_step import next_step_of
from bot.services.directory.source import look_or_last
from bot.services.kinds.deny.preview import Preview, previewed
from bot.services.kinds.deny.preview import preview as foresee


def preview(context: Context, view: DialogView, user: User) -> DialogView:
    people, read = show_person(context, user, name_every_group=True)
    message = "" if read.complete else context.words(Reason(Code.UNREAD_IN_PART, missing=read.unread))
    newest = context.store.newest_case(user.id)
    view = replace(
        view,
        state=DialogState.READY,
        read=read,
        message=message,
        management_account_id=people.management_account_id,
        next_step=next_step_of(context, user),
        iam=iam_users_of(context, user),
        source=look_or_last(context, user),
        case=newest.case if newest else None,
    )
    try:
        return previewed(context, view, user, foresee(context, user, read) if context.rules.deny_ready else Preview())
    except (AwsError, DenyError) as error:
        # Details are about the grants; that the deny policy cannot be read is only said.
        message = f"{message} {context.words(Reason(Code.POLICY_UNREAD, why=str(error)))}".strip()
        return replace(view, deny=deny_view(context, context.store.deny(user.id)), message=message)
