"""What only the real edge does with grants and groups. The contract it keeps is in tests/contracts."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.aws.account_access import EntitlementSource
from bot.core.errors import AwsRejected
from bot.core.models import GrantKind
from bot.playground.identity_center import Organization
from tests.services.scanning import Connected, connected


class FromTheFuture:
    """An AWS that entitles something this version has never heard of; the simulator does not know it either."""

    def pages(self, *_names: str, **_parameters: Any) -> Iterator[list[dict[str, Any]]]:
        yield [{"entitlementId": "ent-1", "entitlement": {"workloadRole": {"roleArn": "arn:aws:iam::1:role/x"}}}]


def test_an_entitlement_of_a_kind_that_nobody_knows_is_an_error_and_not_skipped() -> None:
    one = EntitlementSource(FromTheFuture(), lambda: "arn:application")  # type: ignore[arg-type]  # all it uses of it
    with pytest.raises(AwsRejected, match="ent-1 is of a kind"):
        one.of("USER", "11111111-2222-3333-4444-555555555555")


@pytest.fixture(params=[False, True], ids=["whole pages", "short pages"])
def here(request: pytest.FixtureRequest) -> Iterator[Connected]:
    org = Organization(seed=4, throttle=False, account_access=True, short_pages=request.param)
    with connected(org) as connection:
        yield connection
        assert connection.server.complaints == []


def test_names_of_groups_are_learnt_from_the_list_when_that_takes_fewer_calls(here: Connected) -> None:
    groups = [here.org.add_group(f"group-{number}") for number in range(40)]
    directory = here.context.directory
    directory.learn_groups(groups)
    assert {directory.group(group).name for group in groups} == {f"group-{number}" for number in range(40)}
    asked = here.server.calls["identitystore.ListGroups"] + here.server.calls["identitystore.DescribeGroup"]
    assert asked < 40


def test_how_an_application_is_set_up_is_remembered(here: Connected) -> None:
    application = here.org.add_application("Glue Studio")
    here.org.set_background_sessions(application, enabled=True)
    assert [here.context.access.background_sessions(application) for _ in range(2)] == [True, True]
    assert here.server.calls["sso-admin.GetApplicationSessionConfiguration"] == 1


def test_two_applications_of_account_access_manager_are_one_too_many_and_an_error(
    here: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = [{"applicationArn": f"arn:{number}"} for number in range(2)]
    pages = here.context.aws.pages

    def two(service: str, *names: str, **more: Any) -> Any:
        return iter([listed]) if service == "account-access" else pages(service, *names, **more)

    monkeypatch.setattr(here.context.aws, "pages", two)
    [entitlements] = [one for one in here.context.access.grant_sources() if one.kind is GrantKind.ENTITLEMENT]
    with pytest.raises(AwsRejected, match="arn:0, arn:1"):
        entitlements.of("USER", "11111111-2222-3333-4444-555555555555")
