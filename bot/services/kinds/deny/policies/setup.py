"""The set-up of the service control policy for emergency denies: planned, carried out, read back."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from bot.core.deny.policy_document import change, check, denied_names, denied_users
from bot.core.deny.statements import EMPTY, DocumentKind, read
from bot.core.errors import AwsDenied, AwsError, AwsNotFound, AwsUnavailable, DenyDocumentInvalid, SetUpRefused
from bot.core.models import Account
from bot.ports import Access, Clock, Deny
from bot.ports.scp_setup import Policies, ScpState, Target

ROOT = "root"
# To one root, unit or account, AWS's own policies included (docs/facts.md#scp-size).
MOST_ATTACHED = 10
# What was changed a moment ago may not be in the next answer yet.
LOOKS, PAUSE_SECONDS = 5, 1.0
_UNIT, _ACCOUNT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}"), re.compile(r"\d{12}")


class Refusal(StrEnum):
    """Why the policy cannot be set up as asked. The facts that go with each stand behind it."""

    SCPS_OFF = "scps_off"  # root
    SCPS_CHANGING = "scps_changing"
    BILLING_ONLY = "billing_only"
    MANAGEMENT_ACCOUNT = "management_account"  # target
    NOT_A_TARGET = "not_a_target"  # target
    NO_SUCH_TARGET = "no_such_target"  # target
    TARGET_FULL = "target_full"  # target, most
    NAME_TAKEN = "name_taken"  # name, policy
    CHANGED_SINCE_SHOWN = "changed_since_shown"  # policy
    NOT_SHOWN_BY_AWS = "not_shown_by_aws"  # policy; it passes
    RIGHT_MISSING = "right_missing"  # right, error
    WRONG_ACCOUNT = "wrong_account"  # right, own, management


_OFF = {
    ScpState.OFF: Refusal.SCPS_OFF,
    ScpState.CHANGING: Refusal.SCPS_CHANGING,
    ScpState.BILLING_ONLY: Refusal.BILLING_ONLY,
}


@dataclass(frozen=True, slots=True)
class PlannedTarget:
    """A target of the policy. `reached`: in how many accounts it takes effect from there; None when AWS did not say
    which accounts are below.
    """

    target: Target
    attached: bool
    reached: int | None


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a set-up will do. `policy_id` "": the policy has to be created; `others`: what else it is attached to;
    `reached`: through all targets together, of so many `accounts`, the management account among them.
    """

    name: str
    text: str
    policy_id: str
    targets: tuple[PlannedTarget, ...]
    others: tuple[PlannedTarget, ...]
    reached: int | None
    accounts: int
    management: Account

    @property
    def missing(self) -> tuple[PlannedTarget, ...]:
        return tuple(one for one in self.targets if not one.attached)

    @property
    def denied(self) -> int:
        """How many people it denies now."""
        return max(len(denied_users(self.text)), len(denied_names(self.text)))


