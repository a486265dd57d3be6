"""What a scan of a simulated organization has to say, taken from the organization and not from the bot."""

import json
import math
import os
import random
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from bot.aws.requests.client import background
from bot.clock import SystemClock
from bot.playground.identity_center import AwsServer, Organization, random_organization
from bot.ports import Background
from bot.services.scan.scanner import Scanner
from tests import zygote
from tests.fakes.aws import FakeAws
from tests.services.truth import full

DEAD = {"SUSPENDED", "PENDING_CLOSURE", "CLOSED"}


def _allow(**what: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **what}]})


# Permission sets whose names do not say what they allow.
POLICIES: list[dict[str, Any]] = [
    {"inline_policy": _allow(Action=["s3:*", "*"])},
    {"inline_policy": _allow(NotAction="iam:*")},
    {"inline_policy": _allow(Action="s3:*")},
    {"managed": ["AdministratorAccess"]},
    {"managed": ["job-function/Billing", "PowerUserAccess"]},
]
RANKS = ["critical", "high", "normal"]
OTHERS = ("AWS_", "SLACK_", "LEAVERBOT_")
NO_FILES = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
SECOND_INSTANCE = "arn:aws:sso:::instance/ssoins-00000000000000ff"


@dataclass(frozen=True)
class Connected:
    """An organization and the ports over it: the bot's own over the wire, or the fakes."""

    org: Organization
    server: AwsServer | FakeAws
    context: Any
    background: Background = background

    def scan(
        self,
        watched: Iterable[str] = (),
        *,
        check_use: bool = False,
        find_orphans: bool = False,
        only: Any = None,
        **more: Any,
    ) -> Any:
        context, trail = self.context, self.context.trail if check_use else None
        made = Scanner(context.directory, context.access, SystemClock(), self.background, trail, find_orphans, only)
        return made.scan(watched, **more)

    def document(self, **more: Any) -> dict[str, Any]:
        """What `leaverbot scan --json` prints."""
        from bot.cli.scan_output import scan_json

        return json.loads(json.dumps(scan_json(self.scan(**more))))


# `faked` or `connected`.
Through = Callable[..., AbstractContextManager[Connected]]


@contextmanager
def faked(
    org: Organization, *, account_id: str | None = None, account_access: bool = True, dry_run: bool = False
) -> Iterator[Connected]:
    """The fakes over `org`, where `connected` has the real edge and a server."""
    aws = FakeAws(org, account_id, account_access=account_access, dry_run=dry_run)
    yield Connected(org, aws, aws, aws.background)


@lru_cache(maxsize=1)
def _loader(_search_path: str | None = None) -> Any:
    """botocore's service models, read once for all tests instead of once a client."""
    from botocore.loaders import Loader

    return Loader()


@contextmanager
def connected(
    org: Organization,
    *,
    deadline: float = 0.5,
    account_id: str | None = None,
    region: str | None = None,
    account_access: bool = True,
    dry_run: bool = False,
) -> Iterator[Connected]:
    """Serve `org` and connect to it over a socket, in this process.

    Pauses are cut short, because here nobody else needs the quota: no limiter, a backoff of milliseconds, and
    throttled calls are repeated for `deadline` seconds only. (The benchmark keeps everything as it is.)
    """
    import pytest
    from tenacity import wait_fixed

    from bot.aws.requests.client import Aws
    from bot.processes.connect_aws import connect_aws

    with served(org, account_id=account_id, region=region) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.processes.connect_aws.Aws", partial(Aws, deadline=deadline))
        patch.setattr("bot.aws.requests.retry._backoff", wait_fixed(0.005))
        parts = connect_aws(account_access=account_access, dry_run=dry_run)
        try:
            yield Connected(org, server, parts)
        finally:
            for client in parts.aws._clients.values():
                client.close()


