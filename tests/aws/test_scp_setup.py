"""Setting the deny policy up: what is asked of AWS, and what its answers mean."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.aws.scp_setup import ScpSetup
from bot.core.errors import (
    AwsConflict,
    AwsDenied,
    AwsNotFound,
    AwsRejected,
    AwsUnavailable,
    DenyDocumentInvalid,
    SetUpRefused,
)
from bot.playground.identity_center import Organization
from bot.ports.scp_setup import ScpState, Target
from bot.services.kinds.deny.policies.setup import DenySetup, Refusal, reached
from tests.services.scanning import Connected, connected

NAME = "leaverbot-emergency-deny"
OTHER = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}'
OURS = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"LeaverbotEmergencyDeny","Effect":"Deny","Action":["*"],'
    '"Resource":"*","Condition":{"StringEquals":{"identitystore:userId":"Add user ID here"}}}]}'
)


class Patient:
    """A clock whose pauses take no time."""

    def now(self) -> Any:
        raise AssertionError("nobody needs to know")

    def sleep(self, seconds: float) -> None:
        self.slept = getattr(self, "slept", 0.0) + seconds


class Answering:
    """AWS, as far as it answers what it was told to."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def call(self, _service: str, operation: str, **_parameters: Any) -> Any:
        return self.answers[operation]

    def pages(self, _service: str, operation: str, key: str, **_parameters: Any) -> Any:
        return [self.answers[operation][key]]


def organization(**options: Any) -> Organization:
    org = Organization(seed=2, throttle=False, **options)
    outer = org.add_ou("workloads")
    inner = org.add_ou("production", parent=outer)
    for number in range(25):
        org.add_account(f"account-{number}", ou=inner if number < 10 else outer if number < 15 else None)
    for number in range(25):
        org.add_scp(f"policy-{number}", OTHER)
    return org


@pytest.fixture(params=[False, True], ids=["whole pages", "short pages"])
def here(request: pytest.FixtureRequest) -> Iterator[Connected]:
    with connected(organization(short_pages=request.param)) as connection:
        yield connection
        assert connection.server.complaints == []


def adapter(connection: Connected) -> ScpSetup:
    return ScpSetup(connection.context.aws)


def setting_up(connection: Connected) -> DenySetup:
    return DenySetup(adapter(connection), connection.context.deny, connection.context.access, Patient())


def unit(org: Organization, name: str) -> str:
    return next(one.id for one in org.unit_by_id.values() if one.name == name)


def test_the_root_is_read_with_whether_policies_can_be_attached(here: Connected) -> None:
    root = adapter(here).root()
    assert (root.target, root.scps) == (Target(here.org.root_id, "Root"), ScpState.ON)
    here.org.switch_scps(on=False)
    assert adapter(here).root().scps is ScpState.OFF


def test_consolidated_billing_and_a_change_under_way_are_told_apart_from_off() -> None:
    def state(types: list[dict[str, str]], features: str) -> ScpState:
        roots = {"Roots": [{"Id": "r-ab12", "PolicyTypes": types}]}
        answers = {"ListRoots": roots, "DescribeOrganization": {"Organization": {"FeatureSet": features}}}
        return ScpSetup(Answering(**answers)).root().scps  # type: ignore[arg-type]

    scp = "SERVICE_CONTROL_POLICY"
    assert state([], "CONSOLIDATED_BILLING") is ScpState.BILLING_ONLY
    assert state([{"Type": "TAG_POLICY", "Status": "ENABLED"}], "ALL") is ScpState.OFF
    assert state([{"Type": scp, "Status": "PENDING_ENABLE"}], "ALL") is ScpState.CHANGING
    assert state([{"Type": scp, "Status": "ENABLED"}], "ALL") is ScpState.ON


def test_an_answer_without_exactly_one_root_is_an_error() -> None:
    with pytest.raises(AwsRejected, match="0 roots"):
        ScpSetup(Answering(ListRoots={"Roots": []})).root()  # type: ignore[arg-type]


def test_a_unit_is_found_with_its_name_at_any_depth_and_an_unknown_one_is_not(here: Connected) -> None:
    for name in ("workloads", "production"):
        assert adapter(here).unit(unit(here.org, name)) == Target(unit(here.org, name), name)
    with pytest.raises(AwsNotFound):
        adapter(here).unit("ou-aaaa-00000000")


def test_a_policy_is_found_by_exactly_its_name_on_any_page(here: Connected) -> None:
    policy_id = here.org.add_scp(NAME, OURS)
    assert adapter(here).named(NAME) == policy_id
    assert adapter(here).named(NAME.upper()) is None


def test_a_policy_is_made_attached_and_listed_where_it_is(here: Connected) -> None:
    policy_id = adapter(here).create(NAME, OURS)
    assert here.org.policy_text(policy_id) == OURS
    places = [here.org.root_id, unit(here.org, "production")]
    for place in places:
        adapter(here).attach(policy_id, place)
        assert policy_id in adapter(here).attached(place)
    assert {target.id: target.name for target in adapter(here).targets(policy_id)} == {
        places[0]: "Root",
        places[1]: "production",
    }


def test_attaching_what_is_attached_is_success_and_making_a_name_twice_is_a_conflict(here: Connected) -> None:
    policy_id = adapter(here).create(NAME, OURS)
    adapter(here).attach(policy_id, here.org.root_id)
    adapter(here).attach(policy_id, here.org.root_id)
    with pytest.raises(AwsConflict, match=NAME):
        adapter(here).create(NAME, OURS)


