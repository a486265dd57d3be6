"""`leaverbot denies setup` and `leaverbot denies list`, as programs against a simulated organization."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli.main import app
from bot.core.deny.placed import InlinePlace, PlacedDeny
from bot.core.deny.policy_document import Denied, change
from bot.core.deny.statements import DocumentKind
from bot.core.models import User
from bot.ports import Holder
from bot.store.database import process_lock
from bot.store.store import SqlStore
from tests.world import World, eventually, world

NAME = "leaverbot-emergency-deny"
TEXT = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"LeaverbotEmergencyDeny","Effect":"Deny","Action":["*"],'
    '"Resource":"*","Condition":{"StringEquals":{"identitystore:userId":"Add user ID here"}}}]}'
)
OTHER = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}'
MIXED = TEXT.replace("[{", '[{"Effect":"Deny","Action":"s3:*","Resource":"*"},{', 1)
SOMEBODY = "99999999-2222-3333-4444-555555555555"


@pytest.fixture
def here() -> Iterator[World]:
    """A world whose AWS answers; the bot does not run."""
    with world() as made:
        made.aws.start()
        made.slack.start()
        yield made


def run(here: World, *arguments: str, **environment: str) -> Result:
    """The command in this process, as its own process would run it: forty starts of Python take a minute."""
    before, folder = dict(os.environ), Path.cwd()
    try:
        os.environ.clear()
        os.environ.update({**here.environment(), **environment})
        os.chdir(here.folder)
        return CliRunner().invoke(app, ["denies", *arguments], catch_exceptions=False)
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(before)


def setup(here: World, *arguments: str, code: int = 0, **environment: str) -> str:
    """What `denies setup` printed, on both ways; it must end with this code."""
    ended = run(here, "setup", *arguments, **environment)
    assert ended.exit_code == code, ended.output
    assert "Traceback" not in ended.stderr
    return ended.stdout + ended.stderr


def listed(here: World, *arguments: str, code: int = 0, **environment: str) -> str:
    ended = run(here, "list", *arguments, **environment)
    assert ended.exit_code == code, ended.output
    assert "Traceback" not in ended.stderr
    return ended.stdout + ended.stderr


def document(here: World, *, code: int = 0, **environment: str) -> dict[str, Any]:
    ended = run(here, "list", "--json", **environment)
    assert ended.exit_code == code, ended.output
    return dict(json.loads(ended.stdout))


def made(here: World, name: str = NAME) -> Any:
    """The policy of this name, if there is one."""
    return next((policy for policy in here.org.policy_by_id.values() if policy.name == name), None)


def targets(here: World, policy_id: str) -> list[str]:
    return list(here.org.policy_by_id[policy_id].targets)


def naming(*user_ids: str) -> str:
    return TEXT.replace('"Add user ID here"', json.dumps(list(user_ids), separators=(",", ":")))


def changes(here: World) -> int:
    return here.aws.calls["organizations.CreatePolicy"] + here.aws.calls["organizations.AttachPolicy"]


def answered(here: World, answer: str, *arguments: str) -> tuple[int, str]:
    """Run `denies setup` in a terminal and type this answer; exit code and what it printed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "denies", "setup", *arguments],
        env=here.environment(),
        cwd=here.folder,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    os.write(ours, f"{answer}\n".encode())
    text, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    return process.returncode, text.decode()


# --- setup --------------------------------------------------------------------------------------------------------


def test_the_policy_is_made_attached_to_the_root_and_denies_nobody(here: World) -> None:
    for name in ("payments-prod", "sandbox"):
        here.org.add_account(name)
    said = setup(here, "--yes")
    policy = made(here)
    assert policy.content == TEXT
    assert list(policy.targets) == [here.org.root_id]
    assert here.org.denies() == []
    assert "It denies nobody now" in said
    assert "It reaches 2 of 3 accounts. Never the management account, " in said
    assert here.org.management_account_id in said


def test_the_end_says_what_to_set_and_how_to_undo_it(here: World) -> None:
    said = setup(here, "--yes").splitlines()
    policy_id = made(here).id
    assert f"LEAVERBOT_DENY_SCP_ID={here.policy_id},{policy_id}" in said
    assert f"aws organizations detach-policy --policy-id {policy_id} --target-id {here.org.root_id}" in said
    assert f"aws organizations delete-policy --policy-id {policy_id}" in said


def test_repeated_it_changes_nothing_and_says_the_same(here: World) -> None:
    first = setup(here, "--yes")
    before = changes(here)
    again = setup(here)
    assert changes(here) == before == 2
    assert "already set up" in again
    line = f"LEAVERBOT_DENY_SCP_ID={here.policy_id},{made(here).id}"
    assert line in first
    assert line in again


