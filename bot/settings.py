"""Every setting, typed: from the environment and from `.env`, all problems told at once."""

import difflib
import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from croniter import croniter
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.authorization import LEAST_HOURS, DenyRules, DenyStrategy, Rules
from bot.core.directory.next_step import DirectoryKind
from bot.core.errors import SettingsError
from bot.core.rules.brake import BrakeLimits
from bot.core.rules.durations import Durations
from bot.core.rules.rules import AutoRules, DenyScope
from bot.environment import dotenv
from bot.setting_types import (
    AppToken,
    BotToken,
    Channel,
    Cron,
    DatabaseUrl,
    EntraClientId,
    EntraSecret,
    EntraTenant,
    Identities,
    InstanceArn,
    Names,
    PolicyIds,
    QueueUrl,
    RuleTimes,
    SecureUrl,
    SlackIds,
    Url,
    Viewers,
    Zone,
    check_cloud,
    check_entra,
    rule_doubts,
    trimmed,
)

PREFIX = "LEAVERBOT_"
# How long after its due time a scan may still be on its way.
SCAN_TAKES = timedelta(minutes=10)


class ScanSettings(BaseSettings):
    """What `leaverbot scan` needs besides AWS credentials."""

    model_config = SettingsConfigDict(
        env_file=".env", env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", use_attribute_docstrings=True
    )

    instance_arn: InstanceArn = Field("", examples=["arn:aws:sso:::instance/ssoins-1234567890abcdef"])
    """the ARN of the Identity Center instance, needed only if there are several"""
    account_access: bool = Field(default=True, examples=["false"])
    """false: you do not use account access manager, so it is not read"""
    check_use: bool = Field(default=False, examples=["true"])
    """true: each scan asks CloudTrail whether a leaver used access while disabled"""
    find_orphans: bool = Field(default=False, examples=["true"])
    """true: each scan reads every account, to find grants of deleted users too"""

    @model_validator(mode="before")
    @classmethod
    def _blank_is_none(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if not (isinstance(value, str) and not value.strip())}

    @field_validator("*", mode="before")
    @classmethod
    def _trimmed(cls, value: Any) -> Any:
        return trimmed(value)

    @classmethod
    def load(cls, **given: Any) -> Self:
        """The settings. Raises SettingsError with a sentence for every variable that is missing or wrong."""
        # An empty variable counts as not set; for a list it is the empty list, whatever .env says.
        emptied = {
            str(field.validation_alias or name): ()
            for name, field in cls.model_fields.items()
            if field.default == () and not os.environ.get(_variable(name, field), "-").strip()
        }
        try:
            return cls(**{**emptied, **given})
        except ValidationError as error:
            raise SettingsError([_sentence(problem) for problem in error.errors()]) from None
        except UnicodeDecodeError:
            raise SettingsError(["The file .env is not UTF-8 text, so it cannot be read. Save it as UTF-8."]) from None
        except OSError as error:
            raise SettingsError([f"The file .env cannot be read ({error.strerror})."]) from None


class DenySettings(ScanSettings):
    """What `leaverbot denies` needs besides AWS credentials."""

    deny_scp_ids: PolicyIds = Field((), validation_alias="LEAVERBOT_DENY_SCP_ID", examples=["p-examplepolicyid111"])
    """the ids of the service control policies for emergency denies, comma separated"""
    deny_strategy: DenyStrategy = Field(DenyStrategy.AUTO, examples=["auto"])
    """where denies are placed: auto, scp (policies only) or inline (permission sets only)"""
    deny_match: Literal["user-id-and-name", "user-id"] = Field("user-id-and-name", examples=["user-id"])
    """what a deny matches: user-id-and-name or user-id"""
    deny_hours: int = Field(
        LEAST_HOURS,
        ge=LEAST_HOURS,
        le=8760,
        description=f"how many hours, at least, a deny is kept after the last way in is gone: {LEAST_HOURS} or more",
        examples=["12"],
    )
    background_session_days: int = Field(7, ge=0, le=90, examples=["7"])
    """how many days background sessions of applications may last, as set in Identity Center: 0 to 90"""
    dry_run: bool = Field(default=False, examples=["true"])
    """true: plan and show everything, change nothing in AWS"""
    database_url: DatabaseUrl = Field(
        "sqlite:///leaverbot.db",
        repr=False,  # it may hold a password
        examples=["sqlite:////var/lib/leaverbot/leaverbot.db"],
    )
    """where leaverbot keeps its state: sqlite:///<file> or postgresql://…"""

    @property
    def deny_rules(self) -> DenyRules:
        """How denies are placed and when they end."""
        names = self.deny_match == "user-id-and-name"
        return DenyRules(self.deny_scp_ids, self.deny_strategy, names, self.deny_hours, self.background_session_days)


