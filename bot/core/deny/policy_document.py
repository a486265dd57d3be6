"""The deny document: a policy that holds statements of ours, in them the users who are denied everything.

It is a service control policy or the inline policy of a permission set. The first statement is AWS's own
recommendation (docs/facts.md#deny-key); the second is there only while
somebody is denied by name too:

    {"Sid": "LeaverbotEmergencyDeny", "Effect": "Deny", "Action": ["*"], "Resource": "*",
     "Condition": {"StringEquals": {"identitystore:userId": ["<user id>", …]}}}

    {"Sid": "LeaverbotEmergencyDenyByName", "Effect": "Deny", "Action": ["*"], "Resource": "*",
     "Condition": {
       "StringLike": {"aws:userid": ["*:<user name>", …]},
       "ArnLike": {"aws:PrincipalArn": "arn:*:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_*"}}}

A Deny of everything whose condition is missing or empty would lock a whole organization out. So nothing leaves
this module that was not checked: every deny of ours names well-formed user ids (or the one placeholder and
nobody), or names without wildcards at the roles of permission sets only; all else is what it was, byte for byte.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations
from typing import Self

from bot.core.deny.text import (
    EMPTY,
    MAX_CHARACTERS,
    MAX_INLINE_BYTES,
    MAX_INLINE_CHARACTERS,
    SID,
    SID_BY_NAME,
    Document,
    DocumentKind,
    by_name,
    by_name_form,
    minified,
    only_itself,
    read,
    sizes,
)
from bot.core.errors import DenyDocumentFull, DenyDocumentInvalid
from bot.core.models import is_user_id

__all__ = [
    "MAX_CHARACTERS",
    "MAX_INLINE_BYTES",
    "MAX_INLINE_CHARACTERS",
    "NAME_UNMATCHED",
    "NEARLY_FULL",
    "PLACEHOLDER",
    "SID",
    "SID_BY_NAME",
    "Denied",
    "DocumentKind",
    "Packed",
    "by_name",
    "change",
    "check",
    "denied_names",
    "denied_users",
    "pack",
    "placeholder_of",
    "used",
]

# No valid id, so nobody is denied (the value in AWS's own example).
PLACEHOLDER = "Add user ID here"
# Said of a user who is denied by id only; the form is that of a role session's name (`deny_text.by_name`).
NAME_UNMATCHED = (
    "The user name cannot be matched in a policy (that takes 2 to 64 letters, digits and _+=,.@-), so the user id "
    "alone is denied."
)
# The share of the quota from which on people should be told.
NEARLY_FULL = 0.8
# So many policies are tried in every combination; of more, simply the first that have room are taken.
MAX_COMBINED = 6


@dataclass(frozen=True, slots=True)
class Denied:
    """A user to deny: by id, and by the name their role sessions carry where it is known and `by_name`."""

    user_id: str
    user_name: str = ""


def denied_users(text: str) -> frozenset[str]:
    """The ids of the users our statements in this document deny. Raises DenyDocumentInvalid."""
    return frozenset(value for value in _read(text).values(SID) if is_user_id(value))


def denied_names(text: str) -> frozenset[str]:
    """The names of the users our statements in this document deny. Raises DenyDocumentInvalid."""
    return frozenset(_read(text).values(SID_BY_NAME))


def placeholder_of(text: str) -> str:
    """The placeholder our statement holds now; AWS's own when it holds none. Raises DenyDocumentInvalid."""
    return next(filter(_is_placeholder, _read(text).values(SID)), PLACEHOLDER)


def change(
    text: str,
    *,
    kind: DocumentKind,
    add: Collection[Denied] = (),
    remove: Collection[Denied] = (),
    names: bool = True,
    placeholder: str = PLACEHOLDER,
) -> str:
    """The document that no longer denies `remove` and then denies `add`; the same people make the same text.

    `names`: whether `add` is denied by name too. A user without a name in `remove` leaves the names as they are.
    Nobody left: a service control policy holds `placeholder`; an inline policy holds nothing of ours, and is ""
    when it held nothing else. Raises DenyDocumentInvalid, DenyDocumentFull.
    """
    if not _is_placeholder(placeholder):
        raise DenyDocumentInvalid("The placeholder must be a text that can be nobody's user id.")
    for denied in add:
        if not is_user_id(denied.user_id):
            raise DenyDocumentInvalid(f"{denied.user_id!r} is not an Identity Center user id; no deny was written.")
    document = _read(text)
    ids = denied_users(text) - {denied.user_id for denied in remove} | {denied.user_id for denied in add}
    known = denied_names(text) - {denied.user_name for denied in remove}
    known |= {denied.user_name for denied in add if names and by_name(denied.user_name)}
    nobody = placeholder if kind is DocumentKind.SCP else ()
    result = document.naming(sorted(ids) or nobody, sorted(known))
    if kind is DocumentKind.INLINE and not ids and not known and not document.others:
        result = ""
    check(result, text, kind)
    return result


