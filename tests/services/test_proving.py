"""What the bot says a deny covers is what the simulator, written from AWS's rules by itself, does."""

import random
from pathlib import Path

import pytest

from bot.core.authorization import DenyStrategy
from bot.playground.identity_center import Organization
from tests.services.denials import PLACEHOLDER_POLICY, denials

BY_ID_ONLY = "(by user id only)"
NAMES = ["dana@example.com", "svc-*", "wh?t", "${aws:username}", "Лейла", "a b", "o'neill", "x"]


def made(seed: int, *, user_id_key: bool) -> tuple[Organization, str, list[tuple[str, str]]]:
    """An organization with units, and a leaver with ways into some accounts: directly, through a group, by a role."""
    draw = random.Random(seed)
    org = Organization(seed=seed, job_seconds=(0.0, 0.02), throttle=False, user_id_key=user_id_key, account_access=True)
    units = [org.add_ou(f"unit-{number}", None) for number in range(2)]
    units.append(org.add_ou("below", units[0]))
    accounts = [org.management_account_id]
    accounts += [org.add_account(f"account-{number}", draw.choice([None, *units])) for number in range(5)]
    sets = [org.add_permission_set(f"Set{number}") for number in range(3)]
    user = org.add_user(draw.choice(NAMES), display_name="Leaver")
    bystander = org.add_user("svc-build", display_name="Bystander")
    group = org.add_group("group")
    org.add_member(group, user)
    places = [(account, draw.choice(sets)) for account in draw.sample(accounts, 4)]
    for place in places:
        kind, principal = draw.choice([("USER", user), ("GROUP", group)])
        org.assign(*place, kind, principal)
        org.assign(*place, "USER", bystander)
    org.set_status(user, "DISABLED")
    targets = draw.choice([[org.root_id], units[:1], [units[1], accounts[1]], [accounts[2]]])
    org.deny_policy_id = org.add_scp("deny", PLACEHOLDER_POLICY, targets=targets)
    return org, user, places


@pytest.mark.parametrize("user_id_key", [True, False])
@pytest.mark.parametrize("seed", range(7))
def test_what_is_said_to_be_covered_is_denied_and_nothing_else(tmp_path: Path, seed: int, user_id_key: bool) -> None:
    org, user, places = made(seed, user_id_key=user_id_key)
    draw = random.Random(seed + 1000)
    strategy, names = draw.choice(list(DenyStrategy)), draw.random() < 0.7
    policy_ids = (org.deny_policy_id or "",) if strategy is not DenyStrategy.INLINE else ()
    with denials(tmp_path, org, policies=0, strategy=strategy, names=names) as there:
        here = there.with_rules(policy_ids=policy_ids)
        action = here.carry_out(user)
        cover = {item.account.id: item for item in action.cover}
        user_name = next(found.user_name for found in org.users() if found.id == user)
        for account, permission_set in places:
            denied = org.denied_session(user, user_name or user, account, permission_set) is not None
            said = cover[account].covered
            if said and BY_ID_ONLY in cover[account].why:
                assert denied == user_id_key, (account, cover[account])
            elif said:
                assert denied, (account, cover[account])
        for account in {account for account, _ in places if cover[account].covered is False}:
            sets = [one for place, one in places if place == account]
            verdicts = [org.denied_session(user, user_name or user, account, one) for one in sets]
            assert None in verdicts, (account, cover[account])
        assert org.bystanders({user}) == []
