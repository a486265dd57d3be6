"""Where an emergency deny holds, account by account: the documents as AWS has them, evaluated for this user."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bot.core.deny.evaluation import Session, denies
from bot.core.deny.placed import AccountCover
from bot.core.deny.policy_document import Denied, change
from bot.core.deny.statements import DocumentKind
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import Account, RoleAt, User
from bot.core.reasons import Code, Reason
from bot.ports import DenyPolicy
from bot.services.context import Context
from bot.services.scan.person import ACCOUNT_AGE

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to evaluate: `inline` policies by permission set (None: could not be read), and where AWS said that
    it had provisioned them. `unread`: the policy could not be read. `imagined`: nothing of it is in AWS yet.
    """

    policies: Sequence[DenyPolicy] = ()
    inline: Mapping[str, str | None] = field(default_factory=dict)
    provisioned: Collection[RoleAt] = frozenset()
    unread: bool = False
    imagined: bool = False


@dataclass(frozen=True, slots=True)
class _Verdict:
    """None: could not be read."""

    covered: bool | None
    why: str


def expected(context: Context, user: User, policies: Sequence[DenyPolicy], inline_roles: Iterable[RoleAt]) -> Evidence:
    """What there would be to evaluate if the user were denied in these policies and roles."""
    rules = context.rules.deny
    who = [Denied(user.id, user.user_name)]
    texts: dict[str, str | None] = {}
    roles = frozenset(inline_roles)
    for arn in {role.permission_set_arn for role in roles}:
        texts[arn] = change("", kind=DocumentKind.INLINE, add=who, names=rules.names)
    denied = [
        DenyPolicy(policy.id, change("", kind=DocumentKind.INLINE, add=who, names=rules.names), policy.targets)
        for policy in policies
    ]
    return Evidence(denied, texts, roles, imagined=True)


def prove(
    context: Context, user: User, evidence: Evidence, roles: Iterable[RoleAt], *, names: Iterable[str] = ()
) -> tuple[AccountCover, ...]:
    """For each account of these roles whether every session of the user in it is denied: open ones, which may carry one
    of the user's former `names`, and new ones. What is unknown is reported as unknown.
    """
    by_account: dict[str, set[RoleAt]] = {}
    for role in roles:
        by_account.setdefault(role.account_id, set()).add(role)
    try:
        accounts = context.access.accounts(max_age=ACCOUNT_AGE)
        management = context.access.management_account_id()
    except AwsError as error:
        return tuple(AccountCover(Account(name), None, str(error)) for name in sorted(by_account))
    session_names = tuple(dict.fromkeys((user.user_name or user.id, *names)))
    prover = _Prover(context, user.id, session_names, evidence, management)
    return tuple(
        prover.cover(accounts.get(name, Account(name)), sorted(by_account[name])) for name in sorted(by_account)
    )


@dataclass(frozen=True, slots=True)
class _Prover:
    context: Context
    user_id: str
    session_names: tuple[str, ...]
    evidence: Evidence
    management: str

    def cover(self, account: Account, roles: Sequence[RoleAt]) -> AccountCover:
        by_policy = self._by_policy(account, roles)
        if by_policy.covered:
            return AccountCover(account, covered=True, why=by_policy.why)
        inline = [self._by_inline(role) for role in roles]
        if all(verdict.covered for verdict in inline):
            return AccountCover(account, covered=True, why="; ".join(dict.fromkeys(one.why for one in inline)))
        why = [by_policy.why, *(one.why for one in inline if not one.covered)]
        unknown = by_policy.covered is None or any(one.covered is None for one in inline)
        return AccountCover(account, covered=None if unknown else False, why="; ".join(dict.fromkeys(why)))

    def _by_policy(self, account: Account, roles: Sequence[RoleAt]) -> _Verdict:
        if account.id == self.management:
            return self._say(Code.BEYOND_POLICIES, covered=False)
        if self.evidence.unread:
            return self._say(Code.POLICY_NOT_READ, covered=None)
        if not self.evidence.policies:
            return self._say(Code.NO_POLICY_USED, covered=False)
        reasons = []
        for policy in self.evidence.policies:
            attached = attachment(self.context, policy, account)
            if not attached.covered:
                reasons.append(attached)
                continue
            suffix = self._denied(policy.text, roles)
            if suffix is not None:
                return _Verdict(covered=True, why=f"{attached.why}{suffix}")
            code = Code.POLICY_WOULD_NOT_DENY if self.evidence.imagined else Code.POLICY_DENIES_NOT
            reasons.append(self._say(code, policy.id, covered=False))
        unknown = any(reason.covered is None for reason in reasons)
        return _Verdict(None if unknown else False, "; ".join(dict.fromkeys(one.why for one in reasons)))

    def _by_inline(self, role: RoleAt) -> _Verdict:
        if not role.permission_set_arn:
            return self._say(Code.ONLY_OWN_POLICY, covered=False)
        name = permission_set_name(self.context, role.permission_set_arn)
        text = self.evidence.inline.get(role.permission_set_arn, "")
        if text is None:
            return self._say(Code.SET_UNREAD, name, covered=None)
        suffix = self._denied(text, [role])
        if suffix is None:
            code = Code.SET_WOULD_NOT_DENY if self.evidence.imagined else Code.SET_DENIES_NOT
            return self._say(code, name, covered=False)
        if role not in self.evidence.provisioned:
            return self._say(Code.SET_NOT_PROVISIONED, name, covered=False)
        said = self._say(Code.SET_WOULD_DENY if self.evidence.imagined else Code.SET_DENIES, name, covered=True)
        return _Verdict(covered=True, why=f"{said.why}{suffix}")

    def _say(self, code: Code, name: str = "", *, covered: bool | None) -> _Verdict:
        return _say(self.context, Reason(code, names=(name,)), covered=covered)

    def _denied(self, text: str, roles: Iterable[RoleAt]) -> str | None:
        """None when a session is not denied; else what there is to say about it, mostly nothing.

        AWS's pages disagree on whether sessions of permission sets carry the key `identitystore:userId`, so both
        readings are evaluated (docs/facts.md#deny-key).
        """
        sessions = [Session(self.user_id, name, _role_arn(role)) for role in roles for name in self.session_names]
        if not all(denies(text, session) for session in sessions):
            return None
        by_name = all(denies(text, session, id_key=False) for session in sessions)
        return "" if by_name else f" {self.context.words(Reason(Code.BY_ID_ONLY))}"


