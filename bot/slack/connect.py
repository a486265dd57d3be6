"""Check at the start that Slack will work: token, channel, user groups."""

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.core.errors import ChatError, ChatUnavailable
from bot.slack.client import understand

log = structlog.get_logger(__name__)


def check_slack(web: WebClient, channel: str, people: tuple[str, ...]) -> str:
    """The id of the workspace. Raises ChatError with what to do when the bot could not do its job there."""
    try:
        team_id = str(web.auth_test()["team_id"])
        found = web.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        raise understand(error, "the check at the start") from error
    except (OSError, ValueError) as error:
        raise ChatUnavailable(f"Slack can not be reached ({type(error).__name__}).") from error
    if found.get("is_archived"):
        raise ChatError(f"The channel {channel} is archived. Set LEAVERBOT_CHANNEL to another one.", code="is_archived")
    if not found.get("is_member", True):
        raise ChatError(
            f"The bot is not in the channel {channel}. Invite it there: /invite @leaverbot", code="not_in_channel"
        )
    for group in [name for name in people if name.startswith("S")]:
        try:
            web.usergroups_users_list(usergroup=group)
        except SlackApiError as error:
            log.warning("user group can not be read; its members can not act", group=group, why=error.response["error"])
    return team_id
