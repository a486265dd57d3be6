"""The answers of `/leavers show`: one person, or those whom the name may mean."""

from dataclasses import replace

from bot.core.access.person_read import alike
from bot.core.models import UserStatus, worst_first
from bot.core.rules.views import OnPerson
from bot.core.views import CaseView, Matches, PersonView
from bot.slack import kinds
from bot.slack.blocks import Block, Message, context, first_that_fit, message, packed, section, with_ids, with_rest
from bot.slack.messages.case.alert import case_blocks
from bot.slack.messages.help import action_verbs
from bot.slack.wording import denies, names, ways_in
from bot.slack.wording.directory import directory
from bot.slack.wording.directory.iam_users import iam_lines
from bot.slack.wording.directory.source import disagree, source_line
from bot.slack.wording.rules.rules import person_lines
from bot.slack.wording.text import clean, code, cut, link, listed, name, plural, say, shorten
from bot.slack.wording.titles import marked

# How many ways in are named of somebody who has no case.
MOST_WAYS = 15


def card_message(case: CaseView, there: str = "", *more: str) -> Message:
    """The case with its buttons, for one person; `there` links to its message in the channel."""
    extra = [link(there, "The alert in the channel") if there else "", *more]
    blocks = [*case_blocks(case), *(context(text) for text in extra if text)]
    return message(marked(case, bold=False), with_ids(blocks, f"show.{case.case.version}.{case.case.id}"))


def person_message(person: PersonView) -> Message:
    """A user as `/leavers show` presents it: the case with its buttons, or how things stand without one."""
    if person.case:
        extra = (_differs(person), _source(person), _name_denied(person), person_lines(person.rules))
        return card_message(replace(person.case, rules=OnPerson()), person.link, *extra)
    title = _person_title(person)
    user = person.read.user
    texts = [f"*{title}*\n{names.identity(user)}", _name_denied(person), _used(person), names.SCIM if user.scim else ""]
    texts += [*_grants(person), _groups(person)]
    texts += [cut(denies.deny_line(person.deny), 1800) if person.deny else "", _unread(person)]
    texts += [source_line(person.source), person_lines(person.rules)]
    blocks = [section(text) for text in texts if text]
    return message(title, [*blocks, context(_next_steps(person))])


def every_way_in(person: PersonView) -> list[Block]:
    """All of what was read just now, with ids: for a terminal, which has room for it and no Details."""
    ordered = worst_first(person.read.grants, person.management_account_id)
    lines = [ways_in.grant_line(grant, person.management_account_id, 100, ids=True) for grant in ordered]
    head = f"*Read from AWS just now: {_status(person.read.user.status)}, {plural(len(person.read.usable), 'way')} in*"
    return [section(text) for text in packed([head, *lines, _groups(person)])]


def outside_identity_center(person: PersonView) -> list[Block]:
    """What Details shows besides the ways in: for a terminal, which has no Details."""
    comes = [directory.next_step(person.next_step)] if person.next_step else []
    iam = packed(iam_lines(person.iam)) if person.iam else []
    return [section(text) for text in (*comes, *iam)]


def _source(person: PersonView) -> str:
    """What Entra ID says, unless the case says it: that the two disagree."""
    return "" if disagree(person.source) else source_line(person.source)


def _name_denied(person: PersonView) -> str:
    """That somebody else's deny may hit this user, and how that ends."""
    other = person.name_denied
    if other is None:
        return ""
    whose = f"*{names.user_label(other)}* ({code(other.id)})"
    return (
        f"*The emergency deny of somebody else holds this user name.* It is the deny of {whose}. AWS may refuse what "
        "this user does until the next scan takes the name out: `/leavers scan`."
    )


def _differs(person: PersonView) -> str:
    """AWS was read just now; the case shows what was known before."""
    case = person.case.case if person.case else None
    if case is None or (person.read.complete and set(case.grants) == set(person.read.grants)):
        return ""
    now = f"Read from AWS just now: {_status(person.read.user.status)}, {plural(len(person.read.usable), 'way')} in."
    return cut(f"{now} {_unread(person)}".strip(), 600)


