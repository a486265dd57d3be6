"""Whose requests are answered: people of the bot's own workspace or organization, and nobody else's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground.slack_workspace import Workspace
from tests.slack.desk import Desk

STRANGERS = "leaverbot answers only people of its own"


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Any]:
    made: list[Desk] = []

    def make(**workspace: bool) -> Desk:
        made.append(Desk(tmp_path, Workspace(**workspace)))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def press_of(desk: Desk, team_id: str, enterprise_id: str | None = None) -> dict[str, Any]:
    """What Slack sends when somebody of that workspace and organization presses; they may do everything."""
    stranger = desk.workspace.add_user("pat", team_id=team_id, enterprise_id=enterprise_id)
    desk.workspace.invite(desk.channel, stranger)
    return desk.payload("case_deny", stranger) | {"from": stranger}


def is_answered(desk: Desk, payload: dict[str, Any]) -> bool:
    """Whether the person is told what may be done here, and not that they are a stranger."""
    assert desk.dispatch(payload).status == 200
    told = desk.told(payload["from"])
    assert told
    return STRANGERS not in told


@pytest.mark.parametrize("org_wide", [False, True])
def test_a_colleague_of_a_sister_workspace_is_answered(desks: Any, org_wide: bool) -> None:
    desk = desks(enterprise=True, org_wide=org_wide)
    assert is_answered(desk, press_of(desk, "T0SISTER", desk.workspace.enterprise_id))


def test_somebody_known_by_the_organization_alone_is_answered(desks: Any) -> None:
    desk = desks(enterprise=True)
    assert is_answered(desk, press_of(desk, desk.workspace.enterprise_id, desk.workspace.enterprise_id))


@pytest.mark.parametrize("enterprise", [False, True])
@pytest.mark.parametrize(
    ("team_id", "enterprise_id"),
    [("T0OTHER", None), ("T0OTHER", "E0OTHER"), ("E0OTHER", "E0OTHER"), ("E0OTHER", None)],
)
def test_people_of_other_organizations_are_refused(
    desks: Any, enterprise: bool, team_id: str, enterprise_id: str | None
) -> None:
    desk = desks(enterprise=enterprise)
    assert not is_answered(desk, press_of(desk, team_id, enterprise_id))
    assert desk.stored() == 0


def test_a_request_whose_workspace_is_the_organization_it_claims_itself_is_refused(desks: Any) -> None:
    desk = desks(enterprise=True)
    payload = press_of(desk, "E0FAKE", "E0FAKE") | {"enterprise_id": "E0FAKE", "team_id": "E0FAKE"}
    assert not is_answered(desk, payload)
    assert not is_answered(desk, payload | {"enterprise": {"id": desk.workspace.enterprise_id}})