class DenySetup:
    """Creates the policy and attaches it; repeated, it does what is still missing. Methods raise AwsError, and
    SetUpRefused when it cannot be done.
    """

    def __init__(self, policies: Policies, deny: Deny, access: Access, clock: Clock) -> None:
        self._policies, self._deny, self._access, self._clock = policies, deny, access, clock

    def plan(self, name: str, targets: Collection[str]) -> SetUp:
        """What is to be done for this name and these target ids, or "root"."""
        try:
            return self._plan(name, targets)
        except AwsDenied as error:
            self._explain(error)

    def carry_out(self, plan: SetUp, done: Callable[[str, Target | None], None]) -> tuple[str, tuple[Target, ...]]:
        """Do what is missing and read it back: (policy id, everything it is attached to).

        `done` is told of each step with the policy's id: it was created (None), or attached to a target. What was told
        is done even when an error follows.
        """
        try:
            policy_id = plan.policy_id or self._create(plan)
            if not plan.policy_id:
                done(policy_id, None)
            elif self._deny.text(policy_id) != plan.text:
                raise SetUpRefused(Refusal.CHANGED_SINCE_SHOWN, policy=policy_id)
            for one in plan.missing:
                self._attach(policy_id, one.target)
                done(policy_id, one.target)
            return policy_id, self._read_back(policy_id, plan)
        except AwsDenied as error:
            self._explain(error)

    def _plan(self, name: str, targets: Collection[str]) -> SetUp:
        management = self._access.management_account_id()
        root = self._policies.root()
        if root.scps is not ScpState.ON:
            raise SetUpRefused(_OFF[root.scps], root=root.target.id)
        accounts = self._access.accounts()
        members = [account for account in accounts.values() if account.id != management]
        named = {ROOT: root.target, root.target.id: root.target, **{a.id: Target(a.id, a.name) for a in members}}
        wanted = {one.id: one for one in (self._target(asked, named, management) for asked in targets or [ROOT])}
        policy_id = self._policies.named(name) or ""
        text = self._taken(name, policy_id) if policy_id else change(EMPTY, kind=DocumentKind.SCP)
        attached = {one.id: one for one in (self._policies.targets(policy_id) if policy_id else ())}
        for target in [one for one in wanted.values() if one.id not in attached]:
            self._refuse_full(target)
        both = {**wanted, **attached}
        planned = {one.id: PlannedTarget(one, one.id in attached, reached([one], members)) for one in both.values()}
        return SetUp(
            name,
            text,
            policy_id,
            tuple(planned[target_id] for target_id in wanted),
            tuple(planned[target_id] for target_id in attached if target_id not in wanted),
            reached(both.values(), members),
            len(accounts),
            accounts.get(management, Account(management)),
        )

    def _target(self, asked: str, named: Mapping[str, Target], management: str) -> Target:
        if asked in named:
            return named[asked]
        if asked == management:
            raise SetUpRefused(Refusal.MANAGEMENT_ACCOUNT, target=asked)
        if _UNIT.fullmatch(asked):
            try:
                return self._policies.unit(asked)
            except AwsNotFound:
                pass
        elif not _ACCOUNT.fullmatch(asked) and not asked.startswith("r-"):
            raise SetUpRefused(Refusal.NOT_A_TARGET, target=asked)
        raise SetUpRefused(Refusal.NO_SUCH_TARGET, target=asked)

    def _taken(self, name: str, policy_id: str) -> str:
        """The text of the policy that has the name already, if it is nothing but a deny policy of leaverbot's."""
        text = self._deny.text(policy_id)
        try:
            check(text, text, DocumentKind.SCP)
            ours = not read(text).others
        except DenyDocumentInvalid:
            ours = False
        if not ours:
            raise SetUpRefused(Refusal.NAME_TAKEN, name=name, policy=policy_id)
        return text

    def _refuse_full(self, target: Target) -> None:
        if len(self._policies.attached(target.id)) >= MOST_ATTACHED:
            raise SetUpRefused(Refusal.TARGET_FULL, target=target, most=str(MOST_ATTACHED))

    def _create(self, plan: SetUp) -> str:
        try:
            return self._policies.create(plan.name, plan.text)
        except AwsUnavailable:
            # It may have been created, and only the answer was lost.
            found = self._policies.named(plan.name)
            if found is None:
                raise
            return found

    def _attach(self, policy_id: str, target: Target) -> None:
        try:
            self._policies.attach(policy_id, target.id)
        except AwsUnavailable:
            if target not in self._policies.targets(policy_id):
                raise

    def _read_back(self, policy_id: str, plan: SetUp) -> tuple[Target, ...]:
        wanted = {one.target.id for one in plan.targets}
        for look in range(LOOKS):
            if look:
                self._clock.sleep(PAUSE_SECONDS)
            try:
                self._taken(plan.name, policy_id)
                targets = self._policies.targets(policy_id)
            except AwsNotFound:
                continue
            if wanted <= {target.id for target in targets}:
                return targets
        raise SetUpRefused(Refusal.NOT_SHOWN_BY_AWS, policy=policy_id)

    def _explain(self, error: AwsDenied) -> NoReturn:
        """Tell a missing right from the wrong account."""
        right, own = error.operation.replace(".", ":"), self._access.caller_account_id()
        try:
            management = self._access.management_account_id()
        except AwsError:
            management = own
        if own == management:
            raise SetUpRefused(Refusal.RIGHT_MISSING, right=right, error=str(error)) from error
        raise SetUpRefused(Refusal.WRONG_ACCOUNT, right=right, own=own, management=management) from error


def reached(targets: Collection[Target], members: Sequence[Account]) -> int | None:
    """How many of these accounts are one of the targets or below one; None when AWS did not say where they are."""
    ids = {target.id for target in targets}
    if any(target.startswith("r-") for target in ids):
        return len(members)
    if any(target.startswith("ou-") for target in ids) and not all(account.parents for account in members):
        return None
    return sum(bool(ids & {account.id, *account.parents}) for account in members)