def test_it_needs_no_lock_and_makes_no_database(here: World) -> None:
    setup(here, "--yes")
    assert not database(here).exists()
    lock = process_lock.take(here.settings["LEAVERBOT_DATABASE_URL"], "run")
    assert not isinstance(lock, Holder)
    try:
        assert "already set up" in setup(here)
    finally:
        lock.release()


def test_an_id_that_is_configured_already_stands_once_in_the_line(here: World) -> None:
    setup(here, "--yes")
    policy_id = made(here).id
    assert f"LEAVERBOT_DENY_SCP_ID={policy_id}\n" in setup(here, LEAVERBOT_DENY_SCP_ID=policy_id)


def test_a_set_up_that_stopped_half_way_is_continued_by_the_next(here: World) -> None:
    here.aws.faults.add("organizations.AttachPolicy", code="ServiceException")
    said = setup(here, "--yes", code=3)
    policy_id = made(here).id
    assert f"Created {NAME}: {policy_id}" in said
    assert "Run the same command again" in said
    assert targets(here, policy_id) == []
    assert "is there already" in setup(here, "--yes")
    assert targets(here, policy_id) == [here.org.root_id]
    assert here.aws.calls["organizations.CreatePolicy"] == 1


def test_units_and_accounts_are_named_with_the_accounts_they_reach(here: World) -> None:
    unit = here.org.add_ou("workloads")
    inside, outside = here.org.add_account("payments-prod", ou=unit), here.org.add_account("data-lake")
    here.org.add_account("left-alone")
    said = setup(here, "--yes", "--target", unit, "--target", outside)
    assert targets(here, made(here).id) == [unit, outside]
    assert f"workloads ({unit})" in said
    assert f"data-lake ({outside})" in said
    assert inside not in said
    assert "It reaches 2 of 4 accounts." in said


def test_one_more_place_is_added_to_a_policy_that_is_there(here: World) -> None:
    unit = here.org.add_ou("workloads")
    setup(here, "--yes", "--target", unit)
    account = here.org.add_account("data-lake")
    setup(here, "--yes", "--target", account)
    assert targets(here, made(here).id) == [unit, account]


def test_a_policy_that_denies_people_already_is_said_to(here: World) -> None:
    here.org.add_scp(NAME, naming(SOMEBODY))
    assert "It denies 1 person now" in setup(here, code=1)


def test_nothing_is_made_without_a_terminal_and_without_yes(here: World) -> None:
    said = setup(here, code=1)
    assert "Add --yes" in said
    assert "identitystore:userId" in said
    assert changes(here) == 0


def test_nothing_is_made_when_the_answer_is_no(here: World) -> None:
    for answer in ("n", "", "\x04"):
        code, said = answered(here, answer)
        assert code == 1, said
    assert changes(here) == 0
    assert made(here) is None


def test_it_is_made_when_the_answer_is_yes(here: World) -> None:
    code, said = answered(here, "y")
    assert code == 0, said
    assert targets(here, made(here).id) == [here.org.root_id]


def test_a_dry_run_only_shows(here: World) -> None:
    said = setup(here, "--yes", LEAVERBOT_DRY_RUN="true")
    assert "Dry run" in said
    assert NAME in said
    assert changes(here) == 0


def test_it_is_refused_with_the_cure_when_service_control_policies_are_off(here: World) -> None:
    here.org.switch_scps(on=False)
    said = setup(here, "--yes", code=1)
    assert f"aws organizations enable-policy-type --root-id {here.org.root_id}" in said
    assert changes(here) == 0


def test_a_place_with_ten_policies_is_refused_before_anything_is_made(here: World) -> None:
    for number in range(8):
        here.org.add_scp(f"policy-{number}", OTHER, targets=[here.org.root_id])
    said = setup(here, "--yes", code=1)
    assert f"Root ({here.org.root_id}) already has 10 policies attached" in said
    assert changes(here) == 0


def test_the_delegated_administrator_is_refused_with_the_reason(here: World) -> None:
    here.account_id = here.org.delegated_admin_account_id = here.org.add_account("identity")
    said = setup(here, "--yes", code=1)
    assert "belong to the management account" in said
    assert here.org.management_account_id in said
    assert "delegated administrator" in said
    assert changes(here) == 0


def test_a_member_account_is_refused_with_the_reason(here: World) -> None:
    here.account_id = here.org.add_account("somewhere")
    assert "belong to the management account" in setup(here, "--yes", code=1)


