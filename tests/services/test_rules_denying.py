"""A rule's deny is looked at again right before each policy is written: much may happen while it is planned."""

from pathlib import Path

import pytest

from bot.core.actions import Action, ActionState
from bot.core.authorization import DenyStrategy
from bot.core.rules.rules import AutoRules, DenyScope
from bot.services.rules.notes import stop
from tests.fakes.aws import FakeAws
from tests.services.ruling import ROLES, U1, Ruled, ruled, user

DENY_ALL = AutoRules(deny=DenyScope.ALL)


def denying(here: Ruled, *places: tuple[str, str]) -> tuple[str, Action]:
    """Somebody whom the rule has just asked to deny: the user id, and the action."""
    dana = here.world.leaver("dana", *places) if places else here.leaver()
    here.scan()
    here.carry()
    here.wait(minutes=1)
    here.carry()
    return dana, here.asked()


@pytest.mark.parametrize("why", ["stopped", "brake"])
def test_nobody_is_denied_who_was_stopped_while_the_deny_was_planned(tmp_path: Path, why: str) -> None:
    with ruled(tmp_path, DENY_ALL) as here:
        dana, action = denying(here)
        trouble = {"stopped": lambda: stop(here.context, user(here, dana), U1, ROLES), "brake": here.engage_brake}
        assert isinstance(here.world.aws, FakeAws)
        here.world.aws.after("organizations.DescribePolicy", trouble[why])
        ended = here.world.carry_on(action.id)
        assert ended.state is ActionState.FAILED
        assert "The rule stopped here" in ended.why_missed
        assert dana not in here.world.text()
        assert here.context.store.deny(dana) is None


def test_a_stop_while_one_permission_set_is_written_keeps_the_next_one_as_it_is(tmp_path: Path) -> None:
    with ruled(tmp_path, DENY_ALL, policies=0, strategy=DenyStrategy.INLINE) as here:
        org, aws = here.world.org, here.world.aws
        sets = [org.add_permission_set(name) for name in ("One", "Two")]
        dana, action = denying(here, *((org.add_account("prod"), one) for one in sets))
        assert isinstance(aws, FakeAws)
        aws.after("sso-admin.PutInlinePolicyToPermissionSet", lambda: stop(here.context, user(here, dana), U1, ROLES))
        ended = here.world.carry_on(action.id)
        assert "The rule stopped here" in ended.why_missed
        assert sorted(dana in (org.inline_policy(one) or "") for one in sets) == [False, True]
