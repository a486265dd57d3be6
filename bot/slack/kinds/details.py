"""Details: every way in of a user, what an emergency deny blocks of them, and the groups that give nothing."""

from collections.abc import Sequence

from bot.core.access.person_read import PersonRead
from bot.core.access.severity import severity
from bot.core.cases import Case
from bot.core.deny.placed import AccountCover
from bot.core.kinds import DETAILS
from bot.core.models import Grant, User, worst_first
from bot.core.views import DialogView
from bot.slack.blocks import Block, first_that_fit, packed, section
from bot.slack.dialogs.parts import head, widest, without_access
from bot.slack.kinds.presenter import ButtonPresenter
from bot.slack.wording import denies, names, sessions, ways_in
from bot.slack.wording.directory import directory
from bot.slack.wording.directory.iam_users import iam_lines
from bot.slack.wording.directory.source import source_line
from bot.slack.wording.text import cut, plural, when
from bot.slack.wording.titles import found_by

_COVER_HEAD = {
    True: "*Emergency deny, account by account:*",
    False: "*What an emergency deny would block, account by account (none is in force):*",
}


class Details(ButtonPresenter):
    control = DETAILS
    label = "Details"
    in_menu = True

    def dialog(self, view: DialogView, user: User) -> list[Block]:
        read = view.read or PersonRead(user)
        usable = worst_first(read.usable, view.management_account_id)
        counted = f"{ways_in.how_many(usable)}:" if usable else _none_found(read)
        above = head(view, user, *_how_bad(view, read), denies.deny_line(view.deny) if view.deny else "")
        comes = directory.next_step(view.next_step) if view.next_step else ""
        iam = packed(iam_lines(view.iam)) if view.iam else []
        ends = (
            *_grants_end(read, usable),
            *_cover(view),
            denies.NOT_REACHED,
            source_line(view.source),
            names.SCIM if user.scim else "",
            _found(view.case) if view.case else "",
            comes,
            *iam,
        )
        tail = [section(text) for text in ends if text]
        ordered = worst_first(read.grants, view.management_account_id)
        return widest([*above, section(counted)], lambda limit: _grant_lines(view, ordered, limit), tail)


def _how_bad(view: DialogView, read: PersonRead) -> list[str]:
    """The severity with its reasons, and how the access was used after the disabling."""
    management = view.management_account_id
    level = severity(read.grants, management, read.used)
    bad = f"{ways_in.severity_line(level, read.usable, management, read.used)}." if read.usable or read.used else ""
    used = ways_in.use_logged(read.used, read.grants, management) if read.used else ""
    return [bad, used]


def _found(case: Case) -> str:
    """When leaverbot first saw the access, and how."""
    return f"Case opened {when(case.opened_at)}, found by {found_by(case)}."


def _none_found(read: PersonRead) -> str:
    if read.complete:
        return "No usable way in." if read.grants else "No way in."
    return "No usable way in was found, but not everything could be read."


def _grant_lines(view: DialogView, grants: Sequence[Grant], limit: int) -> list[str]:
    held, management = ways_in.Held.of(view.deny), view.management_account_id
    return [f"{ways_in.grant_line(grant, management, limit, ids=True)}{held.mark(grant)}" for grant in grants]


def _grants_end(read: PersonRead, usable: Sequence[Grant]) -> list[str]:
    """What follows the ways in: sessions, dead accounts, groups that give nothing."""
    texts = []
    granting = {grant.group_id for grant in read.grants}
    others = [member.group for member in read.memberships if member.group.id not in granting]
    if usable:
        texts.append(f"{sessions.live_on(usable)} Removing access does not end them.")
    if any(not grant.usable for grant in read.grants):
        texts.append(f"Grants in suspended or closed accounts: {ways_in.DEAD}")
    if others:
        labels = [names.name_or_id(group.name, group.id, 40) for group in others]
        texts.append(cut(f"Also in {without_access(labels, most=40)}.", 2900))
    return texts


def _cover(view: DialogView) -> list[str]:
    """What a deny blocks, or would, account by account."""
    if not view.cover:
        return []
    would = view.deny is None
    lines = denies.cover_lines(sorted(view.cover, key=_open_first), 40, would=would)
    fitting = first_that_fit(lines, 60, 15_000)
    rest = len(lines) - len(fitting)
    more = [f"{plural(rest, 'more account')} not listed here."] if rest else []
    return [*packed([_COVER_HEAD[not would], *fitting]), *more]


def _open_first(cover: AccountCover) -> bool:
    return cover.covered is True
