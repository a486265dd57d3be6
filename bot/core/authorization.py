"""Who may do what to whom. Pure decisions: the caller has already resolved who a person is, user groups included."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from bot.core.access.sessions import LongSession
from bot.core.belonging import Standing
from bot.core.kinds import Kind, Role
from bot.core.models import LONGEST_SESSION, GrantKind, User, UserStatus
from bot.core.reasons import Code, Reason
from bot.core.typed_names import fold

# A deny is kept for at least as long as AWS advises.
LEAST_HOURS = int(LONGEST_SESSION.total_seconds()) // 3600


@dataclass(frozen=True, slots=True)
class Allowed:
    """Go ahead."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No, and why. `ask` holds the Slack ids of people and user groups who could do it."""

    reason: Reason
    ask: tuple[str, ...] = ()


Decision = Allowed | Refused
_WATCHES = Refused(Reason(Code.WATCH_ONLY))


class DenyStrategy(StrEnum):
    """Where denies are placed (LEAVERBOT_DENY_STRATEGY)."""

    AUTO = "auto"  # in a service control policy; in permission sets where it does not reach or none is named
    SCP = "scp"  # in a service control policy only
    INLINE = "inline"  # in the inline policies of permission sets only


@dataclass(frozen=True, slots=True)
class DenyRules:
    """How emergency denies are placed and when they end. `names`: by user name as well as by id. `hours`: the least
    time one is kept after the last way in is gone; `background_days`: how long if an application with background
    sessions was among the ways in.
    """

    policy_ids: tuple[str, ...] = ()
    strategy: DenyStrategy = DenyStrategy.AUTO
    names: bool = True
    hours: int = LEAST_HOURS
    background_days: int = 7

    @property
    def scp(self) -> bool:
        return bool(self.policy_ids) and self.strategy is not DenyStrategy.INLINE

    @property
    def inline(self) -> bool:
        return self.strategy is not DenyStrategy.SCP

    @property
    def ready(self) -> bool:
        return self.scp or self.inline

    def kept(self, long: Iterable[LongSession]) -> timedelta:
        """How long a deny is kept after the last way in is gone, given what may have had long sessions."""
        background = any(one.kind is GrantKind.APPLICATION for one in long)
        return max(timedelta(hours=self.hours), timedelta(days=self.background_days if background else 0))


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say. `responders` and `admins` hold Slack ids of people and user groups, `viewers` of channels,
    too.

    `protected` holds user names, user ids and globs over user names; case does not matter. `buttons`: people act with
    buttons in Slack; without, messages show the commands of the terminal, for which nobody needs a role in Slack.
    `terminal_identities`: ARNs of roles and users who may ask from a terminal, besides what leaverbot itself runs as.
    """

    responders: frozenset[str] = frozenset()
    admins: frozenset[str] = frozenset()
    protected: tuple[str, ...] = ()
    deny: DenyRules = DenyRules(strategy=DenyStrategy.SCP)
    dry_run: bool = False
    buttons: bool = True
    terminal_identities: tuple[str, ...] = ()
    viewers: frozenset[str] = frozenset()

    @property
    def deny_ready(self) -> bool:
        return self.deny.ready

    @property
    def watch_only(self) -> bool:
        """If nobody is named, the bot only watches."""
        return not self.responders and not self.admins

    @property
    def groups(self) -> tuple[str, ...]:
        """The Slack user groups among those who may act."""
        return tuple(sorted(name for name in self.responders | self.admins if name.startswith("S")))

    @property
    def viewing(self) -> tuple[str, ...]:
        """The channels and Slack user groups whose members may look."""
        return tuple(sorted(name for name in self.viewers if name.startswith(("C", "G", "S"))))

    def roles(self, memberships: Iterable[str]) -> frozenset[Role]:
        """The roles of a person, given the person's own id and the ids of the user groups the person is in."""
        ids = frozenset(memberships)
        if ids & self.admins:
            return frozenset({Role.ADMIN, Role.RESPONDER})
        return frozenset({Role.RESPONDER}) if ids & self.responders else frozenset()

    def is_protected(self, user: User) -> bool:
        """Whether no path may ever act on this user."""
        name, user_id = fold(user.user_name), fold(user.id)
        return any(pattern in {name, user_id} or fnmatchcase(name, pattern) for pattern in map(fold, self.protected))


def watches() -> Refused:
    """Nobody may act here."""
    return _WATCHES


@dataclass(frozen=True, slots=True)
class Ask:
    """A wish to act: what, and by somebody with these roles. A shut-out may include the delete, and a deny may be for
    somebody who is not disabled. `terminal`: by a proven AWS identity, about which the lists of Slack ids say nothing.
    """

    kind: Kind
    roles: frozenset[Role] = field(default_factory=frozenset)
    with_delete: bool = False
    not_disabled: bool = False
    terminal: bool = False


