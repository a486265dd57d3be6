"""How IAM users are read over the wire: a remembered list, a limit to reading it, and what AWS's protocol says."""

from collections.abc import Iterator

import pytest

from bot.aws.iam_users import KEPT_SECONDS, LIST, LONGEST_SECONDS, IamReader
from bot.aws.requests.client import Aws
from bot.core.errors import AwsDenied, AwsUnavailable
from bot.playground.identity_center import Organization
from bot.playground.identity_center.changes.iam_users import add_iam_user
from tests.services.scanning import Connected, connected

PAGES = f"iam.{LIST}"


class Timed:
    """A stopwatch that a test moves; each look at it takes `step` seconds."""

    def __init__(self) -> None:
        self.at, self.step = 0.0, 0.0

    def __call__(self) -> float:
        self.at += self.step
        return self.at


@pytest.fixture
def here() -> Iterator[Connected]:
    org = Organization(seed=5, throttle=False)
    add_iam_user(org, "dana")
    with connected(org, deadline=0.05) as made:
        yield made


def test_the_list_is_read_again_only_after_a_quarter_of_an_hour(here: Connected) -> None:
    watch = Timed()
    reader = IamReader(here.context.aws, watch)
    assert [user.name for user in reader.users()] == ["dana"]
    add_iam_user(here.org, "eve")
    watch.at += KEPT_SECONDS - 1
    assert len(reader.users()) == 1
    watch.at += 1
    assert len(reader.users()) == 2
    assert here.server.calls[PAGES] == 2


def test_a_list_that_could_not_be_read_is_not_remembered(here: Connected) -> None:
    here.server.faults.add(PAGES, code="AccessDeniedException", times=1)
    with pytest.raises(AwsDenied, match=PAGES):
        here.context.iam_users.users()
    assert len(here.context.iam_users.users()) == 1


def test_five_thousand_users_take_five_pages(here: Connected) -> None:
    for number in range(4_999):
        add_iam_user(here.org, f"user-{number}")
    assert len(here.context.iam_users.users()) == 5_000
    assert here.server.calls[PAGES] == 5


def test_a_list_that_takes_too_long_is_given_up_with_a_sentence(here: Connected) -> None:
    for number in range(1_500):
        add_iam_user(here.org, f"user-{number}")
    watch = Timed()
    watch.step = LONGEST_SECONDS * 0.6
    with pytest.raises(AwsUnavailable, match="more IAM users than could be read in 60 s"):
        IamReader(here.context.aws, watch).users()


def test_nothing_is_sent_that_could_change_anything_even_in_a_dry_run(here: Connected) -> None:
    reader = IamReader(Aws(dry_run=True))
    assert len(reader.users()) == 1
    assert reader.access_keys("dana") == ()
    assert reader.password_created("dana") is None
    assert reader.password_last_used("dana") is None
