"""What to try: a step is ticked when it was done, not when something was opened."""

from dataclasses import dataclass

import pytest

from bot.playground import steps as module
from bot.playground.identity_center import AwsServer, Organization
from bot.playground.play import workspace_with_people
from bot.playground.slack_workspace import SlackServer, Workspace
from bot.playground.slack_workspace.records import Post
from bot.playground.steps import Steps
from tests.world import PLACEHOLDER_POLICY


@dataclass
class Tried:
    """A visitor's steps, and the simulators on which they happen."""

    steps: Steps
    org: Organization
    aws: AwsServer
    workspace: Workspace
    channel: str
    carol: str
    leavers: list[str]
    enabled: str

    def remove(self, user: str) -> None:
        """What the bot does for a revoke."""
        for way in self.org.truth(user):
            self.org.unassign(way["account_id"], way["permission_set_arn"], "USER", user)
            self.aws.calls["sso-admin.DeleteAccountAssignment"] += 1

    def deny(self, user: str) -> None:
        policy = self.org.deny_policy_id
        assert policy
        self.org.update_scp(policy, PLACEHOLDER_POLICY.replace("Add user ID here", user))


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Tried:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.0)
    org = Organization(seed=1)
    account, admin = org.add_account("payments-prod"), org.add_permission_set("AdministratorAccess")
    people = [org.add_user(f"{name}@example.com") for name in ("dana", "eve", "finn")]
    for user in people:
        org.assign(account, admin, "USER", user)
    for user in people[:2]:
        org.set_status(user, "DISABLED")
    org.deny_policy_id = org.add_scp("leaverbot-deny", PLACEHOLDER_POLICY, targets=[org.root_id])
    workspace, channel, persons = workspace_with_people()
    aws = AwsServer(org)
    SlackServer(workspace)
    carol = next(one.id for one in persons if one.role == "none")
    return Tried(Steps(org, aws, workspace), org, aws, workspace, channel, carol, people[:2], people[2])


def test_a_dialog_that_was_sent_ticks_nothing_before_access_is_gone(tried: Tried) -> None:
    tried.steps.submitted("Revoke access")
    assert tried.steps.done() == []
    tried.remove(tried.leavers[0])
    assert tried.steps.done() == ["revoke"]


def test_access_that_goes_without_the_visitor_ticks_nothing(tried: Tried) -> None:
    tried.remove(tried.leavers[0])
    tried.deny(tried.enabled)
    assert tried.steps.done() == []


def test_several_are_several_people_without_a_way_in(tried: Tried) -> None:
    tried.steps.submitted("Revoke access (2)")
    for user in tried.leavers:
        assert "several" not in tried.steps.done()
        tried.remove(user)
    assert tried.steps.done() == ["revoke", "several"]


def test_shut_out_takes_both_a_deny_and_a_removal(tried: Tried) -> None:
    tried.steps.submitted("Shut out")
    tried.deny(tried.leavers[0])
    assert tried.steps.done() == []
    tried.remove(tried.leavers[0])
    assert tried.steps.done() == ["shut-out"]


def test_a_deny_of_a_leaver_is_not_one_of_somebody_who_works_here(tried: Tried) -> None:
    tried.steps.submitted("Emergency deny")
    tried.deny(tried.leavers[0])
    assert tried.steps.done() == []
    tried.deny(tried.enabled)
    assert tried.steps.done() == ["laptop"]


def test_trying_to_get_in_counts_once_the_same_user_was_tried_before_and_under_a_deny(tried: Tried) -> None:
    dana, eve = tried.leavers
    tried.steps.entered(dana)
    tried.deny(eve)
    tried.steps.entered(eve)
    assert tried.steps.done() == []
    tried.deny(dana)
    tried.steps.entered(dana)
    assert tried.steps.done() == ["enter"]


def test_disabling_counts_for_somebody_who_has_access(tried: Tried) -> None:
    tried.steps.disabled(tried.org.add_user("olivia@example.com"))
    assert tried.steps.done() == []
    tried.steps.disabled(tried.enabled)
    assert tried.steps.done() == ["disable"]


def test_a_refusal_counts_when_somebody_without_a_role_is_told(tried: Tried) -> None:
    tried.steps.pressed("U0ADMIN", "admin")
    tried.steps.pressed(tried.carol, "none")
    assert tried.steps.done() == []
    workspace = tried.workspace
    with workspace.change():
        told = Post(
            tried.channel, workspace.new_ts(), workspace.bot_user, "Only responders may.", [], only_for=tried.carol
        )
        workspace.add_post(told)
    assert tried.steps.done() == ["refused"]
