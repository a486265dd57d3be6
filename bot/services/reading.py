"""Read people completely: every way in of a leaver, with what could not be read said and never left out."""

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from typing import TypeVar

from bot.core.errors import AwsError, AwsUnavailable
from bot.core.models import (
    DEAD_ACCOUNT_STATES,
    Account,
    Grant,
    GrantKind,
    Group,
    Membership,
    Path,
    PermissionSet,
    PersonRead,
    Problem,
    User,
)
from bot.ports import Access, Assignment, Directory

# Enough to keep the limiter busy while answers travel; the limiter decides how fast AWS is asked.
READERS = 8

T = TypeVar("T")
NO_ROWS: tuple[Assignment, ...] = ()
NO_MEMBERSHIPS: tuple[Membership, ...] = ()
# A list of accounts this old, in seconds, is better than none when AWS can not be asked for it now.
OLD_ACCOUNTS = 86_400.0


class Once:
    """Runs each read once for all who need its result, errors included: one call for each distinct group."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[tuple[str, str], threading.Lock] = {}
        self._results: dict[tuple[str, str], tuple[object, AwsError | None]] = {}

    def get(self, kind: str, key: str, read: Callable[[], T]) -> T:
        """The result of `read` for (kind, key), or the AwsError that it raised the first time."""
        name = (kind, key)
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._results:
                try:
                    self._results[name] = (read(), None)
                except AwsError as error:
                    self._results[name] = (None, error)
            value, failed = self._results[name]
        if failed:
            raise failed
        return value  # type: ignore[return-value]  # what `read` of this kind and key returned


class People:
    """Reads people for one scan or one dialog; what several people share is read once.

    `max_account_age`: how old, in seconds, the list of accounts may be (its names and states).
    """

    def __init__(self, directory: Directory, access: Access, *, max_account_age: float = 0.0) -> None:
        self._directory, self._access = directory, access
        self._max_account_age = max_account_age
        self._once = Once()
        self._accounts: Mapping[str, Account] = {}
        self._no_accounts: Problem | None = None
        self.management_account_id: str | None = None

    def prepare(self) -> tuple[Problem, ...]:
        """Read what everybody shares, accounts and organization. Gives what could not be read; accounts that could
        not be read are also a problem of each person with a grant in one.
        """
        problems: list[Problem] = []
        try:
            self.management_account_id = self._access.management_account_id()
        except AwsError as error:
            problems.append(Problem("which account is the management account", str(error), detail=True))
        try:
            self._accounts = self._access.accounts(max_age=self._max_account_age)
        except AwsError as error:
            what = "the list of accounts (names and whether they are active)"
            passing = isinstance(error, AwsUnavailable)
            self._no_accounts = Problem(what, str(error), detail=True, passing=passing)
            problems.append(self._no_accounts)
            self._accounts = self._try([], "", lambda: self._access.accounts(max_age=OLD_ACCOUNTS), self._accounts)
        return tuple(problems)

    def read_all(self, users: Iterable[User], done: Callable[[PersonRead], None]) -> None:
        """Read each user on several threads; `done` is called for each, one at a time."""
        lock = threading.Lock()

        def read(user: User) -> None:
            result = self.read(user)
            with lock:
                done(result)

        with ThreadPoolExecutor(READERS, thread_name_prefix="reader") as pool:
            for future in [pool.submit(copy_context().run, read, user) for user in users]:
                future.result()

    def read(self, user: User, *, name_every_group: bool = False) -> PersonRead:
        """The user with every grant. What failed is in `unread`; everything else is there all the same."""
        unread: list[Problem] = []
        who = f"{user.label} ({user.id})" if user.label != user.id else user.id
        own = self._try(
            unread, f"account assignments of {who}", lambda: self._access.assignments("USER", user.id), NO_ROWS
        )
        members = self._try(
            unread, f"group memberships of {who}", lambda: self._directory.memberships(user.id), NO_MEMBERSHIPS
        )
        direct = dict.fromkeys(row for row in own if row.principal_type == "USER" and row.principal_id == user.id)
        grants = [self._grant(row, None, unread) for row in direct]
        memberships: list[Membership] = []
        for member in self._with_inherited(members, own, user, unread):
            rows = self._group_rows(member.group.id, own, unread)
            group = self._named(member.group, unread) if rows or name_every_group else member.group
            memberships.append(replace(member, group=group))
            grants += [self._grant(row, group, unread) for row in rows]
        return PersonRead(user, tuple(grants), tuple(memberships), tuple(unread))

    def read_one(self, user: User, *, name_every_group: bool = False) -> PersonRead:
        """Prepare and read, for one person alone."""
        shared = self.prepare()
        read = self.read(user, name_every_group=name_every_group)
        more = tuple(problem for problem in shared if problem not in read.unread)
        return replace(read, unread=(*more, *read.unread))

    def only_assignment(self, account_id: str, permission_set_arn: str) -> bool:
        """Whether this permission set has just one assignment in this account; False when it can not be read."""
        rows = self._try([], "", lambda: self._access.assigned(account_id, permission_set_arn), NO_ROWS)
        return len(rows) == 1

    def _with_inherited(
        self, members: tuple[Membership, ...], own: tuple[Assignment, ...], user: User, unread: list[Problem]
    ) -> list[Membership]:
        """The memberships, and those that only show in inherited rows of the user's own assignments.

        Whether memberships of a disabled user are always listed is documented nowhere (facts 2.5).
        """
        known = {member.group.id for member in members}
        inherited = sorted({row.principal_id for row in own if row.principal_type == "GROUP"} - known)
        extra = []
        for group_id in inherited:
            membership_id = self._try(
                unread,
                f"the membership of {user.label} in group {group_id}",
                lambda group_id=group_id: self._directory.membership_in(group_id, user.id),  # type: ignore[misc]
                None,
            )
            extra.append(Membership(membership_id or "", Group(group_id)))
        return [*members, *extra]

    def _group_rows(self, group_id: str, own: tuple[Assignment, ...], unread: list[Problem]) -> list[Assignment]:
        """The group's assignments: what the group's own list says, and what the user's list says it inherits."""
        try:
            listed = self._once.get("group rows", group_id, lambda: self._access.assignments("GROUP", group_id))
        except AwsError as error:
            # People know the group by its name, if that at least can be read.
            name = self._named(Group(group_id), []).label
            passing = isinstance(error, AwsUnavailable)
            unread.append(Problem(f"account assignments of group {name}", str(error), passing=passing))
            listed = NO_ROWS
        inherited = [row for row in own if row.principal_type == "GROUP" and row.principal_id == group_id]
        return list(dict.fromkeys([*listed, *inherited]))

    def _named(self, group: Group, unread: list[Problem]) -> Group:
        return self._try(
            unread,
            f"the name of group {group.id}",
            lambda: self._once.get("group", group.id, lambda: self._directory.group(group.id)),
            group,
            detail=True,
        )

    def _grant(self, row: Assignment, group: Group | None, unread: list[Problem]) -> Grant:
        arn = row.permission_set_arn
        permission_set = self._try(
            unread,
            f"permission set {arn}",
            lambda: self._once.get("permission set", arn, lambda: self._access.permission_set(arn)),
            PermissionSet(arn),
            detail=True,
        )
        account = self._account(row.account_id, unread)
        return Grant(
            kind=GrantKind.ACCOUNT,
            path=Path.GROUP if group else Path.DIRECT,
            group_id=group.id if group else None,
            group_name=(group.name or None) if group else None,
            group_scim=group.scim if group else False,
            account_id=row.account_id,
            account_name=(account.name or None) if account else None,
            account_status=account.status if account else None,
            permission_set_arn=arn,
            permission_set_name=permission_set.name or None,
            session_seconds=permission_set.session_seconds,
        )

    def _account(self, account_id: str, unread: list[Problem]) -> Account | None:
        """The account; one that is not in a list read a while ago may be new, so the list is read again, once."""
        if account_id not in self._accounts and not self._no_accounts and self._max_account_age:
            what = "the list of accounts (names and whether they are active)"
            read = lambda: self._once.get("accounts", "again", self._access.accounts)  # noqa: E731 - said in place
            self._accounts = self._try(unread, what, read, self._accounts, detail=True)
        account = self._accounts.get(account_id)
        why = "it is not in the organization's list of accounts"
        missing = Problem(f"account {account_id}", why, detail=True)
        problem = self._no_accounts or missing
        # An old list will do for a name; that nobody can get into an account it does not prove.
        dead = self._no_accounts and account and account.status in DEAD_ACCOUNT_STATES
        if dead:
            problem = replace(problem, detail=False)
        if (account is None or dead) and problem not in unread:
            unread.append(problem)
        return account

    def _try(self, unread: list[Problem], what: str, read: Callable[[], T], otherwise: T, *, detail: bool = False) -> T:
        """What `read` gives; `otherwise`, and a problem, when it can not be read."""
        try:
            return read()
        except AwsError as error:
            problem = Problem(what, str(error), detail=detail, passing=isinstance(error, AwsUnavailable))
            if problem not in unread:
                unread.append(problem)
            return otherwise
