"""What happened to one person, from what is stored alone."""

from bot.core.history import History, in_order
from bot.core.models import User, is_user_id
from bot.core.typed_names import named
from bot.core.views import Matches
from bot.services.context import Context
from bot.services.denies import deny_view
from bot.services.find_user import among


def find_known(context: Context, query: str) -> User | Matches:
    """The person with this user name, e-mail, id or a unique part of one, among everybody in the database; or those
    who match. Does not ask AWS.
    """
    people = context.store.people()
    query = named(query)
    if is_user_id(query):
        known = (user for user in people if user.id.lower() == query.lower())
        # Of somebody whom leaverbot only refused to act on, no more than the id is stored.
        return next(known, User(query))
    return among([people], query)


def history(context: Context, user: User) -> History:
    """Everything that is stored about this person, in order."""
    return History(
        user=user,
        entries=in_order(context.store.records(user.id)),
        deny=deny_view(context, context.store.deny(user.id)),
        protected=context.rules.is_protected(user),
    )
