"""Answers only the asker sees: lists, one person, help, refusals."""

from bot.core.authorization import Refused
from bot.core.models import UserStatus, alike, worst_first
from bot.core.views import CaseList, CaseView, Matches, PersonView
from bot.slack.blocks import Block, Message, context, first_that_fit, message, packed, section, with_ids
from bot.slack.messages.alert import case_blocks
from bot.slack.messages.overview import case_line, incidents_first, to_review, with_incidents
from bot.slack.wording import ways_in, words
from bot.slack.wording.coverage import all_clear, coverage_line, tells_all, why_not_clear
from bot.slack.wording.text import clean, code, cut, link, listed, mention, name, plural, say, shorten
from bot.slack.wording.titles import case_title

COMMANDS = (
    ("/leavers list", "the open cases, worst first; /leavers alone does the same"),
    ("/leavers show <user>", "one person: the ways in, the buttons"),
    ("/leavers scan", "scan now"),
    ("/leavers shut-out <user>", "deny, revoke and, if you confirm it, delete in one go, after showing the plan"),
    ("/leavers revoke <user>", "take the access away, after showing the plan"),
    ("/leavers deny <user>", "emergency deny: stop open sessions too. Admins may deny somebody who is not disabled"),
    ("/leavers lift <user>", "lift the emergency deny, with a reason"),
    ("/leavers delete <user>", "delete the user for good, once nothing is left"),
    ("/leavers orphans", "what deleted users have left behind, and how to get rid of it"),
    ("/leavers unused", "permission sets nobody is assigned; admins may delete them"),
    ("/leavers summary", "how things stand, and what happened since the last summary"),
    ("/leavers help", "this list"),
)
USER_HINT = "Name the user by user name, e-mail, id or a unique part of one."


def plain_message(text: str) -> Message:
    """Plain sentences, escaped; line breaks are kept."""
    lines = [say(line, 2000) for line in text.splitlines() if clean(line)] or ["Nothing to say."]
    return message("\n".join(lines), [section(part) for part in packed(lines)[:3]])


def refusal_text(refused: Refused) -> str:
    """Why not, and who could; three of them at most, because nobody reads a list of names here."""
    ask = [mention(one) for one in refused.ask[:3]]
    if len(refused.ask) > len(ask):
        ask.append("somebody else with that role")
    reason = say(refused.reason) or "This is not possible now."
    return f"{reason} Ask {listed(ask, last='or')}." if ask else reason


def refusal_message(refused: Refused) -> Message:
    text = refusal_text(refused)
    return message(text, [section(text)])


def help_message(meant: str | None = None, typed: str = "") -> Message:
    """Every command with one line; for an unknown one what was meant."""
    intro = "*What /leavers can do*"
    text = "What /leavers can do: " + ", ".join(command.removeprefix("/leavers ").split()[0] for command, _ in COMMANDS)
    if clean(typed):
        unknown = f"There is no command {code(typed, 40)}."
        intro = f"{unknown} Did you mean {code(f'/leavers {meant}')}?" if meant else unknown
        text = intro
    lines = [f"{code(command)}  {what}" for command, what in COMMANDS]
    return message(text, [section("\n".join([intro, *lines])), context(USER_HINT)])


def list_message(cases: CaseList) -> Message:
    """The open cases, worst and oldest first."""
    total = len(cases.cases)
    if not total:
        return _empty_list(cases)
    who = "person who left still has" if total == 1 else "people who left still have"
    title = with_incidents(f"{total:,} {who} access", sum(case.used is not None for case in cases.cases))
    lines = [
        case_line(case, cases.links.get(case.id, ""), deny=_deny(cases, case.user.id))
        for case in incidents_first(cases.cases)
    ]
    kept = first_that_fit(lines, 40, 8000)
    texts = packed([f"*{title}*", *kept])
    if len(kept) < total:
        texts.append(f"{plural(total - len(kept), 'more', 'more')}. `/leavers show &lt;user&gt;` finds each of them.")
    return message(title, [*(section(text) for text in texts), _scan_state(cases)])


