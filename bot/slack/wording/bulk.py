"""A bulk in words: what it does to how many people, how far it is, and who is left out and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.bulk.bulk import Bulk, BulkPerson, LeftOut
from bot.core.bulk.plan import BulkPlan, LeftGroup
from bot.core.kinds import DELETE, DENY, REVOKE, SHUT_OUT, Kind
from bot.core.lists.filters import CaseFilter, parse_filter
from bot.core.plans.operations import OperationKind
from bot.slack.blocks import first_that_fit
from bot.slack.kinds.presenter import presenter_of
from bot.slack.wording.names import name_or_id, user_label
from bot.slack.wording.text import clean, code, link, listed, plural

# How many people are named in a sentence, how long their names may be, and how long all of these with their links.
MOST_NAMED, NAME, NAMES_SIZE = 40, 40, 2400
# To the messages of cases, by the numbers of their people.
Links = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Words:
    """`does`: what it does, with {people}; `did`: the same once it is done."""

    does: str
    did: str


_WORDS: Mapping[Kind, _Words] = {
    REVOKE: _Words("revoke the access of {people}", "access of {people} revoked"),
    DENY: _Words("deny {people}", "{people} denied"),
    SHUT_OUT: _Words("shut {people} out", "{people} shut out"),
    DELETE: _Words("delete {people}", "{people} deleted"),
}
_LEFT_OUT = {
    LeftOut.PROTECTED: "protected (LEAVERBOT_PROTECTED_USERS)",
    LeftOut.ENABLED: "no longer disabled",
    LeftOut.UNKNOWN: "AWS does not say whether they are disabled",
    LeftOut.GONE: "already deleted",
    LeftOut.UNREAD: "could not be read from AWS",
    LeftOut.OWN_SESSION: "leaverbot itself runs with their session",
    LeftOut.NO_ACCESS: "no access left, as last read",
    LeftOut.HAS_ACCESS: "can still get in, so they cannot be deleted yet",
}


def label(kind: Kind) -> str:
    """What the dialog and its button are called."""
    return f"{presenter_of(kind).label}{'s' if kind.deletes else ''}"


def people_of(kind: Kind, count: int) -> str:
    """200 people; of a delete: 200 users."""
    return plural(count, "user") if kind.deletes else plural(count, "person", "people")


def does(bulk: Bulk) -> str:
    """Revoke the access of 200 people."""
    return does_to(bulk.kind, bulk.size)


def does_to(kind: Kind, count: int) -> str:
    """Revoke the access of 200 people."""
    return _WORDS[kind].does.format(people=people_of(kind, count))


def did(kind: Kind, count: int) -> str:
    """Access of 198 people revoked."""
    return _WORDS[kind].did.format(people=people_of(kind, count))


def found(bulk: Bulk) -> str:
    """How its people were found: from the list `critical`; from a digest."""
    wanted = parse_filter(bulk.filter_text)
    if isinstance(wanted, CaseFilter) and wanted.found:
        rest = str(replace(wanted, found=""))
        return f" from the list {code(rest)} of a digest" if rest else " from a digest"
    return f" from the list {code(bulk.filter_text)}" if clean(bulk.filter_text) else ""


def changes(plan: BulkPlan) -> str:
    """It removes 402 assignments in 31 accounts, 12 application assignments and 210 group memberships; "" where nothing
    is counted.
    """
    where = f" in {plural(plan.accounts, 'account')}" if plan.accounts else ""
    counted = {
        "assignment": (OperationKind.DELETE_ASSIGNMENT, where),
        "application assignment": (OperationKind.DELETE_APPLICATION_ASSIGNMENT, ""),
        "grant of a role": (OperationKind.DELETE_ENTITLEMENT, ""),
        "group membership": (OperationKind.LEAVE_GROUP, ""),
    }
    many = {"grant of a role": "grants of roles"}
    parts = [
        f"{plural(plan.count(kind), one, many.get(one, ''))}{more}"
        for one, (kind, more) in counted.items()
        if plan.count(kind)
    ]
    return f"It removes {listed(parts)}." if parts else ""


def group_line(group: LeftGroup) -> str:
    """• *cloud-viewers*: 120 people, synced."""
    people = plural(group.people, "person", "people")
    return f"• *{name_or_id(group.name, group.id, 60)}*: {people}{', synced' if group.scim else ''}"


def groups_head(groups: Sequence[LeftGroup]) -> str:
    """What stands above these lines; what "synced" asks for is said once."""
    synced = "\nRemove them from synced groups in your directory too, or they come back."
    return f"*Groups they leave*{synced if any(group.scim for group in groups) else ''}"


def left_out_lines(people: Iterable[BulkPerson], links: Links, most: int = MOST_NAMED) -> list[str]:
    """A line for each reason, with who it is."""
    by_reason: dict[LeftOut, list[BulkPerson]] = {}
    for person in people:
        if person.left_out:
            by_reason.setdefault(person.left_out, []).append(person)
    return [f"• {_LEFT_OUT[why]}: {named(by_reason[why], links, most)}" for why in LeftOut if why in by_reason]


def left_out_why(why: LeftOut) -> str:
    """Not disabled any more."""
    return _LEFT_OUT[why]


def named(people: Sequence[BulkPerson], links: Links, most: int = MOST_NAMED) -> str:
    """Dana Rossi, Ravi Menon and 12 more: as many of the first as fit."""
    labels = [linked(person, links) for person in people]
    return listed(labels, max(1, len(first_that_fit(labels, most, NAMES_SIZE))))


def linked(person: BulkPerson, links: Links) -> str:
    """The name, as a link to the message of the case where there is one."""
    return link(links.get(person.number, ""), user_label(person.user, NAME))