@pytest.mark.parametrize(
    "text",
    [
        OURS.replace(',"Condition":{"StringEquals":{"identitystore:userId":"Add user ID here"}}', ""),
        OURS.replace('"Add user ID here"', "[]"),
        OURS.replace("Add user ID here", "*"),
        OTHER,
        "",
    ],
)
def test_a_text_that_would_not_be_safe_is_never_sent(here: Connected, text: str) -> None:
    with pytest.raises(DenyDocumentInvalid):
        adapter(here).create(NAME, text)
    assert here.server.calls["organizations.CreatePolicy"] == 0


def test_every_read_raises_what_aws_says_and_never_answers_nothing(here: Connected) -> None:
    reads = {
        "ListRoots": lambda: adapter(here).root(),
        "ListPolicies": lambda: adapter(here).named(NAME),
        "ListPoliciesForTarget": lambda: adapter(here).attached(here.org.root_id),
        "ListTargetsForPolicy": lambda: adapter(here).targets("p-FullAWSAccess"),
        "ListParents": lambda: adapter(here).unit(unit(here.org, "production")),
        "ListOrganizationalUnitsForParent": lambda: adapter(here).unit(unit(here.org, "production")),
    }
    for operation, look in reads.items():
        for code, error in (("AccessDeniedException", AwsDenied), ("ServiceException", AwsUnavailable)):
            fault = here.server.faults.add(f"organizations.{operation}", code=code, times=None)
            with pytest.raises(error) as caught:
                look()
            assert caught.value.operation == f"organizations.{operation}"
            here.server.faults.remove(fault)


def test_a_plan_counts_the_accounts_that_each_place_reaches_and_never_the_management_account(here: Connected) -> None:
    org = here.org
    account = next(one.id for one in org.account_by_id.values() if one.name == "account-20")
    plan = setting_up(here).plan(NAME, [unit(org, "workloads"), unit(org, "production"), account])
    assert [place.reached for place in plan.targets] == [15, 10, 1]
    assert (plan.reached, plan.accounts, plan.management.id) == (16, 26, org.management_account_id)
    assert (plan.text, plan.policy_id, plan.denied) == (OURS, "", 0)
    whole = setting_up(here).plan(NAME, [])
    assert [(place.target.id, place.reached) for place in whole.targets] == [(org.root_id, 25)]


def test_the_same_place_named_twice_is_one_place(here: Connected) -> None:
    plan = setting_up(here).plan(NAME, ["root", here.org.root_id])
    assert len(plan.targets) == 1


def test_where_aws_does_not_say_which_accounts_are_below_a_unit_that_is_said() -> None:
    with connected(organization(account_paths=False)) as connection:
        plan = setting_up(connection).plan(NAME, [unit(connection.org, "workloads")])
        assert plan.targets[0].reached is None
        assert plan.reached is None
        assert setting_up(connection).plan(NAME, []).reached == 25


def test_accounts_are_counted_once_however_they_are_reached(here: Connected) -> None:
    members = [one for one in here.context.access.accounts().values() if one.id != here.org.management_account_id]
    inner = members[0].parents[-1]
    assert reached([Target(inner), Target(members[0].id)], members) == 10
    assert reached([], members) == 0


def test_a_policy_changed_after_it_was_shown_is_attached_to_nothing(here: Connected) -> None:
    policy_id = here.org.add_scp(NAME, OURS)
    made = setting_up(here)
    plan = made.plan(NAME, [])
    here.org.update_scp(policy_id, OURS.replace("Add user ID here", "11111111-2222-3333-4444-555555555555"))
    with pytest.raises(SetUpRefused) as caught:
        made.carry_out(plan, lambda *_done: None)
    assert (caught.value.why, caught.value.facts) == (Refusal.CHANGED_SINCE_SHOWN, {"policy": policy_id})
    assert not here.org.policy_by_id[policy_id].targets


def test_what_aws_never_shows_as_attached_is_not_said_to_be(here: Connected) -> None:
    made = setting_up(here)
    plan = made.plan(NAME, [])

    def detach() -> None:
        policy_id = next(one.id for one in here.org.policy_by_id.values() if one.name == NAME)
        here.org.detach_scp(policy_id, here.org.root_id)

    here.server.after("organizations.AttachPolicy", detach)
    with pytest.raises(SetUpRefused) as caught:
        made.carry_out(plan, lambda *_done: None)
    assert caught.value.why is Refusal.NOT_SHOWN_BY_AWS


def test_lost_answers_are_looked_after_and_nothing_is_done_twice(here: Connected) -> None:
    made = setting_up(here)
    plan = made.plan(NAME, [])
    for operation in ("CreatePolicy", "AttachPolicy"):
        here.server.faults.add(f"organizations.{operation}", kind="lost_answer")
    told: list[tuple[str, Target | None]] = []
    policy_id, targets = made.carry_out(plan, lambda *step: told.append(step))
    assert [target.id for target in targets] == [here.org.root_id]
    assert told == [(policy_id, None), (policy_id, plan.targets[0].target)]
    assert here.server.calls["organizations.CreatePolicy"] == here.server.calls["organizations.AttachPolicy"] == 1