class WorkSettings(DenySettings):
    """What a command that changes something needs. There are no roles here: anybody who can run it may ask."""

    protected_users: Names = Field((), examples=["break-glass@example.com,svc-*"])
    """users that leaverbot never acts on: user names, user ids or globs over user names, comma separated"""
    digest_after: int = Field(20, ge=0, examples=["20"])
    """more new cases than this in one scan go into one digest message: 0 or more"""
    scan_schedule: Cron = Field("*/15 * * * *", examples=["*/15 * * * *"])
    """when to scan: a cron schedule of five fields"""
    timezone: Zone = Field("UTC", examples=["Europe/Berlin"])
    """the time zone of both schedules, and of times that people type without one"""
    events_queue_url: QueueUrl = Field(
        "", examples=["https://sqs.eu-west-1.amazonaws.com/111122223333/leaverbot-events"]
    )
    """the URL of the SQS queue that receives AWS's events (deploy/events)"""
    directory: DirectoryKind | None = Field(None, examples=["entra"])
    """which directory manages your users: entra, okta, google or ad"""
    scim_silence_days: float = Field(7, gt=0, le=90, examples=["7"])
    """for how many days, or what part of one, your directory may send nothing before leaverbot says so: 90 at most"""
    entra_tenant: EntraTenant = Field("", examples=["11111111-2222-3333-4444-555555555555"])
    """the id of your Entra tenant (Entra admin center > Overview), where leaverbot then looks leavers up"""
    entra_client_id: EntraClientId = Field("", examples=["66666666-7777-8888-9999-000000000000"])
    """the application (client) id of leaverbot's app registration in Entra"""
    entra_client_secret: EntraSecret | None = Field(None, examples=["8Q~…"])
    """the value of a client secret of that app registration"""
    entra_certificate: str = Field("", examples=["/run/secrets/leaverbot-entra.pem"])
    """a PEM file with the private key and the certificate of that app registration, in place of a client secret"""
    entra_login_url: SecureUrl = Field(
        "https://login.microsoftonline.com", examples=["https://login.microsoftonline.us"]
    )
    """the address of Entra's login, another one in a national cloud"""
    entra_graph_url: SecureUrl = Field("https://graph.microsoft.com", examples=["https://graph.microsoft.us"])
    """the address of Microsoft Graph, another one in a national cloud"""
    iam_users: bool = Field(default=False, examples=["true"])
    """true: Details list the IAM users of leaverbot's own account that may be the leaver's"""
    terminal_identities: Identities = Field((), examples=["arn:aws:iam::123456789012:role/SecurityTeam"])
    """AWS roles and users whose terminal commands leaverbot carries out, besides its own role: ARNs, comma separated"""

    auto_deny: DenyScope | None = Field(None, examples=["critical"])
    """whom leaverbot denies by itself: incident, critical, high or all; unset: nobody"""
    auto_revoke_after: RuleTimes = Field(Durations(), examples=["critical=0m,high=4h,normal=3d"])
    """after how long leaverbot revokes by itself: 30m, 4h or 3d, for all or by severity; unset: never"""
    auto_delete_after: RuleTimes = Field(Durations(), examples=["30d"])
    """after how long leaverbot deletes users without access by itself: 4h or 30d, or by severity; unset: never"""
    brake_count: int = Field(25, ge=1, examples=["25"])
    """the brake: if more people than this are disabled within 24 hours, all rules stop: 1 or more"""
    brake_percent: int = Field(5, ge=1, le=100, examples=["5"])
    """the brake: if more than this percentage of all users is disabled within 24 hours, all rules stop: 1 to 100"""
    max_changes_per_hour: int = Field(100, ge=1, examples=["100"])
    """how many people leaverbot changes in an hour, at most, by people and rules together: 1 or more"""

    @property
    def auto_rules(self) -> AutoRules:
        """What leaverbot does by itself."""
        limits = BrakeLimits(self.brake_count, self.brake_percent)
        return AutoRules(
            self.auto_deny, self.auto_revoke_after, self.auto_delete_after, limits, self.max_changes_per_hour
        )

    @model_validator(mode="after")
    def _entra_is_whole(self) -> Self:
        check_cloud(self.entra_login_url, self.entra_graph_url)
        check_entra(self.entra_tenant, self.entra_client_id, self.entra_client_secret, self.entra_certificate)
        return self

    @property
    def rules(self) -> Rules:
        """Who may do what."""
        return Rules(
            protected=self.protected_users,
            deny=self.deny_rules,
            dry_run=self.dry_run,
            buttons=False,
            terminal_identities=self.terminal_identities,
        )

    def doubts(self) -> list[str]:
        """A sentence for every variable that is no setting, and for what is allowed and may not do what was wanted."""
        return unknown_settings() + [
            f"LEAVERBOT_PROTECTED_USERS holds the pattern {name}: whoever can change their own user name to match it "
            "is never acted on, leavers too. Name each user instead, best by user id."
            for name in self.protected_users
            if set("*?[") & set(name)
        ]

    def scan_due(self, at: datetime) -> datetime:
        """When the newest scan that can be expected to have ended by `at` was due."""
        zone = ZoneInfo(self.timezone)
        ticks = croniter(self.scan_schedule, at.astimezone(zone))
        due: datetime = ticks.get_prev(datetime)
        while at - due < SCAN_TAKES:
            due = ticks.get_prev(datetime)
        return due