def check(text: str, before: str, kind: DocumentKind) -> None:
    """Raise unless `text` is safe to write over `before`, which is what stands in AWS now.

    Safe: every deny of ours has a condition that names well-formed user ids or, in a service control policy, a
    lone placeholder, or that names plain user names at the roles of permission sets; statements and members of
    others are the same bytes in the same order; it fits the quota. Raises DenyDocumentInvalid, DenyDocumentFull.
    """
    inline = kind is DocumentKind.INLINE
    if not inline and not (text and before):
        raise DenyDocumentInvalid("A service control policy is never empty.")
    old, new = _read(before), _read(text)
    emptied = inline and text == "" and not old.others
    if not emptied and (old.head, old.others, old.tail) != (new.head, new.others, new.tail):
        raise DenyDocumentInvalid("The new document would change what is not leaverbot's.")
    if not inline and not any(statement.ours == SID for statement in new.statements):
        raise DenyDocumentInvalid("The new document has no deny statement of leaverbot's.")
    for statement in new.statements:
        if statement.ours is not None and not _is_safe(statement.ours, statement.values, inline=inline):
            raise DenyDocumentInvalid("A deny without well-formed user ids or names in its condition is never written.")
    for size, most, unit in sizes(text, kind):
        if size > most:
            raise DenyDocumentFull(
                f"The deny policy is full: {size:,} of {most:,} {unit}. Lift a deny that is no longer needed, "
                "then try again."
            )


def used(text: str, kind: DocumentKind) -> float:
    """The share of its quota that the document takes; 1 is full."""
    return max(size / most for size, most, _ in sizes(text, kind))


# --- several policies -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Packed:
    """Where everybody is denied. `texts`: the new text of each policy that changes, by policy id; `placed`: user id to
    policy id; `full`: those for whom no policy they may stand in has room.
    """

    texts: Mapping[str, str]
    placed: Mapping[str, str]
    full: tuple[Denied, ...]


def pack(
    texts: Mapping[str, str], wanted: Sequence[Denied], allowed: Mapping[str, Collection[str]], *, names: bool
) -> Packed:
    """Deny all of `wanted` by changing the fewest of these service control policies.

    `texts`: policy id to text now, the preferred first. `allowed`: user id to the policies that reach this user.
    Whoever is denied in one of those stays there; a name still missing there is added last, if it fits.
    Raises DenyDocumentInvalid, also when one of the texts cannot be read.
    """
    rooms = {policy_id: _Room.of(text) for policy_id, text in texts.items()}
    people = {
        person.user_id: person if names and by_name(person.user_name) else Denied(person.user_id) for person in wanted
    }
    reach = {user_id: [policy_id for policy_id in rooms if policy_id in allowed.get(user_id, ())] for user_id in people}
    placed = _already(rooms, people, reach)
    unnamed = [user_id for user_id, home in placed.items() if rooms[home].cost(people[user_id])]
    touched = {placed[user_id] for user_id in unnamed if rooms[placed[user_id]].fits(people[user_id])}
    added = _fewest(rooms, touched, [person for person in people.values() if person.user_id not in placed], reach)
    placed |= added
    for user_id in (*added, *unnamed):
        if rooms[placed[user_id]].fits(people[user_id]):
            rooms[placed[user_id]].take(people[user_id])
    changed = {
        policy_id: change(texts[policy_id], kind=DocumentKind.SCP, add=room.added)
        for policy_id, room in rooms.items()
        if room.added
    }
    full = {person.user_id: person for person in wanted if person.user_id not in placed}
    return Packed(changed, placed, tuple(full.values()))


