"""The state of the simulated organization: one record, one lock, and the listeners told of changes."""

import itertools
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.playground.identity_center.queues.bus import Bus
from bot.playground.identity_center.queues.queue import Queue
from bot.playground.identity_center.state.iam import IamUser
from bot.playground.identity_center.state.identifiers import Identifiers
from bot.playground.identity_center.state.jobs import Jobs
from bot.playground.identity_center.state.options import Options
from bot.playground.identity_center.state.ordered import Numbered, Sequenced
from bot.playground.identity_center.state.records import (
    Account,
    Application,
    Entitlement,
    Group,
    Instance,
    Membership,
    PermissionSet,
    Policy,
    Principal,
    RolePlace,
    RoleSession,
    Unit,
    User,
)
from bot.playground.identity_center.state.trail import Trail


def utc_now() -> datetime:
    return datetime.now(UTC)


def _only_all() -> dict[Any, Sequenced[Any]]:
    """An index whose key None lists everything; other keys are added as they are needed."""
    return {None: Sequenced()}


@dataclass(eq=False, repr=False)
class Estate:
    """Everything AWS stores about the organization. The functions in `changes` and `truth` change and read it.

    Change it inside `edit()`. Read several parts that must agree inside `hold()`.
    """

    seed: int = 1
    partition: str = "aws"
    region: str = "eu-west-1"
    now: Callable[[], datetime] = utc_now
    options: Options = field(default_factory=Options)

    # The identity store
    user_by_id: dict[str, User] = field(default_factory=dict, init=False)
    user_at: list[User | None] = field(default_factory=list, init=False)  # by sequence number; None once deleted
    user_id_by_name: dict[str, str] = field(default_factory=dict, init=False)
    user_id_by_external_id: dict[str, str] = field(default_factory=dict, init=False)
    user_ids_by_email: dict[str, list[str]] = field(default_factory=dict, init=False)
    group_by_id: dict[str, Group] = field(default_factory=dict, init=False)
    groups_named: dict[str | None, Sequenced[Group]] = field(default_factory=_only_all, init=False)  # None: all
    membership_by_id: dict[str, Membership] = field(default_factory=dict, init=False)
    memberships_of: dict[str, dict[str, Membership]] = field(default_factory=dict, init=False)  # user id -> group id

    # AWS Organizations
    account_by_id: dict[str, Account] = field(default_factory=dict, init=False)
    unit_by_id: dict[str, Unit] = field(default_factory=dict, init=False)
    policy_by_id: dict[str, Policy] = field(default_factory=dict, init=False)
    full_access_policy_id: str = field(default="p-FullAWSAccess", init=False)
    management_account_id: str = field(default="", init=False)
    delegated_admin_account_id: str | None = field(default=None, init=False)
    deny_policy_id: str | None = field(default=None, init=False)  # set by the code that builds a sample organization

    # Permission sets, and the roles they are provisioned as
    permission_set_by_arn: dict[str, PermissionSet] = field(default_factory=dict, init=False)
    principals_at: dict[str, dict[str, Numbered[Principal]]] = field(default_factory=dict, init=False)  # account -> set
    places_of: dict[Principal, Numbered[RolePlace]] = field(default_factory=dict, init=False)
    role_of: dict[RolePlace, tuple[str, str]] = field(default_factory=dict, init=False)  # (name, id)
    role_policy_of: dict[RolePlace, str | None] = field(default_factory=dict, init=False)  # inline, as last provisioned
    deprovisioned_at: dict[str, float] = field(default_factory=dict, init=False)  # set -> when its last role went

    # Applications, and account access manager
    instance_by_arn: dict[str, Instance] = field(default_factory=dict, init=False)
    application_by_arn: dict[str, Application] = field(default_factory=dict, init=False)
    # by account and by provider; None: all of them
    applications_by: dict[str | None, Sequenced[Application]] = field(default_factory=_only_all, init=False)
    applications_of: dict[Principal, Numbered[str]] = field(default_factory=dict, init=False)
    role_arns: dict[str, str] = field(default_factory=dict, init=False)  # ordinary IAM roles: ARN -> unique id
    entitlement_by_id: dict[str, Entitlement] = field(default_factory=dict, init=False)
    entitlements_of: dict[Principal, dict[str, str]] = field(default_factory=dict, init=False)  # id -> role
    # by principal, role and account; None: all of them
    entitlements_by: dict[Principal | str | None, Sequenced[Entitlement]] = field(default_factory=_only_all, init=False)

    iam_users_of: dict[str, dict[str, IamUser]] = field(default_factory=dict, init=False)  # account -> name, in small

    queue_at: dict[tuple[str, str, str], Queue] = field(default_factory=dict, init=False)  # (owner, region, name)

    # Who is signed in
    sessions: list[RoleSession] = field(default_factory=list, init=False)
    callers: dict[str, RoleSession] = field(default_factory=dict, init=False)  # account -> who calls as it

    def __post_init__(self) -> None:
        self.ids = Identifiers(random.Random(self.seed), self.partition, self.region)
        # Newer parts draw from a source of their own, so that a seed still makes the organization it always made.
        self.later_ids = Identifiers(random.Random(f"{self.seed} later"), self.partition, self.region)
        self.identity_store_id, self.instance_id = self.ids.identity_store(), self.ids.instance()
        self.id, self.root_id = self.ids.organization(), self.ids.root()
        self.instance_arn = f"arn:{self.partition}:sso:::instance/{self.instance_id}"
        self.account_access_arn = ""
        self.created_at = self.now() - timedelta(days=900)
        self.scps_enabled = self.options.scps_enabled
        self.jobs = Jobs(self.seed, self.options.job_seconds, self.options.stopwatch, self.now)
        self.bus = Bus()
        self.trail = Trail(self.seed, self.bus.publish)
        self.numbers, self.policy_numbers = itertools.count(), itertools.count()
        self.lock = threading.RLock()
        self._depth, self._changed = 0, False
        self._listeners: list[Callable[[], None]] = []

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock. When the outermost hold ends after a change, the listeners are called without it."""
        tell = False
        self.lock.acquire()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                tell, self._changed = self._changed, False
            self.lock.release()
        if tell:
            for listener in list(self._listeners):
                listener()

    @contextmanager
    def edit(self) -> Iterator[None]:
        """Hold the lock for a change."""
        with self.hold():
            yield
            self._changed = True

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call `callback()` after each change, in the thread that made it and without the lock."""
        self._listeners.append(callback)
