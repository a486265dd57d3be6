"""What an action would change in AWS."""

import json
import shlex
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.access.person_read import PersonRead
from bot.core.deny.placed import InlinePlace
from bot.core.deny.plans import Names, plan_deny, plan_lift, plan_rename
from bot.core.deny.user_names import NameChanges
from bot.core.kinds import KINDS, PRUNE
from bot.core.models import GrantKind, Group, Membership, Path, PermissionSet, User
from bot.core.plans.aws_commands import InstanceArgs, removal_command, undo_command
from bot.core.plans.operations import Operation, OperationKind
from bot.core.plans.plan import Plan, plan_delete, plan_prune, plan_revoke, removal, subject_of
from tests.core import strategies as our

PLACE = InstanceArgs(
    instance_arn=f"arn:aws:sso:::instance/{our.INSTANCE}",
    identity_store_id="d-1234567890",
    region="eu-central-1",
    account_access_arn="arn:aws:account-access:eu-central-1:000000000001:application/a-1",
)
ARGS = {
    OperationKind.DELETE_ASSIGNMENT: {"account_id", "permission_set_arn", "user_id"},
    OperationKind.DELETE_APPLICATION_ASSIGNMENT: {"application_arn", "user_id"},
    OperationKind.DELETE_ENTITLEMENT: {"entitlement_id", "role_arn", "user_id"},
    OperationKind.LEAVE_GROUP: {"membership_id", "group_id", "user_id"},
    OperationKind.ADD_TO_DENY: {"user_id", "user_name"},
    OperationKind.REMOVE_FROM_DENY: {"user_id", "user_name"},
    OperationKind.DENY_IN_SET: {"permission_set_arn", "user_id", "user_name"},
    OperationKind.LIFT_IN_SET: {"permission_set_arn", "user_id", "user_name"},
    OperationKind.RELEASE_NAME: {"policy_id", "permission_set_arn", "user_id", "user_name"},
    OperationKind.DENY_NAME: {"policy_id", "permission_set_arn", "user_id", "user_name"},
    OperationKind.PROVISION: {"permission_set_arn", "account_id"},
    OperationKind.DELETE_USER: {"user_id", "revision"},
    OperationKind.DELETE_PERMISSION_SET: {"permission_set_arn"},
}
PERMISSION_SETS = st.builds(PermissionSet, our.permission_set_names.map(our.permission_set_arn), our.few_names)
NOBODY = Names({}, {})


def roles_of(read):
    return [grant.role for grant in read.usable if grant.role]


def places_of(read):
    return [InlinePlace(role.permission_set_arn, (role.account_id,)) for role in roles_of(read)]


some_reads = our.person_reads()


@st.composite
def plans(draw):
    read = draw(some_reads)
    make = st.sampled_from(
        [
            lambda: plan_revoke(read),
            lambda: plan_deny(read.user, scp=draw(our.booleans), roles=roles_of(read), names=NOBODY),
            lambda: plan_lift(read.user, scp=draw(our.booleans), places=places_of(read), names=NOBODY),
            lambda: plan_rename(
                read.user,
                {"p-1": NameChanges({"old": User("holder")}, ("new",))},
                dict.fromkeys(places_of(read), NameChanges({}, ("new",))),
                NOBODY,
            ),
            lambda: plan_delete(read.user),
            lambda: plan_prune(draw(PERMISSION_SETS)),
        ]
    )
    return draw(make)()


def changes(plan, kind):
    return [dict(operation.args) for operation in plan.operations if operation.kind is kind]


@given(plans())
def test_every_operation_is_on_the_one_user_and_says_exactly_what_aws_is_given(plan):
    its_own = set()
    for operation in plan.operations:
        assert set(operation.args) == ARGS[operation.kind]
        assert all(isinstance(value, str) for value in operation.args.values())
        if operation.kind is OperationKind.PROVISION:
            # Only what this very plan changed for the user before.
            assert operation.args["permission_set_arn"] in its_own
        elif operation.kind is OperationKind.DELETE_PERMISSION_SET:
            assert operation.args["permission_set_arn"] == plan.user_id
        else:
            assert operation.args["user_id"] == plan.user_id
            its_own.add(operation.args.get("permission_set_arn"))


def test_the_arguments_of_every_kind_of_operation_are_pinned():
    assert set(ARGS) == set(OperationKind)


