"""What people read about IAM users."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core import kinds
from bot.core.directory.iam_users import (
    AccessKey,
    IamLook,
    IamMatch,
    IamNotAsked,
    IamRead,
    IamUser,
    KeyUse,
    MatchedBy,
    Password,
    Unread,
)
from bot.slack.dialogs.dialog import dialog_view
from bot.slack.wording.directory.iam_users import iam_lines
from tests.slack.test_dialogs import DELETE, words_of

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


KEYS = (
    KeyUse(AccessKey("AKIAEXAMPLE000000001", "Active", ago(412)), ago(3)),
    KeyUse(AccessKey("AKIAEXAMPLE000000002", "Inactive", ago(700)), None),
)
DANA = IamUser("dana", "arn:aws:iam::111111111111:user/dana", ago(800))
MATCH = IamMatch(DANA, MatchedBy.EMAIL_TAG, KEYS, Password(ago(500), ago(30)))
READ = IamRead(NOW, "111111111111", "acme-root", (MATCH,))


def test_a_match_is_one_line_with_why_what_it_has_and_how_old() -> None:
    head, line = iam_lines(READ)
    assert head == (
        "*IAM users in account acme-root `111111111111` that may be this person's.* leaverbot never changes IAM users, "
        "and looks in no other account."
    )
    assert line == (
        "• `dana` (its email tag names this person): access key `AKIAEXAMPLE000000001` active, 412 days old, last used "
        "3 days ago and access key `AKIAEXAMPLE000000002` inactive, 700 days old, no use known; password 500 days old, "
        "last used 30 days ago"
    )


@pytest.mark.parametrize(
    ("match", "said"),
    [
        (replace(MATCH, keys=()), "no access key"),
        (replace(MATCH, password=None), "no password"),
        (replace(MATCH, keys=Unread("denied <!here>")), "access keys could not be read (denied &lt;!here&gt;)"),
        (replace(MATCH, password=Unread("denied")), "whether it has a password could not be read (denied)"),
        (replace(MATCH, password=Password(ago(5), Unread("denied"))), "last use could not be read (denied)"),
        (replace(MATCH, keys=(KeyUse(KEYS[0].key, Unread("denied")),)), "last use could not be read (denied)"),
        (replace(MATCH, by=MatchedBy.FIRST_PART), "so it may be somebody else's"),
        (replace(MATCH, by=MatchedBy.USER_NAME), "named like the user name"),
        (replace(MATCH, by=MatchedBy.EMAIL), "named like the e-mail address"),
    ],
)
def test_what_is_not_there_and_what_could_not_be_read_are_told_apart(match: IamMatch, said: str) -> None:
    assert said in iam_lines(replace(READ, matches=(match,)))[1]


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (IamNotAsked(), "IAM users were not looked at (LEAVERBOT_IAM_USERS)"),
        (Unread("AWS denied it."), "IAM users could not be looked at: AWS denied it."),
        (replace(READ, matches=()), "No IAM user in account acme-root `111111111111` has this person's name"),
        (replace(READ, matches=(), account_name=""), "No IAM user in account `111111111111` has"),
        (replace(READ, more=2), "And 2 more IAM users."),
    ],
)
def test_details_say_what_was_looked_at_and_what_was_not(look: IamLook, said: str) -> None:
    assert said in words_of(dialog_view(replace(DELETE, kind=kinds.DETAILS, iam=look)))


def test_the_longest_answers_fit_a_dialog() -> None:
    why = "x" * 1500
    long = IamMatch(replace(DANA, name="d" * 64), MatchedBy.FIRST_PART, Unread(why), Unread(why))
    keys = tuple(KeyUse(use.key, Unread(why)) for use in KEYS)
    worst = replace(READ, matches=(long, replace(long, keys=keys)) * 3)
    view = dialog_view(replace(DELETE, kind=kinds.DETAILS, iam=worst))
    assert max(len(block["text"]["text"]) for block in view["blocks"] if block["type"] == "section") <= 3000
