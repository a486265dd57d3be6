"""The simulated organization without its people: state, lock, accounts, units, groups, service control policies."""

import itertools
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.playground.identity_center.identifiers import Identifiers
from bot.playground.identity_center.jobs import Jobs
from bot.playground.identity_center.options import Options
from bot.playground.identity_center.ordered import Numbered, Rows
from bot.playground.identity_center.policies import FULL_ACCESS, check_policy
from bot.playground.identity_center.records import (
    ACTIVE,
    Account,
    Application,
    Entitlement,
    Group,
    Instance,
    Membership,
    PermissionSet,
    Place,
    Policy,
    Principal,
    RoleSession,
    Unit,
    User,
)
from bot.playground.identity_center.trail import Trail

MOST_ATTACHED = 10  # service control policies at one root, OU or account (organizations userguide, reference limits)
STATES = ("PENDING_ACTIVATION", ACTIVE, "SUSPENDED", "PENDING_CLOSURE", "CLOSED")


class Estate:
    """What stands before people come: accounts in their tree, policies, groups; and the one lock."""

    def __init__(
        self,
        seed: int = 1,
        partition: str = "aws",
        region: str = "eu-west-1",
        account_id_of_management: str | None = None,
        now: Callable[[], datetime] | None = None,
        **options: Any,
    ) -> None:
        self.seed, self.partition, self.region = seed, partition, region
        self.options = Options(**options)
        self.now = now or (lambda: datetime.now(UTC))
        self.lock = threading.RLock()
        self.ids = Identifiers(random.Random(seed), partition, region)
        self.identity_store_id, self.instance_id = self.ids.identity_store(), self.ids.instance()
        self.id, self.root_id = self.ids.organization(), self.ids.root()
        self.instance_arn = f"arn:{partition}:sso:::instance/{self.instance_id}"
        self.created_at = self.now() - timedelta(days=900)
        # What came later draws from a source of its own, so that equal seeds still make the organizations they made.
        self.later_ids = Identifiers(random.Random(f"{seed} later"), partition, region)
        self._sequence = itertools.count()
        self._policy_numbers = itertools.count()
        self._depth, self._changed = 0, False
        self._listeners: list[Callable[[], None]] = []
        self.user_by_id: dict[str, User] = {}
        self.user_at: list[User | None] = []  # by sequence number; None where a user was deleted
        self.user_id_by_name: dict[str, str] = {}
        self.user_id_by_external_id: dict[str, str] = {}
        self.user_ids_by_email: dict[str, list[str]] = {}
        self.group_by_id: dict[str, Group] = {}
        self.membership_by_id: dict[str, Membership] = {}
        self.groups_named: dict[str | None, Rows[Group]] = {None: Rows()}  # None: all of them
        self.memberships_of: dict[str, dict[str, Membership]] = {}  # user id -> group id -> membership
        self.account_by_id: dict[str, Account] = {}
        self.unit_by_id: dict[str, Unit] = {}
        self.permission_set_by_arn: dict[str, PermissionSet] = {}
        self.policy_by_id: dict[str, Policy] = {}
        self.scps_enabled = self.options.scps_enabled
        self.principals_at: dict[str, dict[str, Numbered[Principal]]] = {}  # account -> permission set -> who
        self.places_of: dict[Principal, Numbered[Place]] = {}
        self.role_of: dict[Place, tuple[str, str]] = {}  # provisioned role: (name, id)
        self.role_policy_of: dict[Place, str | None] = {}  # its inline policy, as last provisioned
        self.deprovisioned_at: dict[str, float] = {}  # permission set -> when its last role somewhere went (stopwatch)
        self.callers: dict[str, RoleSession] = {}  # account -> who calls as it, instead of leaverbot's role
        self.instance_by_arn: dict[str, Instance] = {}
        self.application_by_arn: dict[str, Application] = {}
        # by account and by provider; None: all of them
        self.applications_by: dict[str | None, Rows[Application]] = {None: Rows()}
        self.applications_of: dict[Principal, Numbered[str]] = {}
        self.role_arns: dict[str, str] = {}  # ordinary IAM roles: ARN -> unique id
        self.entitlement_by_id: dict[str, Entitlement] = {}
        self.entitlements_of: dict[Principal, dict[str, str]] = {}  # principal -> entitlement id -> role
        # by principal, role and account; None: all of them
        self.entitlements_by: dict[Principal | str | None, Rows[Entitlement]] = {None: Rows()}
        self.sessions: list[RoleSession] = []
        self.jobs = Jobs(seed, self.options.job_seconds, self.options.stopwatch, self.now)
        self.delegated_admin_account_id: str | None = None
        self.deny_policy_id: str | None = None  # set by whoever builds a sample organization
        self.full_access_policy_id = "p-FullAWSAccess"
        self.policy_by_id[self.full_access_policy_id] = Policy(
            self.full_access_policy_id,
            "FullAWSAccess",
            "Allows access to every operation",
            FULL_ACCESS,
            Numbered(),
            aws_managed=True,
            sequence=next(self._policy_numbers),
        )
        self._attach(self.full_access_policy_id, self.root_id)
        self.management_account_id = self.add_account("management", account_id=account_id_of_management)
        self.instance_by_arn[self.instance_arn] = Instance(
            self.instance_arn, self.identity_store_id, self.management_account_id, region, None, self.created_at
        )
        self.account_access_arn = (
            f"arn:{partition}:account-access:{region}:{self.management_account_id}:application/{self.later_ids.uuid()}"
        )
        self.trail = Trail(seed)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock. When the outermost hold ends after a change, the listeners are called, without the lock."""
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
        """Call `callback()` after each change, in the thread that made it, without the lock."""
        self._listeners.append(callback)

    def add_ou(self, name: str, parent: str | None = None) -> str:
        with self.edit():
            parent = parent or self.root_id
            if parent != self.root_id and parent not in self.unit_by_id:
                raise ValueError(f"there is no OU {parent}")
            unit = Unit(self.ids.unit(self.root_id), name, parent)
            self.unit_by_id[unit.id] = unit
            self._attach(self.full_access_policy_id, unit.id)
            return unit.id

    def add_account(self, name: str, ou: str | None = None, state: str = ACTIVE, account_id: str | None = None) -> str:
        """A new account under an OU (None: the root). Returns its 12-digit id."""
        with self.edit():
            parent = ou or self.root_id
            if parent != self.root_id and parent not in self.unit_by_id:
                raise ValueError(f"there is no OU {parent}")
            if state not in STATES:
                raise ValueError(f"an account's state is one of {STATES}")
            new_id = account_id or self.ids.account(self.account_by_id)
            email = f"aws+{new_id}@example.com"
            self.account_by_id[new_id] = Account(new_id, name, email, state, parent, self.now() - timedelta(days=400))
            self._attach(self.full_access_policy_id, new_id)
            return new_id

    def set_account_state(self, account_id: str, state: str) -> None:
        if state not in STATES:
            raise ValueError(f"an account's state is one of {STATES}")
        with self.edit():
            self.account_by_id[account_id].state = state

    def add_group(self, name: str, scim: bool = True) -> str:
        with self.edit():
            group = Group(len(self.group_by_id), self.ids.uuid(), name, scim, self.ids.revision(), self.now())
            self.group_by_id[group.id] = group
            for key in (None, name):
                self.groups_named.setdefault(key, Rows()).append(group)
            return group.id

    def add_scp(
        self,
        name: str,
        content: str,
        targets: Iterable[str] = (),
        description: str = "",
        tags: Mapping[str, str] | None = None,
    ) -> str:
        """A service control policy attached to roots, OUs or accounts. Raises AwsError for a text AWS would refuse."""
        check_policy(content)
        with self.edit():
            number = next(self._policy_numbers)
            policy = Policy(self.ids.policy(), name, description, content, Numbered(), sequence=number)
            policy.tags.update(tags or {})
            self.policy_by_id[policy.id] = policy
            for target in targets:
                self._attach(policy.id, target)
            return policy.id

    def update_scp(self, policy_id: str, content: str) -> None:
        """Replace a policy's text, stored as it is. Raises AwsError for a text AWS would refuse."""
        check_policy(content)
        with self.edit():
            policy = self.policy_by_id[policy_id]
            policy.content, policy.version = content, policy.version + 1

    def delete_scp(self, policy_id: str) -> None:
        with self.edit():
            del self.policy_by_id[policy_id]

    def attach_scp(self, policy_id: str, target: str) -> None:
        with self.edit():
            self._attach(policy_id, target)

    def detach_scp(self, policy_id: str, target: str) -> None:
        with self.edit():
            self.policy_by_id[policy_id].targets.discard(target)

    def switch_scps(self, *, on: bool) -> None:
        """Switch the policy type off or on in the root.

        Off detaches every policy from everywhere, for good; on attaches nothing but FullAWSAccess. (organizations
        userguide, enable and disable policy types)
        """
        with self.edit():
            self.scps_enabled = on
            for policy in self.policy_by_id.values():
                policy.targets = Numbered()
            for target in (self.root_id, *self.unit_by_id, *self.account_by_id):
                self._attach(self.full_access_policy_id, target)

    def attached(self, target: str) -> list[Policy]:
        """The policies attached to a root, OU or account itself."""
        return [policy for policy in self.policy_by_id.values() if target in policy.targets]

    def _attach(self, policy_id: str, target: str) -> None:
        if target != self.root_id and target not in self.unit_by_id and target not in self.account_by_id:
            raise ValueError(f"there is no root, OU or account {target}")
        if not self.scps_enabled:
            return  # where the type is off nothing is attached to anything
        if len(self.attached(target)) >= MOST_ATTACHED:
            raise ValueError(f"{MOST_ATTACHED} policies are attached there already")
        if target not in self.policy_by_id[policy_id].targets:
            self.policy_by_id[policy_id].targets.add(target, next(self._policy_numbers))
