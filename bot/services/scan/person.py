"""Read people completely: everything a leaver can get into, and what could not be read, which is never left out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.core.access.person_read import PersonRead, Problem
from bot.core.errors import AwsError
from bot.core.models import GrantKind, Group, Membership, Orphan, Path, User
from bot.core.scan.wording import KIND_NAMES, Unread
from bot.ports import Access, Directory, GrantSource, Row
from bot.services.scan.draft import Draft
from bot.services.scan.naming import GrantNamer
from bot.services.scan.sources import ByLocation, ByPrincipal, Nothing, Rows, groups_of, kind_problem, readers

log = structlog.get_logger(__name__)

# The names and places of accounts change rarely; a list this old, in seconds, will do for showing one person.
ACCOUNT_AGE = 600.0

T = TypeVar("T")
NO_ROWS: Sequence[Row] = ()
Run = Callable[[Callable[[str], None], Iterable[str]], Iterable[None]]


class PersonReader:
    """Reads people for one scan or one dialog; what several people share is read once.

    `max_account_age`: how old, in seconds, the list of accounts may be (its names and states).
    """

    def __init__(self, directory: Directory, access: Access, *, max_account_age: float = 0.0) -> None:
        self._directory, self._access = directory, access
        self.names = GrantNamer(directory, access, max_account_age)
        # Kinds of which something may be missing for somebody.
        self.kinds_missing: set[GrantKind] = set()

    @property
    def management_account_id(self) -> str | None:
        return self.names.management_account_id

    @property
    def caller_account_id(self) -> str | None:
        return self.names.caller_account_id

    def prepare(self) -> tuple[Problem, ...]:
        """Read accounts and organization, for everybody; what could not be read. Accounts are also a problem of each
        person with a grant in one.
        """
        return self.names.prepare()

    def read_one(self, user: User, *, name_every_group: bool = False) -> PersonRead:
        """Read one person alone, asking about the person where AWS allows it from this account."""
        shared = self.prepare()
        draft = self.begin(user)
        # Outside the management account nearly everything is read by location. When all of it is, every group that
        # gives access is known, and where AWS does not list this person's groups their members will do, as in a scan.
        by_group = self._outside and bool(draft.unread) and not any(problem.passing for problem in draft.unread)
        found = [self._alone(source, user, by_location=by_group) for source in self._access.grant_sources()]
        if by_group:
            (draft,) = self.begin_by_group([user], groups_of(found), map)
        for rows in found:
            self.add(draft, rows)
        read = self.finish(draft, name_every_group=name_every_group)
        more = tuple(problem for problem in shared if problem not in read.unread)
        return replace(read, unread=(*more, *read.unread))

    def begin(self, user: User, memberships: Iterable[Membership] | None = None) -> Draft:
        """A draft with the groups the user is in: those given, else read now."""
        draft = Draft(user)
        if memberships is None:
            memberships = self._try(
                draft,
                None,
                Unread.MEMBERSHIPS.of(draft.who),
                lambda: self._directory.memberships(user.id),
                path=Path.GROUP,
            )
        draft.memberships += memberships or ()
        return draft

    def begin_by_group(self, users: Sequence[User], groups: Iterable[str], run: Run) -> list[Draft]:
        """Drafts of these users with their memberships in these groups, read from the groups by `run`, a `map`."""
        found: dict[str, list[Membership]] = {user.id: [] for user in users}
        problems: list[Problem] = []

        def look(group_id: str) -> None:
            try:
                for user_id, membership_id in self._directory.members(group_id):
                    if user_id in found:
                        found[user_id].append(Membership(membership_id, Group(group_id)))
            except AwsError as error:
                name = self.names.group(Group(group_id), []).label
                what = Unread.MEMBERS.of(name)
                problems.append(Problem(what, str(error), passing=error.passes, path=Path.GROUP))
                self.kinds_missing |= set(GrantKind)

        list(run(look, sorted(groups)))
        drafts = [self.begin(user, sorted(found[user.id], key=lambda one: one.id)) for user in users]
        for draft in drafts:
            draft.unread += problems
        return drafts

    def add(self, draft: Draft, source: Rows) -> None:
        """Add the rows of one kind: the person's own, and those of each group of theirs."""
        draft.sources.append(source)
        if source.problems:
            draft.unread += source.problems
            self.kinds_missing.add(source.kind)
        user, what = draft.user, Unread.GRANTS_OF.of(KIND_NAMES[source.kind], draft.who)
        own = self._try(draft, source.kind, what, lambda: source.of("USER", user.id)) or NO_ROWS
        for row in own:
            if row.principal_type == "USER" and row.principal_id == user.id:
                draft.rows[row, None] = None
        inherited = {(row, row.principal_id) for row in own if row.principal_type == "GROUP"}
        draft.rows.update((row, None) for row in sorted(inherited, key=str))
        self.names.learn(own)
        self._add_memberships(draft, inherited)
        listed = self._add_groups(draft, source)
        if inherited and listed is not None:
            self._compare(draft, source.kind, listed, inherited)

    def finish(self, draft: Draft, *, name_every_group: bool = False) -> PersonRead:
        """The person with every grant. What failed is in `unread`; the rest is complete."""
        for source in draft.sources:
            # A group known only from the inherited rows of a later kind has rows of the earlier kinds, too.
            self._add_groups(draft, source)
        granting = {group_id for _, group_id in draft.rows if group_id}
        memberships = [
            replace(member, group=self.names.group(member.group, draft.unread))
            if name_every_group or member.group.id in granting
            else member
            for member in draft.memberships
        ]
        groups = {member.group.id: member.group for member in memberships}
        grants = [
            self.names.grant(row, groups[group_id] if group_id else None, draft.unread) for row, group_id in draft.rows
        ]
        unread = tuple(dict.fromkeys(draft.unread))
        return PersonRead(draft.user, tuple(grants), tuple(memberships), unread, disagreements=draft.disagreements)

    def orphans(self, rows: Iterable[Row]) -> tuple[tuple[Orphan, ...], bool]:
        """The rows whose user DescribeUser does not find, and whether every user could be asked for.

        Names that cannot be read are left out.
        """
        gone: dict[str, bool | None] = {}
        found = []
        for row in rows:
            user_id = row.principal_id
            if user_id not in gone:
                gone[user_id] = self.names.is_gone(user_id)
            if gone[user_id]:
                found.append(Orphan(user_id, self.names.grant(row, None, [])))
        return tuple(found), None not in gone.values()

    def only_assignment(self, account_id: str, permission_set_arn: str) -> bool:
        """Whether this permission set has just one assignment in this account; False when it cannot be read."""
        try:
            return len(self._access.assigned(account_id, permission_set_arn)) == 1
        except AwsError:
            return False

    @property
    def _outside(self) -> bool:
        """Whether leaverbot is known not to run in the management account."""
        return bool(self.caller_account_id and self.management_account_id not in {None, self.caller_account_id})

    def _alone(self, source: GrantSource, user: User, *, by_location: bool) -> Rows:
        """One person's rows of this kind."""
        try:
            if not by_location and not source.only_by_location():
                return ByPrincipal(source)
            rows = ByLocation(source, source.locations(), [user.id])
        except AwsError as error:
            return Nothing(source.kind, [kind_problem(source.kind, error)])
        with readers() as pool:
            rows.walk(pool)
        return rows

    def _add_memberships(self, draft: Draft, inherited: Iterable[tuple[Row, str]]) -> None:
        """Memberships that show only in inherited rows of the user.

        Whether memberships of a disabled user are always listed is documented nowhere
        (docs/facts.md#memberships-of-disabled).
        """
        known = {member.group.id for member in draft.memberships}
        for group_id in sorted({group_id for _, group_id in inherited} - known):
            what = Unread.MEMBERSHIP.of(draft.user.label, group_id)
            try:
                membership_id = self._directory.membership_in(group_id, draft.user.id) or ""
            except AwsError as error:
                self._miss(draft, None, what, error, path=Path.GROUP)
                membership_id = ""
            draft.memberships.append(Membership(membership_id, Group(group_id)))

    def _add_groups(self, draft: Draft, source: Rows) -> set[tuple[Row, str]] | None:
        """Add and give what the groups' own lists say; None when not all could be read."""
        listed: set[tuple[Row, str]] | None = set()
        for member in draft.memberships:
            group_id = member.group.id
            if (source.kind, group_id) in draft.added:
                continue
            draft.added.add((source.kind, group_id))
            try:
                rows = source.of("GROUP", group_id)
            except AwsError as error:
                # People know the group by its name, if that at least can be read.
                name = self.names.group(member.group, []).label
                what = Unread.GRANTS_OF_GROUP.of(KIND_NAMES[source.kind], name)
                self._miss(draft, source.kind, what, error, path=Path.GROUP)
                listed = None
                continue
            draft.rows.update(((row, group_id), None) for row in rows)
            self.names.learn(rows)
            if listed is not None:
                listed.update((row, group_id) for row in rows)
        return listed

    def _compare(
        self, draft: Draft, kind: GrantKind, listed: set[tuple[Row, str]], inherited: set[tuple[Row, str]]
    ) -> None:
        """AWS may list what a group gives with the user, too. Where it does, both answers must agree."""
        different = listed ^ inherited
        if different:
            draft.disagreements += len(different)
            log.warning("two answers of AWS differ", user=draft.user.id, kind=str(kind), rows=len(different))

    def _try(
        self, draft: Draft, kind: GrantKind | None, what: str, read: Callable[[], T], *, path: Path | None = None
    ) -> T | None:
        """What `read` gives; None, and a problem, when it cannot be read. `kind` None: it may hide any kind."""
        try:
            return read()
        except AwsError as error:
            self._miss(draft, kind, what, error, path=path)
            return None

    def _miss(
        self, draft: Draft, kind: GrantKind | None, what: str, error: AwsError, *, path: Path | None = None
    ) -> None:
        self.kinds_missing |= {kind} if kind else set(GrantKind)
        draft.unread.append(Problem(what, str(error), passing=error.passes, kind=kind, path=path))
