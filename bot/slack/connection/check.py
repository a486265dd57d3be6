"""Whether Slack will work for the bot: its tokens, its channel, the user groups of the settings."""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import structlog

from bot.core.belonging import Home
from bot.core.errors import ChatError, ChatUnavailable, SettingsError
from bot.core.installation import Installation
from bot.ports import Store
from bot.services import installation
from bot.services.actions import groups
from bot.services.context import Context
from bot.slack.connection.scopes import Scopes
from bot.slack.connection.socket import BAD_TOKEN, LASTING
from bot.slack.connection.web import asked, plain_client
from bot.slack.wording import scopes

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


GROUPS_DECLINED = (
    "The settings name the user group {group}, which leaverbot may not read: the scope usergroups:read was declined. "
    "Install the app again with it, or name people by their user ids instead."
)
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
    """Asks Slack about the bot, each question once. `app_token` is "" where nothing listens to Slack. `groups`: the
    user groups of those who may act; `viewing`: the channels and user groups of those who may look.
    """

    def __init__(
        self,
        token: str,
        app_token: str,
        api_url: str,
        channel: str,
        groups: Collection[str] = (),
        viewing: Collection[str] = (),
    ) -> None:
        self._web = plain_client(token, api_url)
        self._app_token, self._channel, self._groups = app_token, channel, groups
        self._viewing = [place for place in viewing if place != channel and place not in groups]
        self._name = f"workspace {hashlib.sha256(token.encode()).hexdigest()[:32]}"
        # Who is in the user groups of the settings, as the first look found.
        self._members: dict[str, frozenset[str]] = {}
        # What was wrong when it was looked at last, "" for nothing.
        self.trouble = ""
        self._scopes = Scopes()
        self._seen, self._said = Installation(), list[str]()

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
        """Keep for the next start what Slack said of the workspace, the app and the user groups of the settings."""
        context.store.remember(self._name, json.dumps(asdict(workspace)), context.clock.now())
        for group, members in self._members.items():
            groups.keep(context, group, members)
        if self._seen != Installation():
            installation.keep(context, self._seen)

    def first(self) -> Workspace:
        """The workspace. Raises SettingsError with everything a person has to change, and ChatUnavailable."""
        told: list[Workspace] = []
        failures = [_failure(lambda: told.append(self._workspace())), _failure(self._check_app_token)]
        if not any(failure and failure.code in BAD_TOKEN for failure in failures[:1]):
            # A group that cannot be read would leave its members without their role on the night it is needed.
            looks: list[Callable[[], None]] = [self._scopes.check_required, self._check_channel]
            looks += [partial(self._read_group, group) for group in self._groups]
            looks += [partial(self._check_viewers, place) for place in self._viewing]
            failures += map(_failure, looks)
        lasting = [str(failure) for failure in failures if failure and failure.code in FATAL]
        if lasting:
            raise SettingsError(list(dict.fromkeys(lasting)))
        if not told:
            raise ChatUnavailable(str(failures[0]))
        self._say_what_is_missing()
        return told[0]

    def again(self, context: Context | None = None) -> None:
        """Look at the bot's token, scopes and channel now; `context`: where to keep what is found."""
        before, seen = self.trouble, self._seen
        try:
            self._workspace()
            self._check_channel()
        except ChatError as error:
            self.trouble = str(error)
        else:
            self.trouble = ""
            self._say_what_is_missing()
        if context and self._seen != seen:
            installation.keep(context, self._seen)
        if self.trouble and self.trouble != before:
            log.warning("the bot cannot work in Slack", why=self.trouble)
        elif before and not self.trouble:
            log.info("the bot can work in Slack again")

    def _workspace(self) -> Workspace:
        about = asked("auth.test", self._web.auth_test)
        self._scopes.read(about.headers)
        return Workspace(str(about["team_id"]), str(about.get("url") or ""), str(about.get("enterprise_id") or ""))

    def _say_what_is_missing(self) -> None:
        """Log what a person should know, once, and again when it changes."""
        others = [place for place in self._viewing if not place.startswith("S")]
        in_use = [*self._groups, *(place for place in self._viewing if place.startswith("S"))]
        missing = self._scopes.missing(scopes.needed(self._seen.public, in_use, others))
        self._seen = replace(self._seen, missing=missing)
        said, self._said = self._said, scopes.warnings(self._seen)
        for sentence in self._said:
            if sentence not in said:
                log.warning(sentence)

    def _check_channel(self) -> None:
        name = self._channel
        found = self._info(name)
        if found is None:
            return
        if found.get("is_archived"):
            raise ChatError(
                f"The channel {name} is archived. Set LEAVERBOT_CHANNEL to another one.", code="is_archived"
            )
        if not found.get("is_member", True):
            raise ChatError(
                f"The bot is not in the channel {name}. Invite it there: /invite @leaverbot", code="not_in_channel"
            )
        # Slack calls a channel that another organization still has to accept pending.
        shared = bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared"))
        private = found.get("is_private")
        self._seen = replace(self._seen, public=None if private is None else not private, shared=shared)

    def _info(self, channel: str) -> dict[str, Any] | None:
        """What Slack says of a channel; None where a scope for that was declined."""
        try:
            answer = asked("conversations.info", lambda: self._web.conversations_info(channel=channel))
        except ChatError as error:
            unseen = error.code == "channel_not_found" and self._scopes.lacks("groups:read")
            if error.code == "missing_scope" or unseen:
                return None
            raise
        found: dict[str, Any] = answer["channel"]
        return found

    def _check_viewers(self, place: str) -> None:
        try:
            if place.startswith("S"):
                self._read_group(place)
            else:
                self._info(place)
        except ChatError as error:
            if error.code == "channel_not_found":
                why = f"LEAVERBOT_VIEWERS names the channel {place}, which the bot cannot see."
                raise ChatError(
                    f"{why} If it is private, invite the bot: /invite @leaverbot", code=error.code
                ) from error
            if error.code != "missing_scope":
                raise

    def _read_group(self, group: str) -> None:
        try:
            answer = asked(f"reading user group {group}", lambda: self._web.usergroups_users_list(usergroup=group))
        except ChatError as error:
            if error.code == "missing_scope":
                raise ChatError(GROUPS_DECLINED.format(group=group), code=error.code) from error
            raise
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
