"""What the directory that people are provisioned from (Entra ID) says about a leaver, and whose account is theirs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.models import User

# docs/facts.md#entra-deleted-users
RESTORABLE = timedelta(days=30)
_OBJECT_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Off(StrEnum):
    """How an account is off in its directory."""

    DISABLED = "disabled"
    DELETED = "deleted"  # it can still be restored


class Unseen(StrEnum):
    """Why the directory could not say what became of somebody."""

    NOT_FOUND = "not_found"
    SEVERAL = "several"  # more than one account may be theirs
    UNCERTAIN = "uncertain"  # one account was found, and only one attribute agrees
    REFUSED = "refused"  # leaverbot may not read it
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    UNREADABLE = "unreadable"  # it answered, and left out what was asked for
    TOO_SLOW = "too_slow"


@dataclass(frozen=True, slots=True)
class OffThere:
    """The account is disabled or deleted there, too. `restorable_until`: until when a deleted one can be restored; None
    when that is not known, and for a disabled one. `name`: the account's own name there.
    """

    how: Off
    restorable_until: datetime | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class ActiveThere:
    """The account is enabled there, so the two directories disagree. `name`: the account's own name there."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class CouldNotLook:
    """Nothing is known. `said`: the directory's own reason, as plain text, where it gave one."""

    why: Unseen
    said: str = ""


Looked = OffThere | ActiveThere | CouldNotLook


@dataclass(frozen=True, slots=True)
class SourceLook:
    """What the last look showed, and when that was."""

    looked: Looked
    at: datetime


class Attribute(StrEnum):
    """What of a user may agree with an account."""

    OBJECT_ID = "object id"
    PRINCIPAL_NAME = "principal name"
    MAIL = "mail"
    NICKNAME = "nickname"
    DISPLAY_NAME = "display name"


# What an account is found by, the surest first.
_FOUND_BY = (Attribute.OBJECT_ID, Attribute.PRINCIPAL_NAME, Attribute.MAIL)


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """An account of the directory. `principal_name` is as the directory gives it; `enabled` is None when it was left
    out. `deleted_at` is the time of a soft deletion, if known.
    """

    id: str
    principal_name: str = ""
    mail: str = ""
    nickname: str = ""
    display_name: str = ""
    enabled: bool | None = None
    deleted: bool = False
    deleted_at: datetime | None = None

    @property
    def name(self) -> str:
        """The principal name as it was before a deletion, which puts the object id without dashes in front of it
        (docs/facts.md#entra-deleted-users).
        """
        prefix, name = self.id.replace("-", ""), self.principal_name
        return name[len(prefix) :] if self.deleted and _same(name[: len(prefix)], prefix) else name


def object_ids(user: User) -> tuple[str, ...]:
    """The ids that other directories give this user and that may be object ids: those of their form."""
    return tuple(one.id.lower() for one in user.external_ids if _OBJECT_ID.fullmatch(one.id))


def looked(user: User, accounts: Iterable[SourceAccount]) -> Looked:
    """What these accounts, all that may be the user's, say about them.

    The account is found by object id, else by principal name, else by mail, and must agree in a second attribute.
    """
    known = _by_id(accounts)
    agreeing = {account.id: agreement(user, account) for account in known}
    by = next((one for one in _FOUND_BY if any(one in agrees for agrees in agreeing.values())), None)
    if by is None:
        return CouldNotLook(Unseen.NOT_FOUND)
    found = [account for account in known if by in agreeing[account.id]]
    if len(found) > 1:
        return CouldNotLook(Unseen.SEVERAL)
    if len(agreeing[found[0].id]) == 1:
        return CouldNotLook(Unseen.UNCERTAIN)
    rivals = [one for one in known if one is not found[0] and agreeing[one.id].intersection(_FOUND_BY)]
    return CouldNotLook(Unseen.SEVERAL) if _doubtful(by, found[0], rivals) else _state(found[0])


def _doubtful(by: Attribute, account: SourceAccount, rivals: Sequence[SourceAccount]) -> bool:
    """Whether another account of the same name or mail may be theirs instead. An object id is never given again; still,
    an account that is off does not say that its owner is, while another of that name is not.
    """
    if by is not Attribute.OBJECT_ID:
        return bool(rivals)
    return isinstance(_state(account), OffThere) and not all(isinstance(_state(one), OffThere) for one in rivals)


def agreement(user: User, account: SourceAccount) -> frozenset[Attribute]:
    """In what the user and the account agree; what is empty agrees with nothing. Upper and lower case are the same."""
    ids = [one.id for one in user.external_ids]
    same = {
        Attribute.OBJECT_ID: any(_same(one, account.id) for one in ids),
        Attribute.PRINCIPAL_NAME: _same(user.user_name, account.name),
        Attribute.MAIL: _same(user.email, account.mail),
        Attribute.NICKNAME: any(_same(one, account.nickname) for one in ids),
        Attribute.DISPLAY_NAME: _same(user.display_name, account.display_name),
    }
    return frozenset(attribute for attribute, agrees in same.items() if agrees)


def _by_id(accounts: Iterable[SourceAccount]) -> list[SourceAccount]:
    """Each account once. One that was read twice, as it was just restored or deleted, counts as it is most on."""
    once: dict[str, SourceAccount] = {}
    for account in sorted(accounts, key=_how_off):
        once.setdefault(account.id.casefold(), account)
    return list(once.values())


def _how_off(account: SourceAccount) -> tuple[bool, bool, bool]:
    return account.deleted, account.enabled is False, account.enabled is None


def _state(account: SourceAccount) -> Looked:
    if account.deleted:
        until = account.deleted_at + RESTORABLE if account.deleted_at else None
        return OffThere(Off.DELETED, until, account.name)
    if account.enabled is None:
        return CouldNotLook(Unseen.UNREADABLE)
    return ActiveThere(account.name) if account.enabled else OffThere(Off.DISABLED, None, account.name)


def _same(one: str, other: str) -> bool:
    return bool(one.strip()) and one.strip().casefold() == other.strip().casefold()
