"""Links to the messages that cases have of their own, for every message that names their people."""

from collections.abc import Iterable
from dataclasses import replace

from bot.core.models import User
from bot.core.views import Matches
from bot.services.context import Context


def links_to(context: Context, users: Iterable[User]) -> dict[str, str]:
    """Links to the messages of these people's newest cases, by user id; nothing of anybody without one."""
    places = context.store.places_of({user.id for user in users})
    links = {user_id: context.chat.link(posted) for user_id, posted in places.items()}
    return {user_id: link for user_id, link in links.items() if link}


def link_to(context: Context, user: User) -> str:
    """The same for one person; "" where there is none."""
    return links_to(context, [user]).get(user.id, "")


def linked(context: Context, matches: Matches) -> Matches:
    """The same users with links to the messages of their cases."""
    return replace(matches, links=links_to(context, matches.users))