def direct(read, kind):
    """The grants of the kind that a revoke has to take away one by one."""
    return [grant for grant in read.usable if grant.path is Path.DIRECT and grant.kind is kind]


@given(our.person_reads())
def test_a_revoke_deletes_exactly_the_direct_grants_that_somebody_can_use(read):
    plan, user = plan_revoke(read), {"user_id": read.user.id}
    wanted = {
        OperationKind.DELETE_ASSIGNMENT: [
            {"account_id": grant.account_id, "permission_set_arn": grant.permission_set_arn, **user}
            for grant in direct(read, GrantKind.ACCOUNT)
        ],
        OperationKind.DELETE_APPLICATION_ASSIGNMENT: [
            {"application_arn": grant.application_arn, **user} for grant in direct(read, GrantKind.APPLICATION)
        ],
        OperationKind.DELETE_ENTITLEMENT: [
            {"entitlement_id": grant.entitlement_id, "role_arn": grant.role_arn, **user}
            for grant in direct(read, GrantKind.ENTITLEMENT)
        ],
    }
    for kind, args in wanted.items():
        assert sorted(changes(plan, kind), key=str) == sorted(args, key=str)
    assert {op.kind for op in plan.operations} <= {*wanted, OperationKind.LEAVE_GROUP}


@given(our.person_reads())
def test_a_revoke_leaves_exactly_the_groups_that_grant_something_and_keeps_the_others(read):
    granting = {grant.group_id for grant in read.grants if grant.path is Path.GROUP}
    plan = plan_revoke(read)
    left = changes(plan, OperationKind.LEAVE_GROUP)
    assert {change["group_id"] for change in left} == granting
    assert {group.id for group in plan.kept_groups} == {member.group.id for member in read.memberships} - granting
    by_group = {member.group.id: member.id for member in read.memberships}
    assert all(change["membership_id"] == by_group[change["group_id"]] for change in left)


@given(our.person_reads())
def test_a_revoke_never_touches_a_groups_assignment_nor_anything_else(read):
    """What came through a group is in no operation but the one that leaves the group."""
    own = [grant for grant in read.grants if grant.path is Path.DIRECT]
    for operation in plan_revoke(read).operations:
        args = operation.args
        if operation.kind is OperationKind.DELETE_ASSIGNMENT:
            pairs = {(grant.account_id, grant.permission_set_arn) for grant in own}
            assert (args["account_id"], args["permission_set_arn"]) in pairs
        elif operation.kind is OperationKind.DELETE_APPLICATION_ASSIGNMENT:
            assert args["application_arn"] in {grant.application_arn for grant in own}
        elif operation.kind is OperationKind.DELETE_ENTITLEMENT:
            assert args["entitlement_id"] in {grant.entitlement_id for grant in own}


@given(our.person_reads())
def test_a_revoke_never_asks_aws_to_change_a_dead_account_and_says_what_it_leaves_there(read):
    plan = plan_revoke(read)
    dead = tuple(grant for grant in read.grants if not grant.usable and grant.path is Path.DIRECT)
    assert plan.dead_grants == dead
    untouched = {(grant.account_id, grant.permission_set_arn) for grant in dead}
    touched = {
        (change["account_id"], change["permission_set_arn"])
        for change in changes(plan, OperationKind.DELETE_ASSIGNMENT)
    }
    alive = {(g.account_id, g.permission_set_arn) for g in read.grants if g.path is Path.DIRECT and g.usable}
    assert not touched & (untouched - alive)


@given(our.person_reads())
def test_once_a_revoke_is_carried_out_no_usable_grant_is_left(read):
    plan = plan_revoke(read)
    left_groups = {change["group_id"] for change in changes(plan, OperationKind.LEAVE_GROUP)}
    gone = {(op.kind, json.dumps(dict(op.args), sort_keys=True)) for op in plan.operations}
    for grant in read.usable:
        if grant.path is Path.GROUP:
            assert grant.group_id in left_groups
        else:
            wanted = removal(read.user, grant)
            assert (wanted.kind, json.dumps(dict(wanted.args), sort_keys=True)) in gone


