"""Every setting, typed: from the environment and from `.env`, all problems told at once."""

import difflib
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from croniter import croniter
from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.authorization import LEAST_HOURS, DenyRules, DenyStrategy
from bot.core.errors import SettingsError
from bot.setting_types import (
    AppToken,
    BotToken,
    Channel,
    Cron,
    DatabaseUrl,
    InstanceArn,
    Names,
    PolicyIds,
    SlackIds,
    Url,
    Zone,
    visible,
)

# How long after its due time a scan may still be on its way.
SCAN_TAKES = timedelta(minutes=10)
# Variables whose values must never be shown, and addresses that may hold a password; not all of them are settings.
_SECRETS = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "PGPASSWORD",
)
_ADDRESSES = ("LEAVERBOT_DATABASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class ScanSettings(BaseSettings):
    """What `leaverbot scan` needs besides AWS credentials."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", case_sensitive=False, env_ignore_empty=True)

    instance_arn: InstanceArn = Field(
        "",
        validation_alias="LEAVERBOT_INSTANCE_ARN",
        description="the ARN of the Identity Center instance, needed only where there are several",
        examples=["arn:aws:sso:::instance/ssoins-1234567890abcdef"],
    )

    account_access: bool = Field(
        default=True,
        validation_alias="LEAVERBOT_ACCOUNT_ACCESS",
        description="false: account access manager is known not to be used, so it is not read",
        examples=["false"],
    )
    check_use: bool = Field(
        default=False,
        validation_alias="LEAVERBOT_CHECK_USE",
        description="true: each scan asks CloudTrail whether a leaver used access after being disabled",
        examples=["true"],
    )
    find_orphans: bool = Field(
        default=False,
        validation_alias="LEAVERBOT_FIND_ORPHANS",
        description="true: each scan goes through every account, so that grants of deleted users are found, too",
        examples=["true"],
    )

    @model_validator(mode="before")
    @classmethod
    def _blank_is_none(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if not (isinstance(value, str) and not value.strip())}

    @field_validator("*", mode="before")
    @classmethod
    def _visible(cls, value: Any) -> Any:
        return visible(value)

    @classmethod
    def load(cls, **given: Any) -> Self:
        """The settings. Raises SettingsError with a sentence for every variable that is missing or wrong."""
        # An empty variable is as none at all; for a list it is the empty list, whatever .env says.
        lists = ("LEAVERBOT_RESPONDERS", "LEAVERBOT_ADMINS", "LEAVERBOT_PROTECTED_USERS", "LEAVERBOT_DENY_SCP_ID")
        given = {**{name: () for name in lists if name in os.environ and not os.environ[name].strip()}, **given}
        try:
            return cls(**given)
        except ValidationError as error:
            raise SettingsError([_sentence(problem) for problem in error.errors()]) from None
        except UnicodeDecodeError:
            raise SettingsError(["The file .env is not UTF-8 text, so it cannot be read. Save it as UTF-8."]) from None
        except OSError as error:
            raise SettingsError([f"The file .env cannot be read ({error.strerror})."]) from None


class DenySettings(ScanSettings):
    """What `leaverbot deny` needs besides AWS credentials."""

    deny_scp_ids: PolicyIds = Field(
        (),
        validation_alias="LEAVERBOT_DENY_SCP_ID",
        description="the ids of the service control policies for emergency denies, comma separated",
        examples=["p-examplepolicyid111"],
    )
    deny_strategy: DenyStrategy = Field(
        DenyStrategy.AUTO,
        validation_alias="LEAVERBOT_DENY_STRATEGY",
        description="where denies are placed: auto, scp (policies only) or inline (permission sets only)",
        examples=["auto"],
    )
    deny_match: Literal["user-id-and-name", "user-id"] = Field(
        "user-id-and-name",
        validation_alias="LEAVERBOT_DENY_MATCH",
        description="what a deny matches: user-id-and-name or user-id",
        examples=["user-id"],
    )
    deny_hours: int = Field(
        LEAST_HOURS,
        ge=LEAST_HOURS,
        le=8760,
        validation_alias="LEAVERBOT_DENY_HOURS",
        description=f"how many hours a deny is kept at least after the last way in is gone: {LEAST_HOURS} or more",
        examples=["12"],
    )
    background_session_days: int = Field(
        7,
        ge=0,
        le=90,
        validation_alias="LEAVERBOT_BACKGROUND_SESSION_DAYS",
        description="how many days background sessions of applications may live, as set in Identity Center: 0 to 90",
        examples=["7"],
    )
    dry_run: bool = Field(
        default=False,
        validation_alias="LEAVERBOT_DRY_RUN",
        description="true: everything is planned and shown, nothing is changed in AWS",
        examples=["true"],
    )
    database_url: DatabaseUrl = Field(
        "sqlite:///leaverbot.db",
        repr=False,  # it may hold a password
        validation_alias="LEAVERBOT_DATABASE_URL",
        description="where leaverbot keeps its state: sqlite:///<file> or postgresql://…",
        examples=["sqlite:////var/lib/leaverbot/leaverbot.db"],
    )

    @property
    def deny_rules(self) -> DenyRules:
        """How denies are placed and when they end."""
        names = self.deny_match == "user-id-and-name"
        return DenyRules(self.deny_scp_ids, self.deny_strategy, names, self.deny_hours, self.background_session_days)


class Settings(DenySettings):
    """What `leaverbot run` needs. The description of each field says what it expects, the example how it looks."""

    slack_bot_token: BotToken = Field(
        validation_alias="SLACK_BOT_TOKEN",
        description="the bot token of the Slack app (app settings > OAuth & Permissions)",
        examples=["xoxb-…"],
    )
    slack_app_token: AppToken = Field(
        validation_alias="SLACK_APP_TOKEN",
        description="an app-level token with connections:write (app settings > Basic Information)",
        examples=["xapp-…"],
    )
    channel: Channel = Field(
        validation_alias="LEAVERBOT_CHANNEL",
        description="the id of the channel for alerts (in Slack: channel name > About > Channel ID)",
        examples=["C0123456789"],
    )
    responders: SlackIds = Field(
        (),
        validation_alias="LEAVERBOT_RESPONDERS",
        description="who may revoke, deny, lift and shut out: Slack user ids or user-group ids, comma separated",
        examples=["U0123ABCD,S0456EFGH"],
    )
    admins: SlackIds = Field(
        (),
        validation_alias="LEAVERBOT_ADMINS",
        description="who may also delete users and deny somebody who is not disabled: Slack ids, comma separated",
        examples=["U0123ABCD"],
    )
    protected_users: Names = Field(
        (),
        validation_alias="LEAVERBOT_PROTECTED_USERS",
        description="users never acted on: user names, user ids or globs over user names, comma separated",
        examples=["break-glass@example.com,svc-*"],
    )
    scan_schedule: Cron = Field(
        "*/15 * * * *",
        validation_alias="LEAVERBOT_SCAN_SCHEDULE",
        description="when to scan: a cron schedule of five fields",
        examples=["*/15 * * * *"],
    )
    summary_schedule: Cron = Field(
        "0 9 * * *",
        validation_alias="LEAVERBOT_SUMMARY_SCHEDULE",
        description="when to post the summary: a cron schedule of five fields",
        examples=["0 9 * * *"],
    )
    timezone: Zone = Field(
        "UTC",
        validation_alias="LEAVERBOT_TIMEZONE",
        description="the time zone of both schedules",
        examples=["Europe/Berlin"],
    )
    digest_after: int = Field(
        20,
        ge=0,
        validation_alias="LEAVERBOT_DIGEST_AFTER",
        description="more new cases than this in one scan become one digest message: a number from 0",
        examples=["20"],
    )
    slack_api_url: Url = Field(
        "https://slack.com/api/",
        validation_alias="LEAVERBOT_SLACK_API_URL",
        description="the address of Slack's Web API",
        examples=["https://slack.com/api/"],
    )
    log_format: Literal["json", "console"] = Field(
        "json",
        validation_alias="LEAVERBOT_LOG_FORMAT",
        description="json or console",
        examples=["console"],
    )
    http_port: int = Field(
        8080,
        ge=0,
        le=65535,
        validation_alias="LEAVERBOT_HTTP_PORT",
        description="the port of /healthz, /readyz and /metrics; 0 turns them off",
        examples=["8080"],
    )
    http_host: str = Field(
        "127.0.0.1",
        validation_alias="LEAVERBOT_HTTP_HOST",
        description="the address that port listens on; 0.0.0.0 inside a container",
        examples=["0.0.0.0"],  # noqa: S104 - an example for containers, not the default
    )

    def doubts(self) -> list[str]:
        """A sentence for every setting that is allowed and may not do what somebody wanted."""
        return [
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


def unknown_settings() -> list[str]:
    """A sentence for every variable, in the environment or in `.env`, that looks like a setting and is none."""
    names = {*os.environ, *_dotenv()}
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    found = sorted(name for name in names if name.upper().startswith("LEAVERBOT_") and name.upper() not in known)
    close = {name: difflib.get_close_matches(name.upper(), known, n=1) for name in found}
    return [
        f"{name} is not a setting and has no effect." + (f" Did you mean {close[name][0]}?" if close[name] else "")
        for name in found
    ]


def secrets() -> list[str]:
    """Every value in the environment and in `.env` that must never be shown, whether it is well formed or not."""
    given = [(name.upper(), value) for source in (_dotenv(), os.environ) for name, value in source.items() if value]
    passwords = [_password(value) for name, value in given if name in _ADDRESSES]
    return [value for name, value in given if name in _SECRETS] + [password for password in passwords if password]


def _password(address: str) -> str:
    return address.rpartition("@")[0].partition("://")[2].partition(":")[2]


def _dotenv() -> Mapping[str, str | None]:
    """What `.env` holds; nothing when it cannot be read, which `load` tells."""
    try:
        return dotenv_values(".env")
    except (UnicodeDecodeError, OSError):
        return {}


def _sentence(problem: Any) -> str:
    """One problem as a sentence: the variable, what is wrong, what it expects, an example. Never the value."""
    name = str(problem["loc"][0])
    field = next(f for f in Settings.model_fields.values() if f.validation_alias == name)
    example = (field.examples or [""])[0]
    if problem["type"] == "missing":
        return f"{name} is missing: {field.description}, for example {example}"
    why = str(problem["msg"]).removeprefix("Value error, ")
    why = why[:1].lower() + why[1:]
    return f"{name} is wrong ({why}): {field.description}, for example {example}"
