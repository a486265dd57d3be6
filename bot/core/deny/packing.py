"""Which of several policies denies whom: changes as few as possible, and overflows none."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations
from typing import Self

from bot.core.deny.policy_document import Denied, change, denied_names, denied_users, parsed, placeholder_of
from bot.core.deny.statements import MAX_CHARACTERS, DocumentKind, by_name, by_name_form, minified

# With up to this many policies, try every combination; with more, take the first ones that have space.
MAX_COMBINED = 6


@dataclass(frozen=True, slots=True)
class Packed:
    """`texts`: the new text of each policy that changes, by policy id; `full`: users for whom no policy that can deny
    them has space.
    """

    texts: Mapping[str, str]
    full: tuple[Denied, ...]


def pack(
    texts: Mapping[str, str], wanted: Sequence[Denied], allowed: Mapping[str, Collection[str]], *, names: bool
) -> Packed:
    """Deny all of `wanted` by changing the fewest of these service control policies.

    `texts`: policy id to current text, preferred ones first. `allowed`: user id to the policies that reach this user.
    A user already denied in one of those stays there; a name still missing there is added last, if it fits.
    Raises DenyDocumentInvalid, also when one of the texts cannot be read.
    """
    spaces = {policy_id: _Space.of(text) for policy_id, text in texts.items()}
    people = {
        person.user_id: person if names and by_name(person.user_name) else Denied(person.user_id) for person in wanted
    }
    reach = {user_id: [one for one in spaces if one in allowed.get(user_id, ())] for user_id in people}
    placed = _already(spaces, people, reach)
    unnamed = [user_id for user_id, policy_id in placed.items() if spaces[policy_id].cost(people[user_id])]
    touched = {placed[user_id] for user_id in unnamed if spaces[placed[user_id]].fits(people[user_id])}
    added = _fewest(spaces, touched, [person for person in people.values() if person.user_id not in placed], reach)
    placed |= added
    for user_id in (*added, *unnamed):
        if spaces[placed[user_id]].fits(people[user_id]):
            spaces[placed[user_id]].take(people[user_id])
    changed = {
        policy_id: change(texts[policy_id], kind=DocumentKind.SCP, add=space.added)
        for policy_id, space in spaces.items()
        if space.added
    }
    full = {person.user_id: person for person in wanted if person.user_id not in placed}
    return Packed(changed, tuple(full.values()))


@dataclass(slots=True)
class _Space:
    """How many characters one policy has left, counted without building its text."""

    free: int
    ids: set[str]
    names: set[str]
    placeholder: int  # the characters that the first id replaces
    added: list[Denied] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> Self:
        ids, names, placeholder = denied_users(text), denied_names(text), placeholder_of(text)
        size = len(parsed(text).naming(sorted(ids) or placeholder, sorted(names)))
        return cls(MAX_CHARACTERS - size, set(ids), set(names), len(minified(placeholder)))

    def cost(self, person: Denied) -> int:
        """How many characters denying this person here takes, including commas, brackets or a whole new statement."""
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

    def copy(self) -> "_Space":
        return replace(self, ids=set(self.ids), names=set(self.names), added=[])


@lru_cache(maxsize=4096)
def _length(value: str) -> int:
    return len(minified(value))


def _already(
    spaces: Mapping[str, _Space], people: Mapping[str, Denied], reach: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """The policies in which people are already denied, preferably where nothing is missing."""
    placed: dict[str, str] = {}
    for user_id, person in people.items():
        found = [policy_id for policy_id in reach[user_id] if user_id in spaces[policy_id].ids]
        if found:
            placed[user_id] = min(found, key=lambda one: spaces[one].cost(person) > 0)
    return placed


def _fewest(
    spaces: Mapping[str, _Space], touched: set[str], waiting: Sequence[Denied], reach: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """A policy for everybody who can be placed, changing as few as possible besides those already `touched`."""
    placed = _first_fit(spaces, waiting, reach)
    waiting = [person for person in waiting if person.user_id in placed]
    others = [policy_id for policy_id in spaces if policy_id not in touched]
    most = len(set(placed.values()) - touched)
    for count in range(most if len(others) <= MAX_COMBINED else 0):
        for chosen in combinations(others, count):
            tried = {policy_id: space for policy_id, space in spaces.items() if policy_id in {*touched, *chosen}}
            found = _first_fit(tried, waiting, reach)
            if len(found) == len(waiting):
                return found
    return placed


def _first_fit(
    spaces: Mapping[str, _Space], waiting: Sequence[Denied], reach: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """For each person, the first of their policies with space.

    People with the least choice go first, then those who take the most space; each gets the policy that the fewest
    others need.
    """
    spaces = {policy_id: space.copy() for policy_id, space in spaces.items()}
    rivals = Counter(policy_id for person in waiting for policy_id in reach[person.user_id])
    placed: dict[str, str] = {}
    for person in sorted(waiting, key=lambda one: (len(reach[one.user_id]), -_length(one.user_id + one.user_name))):
        for policy_id in sorted(reach[person.user_id], key=rivals.__getitem__):
            if policy_id in spaces and spaces[policy_id].fits(person):
                spaces[policy_id].take(person)
                placed[person.user_id] = policy_id
                break
    return placed