def _role_arn(role: RoleAt) -> str:
    """The form of the role's ARN (docs/facts.md#role-names); its name and suffix decide nothing."""
    if not role.permission_set_arn:
        return f"arn:aws:iam::{role.account_id}:role/any"
    return f"arn:aws:iam::{role.account_id}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_any_0123456789abcdef"


def attachment(context: Context, policy: DenyPolicy, account: Account) -> _Verdict:
    """Whether the policy is attached to the account or above it; the management account is not asked about."""
    root = next((target for target in policy.targets if target.startswith("r-")), None)
    if root:
        # An organization has one root, and every account is below it.
        return _say(context, Reason(Code.POLICY_AT_ROOT, names=(policy.id,), why=root), covered=True)
    if account.id in policy.targets:
        return _say(context, Reason(Code.POLICY_AT_ACCOUNT, names=(policy.id,)), covered=True)
    try:
        above = context.deny.parents(account)
    except AwsError as error:
        return _Verdict(covered=None, why=str(error))
    for parent in above:
        if parent in policy.targets:
            return _say(context, Reason(Code.POLICY_ABOVE, names=(policy.id,), why=parent), covered=True)
    return _say(context, Reason(Code.POLICY_ELSEWHERE, names=(policy.id,)), covered=False)


def _say(context: Context, reason: Reason, *, covered: bool | None) -> _Verdict:
    return _Verdict(covered, context.words(reason))


def permission_set_name(context: Context, arn: str) -> str:
    """Its name; its ARN when that cannot be read."""
    try:
        return context.access.permission_set(arn).name or arn
    except AwsError:
        return arn


@dataclass(slots=True)
class Documents:
    """Each policy and permission set, read once however many denies it holds. None: could not be read; one that is
    gone denies nobody. `patient`: AwsUnavailable is raised for what passes.
    """

    context: Context
    patient: bool = False
    _policies: dict[str, DenyPolicy | None] = field(default_factory=dict)
    _inline: dict[str, str | None] = field(default_factory=dict)

    def policy(self, policy_id: str) -> DenyPolicy | None:
        if policy_id not in self._policies:
            try:
                self._policies[policy_id] = self.context.deny.read(policy_id)
            except AwsNotFound:
                self._policies[policy_id] = DenyPolicy(policy_id, "", ())
            except AwsError as error:
                self._raise_if_it_passes(error)
                log.warning("a deny policy could not be checked", policy=policy_id, why=str(error))
                self._policies[policy_id] = None
        return self._policies[policy_id]

    def inline(self, arn: str) -> str | None:
        if arn not in self._inline:
            try:
                self._inline[arn] = self.context.deny.inline(arn)
            except AwsNotFound:
                self._inline[arn] = ""
            except AwsError as error:
                self._raise_if_it_passes(error)
                log.warning("a permission set that denies could not be checked", arn=arn, why=str(error))
                self._inline[arn] = None
        return self._inline[arn]

    def _raise_if_it_passes(self, error: AwsError) -> None:
        if self.patient and error.passes:
            raise error

    def texts(self) -> dict[str, str]:
        return {name: policy.text for name, policy in self._policies.items() if policy}
