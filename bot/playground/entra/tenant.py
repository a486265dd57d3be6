"""One tenant: its accounts, those in the deleted items, and the applications that may ask for tokens."""

import random
import re
import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from cryptography.x509 import Certificate

_OBJECT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The application permission that lists users and deleted users at least need: learn.microsoft.com, "List users" and
# "List deletedItems".
READ_USERS = "User.Read.All"


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the tenant. The principal name of a deleted one begins with its object id without dashes."""

    id: str
    user_principal_name: str
    display_name: str = ""
    mail: str | None = None
    mail_nickname: str = ""
    enabled: bool = True
    deleted_at: datetime | None = None


class Provisioned(Protocol):
    """A user whom Entra provisioned somewhere else, as that place knows them. `status`: "DISABLED" is off."""

    @property
    def id(self) -> str: ...
    @property
    def external_id(self) -> str | None: ...
    @property
    def user_name(self) -> str | None: ...
    @property
    def display_name(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def status(self) -> str | None: ...


@dataclass(slots=True)
class Application:
    """An application registration with what proves that somebody is it, and the permissions an admin consented to."""

    client_id: str
    secret: str = ""
    certificate: Certificate | None = None
    permissions: set[str] = field(default_factory=lambda: {READ_USERS})


class Tenant:
    """What a test or the playground changes while the server answers; safe from any thread."""

    def __init__(
        self, *, seed: int = 1, now: Callable[[], datetime] = lambda: datetime.now(UTC), token_seconds: int = 3599
    ) -> None:
        self._chance = random.Random(seed)
        self.now, self.token_seconds = now, token_seconds
        self.id = self._new_id()
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}
        self.deleted: dict[str, Account] = {}
        self.applications: dict[str, Application] = {}

    def add_application(self, secret: str = "", certificate: Certificate | None = None) -> Application:
        """An application that may read users."""
        made = Application(self._new_id(), secret, certificate)
        self.applications[made.client_id] = made
        return made

    def add_user(
        self,
        user_principal_name: str,
        display_name: str = "",
        mail: str | None = None,
        *,
        enabled: bool = True,
        object_id: str = "",
    ) -> str:
        """A new account; returns its object id. Raises ValueError when somebody has the name."""
        nickname = user_principal_name.partition("@")[0]
        made = Account(object_id or self._new_id(), user_principal_name, display_name, mail, nickname, enabled)
        with self.lock:
            if self._is_taken(user_principal_name):
                raise ValueError(f"somebody is called {user_principal_name}")
            self.accounts[made.id] = made
        return made.id

    def mirror(self, users: Iterable[Provisioned]) -> dict[str, str]:
        """An account for each user that another directory manages, on or off as the user is; the object ids by the id
        of the user. An external id of the form of an object id becomes the object id.
        """
        made = {}
        for user in users:
            if user.external_id is None or not user.user_name:
                continue
            object_id = user.external_id if _OBJECT_ID.fullmatch(user.external_id) else ""
            on = user.status != "DISABLED"
            given = (user.user_name, user.display_name or "", user.email)
            made[user.id] = self.add_user(*given, enabled=on, object_id=object_id)
        return made

    def set_enabled(self, object_id: str, *, enabled: bool) -> None:
        """Block the sign-in, or allow it again."""
        with self.lock:
            self.accounts[object_id] = replace(self.accounts[object_id], enabled=enabled)

    def delete(self, object_id: str) -> None:
        """Move the account to the deleted items."""
        with self.lock:
            account = self.accounts.pop(object_id)
            name = object_id.replace("-", "") + account.user_principal_name
            self.deleted[object_id] = replace(account, user_principal_name=name, deleted_at=self.now())

    def restore(self, object_id: str) -> None:
        """Take the account out of the deleted items again."""
        with self.lock:
            account = self.deleted.pop(object_id)
            name = account.user_principal_name.removeprefix(object_id.replace("-", ""))
            self.accounts[object_id] = replace(account, user_principal_name=name, deleted_at=None)

    def purge(self, object_id: str) -> None:
        """Delete the account for good."""
        with self.lock:
            del self.deleted[object_id]

    def _is_taken(self, name: str) -> bool:
        return any(account.user_principal_name.casefold() == name.casefold() for account in self.accounts.values())

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
