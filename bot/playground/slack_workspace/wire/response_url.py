"""response_url: answering a person's act later, up to five times within thirty minutes."""

from __future__ import annotations

from typing import Any

from bot.playground.slack_workspace.records import ApiError, Json, Post, ResponseUrl
from bot.playground.slack_workspace.state import RESPONSE_URL_SECONDS
from bot.playground.slack_workspace.web_api.chat import content, edit
from bot.playground.slack_workspace.workspace import Workspace

_KNOWN = {
    *("text", "blocks", "attachments", "response_type", "replace_original", "delete_original"),
    *("thread_ts", "unfurl_links", "unfurl_media", "mrkdwn", "metadata"),
}


def answer(ws: Workspace, name: str, given: Any) -> None:
    """Show what the app sent. Raises ApiError, also if the URL is used up, too old or unknown."""
    with ws.change():
        url = ws.response_urls.get(name)
        if url is None:
            raise ApiError("invalid_url")
        if ws.elapsed() - url.born > RESPONSE_URL_SECONDS:
            raise ApiError("expired_url")
        if url.left == 0:
            raise ApiError("used_url")
        _checked(ws, given)
        url.left -= 1
        _show(ws, url, given)


def _checked(ws: Workspace, given: Any) -> None:
    if not isinstance(given, dict):
        raise ApiError("invalid_payload")
    if unknown := set(given) - _KNOWN:
        ws.complain(f"response_url: unknown members {sorted(unknown)}")
        raise ApiError("invalid_payload")
    if given.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        ws.complain(f"response_url: response_type {given['response_type']!r}")
        raise ApiError("invalid_payload")
    for flag in ("replace_original", "delete_original"):
        if not isinstance(given.get(flag, False), bool):
            ws.complain(f"response_url: {flag} must be a boolean")
            raise ApiError("invalid_payload")


def _show(ws: Workspace, url: ResponseUrl, given: Json) -> None:
    origin = url.origin
    if given.get("delete_original"):
        if origin is not None:
            origin.deleted = True
        return
    parts = content(ws, given, "response_url")
    if given.get("replace_original") and origin is not None:
        if origin.deleted:
            raise ApiError("message_not_found")
        edit(origin, ws.new_ts(), parts)
        return
    post = Post(url.channel, ws.new_ts(), ws.bot_user, parts["text"], parts["blocks"], parts["attachments"])
    post.thread_ts = given.get("thread_ts")
    if given.get("response_type", "ephemeral") == "ephemeral":
        post.only_for = url.user
    ws.add_post(post)
