"""Dialogs about the emergency deny: deny, lift, and shut out, which begins with one. Pure."""

from bot.core.models import User, UserStatus
from bot.core.views import DialogView
from bot.slack.blocks import Block, section
from bot.slack.dialogs.parts import (
    capital,
    head,
    kept,
    name_field,
    needs_management_account,
    notes,
    reason_field,
    widest,
)
from bot.slack.wording import operations, words
from bot.slack.wording.text import clean, say

NO_ACCOUNT = "As far as leaverbot knows, this user can get into no account now."


def deny(view: DialogView, user: User) -> list[Block]:
    known = view.deny
    ends = words.lifts_itself(view.deny_kept) if view.deny_kept and not known else ""
    texts = [say(words.deny_words(user)), ends, words.deny_line(known) if known else ""]
    above = [*_not_disabled(user), *head(view, user, *texts)]
    below = [section(text) for text in (notes(view), words.NOT_REACHED) if text]
    field = reason_field(needed=view.needs_reason)
    if not view.cover:
        return [*above, section(f"{NO_ACCOUNT} The deny is placed wherever possible."), *below, field]
    return widest(
        [*above, section(words.cover_summary(view.cover, most=2, would=known is None))],
        lambda limit: [words.cover_line(cover, limit, would=known is None) for cover in view.cover],
        [*below, field],
    )


def _not_disabled(user: User) -> list[Block]:
    """The loud beginning when it is about somebody who, as far as AWS says, works here."""
    who = words.user_label(user, 100)
    if user.status is UserStatus.DISABLED:
        return []
    if user.status is UserStatus.ENABLED:
        fact, blocks = f"{who} is not disabled.", "This blocks somebody who works here"
    else:
        fact, blocks = f"AWS does not say whether {who} is disabled.", "This may block somebody who works here"
    why = "It is meant for an account in the wrong hands: a stolen laptop, a leaked session."
    told = "Give a reason: everybody sees it, and who pressed."
    return [section(f"*{fact}* {blocks}: AWS refuses everything they do until the deny is lifted. {why} {told}")]


def lift(view: DialogView, user: User) -> list[Block]:
    texts = [say(words.lift_words(user)), words.deny_line(view.deny) if view.deny else ""]
    return [*head(view, user, *texts), reason_field(needed=True)]


def shut_out(view: DialogView, user: User) -> list[Block]:
    """One preview of the whole play, in its order."""
    planned = view.plan.operations if view.plan else ()
    above = [*head(view, user, message=False), section(_first(view)), section(_second(view))]
    below = [section(text) for text in (_stays(view), _then(view), words.NOT_REACHED) if text]
    below += [reason_field(needed=True)] if view.needs_reason else []
    if view.may_delete:
        hint = "Leave it empty to keep the user. The delete comes last, only when no way in is left, for good."
        below.append(name_field(user, "Also delete the user at the end: type the user name", hint))
    return widest(above, lambda limit: [f"• {capital(operations.planned(one, limit))}" for one in planned], below)


def _first(view: DialogView) -> str:
    covered = words.cover_summary(view.cover, most=4, would=view.deny is None)
    said = [say(view.message) if clean(view.message) else "", covered, notes(view, 4)]
    known = words.deny_line(view.deny) if view.deny else ""
    lines = [line for line in (*said, known) if line]
    return "\n".join([f"*1. Emergency deny*: {lines[0] if lines else NO_ACCOUNT}", *lines[1:]])


def _second(view: DialogView) -> str:
    if view.plan is None or not view.plan.operations:
        return "*2. Revoke*: there is nothing that leaverbot can take away."
    return f"*2. Revoke*: {operations.what_it_does(view.plan)}. Nobody else is affected."


def _stays(view: DialogView) -> str:
    return "\n".join(text for text in (needs_management_account(view, view.plan), kept(view.plan)) if text)


def _then(view: DialogView) -> str:
    lines = ["*3. Verify*: leaverbot reads everything again, and the alert shows what it found."]
    if view.may_delete:
        lines.append("*4. Delete*: only if the user name is typed below.")
    lines.append("It stops and tells you when something needs a decision. It continues after a restart of leaverbot.")
    return "\n".join(lines)
