"""The types of settings, each with what is checked of it. No message repeats a value: it may be a token."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter
from pydantic import AfterValidator, BeforeValidator, PlainValidator, SecretStr
from pydantic_settings import NoDecode

from bot.core.access.severity import Severity
from bot.core.authorization import Rules
from bot.core.rules.durations import Durations, parse
from bot.core.rules.rules import AUTO_DELETE, AutoRules
from bot.core.terminal.identities import NAMED
from bot.core.text import listed
from bot.core.typed_names import named

# What Slack gives an app whose tokens expire (docs.slack.dev, Using token rotation).
_ROTATING = ("xoxe.", "xoxe-")
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def trimmed(value: Any) -> Any:
    """A value without the white space around it. Raises ValueError when a character in it cannot be seen."""
    if not isinstance(value, str):
        return value
    value = value.strip()
    for number, letter in enumerate(value, start=1):
        if not letter.isprintable():
            name = unicodedata.name(letter, f"U+{ord(letter):04X}")
            raise ValueError(f"character {number} is invisible: {name}; type the value again")
    return value


def _split(value: Any) -> Any:
    """A comma separated list; an empty text is an empty list."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _names(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in map(named, values) if name)


def _cron(value: str) -> str:
    # R and H make croniter choose a time by chance.
    chance = re.search(r"(^|[\s,/])[RHrh](\(|[\s,/]|$)", value)
    if chance or len(value.split()) != 5 or not croniter.is_valid(value):
        raise ValueError("not a cron schedule of five fields")
    try:
        croniter(value, datetime.now(UTC)).get_next(datetime)
    except CroniterError as error:
        raise ValueError("a date that never comes") from error
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:
        raise ValueError("not a time zone name") from error
    return value


def _slack_ids(values: tuple[str, ...]) -> tuple[str, ...]:
    for number, value in enumerate(values, start=1):
        if not value.isalnum() or value[0] not in "UWS" or value != value.upper():
            raise ValueError(f"entry {number} is not a Slack id")
    return values


def _viewers(values: tuple[str, ...]) -> tuple[str, ...]:
    for number, value in enumerate(values, start=1):
        if not re.fullmatch(r"[UWSCG][A-Z0-9]+", value):
            raise ValueError(f"entry {number} is not the Slack id of a person, a user group or a channel")
    return tuple(dict.fromkeys(values))


