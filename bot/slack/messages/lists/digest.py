"""The digest: many cases that were found together, in one message that is drawn again as they change."""

from collections.abc import Mapping

from bot.core.access.severity import Severity
from bot.core.cases import Case
from bot.core.lists.digests import Digest, First
from bot.slack.blocks import Block, Message, message, plain_text, section
from bot.slack.buttons import actions
from bot.slack.payloads import encode_digest
from bot.slack.wording import names, ways_in
from bot.slack.wording.text import when
from bot.slack.wording.titles import by_severity, with_incidents

# What Slack calls the buttons.
REVIEW_ID, CRITICAL_ID = "digest_review", "digest_critical"
_ALL = "these are all the disabled people who can get in today, however long ago they were disabled."
_FIRST: Mapping[First, str] = {
    First.WHOLE: f"This is the first scan: {_ALL}",
    First.PART: f"This is the first scan, and it could not read everything. As far as it could, {_ALL}",
}
_FIRST_CHANGED = "They are from the first scan, however long ago they were disabled."


def digest_message(digest: Digest) -> Message:
    """How many there were and are, the worst by name, and the way to the whole list."""
    title = _title(digest)
    lines = [f"*{title}*", _counts(digest), _first(digest)]
    named = [_line(case, digest.links.get(case.user.id, "")) for case in digest.worst]
    texts = ["\n".join(filter(None, lines)), "\n".join(named), "" if digest.buttons else _whole_list(digest)]
    blocks = [section(text) for text in texts if text]
    return message(f"{title}. {_counts(digest)}", [*blocks, *_buttons(digest)])


def _title(digest: Digest) -> str:
    if not digest.open_now:
        return "The 1 case is closed" if digest.found == 1 else f"All {digest.found:,} cases are closed"
    who = "disabled person still has" if digest.open_now == 1 else "disabled people still have"
    return with_incidents(f"{digest.open_now:,} {who} access", digest.used)


def _counts(digest: Digest) -> str:
    """231 found today at 18:03; 219 open now: 12 critical, 207 normal."""
    how = "while the brake was engaged, until " if digest.brake else ""
    levels = f": {by_severity(digest.by_severity)}" if digest.open_now else ""
    return f"{digest.found:,} found {how}{when(digest.found_at)}; {digest.open_now:,} open now{levels}."


def _first(digest: Digest) -> str:
    """On the first day, why there are so many; true of today only as long as nothing has changed."""
    if digest.first is None or not digest.open_now:
        return ""
    return _FIRST[digest.first] if digest.open_now == digest.found else _FIRST_CHANGED


def _line(case: Case, link: str) -> str:
    """• Dana Rossi · critical · 4 accounts and 1 application; of an incident only that, so that it fits a phone."""
    how = ["used while disabled"] if case.used else [str(case.severity), _reach(case)]
    return " · ".join(filter(None, [f"• {names.linked(case.user, link)}", *how]))


def _reach(case: Case) -> str:
    accounts, applications = ways_in.account_ids(case.usable), ways_in.application_ids(case.usable)
    return ways_in.reach(len(accounts), len(applications), "account")


def _whole_list(digest: Digest) -> str:
    return "Everybody: `/leavers`" if digest.open_now else ""


def _buttons(digest: Digest) -> list[Block]:
    if not digest.buttons or not digest.open_now:
        return []
    drawn = [{**_button(REVIEW_ID, "Review", digest), "style": "primary"}]
    if digest.first and digest.by_severity.get(Severity.CRITICAL):
        drawn.append(_button(CRITICAL_ID, "Start with critical", digest))
    return [actions(drawn)]


def _button(name: str, label: str, digest: Digest) -> Block:
    return {"type": "button", "action_id": name, "text": plain_text(label), "value": encode_digest(digest.id)}