@given(our.person_reads(), st.data())
def test_only_the_last_assignment_of_a_permission_set_in_an_account_warns_about_its_role(read, data):
    accounts = [grant for grant in read.grants if grant.kind is GrantKind.ACCOUNT]
    pairs = sorted({(grant.account_id, grant.permission_set_arn) for grant in accounts})
    last_of = frozenset(data.draw(st.lists(st.sampled_from(pairs))) if pairs else [])
    plan = plan_revoke(read, last_of)
    for operation in plan.operations:
        if operation.kind is OperationKind.DELETE_ASSIGNMENT:
            pair = (operation.args["account_id"], operation.args["permission_set_arn"])
            assert operation.shown["removes_role"] == (pair in last_of)
    assert plan.digest == plan_revoke(read).digest


@given(our.person_reads())
def test_leaving_a_group_that_the_company_directory_manages_is_marked(read):
    scim = {member.group.id: member.group.scim for member in read.memberships}
    for operation in plan_revoke(read).operations:
        if operation.kind is OperationKind.LEAVE_GROUP:
            assert operation.shown["scim"] == scim[operation.args["group_id"]]


@given(our.person_reads(), st.randoms())
def test_the_same_read_in_another_order_is_the_same_plan(read, random):
    grants, members = list(read.grants), list(read.memberships)
    random.shuffle(grants)
    random.shuffle(members)
    shuffled = plan_revoke(replace(read, grants=tuple(grants), memberships=tuple(members)))
    assert shuffled.operations == plan_revoke(read).operations
    assert shuffled.digest == plan_revoke(read).digest


@given(plans(), st.randoms())
def test_the_digest_does_not_depend_on_the_order_of_operations_nor_on_what_is_shown(plan, random):
    operations = [replace(operation, shown={"other": "words"}) for operation in plan.operations]
    random.shuffle(operations)
    assert replace(plan, operations=tuple(operations), kept_groups=(), dead_grants=()).digest == plan.digest


@given(plans(), plans())
def test_two_plans_have_one_digest_exactly_when_they_change_the_same(one, other):
    def meaning(plan: Plan):
        return (
            plan.kind,
            plan.user_id,
            sorted(json.dumps([op.kind, *sorted(op.args.items())]) for op in plan.operations),
        )

    assert (one.digest == other.digest) == (meaning(one) == meaning(other))


@given(plans(), st.data())
def test_any_change_of_an_operation_changes_the_digest(plan, data):
    assume(plan.operations)
    operations = list(plan.operations)
    index = data.draw(st.integers(0, len(operations) - 1))
    changed = operations[index]
    how = data.draw(st.sampled_from(["argument", "kind", "removed", "added", "user", "action"]))
    if how == "argument":
        name = data.draw(st.sampled_from(sorted(changed.args)))
        operations[index] = replace(changed, args={**changed.args, name: changed.args[name] + "x"})
    elif how == "kind":
        kind = data.draw(st.sampled_from([kind for kind in OperationKind if kind is not changed.kind]))
        operations[index] = replace(changed, kind=kind)
    elif how == "removed":
        del operations[index]
    elif how == "added":
        operations.append(Operation(OperationKind.LEAVE_GROUP, {"membership_id": "m", "group_id": "g"}, {}))
    other = replace(plan, operations=tuple(operations))
    if how == "user":
        other = replace(plan, user_id=plan.user_id + "x")
    elif how == "action":
        other = replace(plan, kind=next(kind for kind in KINDS.values() if kind is not plan.kind))
    assert other.digest != plan.digest


@given(our.person_reads(), our.grants())
def test_a_grant_that_appeared_after_the_preview_changes_the_digest(read, grant):
    assume(grant.usable and grant.path is Path.DIRECT and grant.key not in {held.key for held in read.grants})
    assert plan_revoke(replace(read, grants=(*read.grants, grant))).digest != plan_revoke(read).digest


@given(our.users())
def test_a_delete_is_of_the_user_exactly_as_shown(user):
    (operation,) = plan_delete(user).operations
    assert operation.args == {"user_id": user.id, "revision": user.revision}
    assert plan_delete(user).digest != plan_delete(replace(user, revision=user.revision + "1")).digest


@given(PERMISSION_SETS)
def test_a_prune_deletes_the_permission_set_it_is_about_and_nothing_else(permission_set):
    plan, subject = plan_prune(permission_set), subject_of(permission_set)
    (operation,) = plan.operations
    assert (plan.kind, plan.user_id) == (PRUNE, permission_set.arn)
    assert operation.args == {"permission_set_arn": permission_set.arn}
    shown = permission_set.name or permission_set.arn
    assert operation.shown == {"permission_set": shown}
    assert (subject.id, subject.label, subject.user_name) == (permission_set.arn, shown, "")