def _person_title(person: PersonView) -> str:
    user, count = person.read.user, len(person.read.usable)
    who = names.user_label(user, 100)
    if not person.read.complete:
        return f"{who} is {_status(user.status)}; not everything could be read"
    if not count:
        usable = "usable " if person.read.grants else ""
        return f"{who} is {_status(user.status)} and has no {usable}way in"
    accounts, applications = ways_in.account_ids(person.read.usable), ways_in.application_ids(person.read.usable)
    what = ways_in.reach(len(accounts), len(applications)) or plural(count, "thing")
    return f"{who} is {_status(user.status)} and has access to {what}"


def _used(person: PersonView) -> str:
    used = person.read.used
    return ways_in.use_logged(used, person.read.grants, person.management_account_id) if used else ""


def _status(status: UserStatus) -> str:
    return {
        UserStatus.ENABLED: "enabled",
        UserStatus.DISABLED: "disabled",
        UserStatus.UNKNOWN: "of unknown status (AWS did not say)",
    }[status]


def _grants(person: PersonView) -> list[str]:
    grants = worst_first(person.read.grants, person.management_account_id)
    if not grants:
        return []
    lines = [ways_in.grant_line(grant, person.management_account_id) for grant in grants]
    head = f"{ways_in.how_many(person.read.usable)}:" if person.read.usable else "Nobody can use these:"
    return ["\n".join([head, *with_rest(lines, MOST_WAYS, 2400)])]


def _groups(person: PersonView) -> str:
    labels = [names.name_or_id(member.group.name, member.group.id, 40) for member in person.read.memberships]
    known = ", as far as could be read" if person.read.missing else ""
    if not labels:
        return f"In no group{known}."
    return cut(f"In {plural(len(labels), 'group')}{known}: {listed(labels, most=10)}.", 1500)


def _unread(person: PersonView) -> str:
    if person.read.complete:
        return ""
    first, *others = alike(person.read.unread)
    more = f" And {plural(len(others), 'more kind of problem', 'more kinds of problems')}." if others else ""
    unread = cut(f"Could not be read: {say(first.what, 200)}. {say(first.why, 300)}", 1200)
    return f"{unread}{more} There may be more ways in."


def _next_steps(person: PersonView) -> str:
    """The commands that fit this person."""
    user = person.read.user
    who = shorten(clean(user.user_name) or user.id, 60)
    if person.protected:
        lift = f" Only a deny can be lifted: {code(f'/leavers lift {who}')}" if person.deny else ""
        return f"{names.PROTECTED}{lift}"
    fitting = [typed for typed, kind in action_verbs().items() if kinds.presenter_of(kind).fits(person)]
    if fitting:
        return "You can use: " + ", ".join(code(f"/leavers {verb} {who}") for verb in fitting)
    if user.status is UserStatus.ENABLED:
        return (
            "leaverbot acts on disabled users only. If this person left, disable the account in your directory first. "
            f"If the account is in the wrong hands, an admin may stop it: {code(f'/leavers deny {who}')}"
        )
    return "leaverbot acts only on users AWS says are disabled. Check the user in the Identity Center console."


def matches_message(matches: Matches) -> Message:
    """Several users, or nobody and the nearest matches, or nobody at all, or that AWS could not be read."""
    query = name(matches.query, 60, empty="nothing")
    if matches.unread:
        title = f"AWS could not be read, so nothing is known about “{query}”."
        return message(title, [section(f"{title} {say(matches.unread)}")])
    if not matches.users:
        title = f"Nobody in the directory is called “{query}”."
        hint = "Try the user name, the e-mail or the user id."
    elif matches.near:
        title = f"Nobody in the directory is called “{query}”. The nearest:"
        hint = "Use the user name or the id of one."
    else:
        title = f"{plural(max(matches.total, len(matches.users)), 'user matches', 'users match')} “{query}”:"
        hint = "Use the user name or the id of one."
    lines = [
        f"• {names.linked(user, matches.links.get(user.id, ''))} · {names.identity(user, 60)} · {_status(user.status)}"
        for user in matches.users
    ]
    kept = first_that_fit(lines, 20, 2400)
    total = max(matches.total, len(matches.users))
    if not matches.near and len(kept) < total:
        kept.append(f"• {total - len(kept):,} more")
    return message(title, [section("\n".join([title, *kept])), context(hint)])