@dataclass(slots=True)
class _Room:
    """How many characters one policy has left, counted without making its text."""

    free: int
    ids: set[str]
    names: set[str]
    placeholder: int  # the characters that go when the first id comes
    added: list[Denied] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> Self:
        ids, names, placeholder = denied_users(text), denied_names(text), placeholder_of(text)
        size = len(_read(text).naming(sorted(ids) or placeholder, sorted(names)))
        return cls(MAX_CHARACTERS - size, set(ids), set(names), len(minified(placeholder)))

    def cost(self, person: Denied) -> int:
        """The characters it takes to deny this person here: with a comma, the brackets, or the whole statement."""
        by_id = 0 if person.user_id in self.ids else _length(person.user_id) + (1 if self.ids else 2 - self.placeholder)
        if not person.user_name or person.user_name in self.names:
            return by_id
        frame = 1 if self.names else 1 + len(minified(by_name_form([""]))) - _length("*:")
        return by_id + _length(f"*:{person.user_name}") + frame

    def fits(self, person: Denied) -> bool:
        return self.cost(person) <= self.free

    def take(self, person: Denied) -> None:
        self.free -= self.cost(person)
        self.ids.add(person.user_id)
        if person.user_name:
            self.names.add(person.user_name)
        self.added.append(person)

    def copy(self) -> "_Room":
        return replace(self, ids=set(self.ids), names=set(self.names), added=[])


@lru_cache(maxsize=4096)
def _length(value: str) -> int:
    return len(minified(value))


def _already(
    rooms: Mapping[str, _Room], people: Mapping[str, Denied], reach: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Where somebody is denied already, best where nothing is missing."""
    placed: dict[str, str] = {}
    for user_id, person in people.items():
        homes = [policy_id for policy_id in reach[user_id] if user_id in rooms[policy_id].ids]
        if homes:
            placed[user_id] = min(homes, key=lambda home: rooms[home].cost(person) > 0)
    return placed


def _fewest(
    rooms: Mapping[str, _Room], touched: set[str], waiting: Sequence[Denied], reach: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Places for all who can be placed, in the fewest policies beyond those `touched` anyway."""
    placed = _first_fit(rooms, waiting, reach)
    waiting = [person for person in waiting if person.user_id in placed]
    others = [policy_id for policy_id in rooms if policy_id not in touched]
    most = len(set(placed.values()) - touched)
    for count in range(most if len(others) <= MAX_COMBINED else 0):
        for chosen in combinations(others, count):
            tried = {policy_id: room for policy_id, room in rooms.items() if policy_id in {*touched, *chosen}}
            found = _first_fit(tried, waiting, reach)
            if len(found) == len(waiting):
                return found
    return placed


def _first_fit(
    rooms: Mapping[str, _Room], waiting: Sequence[Denied], reach: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """A place for each in the first of their policies with room.

    Who has the least choice goes first, then who takes most room; of their policies, the one fewest others need.
    """
    rooms = {policy_id: room.copy() for policy_id, room in rooms.items()}
    rivals = Counter(policy_id for person in waiting for policy_id in reach[person.user_id])
    placed: dict[str, str] = {}
    for person in sorted(waiting, key=lambda one: (len(reach[one.user_id]), -_length(one.user_id + one.user_name))):
        for policy_id in sorted(reach[person.user_id], key=rivals.__getitem__):
            if policy_id in rooms and rooms[policy_id].fits(person):
                rooms[policy_id].take(person)
                placed[person.user_id] = policy_id
                break
    return placed


# --- pieces -----------------------------------------------------------------------------------------------------


def _read(text: str) -> Document:
    """An inline policy may not be there, then nobody is denied."""
    return read(text or EMPTY)


def _is_safe(ours: str, values: Sequence[str], *, inline: bool) -> bool:
    if ours == SID_BY_NAME:
        return bool(values) and all(map(only_itself, values))
    lone = not inline and len(values) == 1 and _is_placeholder(values[0])
    return bool(values) and (lone or all(map(is_user_id, values)))


def _is_placeholder(value: str) -> bool:
    """A text that is nobody's id: no wildcard and no policy variable either."""
    return bool(value) and not is_user_id(value) and not set("*?$") & set(value)
