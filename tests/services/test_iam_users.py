"""What Details tell of IAM users that may be a person's: what was read, what was not, and nothing that is changed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core import kinds
from bot.core.directory.iam_users import IamNotAsked, IamRead, KeyUse, MatchedBy, Password, Unread
from bot.core.models import User
from bot.core.views import DialogState
from bot.playground.identity_center import Organization
from bot.playground.identity_center.changes.iam_users import add_access_key, add_iam_user, delete_iam_user, set_password
from bot.ports import StoredDialog
from bot.services.actions.dialog_views import view_of
from bot.services.context import Context
from bot.services.directory.iam_users import MOST_MATCHES, iam_users_of
from tests.databases import quick_store
from tests.fakes.aws import FakeAws
from tests.stand_ins import StillClock, context_over

DAY = timedelta(days=1)


class Company:
    """Dana has an IAM user with a key that was used yesterday, and a password."""

    def __init__(self, folder: Path) -> None:
        self.org, self.clock = Organization(seed=3), StillClock()
        self.aws = FakeAws(self.org)
        store = quick_store(folder / "iam.db")
        self.context: Context = context_over(store, aws=self.aws, clock=self.clock, iam_users=self.aws.iam_users)
        self.dana = self.org.add_user("dana@example.com", "Dana Rossi", "dana@example.com")
        add_iam_user(self.org, "dana", tags={"email": "dana@example.com"})
        now = self.clock.now()
        self.key = add_access_key(self.org, "dana", created_at=now - 400 * DAY, last_used=now - DAY)
        set_password(self.org, "dana", created_at=now - 500 * DAY)

    @property
    def user(self) -> User:
        return self.context.directory.user(self.dana)

    def read(self) -> IamRead:
        found = iam_users_of(self.context, self.user)
        assert isinstance(found, IamRead)
        return found


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def test_a_match_comes_with_its_reason_its_keys_and_its_password(company: Company) -> None:
    found = company.read()
    (match,) = found.matches
    assert (found.account_id, found.more) == (company.org.management_account_id, 0)
    assert found.account_name
    assert (match.user.name, match.by) == ("dana", MatchedBy.EMAIL_TAG)
    ((use),) = match.keys
    assert isinstance(use, KeyUse)
    assert (use.key.id, use.last_used) == (company.key, company.clock.now() - DAY)
    assert match.password == Password(company.clock.now() - 500 * DAY, None)


def test_nobody_like_it_is_not_the_same_as_not_looked_at_or_could_not_look(company: Company) -> None:
    delete_iam_user(company.org, "dana")
    assert company.read().matches == ()
    off = replace(company.context, iam_users=None)
    assert iam_users_of(off, company.user) == IamNotAsked()
    company.aws.faults.add("iam.GetAccountAuthorizationDetails", code="AccessDeniedException", times=None)
    found = iam_users_of(company.context, company.user)
    assert isinstance(found, Unread)
    assert "denied iam.GetAccountAuthorizationDetails" in found.why


@pytest.mark.parametrize("operation", ["ListAccessKeys", "GetAccessKeyLastUsed", "GetLoginProfile", "GetUser"])
def test_what_could_not_be_read_of_a_match_is_told_as_that_and_the_rest_is_there(
    company: Company, operation: str
) -> None:
    company.aws.faults.add(f"iam.{operation}", code="AccessDeniedException", times=None)
    (match,) = company.read().matches
    keys, password = match.keys, match.password
    last_used = keys[0].last_used if isinstance(keys, tuple) else None
    read = {
        "ListAccessKeys": keys,
        "GetAccessKeyLastUsed": last_used,
        "GetLoginProfile": password,
        "GetUser": password.last_used if isinstance(password, Password) else None,
    }
    assert [name for name, value in read.items() if isinstance(value, Unread)] == [operation]
    assert f"denied iam.{operation}" in read[operation].why  # type: ignore[union-attr] - asserted above


def test_a_name_that_many_share_is_counted_and_only_the_first_are_read(company: Company) -> None:
    for number in range(MOST_MATCHES + 2):
        add_iam_user(company.org, f"old-{number}", tags={"email": "dana@example.com"})
    found = company.read()
    assert (len(found.matches), found.more) == (MOST_MATCHES, 3)
    assert company.aws.calls["iam.ListAccessKeys"] == MOST_MATCHES


def test_details_tell_it_and_an_unreadable_account_name_hides_nothing(company: Company) -> None:
    company.aws.faults.add("organizations.ListAccounts", code="AccessDeniedException", times=None)
    dialog = StoredDialog("d-1", kinds.DETAILS, DialogState.READING, "U1", query=company.dana)
    shown = view_of(company.context, dialog).iam
    assert isinstance(shown, IamRead)
    assert (shown.account_id, shown.account_name) == (company.org.management_account_id, "")
    assert len(shown.matches) == 1
