"""The page on AWS rights lists what each kind of action takes, and nothing else."""

import json
import re
from pathlib import Path

from bot.aws.events_queue import RIGHTS
from bot.aws.iam_users import RIGHTS as IAM_RIGHTS
from bot.core.kinds import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "aws-rights.md"
# Of the policies on the page, those for actions, by their Sid.
FOR_ACTIONS = {"LeaverbotRevoke", "LeaverbotDeny", "LeaverbotDenyInline", "LeaverbotUnused", "LeaverbotDelete"}


def listed(sids: set[str]) -> set[str]:
    """The rights in these statements of the page."""
    policies = map(json.loads, re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL))
    statements = [one for policy in policies for one in policy["Statement"] if one["Sid"] in sids]
    assert {one["Sid"] for one in statements} == sids
    actions = [one["Action"] for one in statements]
    return {right for one in actions for right in ([one] if isinstance(one, str) else one)}


def test_the_page_lists_the_rights_of_all_kinds_and_no_others() -> None:
    assert listed(FOR_ACTIONS) == {right for kind in KINDS.values() for right in kind.rights}


def test_each_kind_that_changes_aws_names_its_rights() -> None:
    assert [kind.name for kind in KINDS.values() if not kind.rights and not kind.steps] == []


def test_the_page_lists_the_rights_on_the_queue_of_events_and_no_others() -> None:
    assert listed({"LeaverbotEvents"}) == RIGHTS


def test_the_page_lists_the_rights_to_look_at_iam_users_which_only_read_and_no_others() -> None:
    assert listed({"LeaverbotIamUsers"}) == IAM_RIGHTS
    assert all(right.startswith(("iam:Get", "iam:List")) for right in IAM_RIGHTS)