@contextmanager
def served(
    org: Organization, *, account_id: str | None = None, region: str | None = None, paced: bool = False
) -> Iterator[AwsServer]:
    """Serve `org` to this process, whose environment names nothing else; it keeps to AWS's rates when `paced`."""
    import pytest

    with AwsServer(org) as server, pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(OTHERS):
                patch.delenv(name)
        given = server.environment(account_id)
        given |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region} if region else {}
        for name, value in {**NO_FILES, **given}.items():
            patch.setenv(name, value)
        patch.setattr("botocore.session.create_loader", _loader)
        if not paced:
            patch.setattr("bot.aws.requests.limiter.Limiter.acquire", lambda _self, **_: None)
        yield server


def draw_organization(seed: int, *, unknown: bool = False, users: int = 0, **options: Any) -> Organization:
    """A small organization in which everything that can differ does so for some seed."""
    draw = random.Random(seed)
    partition, region = draw.choice([("aws", "eu-west-1"), ("aws-us-gov", "us-gov-west-1"), ("aws-cn", "cn-north-1")])
    given = {
        "partition": partition,
        "region": region,
        "inherited_rows": draw.random() < 0.5,
        "short_pages": draw.random() < 0.4,
        "account_paths": draw.random() < 0.5,
        "account_status_retired": draw.random() < 0.5,
        "throttle": False,
        "inherited_application_rows": draw.random() < 0.3,
        "delegated_admin_filters_applications": draw.random() < 0.5,
        "account_access": draw.choice([True, True, False, "absent"]),
        "permission_sets_enabled": draw.random() < 0.9,
        "permission_sets_off": draw.choice(["refused", "empty"]),
        **options,
    }
    # More than a page of applications takes a hundred requests for their settings: every eighth time is often enough.
    applications = draw.choice([0, 2, 60])
    org = random_organization(
        seed=seed,
        users=users or draw.choice([5, 30, 100, 101, 230]),
        accounts=draw.choice([1, 6, 25]),
        groups=draw.choice([1, 4, 12]),
        permission_sets=draw.choice([1, 5]),
        disabled=draw.choice([0.0, 0.1, 0.3]),
        unknown=draw.choice([0.01, 0.1]) if unknown else 0.0,
        suspended=draw.choice([0.0, 0.3]),
        memberships=draw.choice([0.5, 2.0]),
        direct=draw.choice([0.2, 2.0]),
        applications=applications if seed % 8 == 0 else min(applications, 6),
        entitlements=draw.choice([0, 5, 120]) if given["account_access"] is True else 0,
        orphans=draw.choice([0, 2]),
        **given,
    )
    accounts, people = list(org.account_by_id), [user.id for user in org.users()]
    for number, policy in enumerate(POLICIES if org.options.permission_sets_enabled else ()):
        arn = org.add_permission_set(f"Special-{number}", "PT2H", **policy)
        org.assign(draw.choice(accounts), arn, "GROUP", draw.choice(list(org.group_by_id)))
        org.assign(draw.choice(accounts), arn, "USER", draw.choice(people))
    for name in ("AdministratorAccess", "PowerUserAccess") if org.options.permission_sets_enabled else ():
        arn = org.add_permission_set(name, "PT8H")
        for _ in range(draw.randrange(3)):
            org.assign(draw.choice(accounts), arn, "GROUP", draw.choice(list(org.group_by_id)))
            org.assign(draw.choice(accounts), arn, "USER", draw.choice(people))
    return org


def severity(org: Organization, grants: Iterable[Mapping[str, Any]]) -> str:
    """How bad these grants are, by the rules of the README's alert."""
    usable = [grant for grant in grants if grant["account_status"] not in DEAD]
    held = {grant["privilege"] for grant in usable}
    accounts = {grant["account_id"] for grant in usable if grant["account_id"]}
    if "administrator" in held or org.management_account_id in accounts:
        return "critical"
    return "high" if "power_user" in held or len(accounts) >= 5 else "normal"


def truth(org: Organization, user_id: str) -> list[dict[str, Any]]:
    """Every way in of this user, as `--json` has to show it."""
    return [full(org, grant) for grant in org.truth(user_id)]


