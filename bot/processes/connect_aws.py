"""The AWS edge put together, and the scan on it: all that `leaverbot scan` needs, without Slack and database."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.aws.access import SsoAdmin
from bot.aws.cache import Allowance
from bot.aws.cloudtrail import CloudTrail
from bot.aws.deny import DenyWriter
from bot.aws.directory import IdentityStore
from bot.aws.iam_users import IamReader
from bot.aws.identity import CallerIdentity
from bot.aws.requests.client import Aws, background
from bot.clock import SystemClock
from bot.core.scan.coverage import Strategy
from bot.ports import Access, Deny, Directory
from bot.services.scan.scanner import Scanner


@dataclass(frozen=True, slots=True)
class AwsParts:
    """The AWS edge."""

    aws: Aws
    directory: Directory
    access: Access
    deny: Deny
    trail: CloudTrail
    identity: CallerIdentity
    iam_users: IamReader


def connect_aws(
    instance_arn: str = "",
    *,
    dry_run: bool = False,
    may_change: Callable[[], None] = lambda: None,
    account_access: bool = True,
) -> AwsParts:
    """The AWS edge as the environment configures it; nothing is sent yet. `may_change`: see `Aws`."""
    aws = Aws(dry_run=dry_run, may_change=may_change)
    allowance = Allowance()
    access = SsoAdmin(aws, instance_arn, account_access=account_access, allowance=allowance)
    now = SystemClock().now
    trail, identity = CloudTrail(aws, access, now), CallerIdentity(aws, access, now)
    directory, deny = IdentityStore(aws, access, allowance), DenyWriter(aws, access)
    return AwsParts(aws, directory, access, deny, trail, identity, IamReader(aws))


def scanner(
    parts: AwsParts, *, check_use: bool = False, find_orphans: bool = False, only: Strategy | None = None
) -> Scanner:
    """What `leaverbot scan` runs: the same scan as the bot's, without store or Slack."""
    trail = parts.trail if check_use else None
    return Scanner(parts.directory, parts.access, SystemClock(), background, trail, find_orphans, only)