def may_view(
    rules: Rules, roles: frozenset[Role], user: str, *, inside: bool | None, standing: Standing | None
) -> Decision:
    """Whether somebody with these roles may see lists and people, and start scans.

    `inside`: whether they are in a channel or user group of the viewers; None: not known. `standing`: what they are to
    the organization; None: not known. Guests may look only where the settings name them by their own id, strangers
    never. What is not known lets nobody in.
    """
    if roles:
        return Allowed()
    ask = tuple(sorted(rules.responders | rules.admins))
    if standing in {Standing.STRANGER, Standing.GONE}:
        return Refused(Reason(Code.FOR_VIEWERS), ask)
    if user in rules.viewers:
        return Allowed()
    if inside is False or standing is Standing.GUEST:
        return Refused(Reason(Code.FOR_VIEWERS), ask)
    if inside is None or standing is None:
        return Refused(Reason(Code.VIEWERS_UNREAD), ask)
    return Allowed()


def may_review(rules: Rules, roles: frozenset[Role], *, terminal: bool = False) -> Decision:
    """Whether somebody with these roles may mark a case as reviewed."""
    if rules.watch_only and not terminal:
        return _WATCHES
    if Role.RESPONDER in roles:
        return Allowed()
    return Refused(Reason(Code.REVIEW_FOR_RESPONDERS), tuple(sorted(rules.responders | rules.admins)))


def may_stop_rules(rules: Rules, roles: frozenset[Role], *, terminal: bool = False) -> Decision:
    """Whether somebody with these roles may stop the rules for a person, or let them run."""
    if rules.watch_only and not terminal:
        return _WATCHES
    if Role.RESPONDER in roles:
        return Allowed()
    return Refused(Reason(Code.STOP_FOR_RESPONDERS), tuple(sorted(rules.responders | rules.admins)))


def may_ask(rules: Rules, ask: Ask) -> Decision:
    """Whether somebody with these roles may ask for this kind of action at all."""
    if rules.watch_only and not ask.terminal:
        return _WATCHES
    for_admins = _for_admins(ask, Code.FOR_ADMINS)
    if (Role.ADMIN if for_admins else Role.RESPONDER) in ask.roles:
        return Allowed()
    if for_admins:
        return Refused(for_admins, tuple(sorted(rules.admins)))
    return Refused(Reason(Code.FOR_RESPONDERS, kind=ask.kind), tuple(sorted(rules.responders | rules.admins)))


@dataclass(frozen=True, slots=True)
class Unsaid:
    """It depends on who is in these Slack user groups, and Slack has not told us recently."""

    groups: tuple[str, ...]


def may_begin(
    rules: Rules, ask: Ask, asker: str, groups: Mapping[str, frozenset[str] | None]
) -> Allowed | Refused | Unsaid:
    """Whether what somebody asked for may begin, by the roles they have now. `groups`: who is in each Slack user group
    that the settings name; None where that is not known. What a person may do by their own id needs no group.
    """
    sure = {asker, *(group for group, members in groups.items() if members is not None and asker in members)}
    if _allowed(rules, ask, sure):
        return Allowed()
    unknown = {group for group, members in groups.items() if members is None}
    if _allowed(rules, ask, sure | unknown):
        return Unsaid(tuple(sorted(unknown)))
    if rules.watch_only:
        return _WATCHES
    return Refused(_for_admins(ask, Code.ASKER_NO_ADMIN) or Reason(Code.ASKER_NO_RESPONDER))


def _allowed(rules: Rules, ask: Ask, ids: Collection[str]) -> bool:
    return isinstance(may_ask(rules, replace(ask, roles=rules.roles(ids))), Allowed)


def _for_admins(ask: Ask, code: Code) -> Reason | None:
    """The reason, with what of it only admins may do; None when responders may."""
    kind = ask.kind.optional if ask.with_delete and ask.kind.optional else ask.kind
    if kind.role is Role.ADMIN:
        return Reason(code, kind=kind)
    return Reason(code, kind=kind, not_disabled=True) if ask.not_disabled and kind.on_enabled else None


def protected(user: User) -> Refused:
    """Nobody and no path acts on this user."""
    return Refused(Reason(Code.PROTECTED, user))


def may_act_on(rules: Rules, kind: Kind, user: User, *, not_disabled: bool = False, own_name: str = "") -> Decision:
    """Whether this user may be acted on in this way, given the user as just read from AWS.

    `not_disabled`: an admin wants to deny somebody who is not disabled, and knows it. `own_name`: the user name whose
    session leaverbot runs as, "" for an ordinary role.
    """
    if kind.frees and kind.on_user:
        # Nobody stays denied because they were put on the list in the meantime.
        return Allowed()
    if rules.is_protected(user):
        return protected(user)
    if kind.denies and own_name and fold(own_name) == fold(user.user_name):
        return Refused(Reason(Code.OWN_SESSION, user))
    # An action made of steps goes ahead without the deny.
    if kind.denies and not kind.steps and not rules.deny_ready:
        return Refused(Reason(Code.DENY_NOT_SET_UP))
    if kind.on_enabled and not_disabled and user.status is not UserStatus.DISABLED:
        return Allowed()
    if user.status is UserStatus.ENABLED:
        return Refused(Reason(Code.ENABLED, user))
    if user.status is UserStatus.UNKNOWN:
        return Refused(Reason(Code.STATUS_UNKNOWN, user))
    return Allowed()
