"""IAM users that may be a person's, in words."""

from datetime import datetime

from bot.core.directory.iam_users import (
    IamLook,
    IamMatch,
    IamNotAsked,
    IamRead,
    KeyUse,
    MatchedBy,
    Password,
    Unread,
)
from bot.slack.wording.names import name_or_id
from bot.slack.wording.text import code, listed, plural, say, took

NOT_ASKED = "IAM users were not looked at (LEAVERBOT_IAM_USERS): this person may have access keys of their own."
_LIKE = {
    MatchedBy.EMAIL_TAG: "its email tag names this person",
    MatchedBy.USER_NAME: "named like the user name",
    MatchedBy.EMAIL: "named like the e-mail address",
    MatchedBy.FIRST_PART: "named like the part before the @, so it may be somebody else's",
}


def iam_lines(look: IamLook) -> list[str]:
    """What was found, each IAM user on a line of its own."""
    match look:
        case IamNotAsked():
            return [NOT_ASKED]
        case Unread():
            return [f"IAM users could not be looked at: {say(look.why, 400)}"]
        case IamRead(matches=()):
            return [f"No IAM user in {_account(look)} has this person's name or email tag. {_ELSEWHERE}"]
        case IamRead():
            more = [f"And {plural(look.more, 'more IAM user')}."] if look.more else []
            head = f"*IAM users in {_account(look)} that may be this person's.* {_ELSEWHERE}"
            return [head, *(_line(one, look.at) for one in look.matches), *more]


_ELSEWHERE = "leaverbot never changes IAM users, and looks in no other account."


def _account(look: IamRead) -> str:
    known = f" {code(look.account_id)}" if look.account_name else ""
    return f"account {name_or_id(look.account_name, look.account_id, 40)}{known}"


def _line(match: IamMatch, now: datetime) -> str:
    return f"• {code(match.user.name, 64)} ({_LIKE[match.by]}): {_keys(match, now)}; {_password(match.password, now)}"


def _keys(match: IamMatch, now: datetime) -> str:
    if isinstance(match.keys, Unread):
        return f"access keys could not be read ({say(match.keys.why, 200)})"
    return listed([_key(one, now) for one in match.keys]) if match.keys else "no access key"


def _key(use: KeyUse, now: datetime) -> str:
    key, status = use.key, say(use.key.status.lower())
    return f"access key {code(key.id)} {status}, {_age(key.created_at, now)} old, {_used(use.last_used, now)}"


def _password(password: Password | Unread | None, now: datetime) -> str:
    if password is None:
        return "no password"
    if isinstance(password, Unread):
        return f"whether it has a password could not be read ({say(password.why, 200)})"
    return f"password {_age(password.created_at, now)} old, {_used(password.last_used, now)}"


def _used(at: datetime | Unread | None, now: datetime) -> str:
    if isinstance(at, Unread):
        return f"last use could not be read ({say(at.why, 200)})"
    return f"last used {_age(at, now)} ago" if at else "no use known"


def _age(at: datetime, now: datetime) -> str:
    return took(max((now - at).total_seconds(), 0))
