"""Presses by which an admin decides about many people: release the brake, let rules act."""

from collections.abc import Callable, Mapping

from bot.core.actions import Asker
from bot.core.authorization import Refused
from bot.services.actions.groups import roles as roles_of
from bot.services.context import Context
from bot.services.rules.brake import release
from bot.services.rules.holds import accept
from bot.slack import messages, payloads
from bot.slack.messages import Message
from bot.slack.messages.rules.brake import ACCEPT_ID, RELEASE_ID

# Gets the value of the button and who pressed it; gives what only they see, if it does not work.
Decide = Callable[[Context, str, Asker], Message | None]


def _release(context: Context, value: str, asker: Asker) -> Message | None:
    drawn = payloads.decode_decision(value)
    roles = roles_of(context, asker.user)
    return _refusal(release(context, drawn.about, drawn.count, drawn.version, asker, roles))


def _accept(context: Context, value: str, asker: Asker) -> Message | None:
    drawn = payloads.decode_decision(value)
    roles = roles_of(context, asker.user)
    return _refusal(accept(context, drawn.about, drawn.count, drawn.version, asker, roles))


def _refusal(result: object) -> Message | None:
    return messages.refusal_message(result) if isinstance(result, Refused) else None


# By what Slack calls the button.
DECISIONS: Mapping[str, Decide] = {RELEASE_ID: _release, ACCEPT_ID: _accept}
