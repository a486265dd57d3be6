"""Ways in, in words: what a grant leads to, how, and how bad it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from bot.core.access.severity import Severity
from bot.core.deny.placed import AccountCover
from bot.core.models import Grant, GrantKind, Path, Privilege, Use
from bot.core.views import DenyView
from bot.slack.wording.names import name_or_id
from bot.slack.wording.text import capital, clean, code, listed, name, plural, say, when

DEAD = "Nobody can use them, and AWS refuses to change them."
ONLY_MANAGEMENT = "leaverbot runs in another account; AWS lets only the management account change"
# Names of permission sets that everybody recognizes.
_SAYS_IT = {Privilege.ADMINISTRATOR: "administratoraccess", Privilege.POWER_USER: "poweruseraccess"}
_MARKS = {Privilege.ADMINISTRATOR: " (administrator)", Privilege.POWER_USER: " (power user)"}
_USES = {
    "UserAuthentication": "signed in",
    "CredentialChallenge": "was asked for credentials when signing in",
    "CredentialVerification": "gave credentials to sign in",
    "Authenticate": "opened the access portal",
    "ListAccounts": "looked at the accounts in the access portal",
    "ListAccountRoles": "looked at the roles in the access portal",
    "ListApplications": "looked at the applications in the access portal",
    "Federate": "opened an account from the access portal",
    "GetRoleCredentials": "signed in to an account",
    "CreateToken": "got a token to sign in from a terminal",
    "ConsoleLogin": "signed in to the console of an account",
}


def account_ids(grants: Iterable[Grant]) -> list[str]:
    """The distinct accounts of grants, in their order."""
    return list(dict.fromkeys(grant.account_id for grant in grants if grant.account_id))


def application_ids(grants: Iterable[Grant]) -> list[str]:
    """The distinct applications of grants, in their order."""
    return list(dict.fromkeys(grant.application_arn or "" for grant in grants if grant.kind is GrantKind.APPLICATION))


def last_part(arn: str | None) -> str:
    return (arn or "").rpartition("/")[2]


def application_label(arn: str | None, application_name: str | None, limit: int = 60) -> str:
    shown = application_name or ""
    return name(shown, limit) if clean(shown) and not shown.startswith("arn:") else code(last_part(arn or shown), limit)


def place(grant: Grant, management: str | None, limit: int, *, ids: bool = False) -> str:
    """Where a grant leads: the application, or the account, with the management account marked."""
    if grant.kind is GrantKind.APPLICATION:
        return f"application *{application_label(grant.application_arn, grant.application_name, limit)}*"
    shown = f"*{name_or_id(grant.account_name, grant.account_id, limit)}*"
    if ids and grant.account_id and clean(grant.account_name or ""):
        shown += f" {code(grant.account_id, limit)}"
    return shown + (" (management account)" if management and grant.account_id == management else "")


def permission(grant: Grant, limit: int) -> str:
    """What a grant allows there; "" for an application, where nobody can tell."""
    if grant.kind is GrantKind.APPLICATION:
        return ""
    if grant.kind is GrantKind.ENTITLEMENT:
        role = last_part(grant.role_arn)
        return f"role {code(role, limit)}{_mark(grant, role)} through account access"
    if clean(grant.permission_set_name or ""):
        return name(grant.permission_set_name, limit) + _mark(grant, grant.permission_set_name or "")
    return f"permission set {code(last_part(grant.permission_set_arn), limit)}{_mark(grant, '')}"


def _mark(grant: Grant, called: str) -> str:
    """What the name does not say."""
    level = grant.privilege
    return "" if level is None or _SAYS_IT.get(level, "") in called.casefold() else _MARKS[level]


def path(grant: Grant, limit: int) -> str:
    if grant.path is Path.DIRECT:
        return "directly"
    return f"through group *{name_or_id(grant.group_name, grant.group_id, limit)}*"


def what(grant: Grant, management: str | None, limit: int = 60, *, ids: bool = False) -> str:
    """*account* · permission set, or application *name*."""
    return " · ".join(part for part in (place(grant, management, limit, ids=ids), permission(grant, limit)) if part)


def grant_line(grant: Grant, management: str | None, limit: int = 60, *, ids: bool = False) -> str:
    """• *account* · permission set · path, and for a dead account its state."""
    parts = [what(grant, management, limit, ids=ids), path(grant, limit)]
    if not grant.usable:
        parts.append(f"account {account_status(grant)}")
    return "• " + " · ".join(parts)


def account_status(grant: Grant) -> str:
    return say((grant.account_status or "").replace("_", " ").lower(), 30)


@dataclass(frozen=True, slots=True)
class Held:
    """Which ways in an emergency deny blocks: `cover` says it account by account; None while none is in force."""

    cover: Mapping[str, bool | None] | None

    @classmethod
    def of(cls, deny: DenyView | None) -> Self:
        """Of a deny of which somebody removed anything, nothing is trusted to hold."""
        if deny is None:
            return cls(None)
        return cls.by(deny.cover, trusted=not deny.missing)

    @classmethod
    def by(cls, cover: Iterable[AccountCover], *, trusted: bool = True) -> Self:
        return cls({one.account.id: (one.covered if trusted or not one.covered else None) for one in cover})

    def blocks(self, grant: Grant) -> bool | None:
        """None: not known."""
        if self.cover is None or grant.kind is GrantKind.APPLICATION:
            return False
        return self.cover.get(grant.account_id or "")

    def mark(self, grant: Grant) -> str:
        """What follows a way in; nothing while no deny is in force, or where nobody can get in anyway."""
        if self.cover is None or not grant.usable:
            return ""
        return {True: " · blocked", False: " · *open*", None: " · *may be open*"}[self.blocks(grant)]


def how_many(grants: Sequence[Grant]) -> str:
    """7 ways in, 5 direct and 2 through groups."""
    direct = sum(grant.path is Path.DIRECT for grant in grants)
    grouped = len(grants) - direct
    if direct and grouped:
        groups = "groups" if grouped > 1 else "a group"
        return f"{plural(len(grants), 'way')} in, {direct} direct and {grouped} through {groups}"
    if direct:
        return f"{plural(direct, 'direct way')} in"
    return f"{plural(grouped, 'way')} in, through {plural(len({grant.group_id for grant in grants}), 'group')}"


def reach(accounts: int, applications: int, account: str = "AWS account") -> str:
    """4 AWS accounts and 2 applications."""
    parts = [plural(accounts, account)] if accounts else []
    return listed([*parts, *([plural(applications, "application")] if applications else [])])


def targets(grants: Iterable[Grant], limit: int = 30) -> list[str]:
    """What these grants lead to, each once and by name."""
    labels: dict[str, str] = {}
    for grant in grants:
        if grant.kind is GrantKind.APPLICATION:
            label = application_label(grant.application_arn, grant.application_name, limit)
            labels[f"application {grant.application_arn}"] = f"application {label}"
        else:
            labels[grant.account_id or ""] = name_or_id(grant.account_name, grant.account_id, limit)
    return list(labels.values())


def severity_line(level: Severity, grants: Sequence[Grant], management: str | None, used: Use | None = None) -> str:
    """The severity, and the reason for it."""
    why = ["used while disabled"] if used else []
    if any(grant.is_administrator for grant in grants):
        named = any(grant.is_administrator and grant.permission_set_name == "AdministratorAccess" for grant in grants)
        why.append("AdministratorAccess" if named else "administrator rights")
    if management and management in account_ids(grants):
        why.append("the management account")
    if not why and any(grant.is_power_user for grant in grants):
        named = any(grant.is_power_user and grant.permission_set_name == "PowerUserAccess" for grant in grants)
        why.append("PowerUserAccess" if named else "power user rights")
    if not why and level is Severity.HIGH:
        why.append(plural(len(account_ids(grants)), "account"))
    reason = f" ({listed(why)})" if why and level is not Severity.NORMAL else ""
    return f"Severity {level}{reason}"


def use_line(use: Use) -> str:
    """What was done last after the user was disabled, when, and where that stands."""
    region = f", {say(use.region, 30)}" if clean(use.region) else ""
    return f"{capital(use_words(use))} {when(use.at)} (CloudTrail{region})."


def use_logged(use: Use, grants: Iterable[Grant], management: str | None) -> str:
    """The same for Details: with the account that logged it, and what CloudTrail does not know."""
    names = {grant.account_id: grant.account_name for grant in grants if grant.account_name}
    where = ""
    if clean(use.account_id):
        marked = " (management account)" if use.account_id == management else ""
        where = f" It was logged in *{name_or_id(names.get(use.account_id), use.account_id)}*{marked}."
    return f"{use_line(use)}{where} CloudTrail knows the user id, not who was behind it."


def use_words(use: Use) -> str:
    """A CloudTrail event in words: signed in."""
    return _USES.get(use.event) or f"called {code(use.event, 60)} in AWS"


def needs_management_account(grants: Sequence[Grant]) -> str:
    """What can only be removed from the management account; "" for nothing."""
    if not grants:
        return ""
    it = "it" if len(grants) == 1 else "them"
    return f"{plural(len(grants), 'grant')} in the management account: act from there ({ONLY_MANAGEMENT} {it})."
