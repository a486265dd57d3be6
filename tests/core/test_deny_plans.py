"""Where a deny is placed and taken back, and in which order."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from bot.core.deny.placed import InlinePlace
from bot.core.deny.plans import Names, plan_deny, plan_lift
from bot.core.kinds import DENY, LIFT
from bot.core.models import RoleAt
from bot.core.plans.operations import OperationKind
from tests.core import strategies as our

ARNS = our.permission_set_names.map(our.permission_set_arn)
ROLES = st.lists(st.builds(RoleAt, our.account_ids, ARNS | st.just("")), max_size=12)
NAMES = st.builds(
    Names, st.dictionaries(our.account_ids, our.few_names), st.dictionaries(ARNS, our.few_names, max_size=4)
)
ACCOUNTS = st.lists(our.account_ids, max_size=5, unique=True).map(tuple)
PLACES = st.builds(InlinePlace, ARNS, ACCOUNTS, ACCOUNTS)
PLACE_LISTS = st.lists(PLACES, max_size=6, unique_by=lambda place: place.permission_set_arn)


def in_sets(plan):
    """The operations on permission sets as (kind, ARN, accounts provisioned right after it), in the plan's order."""
    found = []
    for operation in plan.operations:
        arn = operation.args.get("permission_set_arn")
        if operation.kind is OperationKind.PROVISION:
            assert found[-1][1] == arn, "provisioned before it was changed, or apart from that"
            found[-1][2].append(operation.args["account_id"])
        elif arn:
            found.append((operation.kind, arn, []))
    return found


@given(our.users(), st.booleans(), ROLES, NAMES)
def test_the_policy_comes_first_and_only_where_there_is_one(user, scp, roles, names):
    plan = plan_deny(user, scp=scp, roles=roles, names=names)
    assert (plan.kind, plan.user_id) == (DENY, user.id)
    firsts = [number for number, op in enumerate(plan.operations) if op.kind is OperationKind.ADD_TO_DENY]
    assert firsts == ([0] if scp else [])
    assert not scp or plan.operations[0].args == {"user_id": user.id, "user_name": user.user_name}


@given(our.users(), st.booleans(), ROLES, NAMES)
def test_each_permission_set_is_changed_once_and_provisioned_in_just_the_accounts_of_its_roles(user, scp, roles, names):
    found = in_sets(plan_deny(user, scp=scp, roles=roles, names=names))
    wanted = {arn: sorted({role.account_id for role in roles if role[1] == arn}) for _, arn in roles if arn}
    assert {arn: accounts for _, arn, accounts in found} == wanted
    assert len(found) == len(wanted)
    assert {kind for kind, _, _ in found} <= {OperationKind.DENY_IN_SET}


@given(our.users(), ROLES, NAMES, st.randoms())
def test_the_order_in_which_roles_were_read_changes_nothing(user, roles, names, random):
    shuffled = [*roles, *roles[:2]]
    random.shuffle(shuffled)
    one = plan_deny(user, scp=True, roles=roles, names=names)
    assert plan_deny(user, scp=True, roles=iter(shuffled), names=names) == one


@given(our.users(), st.lists(our.account_ids), NAMES)
def test_an_ordinary_role_has_no_permission_set_to_deny_in(user, account_ids, names):
    roles = [RoleAt(account_id, "") for account_id in account_ids]
    assert plan_deny(user, scp=False, roles=roles, names=names).operations == ()


@given(our.users(), st.booleans(), PLACE_LISTS, NAMES)
def test_a_lift_goes_wherever_the_deny_went_in_the_same_order(user, scp, places, names):
    roles = [RoleAt(account, place.permission_set_arn) for place in places for account in place.account_ids]
    deny = plan_deny(user, scp=scp, roles=roles, names=names)
    lift = plan_lift(user, scp=scp, places=[place for place in places if place.account_ids], names=names)
    back = {
        OperationKind.ADD_TO_DENY: OperationKind.REMOVE_FROM_DENY,
        OperationKind.DENY_IN_SET: OperationKind.LIFT_IN_SET,
    }
    assert (lift.kind, lift.user_id) == (LIFT, user.id)
    assert [(op.kind, op.args, op.shown) for op in lift.operations] == [
        (back.get(op.kind, op.kind), op.args, op.shown) for op in deny.operations
    ]
    assert deny.digest != lift.digest


@given(our.users(), st.booleans(), PLACE_LISTS, NAMES)
def test_a_lift_changes_every_permission_set_back_also_one_that_was_provisioned_nowhere(user, scp, places, names):
    found = in_sets(plan_lift(user, scp=scp, places=places, names=names))
    wanted = {place.permission_set_arn: sorted(place.account_ids) for place in places}
    assert {arn: accounts for _, arn, accounts in found} == wanted
    assert {kind for kind, _, _ in found} <= {OperationKind.LIFT_IN_SET}


@given(our.users(), ROLES, NAMES)
def test_people_are_shown_names_and_where_there_is_none_the_id(user, roles, names):
    for operation in plan_deny(user, scp=True, roles=roles, names=names).operations:
        arn, account_id = (operation.args.get(key) for key in ("permission_set_arn", "account_id"))
        assert operation.shown.get("user") == (None if arn else user.label)
        assert operation.shown.get("permission_set") == (names.permission_sets.get(arn, arn) if arn else None)
        assert operation.shown.get("account") == (names.accounts.get(account_id, account_id) if account_id else None)


@given(our.users(), st.booleans(), ROLES, NAMES)
def test_how_things_are_called_is_not_part_of_what_changes(user, scp, roles, names):
    plain = plan_deny(user, scp=scp, roles=roles, names=Names({}, {}))
    assert plan_deny(user, scp=scp, roles=roles, names=names).digest == plain.digest


@given(PLACES, ACCOUNTS, ACCOUNTS)
def test_places_of_one_permission_set_are_joined_without_losing_or_repeating_an_account(place, asked, done):
    more = InlinePlace(place.permission_set_arn, asked, done)
    joined = place.joined(more)
    assert joined.permission_set_arn == place.permission_set_arn
    for field, added in (("account_ids", asked), ("provisioned", done)):
        known, all_of_them = getattr(place, field), getattr(joined, field)
        assert all_of_them[: len(known)] == known
        assert set(all_of_them) == {*known, *added}
        assert [account for account, _ in groupby(sorted(all_of_them))] == sorted(all_of_them)
    assert joined.joined(more) == joined.joined(place) == joined


@given(PLACES, PLACES, PLACES)
def test_it_does_not_matter_which_places_are_joined_first(one, two, three):
    assert one.joined(two).joined(three) == one.joined(two.joined(three))
