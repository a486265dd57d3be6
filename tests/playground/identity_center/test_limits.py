"""Request rates, as AWS publishes them."""

import time

import pytest
from botocore.exceptions import ClientError

from bot.playground.identity_center import random_organization
from tests.playground.identity_center.simulated_aws import Stopwatch, refused, serving


@pytest.fixture
def watch():
    return Stopwatch()


@pytest.fixture
def aws(watch):
    with serving(stopwatch=watch) as aws:
        yield aws


def test_identity_center_takes_twenty_calls_a_second_all_operations_together(aws, watch):
    for _ in range(10):
        aws.sso.list_instances()
        aws.sso.list_permission_sets(**aws.instance)
    with refused("ThrottlingException"):
        aws.sso.list_instances()
    assert aws.server.throttled == 1
    watch.pass_(0.05)
    aws.sso.list_instances()
    with refused("ThrottlingException"):
        aws.sso.list_instances()


def test_the_identity_store_says_how_long_to_wait(aws):
    for _ in range(20):
        aws.store.list_users(**aws.ids)
    with pytest.raises(ClientError) as caught:
        aws.store.list_users(**aws.ids)
    assert caught.value.response["RetryAfterSeconds"] == 1
    assert caught.value.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"
    aws.sso.list_instances()


def test_organizations_has_a_rate_and_a_burst_for_each_operation(aws, watch):
    content = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
    policy = aws.org.add_scp("a", content)
    for _ in range(3):
        aws.organizations.update_policy(PolicyId=policy, Content=content)
    with refused("TooManyRequestsException"):
        aws.organizations.update_policy(PolicyId=policy, Content=content)
    aws.organizations.describe_policy(PolicyId=policy)
    watch.pass_(0.5)
    aws.organizations.update_policy(PolicyId=policy, Content=content)


def test_a_refused_call_changes_nothing(aws):
    user = aws.org.add_user("dana@example.com")
    for _ in range(20):
        aws.store.list_users(**aws.ids)
    with refused("ThrottlingException"):
        aws.store.delete_user(**aws.ids, UserId=user)
    assert len(aws.org.users()) == 1


def test_eight_hundred_calls_take_less_than_four_seconds():
    """Of CPU: nothing in them waits, and the machine may be busy with something else."""
    with serving(random_organization(seed=2, users=200, throttle=False)) as aws:
        user, began = aws.org.users()[0].id, time.process_time()
        for _ in range(800):
            aws.store.describe_user(**aws.ids, UserId=user)
        assert time.process_time() - began < 4


def test_twenty_thousand_users_are_built_and_listed_in_seconds():
    began = time.process_time()
    with serving(random_organization(seed=2, users=20_000, accounts=50, throttle=False)) as aws:
        pages = aws.store.get_paginator("list_users").paginate(**aws.ids)
        assert sum(len(page["Users"]) for page in pages) == 20_000
    assert time.process_time() - began < 15
