"""Rows turned into grants, with the names of accounts, permission sets, applications and groups; each read once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

import structlog

from bot.core.access.person_read import Problem
from bot.core.access.privilege import privilege_of_name
from bot.core.errors import AwsError, AwsNotFound
from bot.core.models import (
    APPLICATION_SESSION,
    DEAD_ACCOUNT_STATES,
    ENTITLEMENT_SESSION,
    Account,
    Application,
    Grant,
    GrantKind,
    Group,
    Path,
    PermissionSet,
)
from bot.core.scan.wording import Unread, Why
from bot.ports import Access, ApplicationAssignment, Assignment, Directory, Entitlement, Row
from bot.services.scan.sources import Once

log = structlog.get_logger(__name__)

T = TypeVar("T")
# When AWS does not give the list of accounts now, one this old is better than none. In seconds.
OLD_ACCOUNTS = 86_400.0
# One that this scan or dialog read so many seconds ago is not read again.
FRESH_ACCOUNTS = 60.0


class GrantNamer:
    """Turns rows into grants. A name that cannot be read is a problem of everybody who holds such a grant."""

    def __init__(self, directory: Directory, access: Access, max_account_age: float = 0.0) -> None:
        self._directory, self._access = directory, access
        self._max_account_age = max_account_age
        self._once = Once()
        self._accounts: Mapping[str, Account] = {}
        self._no_accounts: Problem | None = None
        self.management_account_id: str | None = None
        self.caller_account_id: str | None = None
        # Permission sets whose policies AWS does not let us see.
        self.unknown_privileges: set[str] = set()
        # Applications that may have background sessions; AWS did not say.
        self.unknown_background: set[str] = set()

    def prepare(self) -> tuple[Problem, ...]:
        """Read accounts, organization and the bot's own account; what could not be read."""
        problems: list[Problem] = []
        try:
            self._accounts = self._access.accounts(max_age=self._max_account_age)
        except AwsError as error:
            self._no_accounts = Problem(Unread.ACCOUNTS, str(error), detail=True, passing=error.passes)
            problems.append(self._no_accounts)
            try:
                self._accounts = self._access.accounts(max_age=OLD_ACCOUNTS)
            except AwsError:
                self._accounts = {}
        for what, read, take in (
            (Unread.MANAGEMENT_ACCOUNT, self._access.management_account_id, "management_account_id"),
            (Unread.OWN_ACCOUNT, self._access.caller_account_id, "caller_account_id"),
        ):
            try:
                setattr(self, take, read())
            except AwsError as error:
                problems.append(Problem(what, str(error), detail=True, passing=error.passes))
        return tuple(problems)

    @property
    def account_count(self) -> int:
        return len(self._accounts)

    def learn(self, rows: Iterable[Row]) -> None:
        """Read permission sets ahead of time; what fails is reported when a grant needs it."""
        for row in rows:
            if isinstance(row, Assignment):
                self._try([], "", partial(self._permission_set, row.permission_set_arn), None)

    def group(self, group: Group, unread: list[Problem]) -> Group:
        """The group with its name; as given, and a problem, when it cannot be read."""
        what = Unread.GROUP_NAME.of(group.id)
        return self._try(
            unread, what, lambda: self._once.get("group", group.id, lambda: self._directory.group(group.id)), group
        )

    def is_gone(self, user_id: str) -> bool | None:
        """Whether this user does not exist any more; None when AWS cannot be asked."""
        try:
            self._directory.user(user_id)
        except AwsNotFound:
            return True
        except AwsError:
            return None
        return False

    def grant(self, row: Row, group: Group | None, unread: list[Problem]) -> Grant:
        """The row as a grant, through this group if there is one."""
        grant = Grant(
            kind=GrantKind.ACCOUNT,
            path=Path.GROUP if group else Path.DIRECT,
            group_id=group.id if group else None,
            group_name=(group.name or None) if group else None,
            group_scim=group.scim if group else False,
        )
        if isinstance(row, ApplicationAssignment):
            return self._application_grant(row, grant, unread)
        if isinstance(row, Entitlement):
            grant = replace(
                grant,
                kind=GrantKind.ENTITLEMENT,
                entitlement_id=row.id,
                role_arn=row.role_arn,
                session_seconds=ENTITLEMENT_SESSION,
                privilege=privilege_of_name(row.role_arn.rpartition("/")[2]),
            )
            return self._in_account(row.account_id, grant, unread)
        return self._in_account(row.account_id, self._account_grant(row, grant, unread), unread)

    def _account_grant(self, row: Assignment, grant: Grant, unread: list[Problem]) -> Grant:
        arn = row.permission_set_arn
        found = self._try(unread, Unread.PERMISSION_SET.of(arn), lambda: self._permission_set(arn), PermissionSet(arn))
        if found.name and found.privilege is None:
            self.unknown_privileges.add(arn)
        return replace(
            grant,
            permission_set_arn=arn,
            permission_set_name=found.name or None,
            session_seconds=found.session_seconds,
            privilege=found.privilege,
        )

    def _application_grant(self, row: ApplicationAssignment, grant: Grant, unread: list[Problem]) -> Grant:
        arn = row.application_arn
        read = lambda: self._once.get("application", arn, lambda: self._access.application(arn))  # noqa: E731 - read where it is used
        named = self._try(unread, Unread.APPLICATION_NAME.of(arn), read, Application(arn))
        return replace(
            grant,
            kind=GrantKind.APPLICATION,
            application_arn=arn,
            application_name=named.name or None,
            session_seconds=APPLICATION_SESSION,
            background=self._background(arn),
        )

    def _background(self, arn: str) -> bool | None:
        """Whether the application has background sessions. None (unknown) hides no access; the scan notes it."""
        try:
            found = self._once.get("background", arn, lambda: self._access.background_sessions(arn))
        except AwsError as error:
            log.warning("whether an application has background sessions is not known", arn=arn, why=str(error))
            found = None
        if found is None:
            self.unknown_background.add(arn)
        return found

    def _permission_set(self, arn: str) -> PermissionSet:
        return self._once.get("permission set", arn, lambda: self._access.permission_set(arn))

    def _in_account(self, account_id: str, grant: Grant, unread: list[Problem]) -> Grant:
        account = self._account(account_id, unread)
        return replace(
            grant,
            account_id=account_id,
            account_name=(account.name or None) if account else None,
            account_status=account.status if account else None,
        )

    def _account(self, account_id: str, unread: list[Problem]) -> Account | None:
        """The account. An old list lacks new accounts, and one that is dead in it may have come back to life, so then
        the list is read again, once.
        """
        known = self._accounts.get(account_id)
        doubtful = known is None or known.status in DEAD_ACCOUNT_STATES
        if doubtful and not self._no_accounts and self._max_account_age:
            # A missing account may be newer than any list; whether one is dead, a list read by this scan tells.
            max_age = 0.0 if known is None else FRESH_ACCOUNTS
            fresh = lambda: self._access.accounts(max_age=max_age)  # noqa: E731 - read where it is used
            read = lambda: self._once.get("accounts", f"after {max_age}", fresh)  # noqa: E731 - read where it is used
            self._accounts = self._try(unread, Unread.ACCOUNTS, read, self._accounts)
        account = self._accounts.get(account_id)
        missing = Problem(Unread.ACCOUNT.of(account_id), Why.NO_SUCH_ACCOUNT, detail=True)
        problem = self._no_accounts or missing
        # An old list is good enough for a name; it does not prove that nobody can get into an account.
        dead = self._no_accounts and account and account.status in DEAD_ACCOUNT_STATES
        if dead:
            problem = replace(problem, detail=False)
        if account is None or dead:
            unread.append(problem)
        return account

    def _try(self, unread: list[Problem], what: str, read: Callable[[], T], otherwise: T) -> T:
        """What `read` gives; `otherwise`, and a problem, when it cannot be read."""
        try:
            return read()
        except AwsError as error:
            unread.append(Problem(what, str(error), detail=True, passing=error.passes))
            return otherwise
