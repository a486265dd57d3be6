"""Whether Slack will work for the bot: its tokens, its channel, the user groups of the settings."""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from functools import partial

import structlog

from bot.core.belonging import Home
from bot.core.errors import ChatError, ChatUnavailable, SettingsError
from bot.ports import Store
from bot.services.actions import groups
from bot.services.context import Context
from bot.slack.connection.socket import BAD_TOKEN, LASTING
from bot.slack.connection.web import asked, plain_client

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace the bot is installed in, as `auth.test` says; "" for what Slack does not give. `url` ends with a
    slash.
    """

    team_id: str
    url: str
    enterprise_id: str = ""

    @property
    def home(self) -> Home:
        return Home(self.team_id, self.enterprise_id)


# What a person has to change; anything else may pass in a minute.
FATAL = BAD_TOKEN | {
    "channel_not_found",
    "is_archived",
    "link_disabled",
    "missing_scope",
    "no_such_subteam",
    "not_in_channel",
    "plan_upgrade_required",
}


class SlackCheck:
    """Asks Slack about the bot, each question once. `app_token` is "" where nothing listens to Slack."""

    def __init__(self, token: str, app_token: str, api_url: str, channel: str, groups: Collection[str] = ()) -> None:
        self._web = plain_client(token, api_url)
        self._app_token, self._channel, self._groups = app_token, channel, groups
        self._name = f"workspace {hashlib.sha256(token.encode()).hexdigest()[:32]}"
        # Who is in the user groups of the settings, as the first look found.
        self._members: dict[str, frozenset[str]] = {}
        # What was wrong when it was looked at last, "" for nothing.
        self.trouble = ""

    def workspace(self, store: Store | None) -> Workspace:
        """As `first`, or what an earlier start with this token was told if Slack does not answer now."""
        try:
            return self.first()
        except ChatUnavailable as error:
            known = store.recall(self._name) if store else None
            if known is None:
                raise
            log.warning("Slack does not answer now, so what it said of the workspace before is used", why=str(error))
            return Workspace(**json.loads(known[0]))

    def remember(self, context: Context, workspace: Workspace) -> None:
        """Keep for the next start what Slack said of the workspace, and of the user groups of the settings."""
        context.store.remember(self._name, json.dumps(asdict(workspace)), context.clock.now())
        for group, members in self._members.items():
            groups.keep(context, group, members)

    def first(self) -> Workspace:
        """The workspace. Raises SettingsError with everything a person has to change, and ChatUnavailable."""
        told: list[Workspace] = []
        failures = [_failure(lambda: told.append(self._workspace())), _failure(self._check_app_token)]
        if not any(failure and failure.code in BAD_TOKEN for failure in failures[:1]):
            # A group that cannot be read would leave its members without their role on the night it is needed.
            looks: list[Callable[[], None]] = [self._check_channel]
            looks += [partial(self._read_group, group) for group in self._groups]
            failures += map(_failure, looks)
        lasting = [str(failure) for failure in failures if failure and failure.code in FATAL]
        if lasting:
            raise SettingsError(list(dict.fromkeys(lasting)))
        if not told:
            raise ChatUnavailable(str(failures[0]))
        return told[0]

    def again(self) -> None:
        """Look at the bot's token and channel now."""
        before = self.trouble
        try:
            self._workspace()
            self._check_channel()
        except ChatError as error:
            self.trouble = str(error)
        else:
            self.trouble = ""
        if self.trouble and self.trouble != before:
            log.warning("the bot cannot work in Slack", why=self.trouble)
        elif before and not self.trouble:
            log.info("the bot can work in Slack again")

    def _workspace(self) -> Workspace:
        about = asked("auth.test", self._web.auth_test)
        return Workspace(str(about["team_id"]), str(about.get("url") or ""), str(about.get("enterprise_id") or ""))

    def _check_channel(self) -> None:
        name = self._channel
        found = asked("conversations.info", lambda: self._web.conversations_info(channel=name))["channel"]
        if found.get("is_archived"):
            raise ChatError(
                f"The channel {name} is archived. Set LEAVERBOT_CHANNEL to another one.", code="is_archived"
            )
        if not found.get("is_member", True):
            raise ChatError(
                f"The bot is not in the channel {name}. Invite it there: /invite @leaverbot", code="not_in_channel"
            )

    def _read_group(self, group: str) -> None:
        answer = asked(f"reading user group {group}", lambda: self._web.usergroups_users_list(usergroup=group))
        self._members[group] = frozenset(answer.get("users", []))

    def _check_app_token(self) -> None:
        """Ask for a socket address that goes unused: with a wrong token nothing should start."""
        if not self._app_token:
            return
        try:
            asked("apps.connections.open", lambda: self._web.apps_connections_open(app_token=self._app_token))
        except ChatError as error:
            raise ChatError(LASTING.get(error.code, str(error)), code=error.code) from error


def _failure(look: Callable[[], object]) -> ChatError | None:
    """The error of a look, if any. What may pass is logged; work can begin without it."""
    try:
        look()
    except ChatError as error:
        if error.code not in FATAL:
            log.warning("something could not be checked in Slack", why=str(error))
        return error
    return None
