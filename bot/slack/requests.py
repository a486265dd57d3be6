"""What a request from Slack says besides what its control carries: who sent it, and from where."""

from collections.abc import Mapping
from typing import Any

from bot.core.actions import Asker
from bot.core.belonging import Caller
from bot.services.actions.dialogs import submit_key
from bot.slack.lists.bulk_payloads import BULK_PLAN, decode_bulk
from bot.slack.payloads import decode_dialog


def press_key(body: Mapping[str, Any]) -> str:
    """A key that names this press for good, so that it is stored once; "" for a request that stores no action."""
    if body.get("type") == "view_submission" and body["view"].get("callback_id") != BULK_PLAN:
        return submit_key(decode_dialog(body["view"]["private_metadata"]))
    if body.get("type") != "block_actions":
        return ""
    action = body["actions"][0]
    return f"press:{body['user']['id']}:{action['action_id']}:{action['action_ts']}"


def submitted_bulk(body: Mapping[str, Any]) -> str:
    """The id of the bulk whose plan was submitted; "" for any other request. Raises NotFound."""
    submitted = body.get("type") == "view_submission" and body["view"].get("callback_id") == BULK_PLAN
    return decode_bulk(body["view"]["private_metadata"]) if submitted else ""


def only_theirs(body: Mapping[str, Any]) -> bool:
    """Whether only the presser sees the message with the button."""
    return bool((body.get("container") or {}).get("is_ephemeral"))


def presser(body: Mapping[str, Any]) -> Asker:
    """Who did it, and where only they see an answer."""
    user = (body.get("user") or {}).get("id") or body.get("user_id", "")
    channel = (body.get("channel") or {}).get("id") or body.get("channel_id", "")
    return Asker(user, channel, body.get("response_url", ""))


def caller_of(body: Mapping[str, Any]) -> Caller:
    """Where the request says it comes from."""
    user, team, enterprise = (body.get(name) or {} for name in ("user", "team", "enterprise"))
    return Caller(
        team=str(user.get("team_id") or body.get("team_id") or team.get("id") or ""),
        enterprise=str(enterprise.get("id") or body.get("enterprise_id") or team.get("enterprise_id") or ""),
    )
