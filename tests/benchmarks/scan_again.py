"""What the running bot's later scans ask for, beside the fewest calls that read every leaver."""

import json
import math
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.organizations import Size, of_size
from tests.benchmarks.program import run
from tests.benchmarks.serving import restart, simulator
from tests.benchmarks.table import show

if TYPE_CHECKING:
    from bot.playground.identity_center import Organization
    from tests.benchmarks.serving import Served

SIZES = (of_size(20_000, 20), of_size(20_000, 500))
# The bounds: from the second scan on, apart from what is remembered for hours; and for that.
FACTOR, MORE, MOST_NAMES = 1.05, 5, 100
# Names, and settings of applications.
NAMES = frozenset(
    {
        "identitystore.DescribeGroup",
        "identitystore.ListGroups",
        "organizations.ListAccounts",
        "sso-admin.DescribeApplication",
        "sso-admin.DescribePermissionSet",
        "sso-admin.GetApplicationAssignmentConfiguration",
        "sso-admin.GetApplicationSessionConfiguration",
        "sso-admin.GetInlinePolicyForPermissionSet",
        "sso-admin.ListManagedPoliciesInPermissionSet",
    }
)


def measure_again() -> list[str]:
    """Measure, print, and give what is broken."""
    rows, broken = [], []
    for size in SIZES:
        fewest, scans = _measure(size)
        for number, scan in enumerate(scans, start=1):
            names = names_in(scan["calls"])
            others = sum(scan["calls"].values()) - names
            rows.append((size.name, number, scan["ends"].get("account"), f"{fewest:,}", f"{others:,}", names))
            if scan["status"] != "complete":
                broken.append(f"{size.name}: scan {number} is {scan['status']}")
            if number > 1 and (others > FACTOR * fewest + MORE or names > MOST_NAMES):
                broken.append(f"{size.name}: scan {number} makes {others} calls and {names} for names; fewest {fewest}")
    show(
        f"Three scans of one process. From the second on at most {FACTOR} x the fewest calls + {MORE}, and "
        f"{MOST_NAMES} for what is remembered for hours.",
        ("", "scan", "account assignments from", "fewest", "calls", "for names and settings"),
        rows,
    )
    return broken


def _measure(size: Size) -> tuple[int, list[dict[str, Any]]]:
    with tempfile.TemporaryDirectory() as folder, simulator(size) as aws:
        out = Path(folder) / "scans.json"
        done = run(["-m", "tests.benchmarks.again"], aws.ask(restart), out)
        if done.code:
            raise RuntimeError(done.errors)
        return aws.ask(fewest_calls), json.loads(out.read_text())


def names_in(calls: Mapping[str, int]) -> int:
    """How many of the calls asked for names and settings."""
    return sum(calls.get(name, 0) for name in NAMES)


def fewest_calls(served: "Served") -> int:
    """In the simulator's process."""
    return floor(served.org)


def floor(org: "Organization") -> int:
    """The fewest calls that read every leaver: by leaver, or account assignments from the accounts."""
    leavers = [user for user in org.users() if user.status == "DISABLED"]
    groups = {group_id for user in leavers for group_id in user.group_ids}
    provisioned = Counter(account_id for account_id, _ in org.role_of)
    return (
        max(1, math.ceil(len(org.users()) / 100))
        + len(leavers)
        + min(len(leavers) + len(groups), sum(1 + provisioned[account_id] for account_id in org.account_by_id))
        + len(org.application_by_arn)
        + math.ceil(len(org.entitlement_by_id) / 100)
    )
