"""Dialogs about access: revoke, delete, details. Pure."""

from collections.abc import Sequence

from bot.core.models import Grant, PersonRead, User, worst_first
from bot.core.sessions import long_sessions
from bot.core.views import AccountCover, DialogView
from bot.slack.blocks import Block, code_blocks, first_that_fit, packed, section
from bot.slack.dialogs.parts import (
    capital,
    head,
    kept,
    name_field,
    needs_management_account,
    typed_name,
    widest,
    without_access,
)
from bot.slack.messages.case_history import sessions_left
from bot.slack.wording import operations, ways_in, words
from bot.slack.wording.text import code, cut, plural

_COVER_HEAD = {
    True: "*Emergency deny, account by account:*",
    False: "*What an emergency deny would block, account by account (none is in force):*",
}
# A view holds a hundred blocks; a person with more commands than these hold has another problem.
MOST_COMMAND_BLOCKS = 20


def revoke(view: DialogView, user: User) -> list[Block]:
    plan = view.plan
    if plan is None or not plan.operations:
        nothing = "There is nothing to revoke: no way in that could be taken away."
        if plan and plan.needs_management_account:
            nothing = "There is nothing that leaverbot can revoke from its own account."
        commands = code_blocks(view.management_commands)[:MOST_COMMAND_BLOCKS]
        run = "*To run in the management account*:" if commands else ""
        return head(view, user, nothing, needs_management_account(view, plan), run, *commands, kept(plan))
    above = head(view, user, f"*This will* {operations.what_it_does(plan)}. Nobody else is affected.")
    below = [section(text) for text in (needs_management_account(view, plan), kept(plan), _sessions(view)) if text]
    planned = plan.operations
    return widest(above, lambda limit: [f"• {capital(operations.planned(one, limit))}" for one in planned], below)


def _sessions(view: DialogView) -> str:
    grants = view.read.usable if view.read else ()
    if not grants:
        return f"This does not end open sessions. {ways_in.DENY_STOPS}"
    stops = ways_in.deny_stops(grants, None if view.deny_in_management else view.management_account_id)
    long = ways_in.long_lived(long_sessions(grants))
    return (
        f"This does not end open sessions: they live on {ways_in.sessions(grants)}. {long}{' ' if long else ''}{stops}"
    )


def delete(view: DialogView, user: User) -> list[Block]:
    warning = (
        "*This cannot be undone.* AWS deletes the user with all its group memberships. A new user gets a new "
        "id, and all access has to be assigned again."
    )
    scim = "Synced from your directory (SCIM): remove the user there too, or it may come back." if user.scim else ""
    field = name_field(user, "Type the user name to delete it")
    return [*head(view, user, warning, _after_delete(view, user), scim), field]


def _after_delete(view: DialogView, user: User) -> str:
    """What open sessions are left to do, and what stops them: the same end as the alert says."""
    left = sessions_left(view.sessions_until, view.long_sessions) or f"Open sessions live on {ways_in.sessions(())}."
    if view.deny and not view.deny.missing:
        return f"This does not end open sessions. {left} {words.deny_line(view.deny)}"
    first = code(f"/leavers deny {typed_name(user)}")
    return f"This does not end open sessions. {left} To stop them first: Emergency deny in the alert, or {first}."


def details(view: DialogView, user: User) -> list[Block]:
    read = view.read or PersonRead(user)
    usable = worst_first(read.usable, view.management_account_id)
    counted = f"{ways_in.how_many(usable)}:" if usable else _none_found(read)
    used = ways_in.use_line(read.used, read.grants, view.management_account_id) if read.used else ""
    above = head(view, user, used, words.deny_line(view.deny) if view.deny else "")
    tail = [section(text) for text in _details_tail(view, read, usable)]
    ordered = worst_first(read.grants, view.management_account_id)
    return widest([*above, section(counted)], lambda limit: _grant_lines(view, ordered, limit), tail)


def _none_found(read: PersonRead) -> str:
    if read.complete:
        return "No usable way in." if read.grants else "No way in."
    return "No usable way in was found, but not everything could be read."


def _grant_lines(view: DialogView, grants: Sequence[Grant], limit: int) -> list[str]:
    held = ways_in.Held.of(view.deny)
    return [
        f"{ways_in.grant_line(grant, view.management_account_id, limit, ids=True)}{held.mark(grant)}"
        for grant in grants
    ]


def _details_tail(view: DialogView, read: PersonRead, usable: Sequence[Grant]) -> list[str]:
    texts = []
    granting = {grant.group_id for grant in read.grants}
    others = [member.group for member in read.memberships if member.group.id not in granting]
    if usable:
        long = ways_in.long_lived(long_sessions(usable))
        live = f"Open sessions live on {ways_in.sessions(usable)}. {long}{' ' if long else ''}"
        texts.append(f"{live}Removing access does not end them.")
    if any(not grant.usable for grant in read.grants):
        texts.append(f"Grants in suspended or closed accounts: {ways_in.DEAD}")
    if others:
        labels = [words.group_label(group.name, group.id, 40) for group in others]
        texts.append(cut(f"Also in {without_access(labels, most=40)}.", 2900))
    if view.cover:
        would = view.deny is None
        lines = [words.cover_line(cover, 40, would=would) for cover in sorted(view.cover, key=_open_first)]
        kept = first_that_fit(lines, 60, 15_000)
        texts += packed([_COVER_HEAD[not would], *kept])
        if len(kept) < len(lines):
            texts.append(f"{plural(len(lines) - len(kept), 'more account')} not listed here.")
    return [*texts, words.NOT_REACHED]


def _open_first(cover: AccountCover) -> bool:
    return cover.covered is True
