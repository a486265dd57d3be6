"""Which IAM users may be a person's: exact likenesses only, each with its reason."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.directory.iam_users import IamUser, MatchedBy, matched_by, matching
from bot.core.models import User
from bot.core.typed_names import fold
from tests.core import strategies as our

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
DANA = User("u-1", "dana.rossi@example.com", "Dana Rossi", "d.rossi@example.org")


def iam(name: str, *emails: str) -> IamUser:
    return IamUser(name, f"arn:aws:iam::111111111111:user/{name}", NOON, emails)


@pytest.mark.parametrize(
    ("iam_user", "by"),
    [
        (iam("anything", "Dana.Rossi@Example.com"), MatchedBy.EMAIL_TAG),
        (iam("anything", "d.rossi@example.org"), MatchedBy.EMAIL_TAG),
        (iam("DANA.ROSSI@example.com"), MatchedBy.USER_NAME),
        (iam("d.rossi@example.org"), MatchedBy.EMAIL),
        (iam("dana.rossi"), MatchedBy.FIRST_PART),
        (iam("D.Rossi"), MatchedBy.FIRST_PART),
        # Somebody else says so.
        (iam("dana.rossi", "dana.rossi@other.example"), None),
        # An old address of the same name is no contradiction.
        (iam("dana.rossi@example.com", "old@example.com"), MatchedBy.USER_NAME),
        (iam("dana"), None),
        (iam("rossi"), None),
        (iam("dana.rossi-admin"), None),
        (iam("Dana Rossi"), None),
        (iam("dana.rossi@other.example"), None),
    ],
)
def test_a_likeness_is_exact_and_says_what_it_is(iam_user: IamUser, by: MatchedBy | None) -> None:
    assert matched_by(iam_user, DANA) is by


@pytest.mark.parametrize("name", ["", "x"])
def test_somebody_without_names_is_like_nobody(name: str) -> None:
    assert matched_by(iam(name, ""), User("u-2")) is None


def test_a_plain_user_name_is_no_first_part() -> None:
    assert matched_by(iam("dana"), User("u-3", "dana")) is MatchedBy.USER_NAME
    assert matched_by(iam("dana", "eve@example.com"), User("u-3", "", "", "dana@example.com")) is None


texts = st.sampled_from(["", "dana", "Dana", "dana@example.com", "eve@example.com", "@example.com", "é@x", "e\u0301@x"])
iam_users = st.builds(iam, texts, texts) | st.builds(iam, texts)


@given(iam_users, our.users(), texts, texts)
def test_capitals_and_accents_do_not_matter_and_every_match_shares_a_name(iam_user, user, user_name, email):
    user = replace(user, user_name=user_name, email=email)
    by = matched_by(iam_user, user)
    louder = replace(iam_user, name=iam_user.name.upper(), emails=tuple(one.upper() for one in iam_user.emails))
    assert matched_by(louder, user) is by
    known = {fold(user_name), fold(email)} - {""}
    parts = {text.partition("@")[0] for text in known}
    if by:
        assert {fold(iam_user.name), *map(fold, iam_user.emails)} & (known | parts)


@given(st.lists(iam_users), our.users(), texts)
def test_the_surest_likeness_comes_first_and_none_is_left_out(found, user, email):
    user = replace(user, email=email)
    matches = matching(found, user)
    order = [list(MatchedBy).index(by) for _, by in matches]
    assert order == sorted(order)
    assert len(matches) == sum(matched_by(one, user) is not None for one in found)