def options(command):
    """The words before the options, and the options with their values, as a shell would read them."""
    words = shlex.split(command)
    return words[:3], dict(zip(words[3::2], words[4::2], strict=True))


@given(our.person_reads())
def test_everything_removed_has_a_command_that_puts_back_exactly_that(read):
    for operation in plan_revoke(read).operations:
        command = undo_command(operation, PLACE)
        assert command is not None
        words, given_options = options(command)
        if operation.kind is OperationKind.DELETE_ASSIGNMENT:
            assert words == ["aws", "sso-admin", "create-account-assignment"]
            assert given_options == {
                "--region": PLACE.region,
                "--instance-arn": PLACE.instance_arn,
                "--target-type": "AWS_ACCOUNT",
                "--target-id": operation.args["account_id"],
                "--permission-set-arn": operation.args["permission_set_arn"],
                "--principal-type": "USER",
                "--principal-id": read.user.id,
            }
        elif operation.kind is OperationKind.DELETE_APPLICATION_ASSIGNMENT:
            assert words == ["aws", "sso-admin", "create-application-assignment"]
            assert given_options == {
                "--region": PLACE.region,
                "--application-arn": operation.args["application_arn"],
                "--principal-type": "USER",
                "--principal-id": read.user.id,
            }
        elif operation.kind is OperationKind.DELETE_ENTITLEMENT:
            assert words == ["aws", "account-access", "create-entitlement"]
            user = {"identityCenter": {"userId": read.user.id}}
            entitlement = {"principalRole": {"principal": user, "roleArn": operation.args["role_arn"]}}
            assert json.loads(given_options.pop("--entitlement")) == entitlement
            assert given_options == {"--region": PLACE.region, "--application-arn": PLACE.account_access_arn}
        else:
            assert words == ["aws", "identitystore", "create-group-membership"]
            assert given_options == {
                "--region": PLACE.region,
                "--identity-store-id": PLACE.identity_store_id,
                "--group-id": operation.args["group_id"],
                "--member-id": f"UserId={read.user.id}",
            }


@given(our.person_reads(), PERMISSION_SETS)
def test_what_can_not_be_put_back_has_no_undo_command(read, permission_set):
    user = read.user
    deny = plan_deny(user, scp=True, roles=roles_of(read), names=NOBODY)
    lift = plan_lift(user, scp=True, places=places_of(read), names=NOBODY)
    for plan in (plan_delete(user), plan_prune(permission_set), deny, lift):
        assert {undo_command(operation, PLACE) for operation in plan.operations} == {None}


@given(our.person_reads(), st.sampled_from([None, "000000000002", our.MANAGEMENT_ACCOUNT]))
def test_what_only_the_management_account_can_take_away_is_left_to_it_with_a_command(read, caller):
    plan = plan_revoke(read, management_account_id=our.MANAGEMENT_ACCOUNT, caller_account_id=caller)
    there = [g for g in read.usable if g.account_id == our.MANAGEMENT_ACCOUNT and g.path is Path.DIRECT]
    assert list(plan.needs_management_account) == (there if caller == "000000000002" else [])
    for grant in plan.needs_management_account:
        operation = removal(read.user, grant)
        assert operation not in plan.operations
        words, _ = options(removal_command(operation, PLACE))
        assert words[2] in {"delete-account-assignment", "delete-entitlement"}
    everything = plan_revoke(read)
    others = {json.dumps(dict(op.args), sort_keys=True) for op in everything.operations}
    assert len(plan.operations) + len(plan.needs_management_account) == len(others)


@given(our.leavers)
def test_a_group_that_grants_only_in_a_closed_account_is_left_too(user):
    """Leaving works there, and an account can come back."""
    grant = our.Grant(
        our.GrantKind.ACCOUNT,
        Path.GROUP,
        group_id="g",
        account_id="1",
        account_status="SUSPENDED",
        permission_set_arn="p",
    )
    plan = plan_revoke(PersonRead(user, (grant,), (Membership("m", Group("g")), Membership("n", Group("h")))))
    assert changes(plan, OperationKind.LEAVE_GROUP) == [{"membership_id": "m", "group_id": "g", "user_id": user.id}]
    assert [group.id for group in plan.kept_groups] == ["h"]
