"""Make the service control policy for emergency denies, and attach it: what will be done, doing it, reading it back."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from bot.core.aws_commands import aws_command
from bot.core.deny.policy_document import DocumentKind, change, check, denied_names, denied_users
from bot.core.deny.text import EMPTY, SID, read
from bot.core.errors import (
    AwsDenied,
    AwsError,
    AwsNotFound,
    AwsUnavailable,
    DenyDocumentInvalid,
    DenyNotSetUp,
)
from bot.core.models import Account
from bot.ports import Access, Clock, Deny
from bot.ports.policies import Policies, ScpState, Target

ROOT = "root"
# To one root, unit or account, AWS's own policies included (docs/facts.md#scp-size).
MOST_ATTACHED = 10
# What was changed a moment ago may not be in the next answer yet.
LOOKS, PAUSE_SECONDS = 5, 1.0
_UNIT, _ACCOUNT = re.compile(r"ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}"), re.compile(r"\d{12}")
_OFF = {
    ScpState.OFF: "Service control policies are off in this organization. Turn them on in the management account "
    "({command}), then run this again",
    ScpState.CHANGING: "Service control policies are being turned on or off at this moment. Run this again in a minute",
    ScpState.BILLING_ONLY: "This organization has consolidated billing only, and service control policies need all "
    "features. Turn them on (AWS Organizations > Settings > Enable all features), then run this again",
}
_WITHOUT = ", or deny in permission sets only: LEAVERBOT_DENY_STRATEGY=inline."


@dataclass(frozen=True, slots=True)
class Place:
    """Where the policy is wanted. `reached`: how many accounts it has an effect in from there, None when AWS did not
    say which accounts are below.
    """

    target: Target
    attached: bool
    reached: int | None


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a set-up will do. `policy_id` "": the policy is made; `others`: what else it is attached to; `reached`:
    by all places together, of so many `accounts`, the management account among them.
    """

    name: str
    text: str
    policy_id: str
    places: tuple[Place, ...]
    others: tuple[Place, ...]
    reached: int | None
    accounts: int
    management: Account

    @property
    def missing(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if not place.attached)

    @property
    def denied(self) -> int:
        """How many people it denies now."""
        return max(len(denied_users(self.text)), len(denied_names(self.text)))