@pytest.mark.parametrize("operation", ["ListRoots", "ListAccounts", "ListPolicies", "CreatePolicy", "AttachPolicy"])
def test_a_missing_right_is_named(here: World, operation: str) -> None:
    here.aws.faults.add(f"organizations.{operation}", code="AccessDeniedException")
    assert f"The right organizations:{operation} is missing" in setup(here, "--yes", code=1)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("ou-aaaa-00000000", "There is no ou-aaaa-00000000"),
        ("999999999999", "There is no 999999999999"),
        ("r-zzzz", "There is no r-zzzz"),
        ("payments", "is not root, an organizational unit"),
        ("management", "is the management account"),
    ],
)
def test_a_place_that_does_not_exist_is_refused(here: World, target: str, why: str) -> None:
    target = here.org.management_account_id if target == "management" else target
    assert why in setup(here, "--yes", "--target", target, code=1)
    assert changes(here) == 0


@pytest.mark.parametrize("content", [OTHER, MIXED])
def test_a_policy_of_that_name_with_other_statements_is_left_alone(here: World, content: str) -> None:
    policy_id = here.org.add_scp(NAME, content)
    said = setup(here, "--yes", code=1)
    assert policy_id in said
    assert "--name" in said
    assert here.org.policy_text(policy_id) == content
    assert targets(here, policy_id) == []


def test_aws_out_of_reach_ends_with_three(here: World) -> None:
    here.aws.faults.add("organizations.ListPolicies", code="ServiceException", times=None)
    setup(here, "--yes", code=3)
    assert changes(here) == 0


@pytest.mark.parametrize("name", ["", " x", "x" * 129, "a\tb"])
def test_a_name_that_aws_would_not_take_is_wrong_use(here: World, name: str) -> None:
    assert "--name" in setup(here, "--yes", "--name", name, code=1)


def test_help_says_how_and_which_exit_codes(here: World) -> None:
    shown = re.sub(r"[^\S\n]*\n\s*", " ", setup(here, "--help"))
    assert "leaverbot denies setup --target" in shown
    assert "Exit codes: 0" in shown
    assert "2 differences" in re.sub(r"[^\S\n]*\n\s*", " ", listed(here, "--help"))


# --- list ---------------------------------------------------------------------------------------------------------


def database(here: World) -> Path:
    return here.folder / "leaverbot.db"


def stored(here: World, user_id: str, policy_id: str | None = None, **more: Any) -> None:
    """Store a deny as the bot would have."""
    store = SqlStore.open(here.settings["LEAVERBOT_DATABASE_URL"])
    user = User(user_id, "dana@example.com", "Dana Rossi")
    where = here.policy_id if policy_id is None else policy_id
    store.place_denies(
        [PlacedDeny(user, where, datetime(2026, 11, 24, 9, 41, tzinfo=UTC), "@alice", (), id="deny-1", **more)]
    )
    store.close()


def kinds(here: World, **more: Any) -> list[tuple[str, str]]:
    return [(one["kind"], one["who"]) for one in document(here, code=2, **more)["differences"]]


def test_without_a_database_it_says_so_shows_aws_and_makes_none(here: World) -> None:
    said = listed(here)
    assert "is not there yet" in said
    assert f"{here.policy_id}: 0 denied by id" in said
    assert f"Attached to Root ({here.org.root_id})" in said
    assert "of 10,240 characters" in said
    assert list(here.folder.glob("*.db*")) == []
    assert document(here)["denies"] is None


def test_a_deny_that_is_in_aws_as_it_is_stored_is_no_difference(here: World) -> None:
    here.org.update_scp(here.policy_id, naming(SOMEBODY))
    stored(here, SOMEBODY)
    before = database(here).read_bytes()
    said = listed(here)
    assert "Dana Rossi" in said
    assert "2026-11-24 09:41 UTC" in said
    assert "records and AWS agree" in said
    assert database(here).read_bytes() == before
    (deny,) = document(here)["denies"]
    assert (deny["user_id"], deny["policy_id"], deny["confirmed"]) == (SOMEBODY, here.policy_id, True)


def test_a_deny_taken_out_by_hand_is_drift(here: World) -> None:
    stored(here, SOMEBODY, names=("dana@example.com",))
    assert f"Differs: Dana Rossi is not denied by id in {here.policy_id}." in listed(here, code=2)
    assert kinds(here) == [("missing", SOMEBODY), ("missing", "dana@example.com")]


def test_a_deny_that_moved_to_another_policy_is_said_to_be_there(here: World) -> None:
    other = here.org.add_scp("second", naming(SOMEBODY), targets=[here.org.root_id])
    stored(here, SOMEBODY)
    said = listed(here, code=2, LEAVERBOT_DENY_SCP_ID=f"{here.policy_id},{other}")
    assert f"It is in {other} instead" in said


