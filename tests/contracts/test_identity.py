"""The contract of `ports.Identity`: who made a proof, and for what."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.aws.identity import CallerIdentity
from bot.core.errors import AwsRejected, AwsUnavailable
from bot.playground.identity_center import Organization
from bot.ports import Identity
from tests.fakes.aws import FakeAws
from tests.fakes.identity import FakeIdentity
from tests.services.scanning import Connected

Reach = Callable[..., Connected]
BINDING, OTHER = "a1" * 32, "b2" * 32


def reached(reach: Reach, **options: Any) -> tuple[Connected, Identity, Identity]:
    """An organization, a process that proves who it is, and another one that is to believe it."""
    here = reach(Organization(seed=3), **options)
    return here, here.context.identity, another(here)


def another(here: Connected, later: timedelta = timedelta()) -> Identity:
    def now() -> datetime:
        return datetime.now(UTC) + later

    if isinstance(here.server, FakeAws):
        return FakeIdentity(here.server, now)
    return CallerIdentity(here.context.aws, here.context.access, now)


def test_a_process_is_the_role_that_it_runs_as(reach: Reach) -> None:
    here, one, _ = reached(reach)
    account = here.org.management_account_id
    assert one.own() == f"arn:aws:sts::{account}:assumed-role/leaverbot/session"


def test_another_process_learns_who_made_a_proof(reach: Reach) -> None:
    _, one, other = reached(reach)
    assert other.signer(one.sign(BINDING), BINDING) == one.own()


def test_a_proof_holds_for_nothing_but_what_it_was_made_for(reach: Reach) -> None:
    _, one, other = reached(reach)
    proof = one.sign(BINDING)
    with pytest.raises(AwsRejected, match="not confirm"):
        other.signer(proof, OTHER)
    with pytest.raises(AwsRejected, match="not confirm"):
        one.signer(proof, OTHER)


def test_what_was_made_here_or_confirmed_once_is_known_without_asking_aws(reach: Reach) -> None:
    here, one, other = reached(reach)
    proof = one.sign(BINDING)
    other.signer(proof, BINDING)
    here.server.calls.clear()
    assert one.signer(proof, BINDING) == other.signer(proof, BINDING)
    if not isinstance(here.server, FakeAws):
        assert here.server.calls["sts.GetCallerIdentity"] == 0


def test_a_proof_is_good_for_fifteen_minutes(reach: Reach) -> None:
    here, one, _ = reached(reach)
    proof = one.sign(BINDING)
    with pytest.raises(AwsRejected, match="too old"):
        another(here, timedelta(minutes=15, seconds=2)).signer(proof, BINDING)


@pytest.mark.parametrize("proof", ["", "nothing", "https://evil.example.com/?Action=GetCallerIdentity"])
def test_what_is_no_proof_at_all_is_refused(reach: Reach, proof: str) -> None:
    _, _, other = reached(reach)
    with pytest.raises(AwsRejected):
        other.signer(proof, BINDING)


def test_a_proof_that_cannot_be_looked_at_now_is_no_wrong_one(reach: Reach) -> None:
    here, one, other = reached(reach)
    proof = one.sign(BINDING)
    here.server.faults.add("sts.GetCallerIdentity", kind="drop", times=None)
    with pytest.raises(AwsUnavailable):
        other.signer(proof, BINDING)


def test_what_was_forgotten_is_worth_what_aws_says_of_it(reach: Reach) -> None:
    here, one, other = reached(reach)
    proof = one.sign(BINDING)
    other.signer(proof, BINDING)
    for process in (one, other):
        process.forget(OTHER)
        process.forget(BINDING)
        here.server.calls.clear()
        assert process.signer(proof, BINDING) == one.own()
        assert here.server.calls["sts.GetCallerIdentity"] >= 1