class DenySetup:
    """Makes the policy and attaches it; repeated, it does what is missing."""

    def __init__(self, policies: Policies, deny: Deny, access: Access, clock: Clock) -> None:
        self._policies, self._deny, self._access, self._clock = policies, deny, access, clock

    def plan(self, name: str, targets: Collection[str]) -> SetUp:
        """What is to be done for this name and these ids, or "root". Raises AwsError; DenyNotSetUp when it cannot be
        done, with the way out.
        """
        try:
            return self._plan(name, targets)
        except AwsDenied as error:
            self._explain(error)

    def carry_out(self, plan: SetUp, tell: Callable[[str], None]) -> tuple[str, tuple[Target, ...]]:
        """Do what is missing and read it back: (policy id, everything it is attached to). `tell` hears of each step.
        Raises as `plan`; what was told is done.
        """
        try:
            policy_id = plan.policy_id or self._make(plan)
            if not plan.policy_id:
                tell(f"Made {plan.name}: {policy_id}.")
            elif self._deny.text(policy_id) != plan.text:
                raise DenyNotSetUp(f"{policy_id} was changed since it was shown, so nothing was attached.")
            for place in plan.missing:
                self._attach(policy_id, place.target)
                tell(f"Attached {policy_id} to {called(place.target)}.")
            return policy_id, self._read_back(policy_id, plan)
        except AwsDenied as error:
            self._explain(error)

    def _plan(self, name: str, targets: Collection[str]) -> SetUp:
        management = self._access.management_account_id()
        root = self._policies.root()
        if root.scps is not ScpState.ON:
            turn_on = aws_command(
                "organizations", "enable-policy-type", root_id=root.target.id, policy_type="SERVICE_CONTROL_POLICY"
            )
            raise DenyNotSetUp(_OFF[root.scps].format(command=turn_on) + _WITHOUT)
        accounts = self._access.accounts()
        members = [account for account in accounts.values() if account.id != management]
        named = {ROOT: root.target, root.target.id: root.target, **{a.id: Target(a.id, a.name) for a in members}}
        wanted = {one.id: one for one in (self._target(asked, named, management) for asked in targets or [ROOT])}
        policy_id = self._policies.named(name) or ""
        text = self._taken(name, policy_id) if policy_id else change(EMPTY, kind=DocumentKind.SCP)
        attached = self._policies.targets(policy_id) if policy_id else ()
        ids = {target.id for target in attached}
        for target in [one for one in wanted.values() if one.id not in ids]:
            self._refuse_full(target)
        places = [Place(one, one.id in ids, reached([one], members)) for one in (*wanted.values(), *attached)]
        return SetUp(
            name,
            text,
            policy_id,
            tuple(places[: len(wanted)]),
            tuple(place for place in places[len(wanted) :] if place.target.id not in wanted),
            reached([*wanted.values(), *attached], members),
            len(accounts),
            accounts.get(management, Account(management)),
        )

    def _target(self, asked: str, named: Mapping[str, Target], management: str) -> Target:
        if asked in named:
            return named[asked]
        if asked == management:
            raise DenyNotSetUp(
                f"{asked} is the management account, and AWS applies no service control policy to it. Its access is "
                "denied in permission sets."
            )
        if _UNIT.fullmatch(asked):
            try:
                return self._policies.unit(asked)
            except AwsNotFound:
                pass
        elif not _ACCOUNT.fullmatch(asked) and not asked.startswith("r-"):
            raise DenyNotSetUp(f"{asked!r} is not root, an organizational unit (ou-…) or an account (12 digits).")
        raise DenyNotSetUp(f"There is no {asked} in this organization, so nothing was changed. Check --target.")

    def _taken(self, name: str, policy_id: str) -> str:
        """The text of the policy that has the name already, if it is nothing but a deny policy of leaverbot's."""
        text = self._deny.text(policy_id)
        try:
            check(text, text, DocumentKind.SCP)
            ours = not read(text).others
        except DenyDocumentInvalid:
            ours = False
        if not ours:
            raise DenyNotSetUp(
                f"There is a policy {name} ({policy_id}) already, and it holds other statements than {SID}. It was "
                "left alone. Choose another name with --name."
            )
        return text

    def _refuse_full(self, target: Target) -> None:
        if len(self._policies.attached(target.id)) >= MOST_ATTACHED:
            raise DenyNotSetUp(
                f"{called(target)} has {MOST_ATTACHED} policies attached already, and AWS allows no more. Detach one "
                "that is no longer needed, or choose something else with --target."
            )

    def _make(self, plan: SetUp) -> str:
        try:
            return self._policies.create(plan.name, plan.text)
        except AwsUnavailable:
            # It may have been made, and only the answer was lost.
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
        wanted = {place.target.id for place in plan.places}
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
        raise AwsUnavailable(f"AWS does not show {policy_id} where it was attached. Look again in a minute.")

    def _explain(self, error: AwsDenied) -> NoReturn:
        """Say which right is missing, or that it is the wrong account."""
        right = error.operation.replace(".", ":")
        own = self._access.caller_account_id()
        try:
            management = self._access.management_account_id()
        except AwsError:
            management = own
        if own == management:
            why = f'The right {right} is missing; docs/aws-rights.md, "Setting the deny up", lists all. {error}'
        else:
            why = (
                f"AWS refuses {right} to account {own}: service control policies belong to the management account "
                f"{management}, and being the delegated administrator of Identity Center gives no right to them. Use "
                "credentials of the management account."
            )
        raise DenyNotSetUp(why) from error


def reached(targets: Collection[Target], members: Sequence[Account]) -> int | None:
    """How many of these accounts are one of the targets or below one; None when AWS did not say where they are."""
    ids = {target.id for target in targets}
    if any(target.startswith("r-") for target in ids):
        return len(members)
    if any(target.startswith("ou-") for target in ids) and not all(account.parents for account in members):
        return None
    return sum(bool(ids & {account.id, *account.parents}) for account in members)


def called(target: Target) -> str:
    """Its name and id."""
    return f"{target.name} ({target.id})" if target.name else target.id
