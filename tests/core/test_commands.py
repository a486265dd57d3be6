"""Commands that people copy into a shell: each word arrives as it is, whatever is in it."""

import json
import shlex

from hypothesis import given
from hypothesis import strategies as st

from bot.core.plans.aws_commands import InstanceArgs, aws_command, removal_command, undo_command
from bot.core.plans.operations import Operation, OperationKind

# What a shell gives a program has no NUL.
TEXTS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["x';touch /tmp/p;'", "$(touch /tmp/p)", "`touch /tmp/p`", "a b", "--no-verify", "", "~", "line\nbreak", '"', "&<>"]
)
ARGS = (
    "account_id",
    "permission_set_arn",
    "user_id",
    "application_arn",
    "entitlement_id",
    "role_arn",
    "membership_id",
    "group_id",
)
REMOVALS = st.sampled_from(
    [
        OperationKind.DELETE_ASSIGNMENT,
        OperationKind.DELETE_APPLICATION_ASSIGNMENT,
        OperationKind.DELETE_ENTITLEMENT,
        OperationKind.LEAVE_GROUP,
    ]
)


@given(TEXTS, TEXTS)
def test_a_shell_gives_each_value_to_the_program_as_it_is(one, other):
    words = shlex.split(aws_command("sso-admin", "do-it", some_name=one, other=other))
    assert words == ["aws", "sso-admin", "do-it", "--some-name", one, "--other", other]


@given(REMOVALS, st.fixed_dictionaries(dict.fromkeys(ARGS, TEXTS)), st.builds(InstanceArgs, TEXTS, TEXTS, TEXTS, TEXTS))
def test_every_command_names_exactly_what_the_operation_names(kind, args, place):
    operation = Operation(kind, args, {})
    for command in (undo_command(operation, place), removal_command(operation, place)):
        if command is None:
            assert kind is OperationKind.LEAVE_GROUP
            continue
        _, _, _, *rest = shlex.split(command)
        names, values = rest[::2], rest[1::2]
        assert all(name.startswith("--") for name in names)
        known = {*args.values(), *(f"UserId={value}" for value in args.values())}
        known |= {place.instance_arn, place.identity_store_id, place.region, place.account_access_arn}
        known |= {"AWS_ACCOUNT", "USER"}
        for name, value in zip(names, values, strict=True):
            if name == "--entitlement":
                role = json.loads(value)["principalRole"]
                assert role == {
                    "principal": {"identityCenter": {"userId": args["user_id"]}},
                    "roleArn": args["role_arn"],
                }
            else:
                assert value in known