class SlackSettings(WorkSettings):
    """What `leaverbot once` and Lambda need to post to Slack."""

    slack_bot_token: BotToken = Field(validation_alias="SLACK_BOT_TOKEN", examples=["xoxb-…"])
    """the bot token of the Slack app (app settings > OAuth & Permissions)"""
    channel: Channel = Field(examples=["C0123456789"])
    """the id of the channel for alerts (in Slack: channel name > About > Channel ID)"""
    responders: SlackIds = Field((), examples=["U0123ABCD,S0456EFGH"])
    """who may revoke, deny, lift and shut out: Slack user ids or user-group ids, comma separated"""
    admins: SlackIds = Field((), examples=["U0123ABCD"])
    """who may also delete users and deny somebody who is not disabled: Slack ids, comma separated"""
    viewers: Viewers = Field((), examples=["C0123456789,S0456EFGH,U0123ABCD"])
    """who may see lists and people and start scans, besides these: ids of people, user groups or channels"""
    buttons: bool = Field(default=True, examples=["false"])
    """false: messages show terminal commands instead of buttons (for setups where no bot listens)"""
    summary_schedule: Cron = Field("0 9 * * *", examples=["0 9 * * *"])
    """when to post the summary: a cron schedule of five fields"""
    slack_api_url: Url = Field("https://slack.com/api/", examples=["https://slack.com/api/"])
    """the address of Slack's Web API"""
    log_format: Literal["json", "console"] = Field("json", examples=["console"])
    """json or console"""

    @property
    def rules(self) -> Rules:
        return replace(
            super().rules,
            responders=frozenset(self.responders),
            admins=frozenset(self.admins),
            viewers=frozenset(self.viewers or (self.channel,)),
            buttons=self.buttons,
        )

    def doubts(self) -> list[str]:
        return super().doubts() + rule_doubts(self.auto_rules, self.rules)

    @property
    def schedules(self) -> dict[str, tuple[str, str]]:
        """When scans and summaries are due: the cron schedule and its time zone."""
        return {"scan": (self.scan_schedule, self.timezone), "summary": (self.summary_schedule, self.timezone)}

    def summary_due(self, at: datetime) -> datetime:
        """When the newest summary up to `at` was due."""
        ticks = croniter(self.summary_schedule, at.astimezone(ZoneInfo(self.timezone)))
        due: datetime = ticks.get_prev(datetime)
        return due


class Settings(SlackSettings):
    """What `leaverbot run` needs. Below each field stands what it expects, and its example shows how it looks: both are
    part of the sentence about a wrong value.
    """

    slack_app_token: AppToken = Field(validation_alias="SLACK_APP_TOKEN", examples=["xapp-…"])
    """an app-level token with connections:write (app settings > Basic Information)"""
    http_port: int = Field(8080, ge=0, le=65535, examples=["8080"])
    """the port of /healthz, /readyz and /metrics; 0 turns them off"""
    http_host: str = Field("127.0.0.1", examples=["0.0.0.0"])  # noqa: S104 - an example for containers, not the default
    """the address that port listens on; 0.0.0.0 inside a container"""


def variables() -> dict[str, FieldInfo]:
    """Every setting by the name of its environment variable."""
    return {_variable(name, field): field for name, field in Settings.model_fields.items()}


def _variable(name: str, field: FieldInfo) -> str:
    return str(field.validation_alias or PREFIX + name.upper())


def unknown_settings() -> list[str]:
    """A sentence for every variable, in the environment or in `.env`, that looks like a setting and is none."""
    names, known = {*os.environ, *dotenv()}, variables()
    found = sorted(name for name in names if name.upper().startswith(PREFIX) and name.upper() not in known)
    close = {name: difflib.get_close_matches(name.upper(), known, n=1) for name in found}
    return [
        f"{name} is not a setting and has no effect." + (f" Did you mean {close[name][0]}?" if close[name] else "")
        for name in found
    ]


def _sentence(problem: Any) -> str:
    """One problem as a sentence: the variable, what is wrong, what it expects, an example. Never the value."""
    if not problem["loc"]:
        # About several settings: it names them.
        return str(problem["msg"]).removeprefix("Value error, ")
    place, known = str(problem["loc"][0]), variables()
    name = place if place in known else PREFIX + place.upper()
    field = known[name]
    example = (field.examples or [""])[0]
    if problem["type"] == "missing":
        return f"{name} is missing: {field.description}, for example {example}"
    why = (
        "not true or false" if problem["type"] == "bool_parsing" else str(problem["msg"]).removeprefix("Value error, ")
    )
    why = why[:1].lower() + why[1:]
    return f"{name} is wrong ({why}): {field.description}, for example {example}"
