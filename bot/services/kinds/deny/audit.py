"""The denies as they stand: what is stored, what AWS has, how full the policies are, and where these differ."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.deny.policy_document import MAX_CHARACTERS, Denied, DocumentKind, change, denied_names, denied_users
from bot.core.errors import (
    AwsCredentials,
    AwsError,
    AwsNotFound,
    AwsRejected,
    DenyDocumentFull,
    DenyDocumentInvalid,
)
from bot.ports import Access, Deny, StoredDeny
from bot.ports.policies import Policies, Target

# As long as user names are, mostly.
_NAME = "firstname.lastname@example.com"


class DifferenceKind(StrEnum):
    MISSING = "missing"  # stored, and not in AWS
    NOT_STORED = "not_stored"  # in AWS, and not stored
    UNATTACHED = "unattached"  # a policy that is attached to nothing
    UNUSABLE = "unusable"  # a policy that is gone or cannot be read as leaverbot's


@dataclass(frozen=True, slots=True)
class Difference:
    """`where`: a policy id, or the ARN of a permission set; `who`: a user id, or a user name. "" for none."""

    kind: DifferenceKind
    where: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class PolicyNow:
    """A policy as AWS has it. `text` "": it is gone, or not leaverbot's, as a difference says."""

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
class Standing:
    """`unread`: a sentence for each policy or permission set that AWS could not be asked about now."""

    policies: tuple[PolicyNow, ...]
    differences: tuple[Difference, ...]
    unread: tuple[str, ...]


def room(text: str, *, names: bool) -> int:
    """For about how many more people a policy has room; `names`: they are denied by user name, too."""
    people = [Denied(f"0000000000-00000000-0000-0000-0000-{number:012}", f"{number}{_NAME}") for number in range(2)]
    try:
        one = len(change(text, kind=DocumentKind.SCP, add=people[:1], names=names))
        two = len(change(text, kind=DocumentKind.SCP, add=people, names=names))
    except DenyDocumentFull:
        return 0
    return 1 + (MAX_CHARACTERS - one) // (two - one)


class Comparison:
    """Compares the denies in force, as stored, with AWS. Changes nothing."""

    def __init__(self, policies: Policies, deny: Deny, access: Access) -> None:
        self._policies, self._deny, self._access = policies, deny, access
        self._found: list[Difference] = []
        self._unread: list[str] = []

    def compare(self, policy_ids: Collection[str], denies: Sequence[StoredDeny] | None) -> Standing:
        """These policies, and those that denies are stored for; `denies` None: nothing is stored to compare with.

        Raises AwsCredentials and AwsRejected.
        """
        stored = denies or ()
        asked = dict.fromkeys((*policy_ids, *(known.policy_id for known in stored if known.policy_id)))
        policies = {one.id: one for one in map(self._policy, asked) if one}
        arns = dict.fromkeys(place.permission_set_arn for known in stored for place in known.inline)
        inline = {arn: one for arn in arns if (one := self._inline(arn)) is not None}
        for known in stored:
            self._compare_one(known, policies, inline)
        if denies is not None:
            for one in (*policies.values(), *inline.values()):
                self._note_not_stored(one, stored)
        return Standing(tuple(policies.values()), tuple(self._found), tuple(self._unread))

    def _policy(self, policy_id: str) -> PolicyNow | None:
        try:
            targets = self._policies.targets(policy_id)
            text = self._readable(policy_id, self._deny.text(policy_id))
        except AwsNotFound:
            self._note(DifferenceKind.UNUSABLE, policy_id, "", f"{policy_id} does not exist (any more).")
            return PolicyNow(policy_id, "", ())
        except (AwsCredentials, AwsRejected):
            raise
        except AwsError as error:
            self._unread.append(f"{policy_id}: {error}")
            return None
        if not targets:
            text_of = f"{policy_id} is attached to nothing, so it denies nobody. `leaverbot deny setup` attaches it."
            self._note(DifferenceKind.UNATTACHED, policy_id, "", text_of)
        return PolicyNow(policy_id, text, targets)

    def _inline(self, arn: str) -> PolicyNow | None:
        try:
            return PolicyNow(arn, self._readable(arn, self._deny.inline(arn)), ())
        except AwsNotFound:
            return PolicyNow(arn, "", ())
        except (AwsCredentials, AwsRejected):
            raise
        except AwsError as error:
            self._unread.append(f"{arn}: {error}")
            return None

    def _readable(self, where: str, text: str) -> str:
        try:
            denied_users(text)
        except DenyDocumentInvalid as error:
            self._note(DifferenceKind.UNUSABLE, where, "", f"{self._name(where)}: {error}")
            return ""
        return text

    def _compare_one(
        self, known: StoredDeny, policies: Mapping[str, PolicyNow], inline: Mapping[str, PolicyNow]
    ) -> None:
        places = [known.policy_id] if known.policy_id in policies else []
        places += [place.permission_set_arn for place in known.inline if place.permission_set_arn in inline]
        if not known.policy_id and not known.inline:
            text = f"{known.user.label} is denied according to leaverbot's records, but is in no policy."
            self._note(DifferenceKind.MISSING, "", known.user.id, text)
        for where in places:
            now = {**policies, **inline}[where]
            other = next((one.id for one in policies.values() if known.user.id in one.users), "")
            instead = f" It is in {other} instead." if other and where == known.policy_id else ""
            if known.user.id not in now.users:
                text = f"{known.user.label} is not denied by id in {self._name(where)}.{instead}"
                self._note(DifferenceKind.MISSING, where, known.user.id, text)
            # By name only policies are compared: which names a permission set holds is not stored.
            for name in sorted(set(known.names) - now.names) if where == known.policy_id else ():
                text = f"{known.user.label} is not denied by the name {name} in {self._name(where)}."
                self._note(DifferenceKind.MISSING, where, name, text)

    def _note_not_stored(self, now: PolicyNow, stored: Sequence[StoredDeny]) -> None:
        ids, names = {known.user.id for known in stored}, {name for known in stored for name in known.names}
        for who in (*sorted(now.users - ids), *sorted(now.names - names)):
            text = f"{who} is denied in {self._name(now.id)}, but leaverbot has no record of it."
            self._note(DifferenceKind.NOT_STORED, now.id, who, text)

    def _note(self, kind: DifferenceKind, where: str, who: str, text: str) -> None:
        self._found.append(Difference(kind, where, who, text))

    def _name(self, where: str) -> str:
        if where.startswith("p-"):
            return where
        try:
            return f"the permission set {self._access.permission_set(where).name or where}"
        except AwsError:
            return where
