"""Who may do what to whom. Pure decisions; who a person is (user groups included) is resolved before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from unicodedata import normalize

from bot.core.models import User, UserStatus
from bot.core.plans import ActionKind


class Role(StrEnum):
    RESPONDER = "responder"  # may revoke, deny and lift
    ADMIN = "admin"  # may delete too


@dataclass(frozen=True, slots=True)
class Allowed:
    """Go ahead."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No, and `reason` says why and what to do instead, in plain text for the person who asked.

    `ask` holds the Slack ids of people and user groups who could do it.
    """

    reason: str
    ask: tuple[str, ...] = ()


Decision = Allowed | Refused


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say. `responders` and `admins` hold Slack user ids and user-group ids.

    `protected` holds user names, user ids and globs over user names; case does not matter.
    """

    responders: frozenset[str] = frozenset()
    admins: frozenset[str] = frozenset()
    protected: tuple[str, ...] = ()
    deny_ready: bool = False
    dry_run: bool = False

    @property
    def watch_only(self) -> bool:
        """With nobody named the bot only watches."""
        return not self.responders and not self.admins

    def roles(self, memberships: Iterable[str]) -> frozenset[Role]:
        """The roles of a person, given the person's own id and the ids of the user groups the person is in."""
        ids = frozenset(memberships)
        if ids & self.admins:
            return frozenset({Role.ADMIN, Role.RESPONDER})
        return frozenset({Role.RESPONDER}) if ids & self.responders else frozenset()

    def is_protected(self, user: User) -> bool:
        """Whether no path may ever act on this user."""
        name, user_id = _fold(user.user_name), _fold(user.id)
        return any(pattern in {name, user_id} or fnmatchcase(name, pattern) for pattern in map(_fold, self.protected))


def _fold(text: str) -> str:
    """One spelling for what people read as the same: neither case nor the way an accent is encoded matters."""
    return normalize("NFC", normalize("NFD", text).casefold())


@dataclass(frozen=True, slots=True)
class Ask:
    """A wish to act: what, and by somebody with these roles."""

    kind: ActionKind
    roles: frozenset[Role] = field(default_factory=frozenset)


def may_ask(rules: Rules, ask: Ask) -> Decision:
    """Whether somebody with these roles may ask for this kind of action at all."""
    if rules.watch_only:
        return Refused(
            "leaverbot only watches here: nobody is named in LEAVERBOT_RESPONDERS or LEAVERBOT_ADMINS. "
            "This attempt was noted.",
        )
    needed = Role.ADMIN if ask.kind is ActionKind.DELETE else Role.RESPONDER
    if needed in ask.roles:
        return Allowed()
    if needed is Role.ADMIN:
        return Refused(
            "You can see this case, but only admins may delete a user. This attempt was noted.",
            tuple(sorted(rules.admins)),
        )
    return Refused(
        f"You can see this case, but only responders may {ask.kind}. This attempt was noted.",
        tuple(sorted(rules.responders | rules.admins)),
    )


def protected(user: User) -> Refused:
    """Nobody and no path acts on this user."""
    return Refused(f"{user.label} is protected (LEAVERBOT_PROTECTED_USERS), so leaverbot never acts on this user.")


def may_touch(rules: Rules, kind: ActionKind, user: User) -> Decision:
    """Whether this user may be acted on in this way, given the user as read from AWS just now."""
    if rules.is_protected(user):
        return protected(user)
    if kind is ActionKind.LIFT:
        return Allowed()
    if user.status is UserStatus.ENABLED:
        return Refused(
            f"{user.label} is enabled in Identity Center, so nothing was changed. If that is wrong, "
            "disable the account in your directory first."
        )
    if user.status is UserStatus.UNKNOWN:
        return Refused(
            f"AWS did not say whether {user.label} is enabled or disabled, so nothing was changed. "
            "Check the user in the Identity Center console."
        )
    if kind is ActionKind.DENY and not rules.deny_ready:
        return Refused(
            "Emergency deny is not set up: LEAVERBOT_DENY_SCP_ID names no policy. "
            "The README says how to create it; it takes two commands."
        )
    return Allowed()