def true_orphans(org: Organization) -> list[dict[str, Any]]:
    return [{"path": "direct", "group_id": None, "group_name": None, **full(org, orphan)} for orphan in org.orphans()]


def usable(org: Organization, user_id: str) -> bool:
    """Whether the user has a way in that somebody can use now."""
    return any(grant["account_status"] not in DEAD for grant in org.truth(user_id))


def true_cases(org: Organization) -> dict[str, Any]:
    """By user id: each disabled user who can get in, with every grant, as `--json` has to show them."""
    cases = {}
    for user in (user for user in org.users() if user.status == "DISABLED"):
        grants = truth(org, user.id)
        if any(grant["account_status"] not in DEAD for grant in grants):
            moment = datetime.fromtimestamp(round(user.updated_at.timestamp(), 3), UTC)
            cases[user.id] = {
                "user": {
                    "id": user.id,
                    "user_name": user.user_name,
                    "display_name": user.display_name,
                    "email": user.email,
                    "updated_at": moment.isoformat(),
                },
                "severity": severity(org, grants),
                "used": None,
                "grants": in_order(grants),
            }
    return cases


def told_cases(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same, from a document of `leaverbot scan --json`."""
    cases = {case["user"]["id"]: {**case, "grants": in_order(case["grants"])} for case in document["cases"]}
    assert len(cases) == len(document["cases"]), "somebody is in it twice"
    return cases


def in_order(grants: Iterable[Mapping[str, Any]]) -> list[Any]:
    return sorted(grants, key=lambda grant: json.dumps(grant, sort_keys=True))


def statuses(org: Organization) -> dict[str | None, int]:
    """How many users have each status."""
    seen = [user.status for user in org.users()]
    return {status: seen.count(status) for status in ("ENABLED", "DISABLED", None)}


def bound(org: Organization) -> dict[str, int]:
    """The most calls of each kind that a first scan may make, as docs/performance.md states them."""
    leavers = [user for user in org.users() if user.status == "DISABLED"]
    groups = {group_id for user in leavers for group_id in user.group_ids}
    grants = [grant for user in leavers for grant in org.truth(user.id)]
    sets = {grant["permission_set_arn"] for grant in grants if grant["permission_set_arn"]}
    applications = org.application_by_arn.values()
    return {
        "pages of users": max(1, math.ceil(len(org.users()) / 100)),
        "2 for each leaver": 2 * len(leavers),
        "1 for each application, whether it needs assignments": min(100, len(applications)),
        "1 for each distinct group of a leaver": len(groups),
        "pages of accounts": math.ceil(len(org.account_by_id) / 20),
        "3 for each distinct permission set": 3 * len(sets),
        "names of groups": math.ceil(1.5 * len({grant["group_id"] for grant in grants if grant["group_id"]})),
        "pages of applications": 1 + len(applications) // 50,
        "pages of who may use each application": sum(1 + len(one.principals) // 100 for one in applications),
        "pages of entitlements": 1 + len(org.entitlement_by_id) // 100,
        "a few": 5,
    }


def add_second_instance(server: AwsServer) -> None:
    """Let ListInstances answer with two instances."""
    one = server.endpoint.operations["sso-admin.ListInstances"]

    def two(call: Any) -> Any:
        answer = one.run(call)
        other = {"InstanceArn": SECOND_INSTANCE, "IdentityStoreId": "d-00000000ff"}
        return {**answer, "Instances": [*answer["Instances"], *({**item, **other} for item in answer["Instances"])]}

    server.endpoint.operations = {**server.endpoint.operations, "sso-admin.ListInstances": replace(one, run=two)}


def clean_environment(**given: str) -> dict[str, str]:
    """This process's environment without anybody's own settings and credentials, plus `given`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OTHERS)}
    return {**kept, **NO_FILES, "PYTHONWARNINGS": "default", **given}


def scan_command(folder: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `leaverbot scan` as a person would, in a folder of its own."""
    return zygote.run_to_end(["scan", *arguments], env=clean_environment(**environment), cwd=folder)
