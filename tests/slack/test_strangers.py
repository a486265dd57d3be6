"""Whose requests are answered: people of the bot's own workspace or organization, and nobody else's."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.playground.slack_workspace import Workspace
from tests.slack.desk import Desk

STRANGERS = "leaverbot answers people of its own workspace"
# Stands for the organization of the workspace.
OURS = "ours"


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Any]:
    made: list[Desk] = []

    def make(team_id: str, enterprise_id: str | None = None, *, named: bool, **settings: bool) -> Desk:
        """A desk at which pat, of that workspace and organization, presses, and is an admin if `named`."""
        workspace = Workspace(**settings)
        ids = [workspace.enterprise_id if one == OURS else one for one in (team_id, enterprise_id)]
        pat = workspace.add_user("pat", team_id=ids[0], enterprise_id=ids[1])
        made.append(Desk(tmp_path, workspace, admins=[pat] if named else []))
        workspace.invite(made[-1].channel, pat)
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def is_answered(desk: Desk, more: Mapping[str, Any] | None = None) -> bool:
    """Whether pat, who presses, is not told that they are a stranger. `more`: what the request claims, too."""
    pat = next(user.id for user in desk.workspace.users.values() if user.name == "pat")
    assert desk.dispatch(desk.payload("case_deny", pat) | dict(more or {})).status == 200
    return STRANGERS not in desk.told(pat)


@pytest.mark.parametrize("org_wide", [False, True])
def test_an_admin_in_a_sister_workspace_is_answered(desks: Any, org_wide: bool) -> None:
    desk = desks("T0SISTER", OURS, named=True, enterprise=True, org_wide=org_wide)
    assert is_answered(desk)
    assert desk.stored() == 1


@pytest.mark.parametrize("org_wide", [False, True])
def test_a_stranger_whose_request_carries_our_organization_is_refused(desks: Any, org_wide: bool) -> None:
    """Of a shared channel Slack may say its organization, and not that of the person."""
    desk = desks("T0OTHER", "E0OTHER", named=False, enterprise=True, org_wide=org_wide)
    assert not is_answered(desk, {"enterprise": {"id": desk.workspace.enterprise_id}})


@pytest.mark.parametrize("named", [False, True])
def test_somebody_known_by_the_organization_alone_is_answered(desks: Any, named: bool) -> None:
    assert is_answered(desks(OURS, OURS, named=named, enterprise=True))


@pytest.mark.parametrize("enterprise", [False, True])
@pytest.mark.parametrize(
    ("team_id", "enterprise_id"),
    [("T0OTHER", None), ("T0OTHER", "E0OTHER"), ("E0OTHER", "E0OTHER"), ("E0OTHER", None)],
)
def test_people_of_other_organizations_are_refused(
    desks: Any, enterprise: bool, team_id: str, enterprise_id: str | None
) -> None:
    desk = desks(team_id, enterprise_id, named=True, enterprise=enterprise)
    assert not is_answered(desk)
    assert desk.stored() == 0


def test_a_request_whose_workspace_is_the_organization_it_claims_itself_is_refused(desks: Any) -> None:
    desk = desks("E0FAKE", "E0FAKE", named=True, enterprise=True)
    claimed = {"enterprise_id": "E0FAKE", "team_id": "E0FAKE"}
    assert not is_answered(desk, claimed)
    assert not is_answered(desk, claimed | {"enterprise": {"id": desk.workspace.enterprise_id}})
