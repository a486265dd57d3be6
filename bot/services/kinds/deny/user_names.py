"""Keep the names in a deny right: the person's own go in, and one that somebody else has by now goes out."""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import replace

from bot.core.deny.placed import InlinePlace, PlacedDeny
from bot.core.deny.policy_document import denied_names
from bot.core.deny.statements import by_name
from bot.core.deny.user_names import Holders, NameChanges, name_changes
from bot.core.errors import AwsDenied, AwsError, AwsNotFound, AwsRejected
from bot.core.models import User
from bot.services.context import Context

Changes = tuple[dict[str, NameChanges], dict[InlinePlace, NameChanges]]


def as_denied(context: Context, user: User) -> User:
    """The user as a deny names it: without a user name that cannot, or is not to, be matched."""
    return user if context.rules.deny.names and by_name(user.user_name) else replace(user, user_name="")


def free_name(context: Context, gone: User) -> str:
    """The name that a deleted user had; "" when somebody else has it now. Raises AwsError."""
    if not gone.user_name:
        return ""
    return "" if _holders_now(context, [gone.user_name]).other(gone.user_name, gone.id) else gone.user_name


def all_names(denies: Collection[PlacedDeny]) -> Holders:
    """The names a list of users has to be watched for."""
    return Holders.of(name for deny in denies for name in (*deny.names, *deny.lent))


def holds_name_of(context: Context, user: User) -> PlacedDeny | None:
    """The deny of somebody else that holds this user's name; None when there is none."""
    if not user.user_name:
        return None
    for deny in context.store.denies():
        holders = Holders.of(deny.names)
        holders.note(user)
        if any(holders.other(name, deny.user.id) for name in deny.names):
            return deny
    return None


def settled(known: PlacedDeny, texts: Collection[str], holders: Holders) -> PlacedDeny:
    """The deny with its names as the documents show them: one that another holds, and that is in none or stays in for
    that other, is no longer this person's.
    """
    written = frozenset[str]().union(*map(denied_names, texts))
    leaving = {name for text in texts for name in name_changes(text, known.user.id, known.names, (), holders).out}
    lent = [name for name in known.names if holders.other(name, known.user.id) and name not in leaving]
    back = [name for name in known.lent if name in written and not holders.other(name, known.user.id)]
    names = [name for name in (*known.names, *back) if name not in lent]
    return replace(
        known, names=tuple(names), lent=tuple(dict.fromkeys(one for one in (*known.lent, *lent) if one not in back))
    )


def changes(
    context: Context,
    known: PlacedDeny,
    name_now: str,
    policy: str | None,
    inline: Mapping[InlinePlace, str],
    holders: Holders,
) -> Changes:
    """What has to change, given the texts of the documents that hold this deny. Raises DenyDocumentInvalid."""
    new = [name_now] if name_now and context.rules.deny.names else []
    theirs = list(dict.fromkeys((*known.names, *known.lent, *new)))
    # A name that somebody took out of a policy by hand is told, and put back by a person.
    wanted = [name for name in theirs if name not in known.names]
    policies = {} if policy is None else {known.policy_id: name_changes(policy, known.user.id, theirs, wanted, holders)}
    return policies, {
        place: name_changes(text, known.user.id, theirs, theirs, holders) for place, text in inline.items()
    }


def changes_now(context: Context, known: PlacedDeny) -> Changes:
    """The same, all read from AWS now. Raises AwsError, DenyDocumentInvalid."""
    try:
        name_now = context.directory.user(known.user.id).user_name
    except AwsError as error:
        if error.passes:
            raise
        # Gone, or not to be read: whoever else has one of the names is let out all the same.
        name_now = ""
    holders = _holders_now(context, [*known.names, *known.lent, name_now])
    policy = context.deny.text(known.policy_id) if known.policy_id else None
    inline = {}
    for place in known.inline:
        try:
            inline[place] = context.deny.inline(place.permission_set_arn)
        except AwsNotFound:
            continue
    return changes(context, known, name_now, policy, inline, holders)


def _holders_now(context: Context, names: Collection[str]) -> Holders:
    holders = Holders.of(name for name in names if name)
    try:
        for name in filter(None, names):
            user_id = context.directory.user_id_for("userName", name)
            if user_id:
                with contextlib.suppress(AwsNotFound):  # deleted between the two answers
                    holders.note(context.directory.user(user_id))
    except (AwsDenied, AwsRejected):
        # Without GetUserId the whole list answers the same question, only slower.
        for page in context.directory.pages():
            for user in page:
                holders.note(user)
    return holders
