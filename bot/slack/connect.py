"""Check at the start that Slack will work: token, channel, user groups."""

from dataclasses import dataclass

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core.errors import ChatError, ChatUnavailable
from bot.core.policy import Home
from bot.slack.people import People
from bot.slack.socket import LASTING
from bot.slack.web import BROKEN, understand

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


# Without these nothing can work; anything else that goes wrong here is logged and may be over in a minute.
FATAL = frozenset(
    {
        "account_inactive",
        "channel_not_found",
        "invalid_auth",
        "is_archived",
        "missing_scope",
        "not_authed",
        "not_in_channel",
        "token_expired",
        "token_revoked",
    }
)


def check_slack(web: WebClient, app_token: str, channel: str, people: People) -> Workspace:
    """The workspace. Raises ChatError with what to do when the bot could not do its job there."""
    try:
        about = web.auth_test()
    except SlackApiError as error:
        raise understand(error, "auth.test") from error
    except BROKEN as error:
        raise ChatUnavailable(f"Slack can not be reached ({type(error).__name__}).") from error
    _check_channel(web, channel)
    _check_app_token(web, app_token)
    for group in people.groups:
        # A group that can not be read would leave its members without their role in the night it is needed.
        people.read(group)
    return Workspace(str(about["team_id"]), str(about.get("url") or ""), str(about.get("enterprise_id") or ""))


def _check_channel(web: WebClient, channel: str) -> None:
    try:
        found = web.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        problem = understand(error, "conversations.info")
        if problem.code in FATAL:
            raise problem from error
        log.warning("the alert channel could not be checked", why=str(problem))
        return
    except BROKEN as error:
        log.warning("the alert channel could not be checked", why=type(error).__name__)
        return
    if found.get("is_archived"):
        raise ChatError(f"The channel {channel} is archived. Set LEAVERBOT_CHANNEL to another one.", code="is_archived")
    if not found.get("is_member", True):
        raise ChatError(
            f"The bot is not in the channel {channel}. Invite it there: /invite @leaverbot", code="not_in_channel"
        )


def _check_app_token(web: WebClient, app_token: str) -> None:
    """Ask for a socket address, which is not used: with a wrong token nothing should begin to work."""
    try:
        web.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        problem = understand(error, "apps.connections.open")
        if problem.code in LASTING:
            raise ChatError(LASTING[problem.code], code=problem.code) from error
        log.warning("the app-level token could not be checked", why=str(problem))
    except BROKEN as error:
        log.warning("the app-level token could not be checked", why=type(error).__name__)