def _deny(cases: CaseList, user_id: str) -> str:
    if user_id in cases.denied:
        return "emergency deny in force"
    return "emergency deny, not confirmed everywhere" if user_id in cases.denied_in_part else ""


def _empty_list(cases: CaseList) -> Message:
    last = cases.last_scan
    if last and tells_all(last):
        title = f"No open case. {all_clear(last)}"
    else:
        title = f"No open case, but that does not mean all clear: {why_not_clear(last)}"
    if cases.to_review:
        title += f" {to_review(cases.to_review)}, see /leavers summary."
    return message(title, [section(title), _scan_state(cases)])


def _scan_state(cases: CaseList) -> Block:
    parts = [coverage_line(cases.last_scan) if cases.last_scan else "No scan has ended yet."]
    if cases.scanning:
        parts.append("A scan is running now.")
    parts.append("One person with buttons: `/leavers show &lt;user&gt;`")
    return context(" ".join(parts))


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
        f"• *{words.user_label(user, 60)}* · {words.identity(user, 60)} · {_status(user.status)}"
        for user in matches.users
    ]
    kept = first_that_fit(lines, 20, 2400)
    total = max(matches.total, len(matches.users))
    if not matches.near and len(kept) < total:
        kept.append(f"• {total - len(kept):,} more")
    return message(title, [section("\n".join([title, *kept])), context(hint)])


def card_message(case: CaseView, there: str = "", *more: str) -> Message:
    """The case with its buttons, for one person; `there` links to its message in the channel."""
    title = case_title(case)
    extra = [link(there, "The case in the channel") if there else "", *more]
    blocks = [*case_blocks(case, title), *(context(text) for text in extra if text)]
    return message(title, with_ids(blocks, f"show.{case.case.version}.{case.case.id}"))


def person_message(person: PersonView) -> Message:
    """A user as `/leavers show` presents it: the case with its buttons, or how things stand without one."""
    if person.case:
        return card_message(person.case, person.link, _differs(person), _name_denied(person))
    title = _person_title(person)
    user = person.read.user
    texts = [f"*{title}*\n{words.identity(user)}", _name_denied(person), _used(person), words.SCIM if user.scim else ""]
    texts += [*_grants(person), _groups(person)]
    texts += [cut(words.deny_line(person.deny), 1800) if person.deny else "", _unread(person)]
    blocks = [section(text) for text in texts if text]
    return message(title, [*blocks, context(_next_steps(person))])


def _name_denied(person: PersonView) -> str:
    """That the deny of somebody else may hit this user, and how that ends."""
    other = person.name_denied
    if other is None:
        return ""
    whose = f"*{words.user_label(other)}* ({code(other.id)})"
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
    who = words.user_label(user, 100)
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
    return ways_in.use_line(used, person.read.grants, person.management_account_id) if used else ""


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
    kept = first_that_fit(lines, 15, 2400)
    more = [f"• {len(lines) - len(kept):,} more"] if len(kept) < len(lines) else []
    return [
        "\n".join(
            [
                f"{ways_in.how_many(person.read.usable)}:" if person.read.usable else "Nobody can use these:",
                *kept,
                *more,
            ]
        )
    ]


def _groups(person: PersonView) -> str:
    labels = [words.group_label(member.group.name, member.group.id, 40) for member in person.read.memberships]
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
        return f"{words.PROTECTED}{lift}"
    fitting = ["lift"] if person.deny else []
    if user.status is UserStatus.DISABLED:
        fitting = [*(["shut-out", "revoke"] if person.read.usable else []), *(fitting or ["deny"])]
        if not person.read.usable and person.read.complete:
            fitting.append("delete")
    if person.deny and person.deny.missing:
        fitting.append("deny")
    if fitting:
        return "You can use: " + ", ".join(code(f"/leavers {verb} {who}") for verb in fitting)
    if user.status is UserStatus.ENABLED:
        return (
            "leaverbot acts on disabled users only. If this person left, disable the account in your directory first. "
            f"If the account is in the wrong hands, an admin may stop it: {code(f'/leavers deny {who}')}"
        )
    return "leaverbot acts only on users AWS says are disabled. Check the user in the Identity Center console."