def test_who_is_denied_in_aws_and_not_stored_is_told_by_id_and_by_name(here: World) -> None:
    text = change(TEXT, kind=DocumentKind.SCP, add=[Denied(SOMEBODY, "eve@example.com")])
    here.org.update_scp(here.policy_id, text)
    SqlStore.open(here.settings["LEAVERBOT_DATABASE_URL"]).close()
    assert kinds(here) == [("not_stored", SOMEBODY), ("not_stored", "eve@example.com")]


def test_a_policy_that_is_attached_to_nothing_or_gone_or_not_ours_is_a_difference(here: World) -> None:
    loose = here.org.add_scp("loose", TEXT)
    broken = here.org.add_scp("broken", TEXT.replace('"Resource":"*"', '"Resource":"arn:aws:s3:::a"'))
    here.org.attach_scp(broken, here.org.root_id)
    ids = f"{loose},p-00000000,{broken}"
    found = document(here, code=2, LEAVERBOT_DENY_SCP_ID=ids)
    assert [(one["kind"], one["where"]) for one in found["differences"]] == [
        ("unattached", loose),
        ("unusable", "p-00000000"),
        ("unusable", broken),
    ]
    assert [one["usable"] for one in found["policies"]] == [True, False, False]


def test_a_policy_that_holds_a_stored_deny_is_read_though_it_is_not_configured(here: World) -> None:
    old = here.org.add_scp("old", naming(SOMEBODY), targets=[here.org.root_id])
    stored(here, SOMEBODY, old)
    assert [one["id"] for one in document(here)["policies"]] == [here.policy_id, old]


def test_a_permission_set_that_no_longer_denies_is_a_difference(here: World) -> None:
    admin = here.org.add_permission_set("AdministratorAccess", inline_policy=naming(SOMEBODY))
    stored(here, SOMEBODY, "", inline=(InlinePlace(admin),))
    assert admin in document(here)["denies"][0]["permission_sets"]
    here.org.put_inline_policy(admin, OTHER)
    said = listed(here, code=2)
    assert "Dana Rossi is not denied by id in the permission set AdministratorAccess." in said
    assert kinds(here) == [("missing", SOMEBODY)]


def test_without_a_policy_it_says_how_to_make_one(here: World) -> None:
    assert "leaverbot denies setup" in listed(here, LEAVERBOT_DENY_SCP_ID="")


def test_room_shrinks_with_the_people_and_is_none_when_full(here: World) -> None:
    def shown(text: str, **more: str) -> tuple[int, float]:
        here.org.update_scp(here.policy_id, text)
        (policy,) = document(here, **more)["policies"]
        return policy["room_for_about"], policy["used"]

    empty, _ = shown(TEXT)
    assert 90 <= empty <= 130
    assert shown(TEXT, LEAVERBOT_DENY_MATCH="user-id")[0] == 201
    ids = [f"00000000-0000-0000-0000-{number:012}" for number in range(257)]
    room, used = shown(naming(*ids))
    assert room == 0
    assert used > 0.99


def test_what_aws_does_not_answer_is_said_and_ends_with_three(here: World) -> None:
    here.aws.faults.add("organizations.DescribePolicy", code="AccessDeniedException", times=None)
    stored(here, SOMEBODY)
    said = listed(here, code=3)
    assert f"Not read: {here.policy_id}" in said
    assert "records and AWS agree" not in said
    assert "Dana Rossi" in said


def test_a_database_that_is_none_of_leaverbots_is_left_alone_and_ends_with_three(here: World) -> None:
    database(here).write_bytes(b"something else")
    said = listed(here, code=3)
    assert "could not be read" in said
    assert f"{here.policy_id}: 0 denied by id" in said
    assert database(here).read_bytes() == b"something else"


def test_a_deny_of_the_running_bot_is_listed_and_its_removal_by_hand_noticed() -> None:
    with world(LEAVERBOT_DENY_STRATEGY="scp") as here:
        account = here.org.add_account("payments-prod")
        user = here.leaver("dana.rossi", (account, here.org.add_permission_set("AdministratorAccess")))
        here.start()
        before = here.org.policy_text(here.policy_id)
        here.press(here.bob, here.alert("dana"), "case_deny")
        eventually(lambda: user in here.org.policy_text(here.policy_id))
        eventually(lambda: document_of(here)["denies"] and here.command("deny", "list").returncode == 0)
        here.org.update_scp(here.policy_id, before)
        assert ("missing", user) in kinds(here)


def document_of(here: World) -> dict[str, Any]:
    return dict(json.loads(here.command("denies", "list", "--json").stdout))
