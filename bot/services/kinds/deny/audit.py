"""Whether AWS denies whom leaverbot has stored as denied, and how full the policies are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.core.deny.placed import PlacedDeny
from bot.core.deny.policy_document import Denied, change, denied_names, denied_users
from bot.core.deny.statements import MAX_CHARACTERS, DocumentKind
from bot.core.errors import AwsCredentials, AwsError, AwsNotFound, AwsRejected, DenyDocumentFull, DenyDocumentInvalid
from bot.ports import Access, Deny
from bot.ports.scp_setup import Policies, Target

# About as long as most user names are.
_NAME = "firstname.lastname@example.com"


class DifferenceKind(StrEnum):
    MISSING = "missing"  # stored, and not in AWS
    NOT_STORED = "not_stored"  # in AWS, and not stored
    UNATTACHED = "unattached"  # a policy that is attached to nothing
    UNUSABLE = "unusable"  # a policy that is gone or cannot be read as leaverbot's


@dataclass(frozen=True, slots=True)
class Difference:
    """`where`: a policy id, or the ARN of a permission set; `who`: a user id, or a user name. "" for none.

    `user`: what the person is called whose deny is missing; `instead`: the policy that denies them although another
    one is stored; `permission_set`: the name of the one that is meant; `why`: what is wrong with a policy that exists.
    """

    kind: DifferenceKind
    where: str
    who: str = ""
    user: str = ""
    instead: str = ""
    permission_set: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class AuditedPolicy:
    """A policy as it is in AWS. `text` "": it is gone, or not leaverbot's, as a difference says."""

    id: str
    text: str
    targets: tuple[Target, ...]

    @property
    def users(self) -> frozenset[str]:
        return denied_users(self.text) if self.text else frozenset()

    @property
    def names(self) -> frozenset[str]:
        return denied_names(self.text) if self.text else frozenset()


@dataclass(frozen=True, slots=True)
class Audit:
    """`unread`: each policy or permission set that AWS could not be asked about now, and why."""

    policies: tuple[AuditedPolicy, ...]
    differences: tuple[Difference, ...]
    unread: tuple[tuple[str, str], ...]


def capacity(text: str, *, names: bool) -> int:
    """About how many more people fit into a policy; `names`: they are denied by user name, too."""
    people = [Denied(f"0000000000-00000000-0000-0000-0000-{number:012}", f"{number}{_NAME}") for number in range(2)]
    try:
        one = len(change(text, kind=DocumentKind.SCP, add=people[:1], names=names))
        two = len(change(text, kind=DocumentKind.SCP, add=people, names=names))
    except DenyDocumentFull:
        return 0
    return 1 + (MAX_CHARACTERS - one) // (two - one)


class Auditor:
    """Compares the denies in force, as stored, with AWS. Changes nothing."""

    def __init__(self, policies: Policies, deny: Deny, access: Access) -> None:
        self._policies, self._deny, self._access = policies, deny, access
        self._found: list[Difference] = []
        self._unread: list[tuple[str, str]] = []

    def audit(self, policy_ids: Collection[str], denies: Sequence[PlacedDeny] | None) -> Audit:
        """These policies, and those that denies are stored for; `denies` None: nothing is stored to compare with.

        Raises AwsCredentials and AwsRejected.
        """
        stored = denies or ()
        asked = dict.fromkeys((*policy_ids, *(known.policy_id for known in stored if known.policy_id)))
        policies = {one.id: one for one in map(self._policy, asked) if one}
        arns = dict.fromkeys(place.permission_set_arn for known in stored for place in known.inline)
        inline = {arn: one for arn in arns if (one := self._inline(arn)) is not None}
        for known in stored:
            self._compare(known, policies, inline)
        if denies is not None:
            for one in (*policies.values(), *inline.values()):
                self._note_not_stored(one, stored)
        return Audit(tuple(policies.values()), tuple(self._found), tuple(self._unread))

    def _policy(self, policy_id: str) -> AuditedPolicy | None:
        try:
            targets = self._policies.targets(policy_id)
            text = self._readable(policy_id, self._deny.text(policy_id))
        except AwsNotFound:
            self._note(DifferenceKind.UNUSABLE, policy_id)
            return AuditedPolicy(policy_id, "", ())
        except (AwsCredentials, AwsRejected):
            raise
        except AwsError as error:
            self._unread.append((policy_id, str(error)))
            return None
        if not targets:
            self._note(DifferenceKind.UNATTACHED, policy_id)
        return AuditedPolicy(policy_id, text, targets)

    def _inline(self, arn: str) -> AuditedPolicy | None:
        try:
            return AuditedPolicy(arn, self._readable(arn, self._deny.inline(arn)), ())
        except AwsNotFound:
            return AuditedPolicy(arn, "", ())
        except (AwsCredentials, AwsRejected):
            raise
        except AwsError as error:
            self._unread.append((arn, str(error)))
            return None

    def _readable(self, where: str, text: str) -> str:
        try:
            denied_users(text)
        except DenyDocumentInvalid as error:
            self._note(DifferenceKind.UNUSABLE, where, why=str(error))
            return ""
        return text

    def _compare(
        self, known: PlacedDeny, policies: Mapping[str, AuditedPolicy], inline: Mapping[str, AuditedPolicy]
    ) -> None:
        user_id, user = known.user.id, known.user.label
        if not known.policy_id and not known.inline:
            self._note(DifferenceKind.MISSING, "", user_id, user=user)
        places = [known.policy_id, *(place.permission_set_arn for place in known.inline)]
        for now in [found for place in places if (found := policies.get(place) or inline.get(place))]:
            stored_here = now.id == known.policy_id
            if user_id not in now.users:
                other = next((one.id for one in policies.values() if user_id in one.users), "")
                self._note(DifferenceKind.MISSING, now.id, user_id, user=user, instead=other if stored_here else "")
            # Names are compared in policies only: which names a permission set holds is not stored.
            for name in sorted(set(known.names) - now.names) if stored_here else ():
                self._note(DifferenceKind.MISSING, now.id, name, user=user)

    def _note_not_stored(self, now: AuditedPolicy, stored: Sequence[PlacedDeny]) -> None:
        ids, names = {known.user.id for known in stored}, {name for known in stored for name in known.names}
        for who in (*sorted(now.users - ids), *sorted(now.names - names)):
            self._note(DifferenceKind.NOT_STORED, now.id, who)

    def _note(self, kind: DifferenceKind, where: str, who: str = "", **facts: Any) -> None:
        self._found.append(Difference(kind, where, who, permission_set=self._permission_set(where), **facts))

    def _permission_set(self, where: str) -> str:
        """The name of a permission set; "" for a policy, and where it cannot be read."""
        if not where.startswith("arn:"):
            return ""
        try:
            return self._access.permission_set(where).name
        except AwsError:
            return ""
