"""Check at the start that Slack will work: token, channel, user groups."""

from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core.errors import ChatError, ChatUnavailable
from bot.slack.client import BROKEN, understand
from bot.slack.people import People


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace the bot is installed in; `url` ends with a slash, "" when Slack gives none."""

    team_id: str
    url: str


def check_slack(web: WebClient, app_token: str, channel: str, people: People) -> Workspace:
    """The workspace. Raises ChatError with what to do when the bot could not do its job there."""
    try:
        about = web.auth_test()
        found = web.conversations_info(channel=channel)["channel"]
        _check_app_token(web, app_token)
    except SlackApiError as error:
        raise understand(error, "the check at the start") from error
    except BROKEN as error:
        raise ChatUnavailable(f"Slack can not be reached ({type(error).__name__}).") from error
    if found.get("is_archived"):
        raise ChatError(f"The channel {channel} is archived. Set LEAVERBOT_CHANNEL to another one.", code="is_archived")
    if not found.get("is_member", True):
        raise ChatError(
            f"The bot is not in the channel {channel}. Invite it there: /invite @leaverbot", code="not_in_channel"
        )
    for group in people.groups:
        # A group that can not be read would leave its members without their role in the night it is needed.
        people.read(group)
    return Workspace(str(about["team_id"]), str(about.get("url") or ""))


def _check_app_token(web: WebClient, app_token: str) -> None:
    """Ask for a socket address, which is not used: with a wrong token nothing should begin to work."""
    try:
        web.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        if str(error.response.get("error")) in {
            "invalid_auth",
            "not_allowed_token_type",
            "missing_scope",
            "not_authed",
        }:
            raise ChatError(
                "SLACK_APP_TOKEN is not valid. It is an app-level token with the scope connections:write "
                "(app settings > Basic Information > App-Level Tokens)."
            ) from error
        raise