def _like(pattern: str, why: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(why)
        return value

    return AfterValidator(check)


def _token(prefix: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if token.startswith(_ROTATING):
            raise ValueError(
                "token rotation is on for this Slack app, and leaverbot does not renew tokens: switch it off, or "
                "create the app again from manifest.yml"
            )
        if not token.startswith(prefix):
            raise ValueError(f"does not start with {prefix}")
        # It goes into an HTTP header.
        if not re.fullmatch(r"[!-~]+", token):
            raise ValueError("has a character that no token has")
        return value

    return AfterValidator(check)


def _parts(value: str) -> SplitResult:
    """An address taken apart. Raises ValueError, which names no part of it."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("not an address") from None
    return parts


def _url(value: str) -> str:
    parts = _parts(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("not an address")
    return value if value.endswith("/") else f"{value}/"


def _queue(value: str) -> str:
    """The URL of a queue, "" for none: https://<host>/<account>/<name>."""
    if not value:
        return value
    parts = _parts(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError("not the URL of a queue")
    if not re.fullmatch(r"/\d{12}/[A-Za-z0-9_-]{1,80}", parts.path) or parts.query or parts.username:
        raise ValueError("not the URL of a standard queue, which ends in an account id and a queue name")
    return value


def _https(value: str) -> str:
    """An address without anything after the host: a client secret is sent there, so never in the clear."""
    parts = _parts(value)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.path.strip("/") or parts.query:
        raise ValueError("not an address that begins with https:// and ends with its host")
    return value.rstrip("/")


def _entra_secret(value: SecretStr) -> SecretStr:
    if _GUID.fullmatch(value.get_secret_value()):
        raise ValueError("that is the id of a secret, not its value, which Entra shows only once, when it is made")
    return value


# Addresses of Microsoft's login that many tenants share: an application has to name its own.
_SHARED_TENANTS = frozenset({"common", "organizations", "consumers"})
# Which addresses of Graph belong to which of the login (docs/entra.md).
_CLOUDS = {
    "https://login.microsoftonline.com": ("https://graph.microsoft.com",),
    "https://login.microsoftonline.us": ("https://graph.microsoft.us", "https://dod-graph.microsoft.us"),
    "https://login.partner.microsoftonline.cn": ("https://microsoftgraph.chinacloudapi.cn",),
}


def _own_tenant(value: str) -> str:
    if value.lower() in _SHARED_TENANTS:
        raise ValueError("that stands for many tenants, not for yours")
    return value


def check_cloud(login: str, graph: str) -> None:
    """Raises ValueError with a sentence for two addresses of Microsoft that belong to different clouds."""
    fitting = _CLOUDS.get(login.lower())
    if fitting and graph.lower() not in fitting and any(graph.lower() in one for one in _CLOUDS.values()):
        raise ValueError(
            "LEAVERBOT_ENTRA_LOGIN_URL and LEAVERBOT_ENTRA_GRAPH_URL belong to different clouds of Microsoft: with "
            f"this login, LEAVERBOT_ENTRA_GRAPH_URL is {' or '.join(fitting)}."
        )


def check_entra(tenant: str, client_id: str, secret: SecretStr | None, certificate: str) -> None:
    """Raises ValueError with a sentence for settings of Entra ID that do not belong together."""
    if not tenant:
        alone = {"CLIENT_ID": client_id, "CLIENT_SECRET": secret, "CERTIFICATE": certificate}
        given = [f"LEAVERBOT_ENTRA_{name}" for name, value in alone.items() if value]
        if given:
            raise ValueError(f"{given[0]} is set, but LEAVERBOT_ENTRA_TENANT is not: set it, or take {given[0]} out.")
    elif not client_id:
        raise ValueError(
            "LEAVERBOT_ENTRA_CLIENT_ID is missing: the application (client) id of leaverbot's app registration in "
            "Entra, needed with LEAVERBOT_ENTRA_TENANT."
        )
    elif not secret and not certificate:
        raise ValueError(
            "LEAVERBOT_ENTRA_CLIENT_SECRET or LEAVERBOT_ENTRA_CERTIFICATE is missing: with LEAVERBOT_ENTRA_TENANT, one "
            "of them proves to Entra that it is leaverbot."
        )
    elif secret and certificate:
        raise ValueError(
            "LEAVERBOT_ENTRA_CLIENT_SECRET and LEAVERBOT_ENTRA_CERTIFICATE are both set: take one of them out."
        )


def _policies(values: tuple[str, ...]) -> tuple[str, ...]:
    # The form of a policy id in the botocore model of Organizations.
    if not all(re.fullmatch(r"p-[0-9a-zA-Z_]{8,128}", value) for value in values):
        raise ValueError("not a policy id")
    return tuple(dict.fromkeys(values))


def _identities(values: tuple[str, ...]) -> tuple[str, ...]:
    for number, value in enumerate(values, start=1):
        if not NAMED.fullmatch(value):
            raise ValueError(f"entry {number} is not the ARN of a role or a user")
    return values


def _durations(value: Any) -> Any:
    return parse(value) if isinstance(value, str) else value


def _database(value: str) -> str:
    if re.fullmatch("sqlite:///.+", value):
        return value
    if not re.match(r"(postgres|postgresql|postgresql\+psycopg)://", value):
        raise ValueError("not a database address")
    why = "not a database address: in a user name or password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23"
    try:
        parts = _parts(value)
    except ValueError:
        raise ValueError(why) from None
    if parts.netloc.count("@") > 1 or "@" in parts.path:
        raise ValueError(why)
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_names)]
SlackIds = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_slack_ids)]
Viewers = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_viewers)]
PolicyIds = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_policies)]
Identities = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_identities)]
Cron = Annotated[str, AfterValidator(_cron)]
Zone = Annotated[str, AfterValidator(_zone)]
BotToken = Annotated[SecretStr, _token("xoxb-")]
AppToken = Annotated[SecretStr, _token("xapp-")]
Url = Annotated[str, AfterValidator(_url)]
SecureUrl = Annotated[str, AfterValidator(_https)]
EntraTenant = Annotated[
    str,
    _like(r"|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", "not a tenant id or domain"),
    AfterValidator(_own_tenant),
]
EntraClientId = Annotated[str, _like(rf"|{_GUID.pattern}", "not the id of an application")]
EntraSecret = Annotated[SecretStr, AfterValidator(_entra_secret)]
Channel = Annotated[str, _like(r"[CG][A-Za-z0-9]*", "not a channel id")]
InstanceArn = Annotated[str, _like(r"|arn:aws.*:instance/.*", "not the ARN of an instance")]
QueueUrl = Annotated[str, AfterValidator(_queue)]
RuleTimes = Annotated[Durations, NoDecode, PlainValidator(_durations)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]


def rule_doubts(auto: AutoRules, rules: Rules) -> list[str]:
    """A sentence for what keeps rules from doing anything as the settings are."""
    on = [rule.setting for rule in auto.rules]
    if on and rules.watch_only:
        nobody = "LEAVERBOT_RESPONDERS and LEAVERBOT_ADMINS name nobody who could stop them. Name somebody."
        return [f"{listed(on)}: rules do not start, because {nobody}"]
    doubts = []
    if auto.deny and not rules.deny_ready:
        why = "LEAVERBOT_DENY_STRATEGY is scp and LEAVERBOT_DENY_SCP_ID names no policy"
        doubts.append(f"LEAVERBOT_AUTO_DENY denies nobody: {why}. `leaverbot denies setup` makes one.")
    if auto.delete and auto.delete.after(Severity.NORMAL) is None:
        why = "only users without any way in are deleted, and for them the time of normal counts, which is not set"
        doubts.append(f"{AUTO_DELETE} deletes nobody: {why}. Write for example {AUTO_DELETE}=30d.")
    return doubts
