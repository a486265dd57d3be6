"""Messages and views as the API and the payloads show them."""

from __future__ import annotations

from bot.playground.slack_workspace.blockkit.inputs import state_values
from bot.playground.slack_workspace.records import Json, Post, View, clone
from bot.playground.slack_workspace.state import State


def shown_message(state: State, post: Post, *, metadata: bool = False) -> Json:
    """A message, or the tombstone of a deleted one that still has replies."""
    if post.deleted:
        return {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
            "hidden": True,
            "ts": post.ts,
            "thread_ts": post.ts,
        }
    shown: Json = {
        "type": "message",
        "user": post.user,
        "ts": post.ts,
        "text": post.text,
        "team": state.team_id,
        **_author_members(state, post.user),
    }
    if post.blocks:
        shown["blocks"] = post.blocks
    if post.attachments:
        shown["attachments"] = post.attachments
    if post.edited is not None:
        shown["edited"] = {"user": post.user, "ts": post.edited}
    if post.broadcast:
        shown["subtype"] = "thread_broadcast"
    if metadata and post.metadata is not None:
        shown["metadata"] = post.metadata
    if post.only_for is not None:
        shown |= {"is_ephemeral": True, "channel": post.channel}
    return clone(shown | _thread_members(state, post))


def _author_members(state: State, user: str) -> Json:
    author = state.users[user]
    if not author.is_bot:
        return {}
    members = {"app_id": author.app_id, "team_id": state.team_id}
    return {
        "bot_id": author.bot_id,
        "app_id": author.app_id,
        "bot_profile": {"id": author.bot_id, "name": author.name, "deleted": False, **members},
    }


def _thread_members(state: State, post: Post) -> Json:
    if post.thread_ts is not None and post.thread_ts != post.ts:
        return {"thread_ts": post.thread_ts}
    replies = state.replies(post) if post.only_for is None else []
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": post.ts,
        "reply_count": len(replies),
        "latest_reply": replies[-1].ts,
        "reply_users": users,
        "reply_users_count": len(users),
        "is_locked": False,
    }


def shown_view(state: State, view: View) -> Json:
    """A view, with what the person has typed into it."""
    content = view.content
    return clone(
        {
            "id": view.id,
            "team_id": state.team_id,
            "type": content["type"],
            "blocks": content["blocks"],
            "private_metadata": content.get("private_metadata", ""),
            "callback_id": content.get("callback_id", ""),
            "state": {"values": state_values(content["blocks"], view.typed)},
            "hash": view.hash,
            **{name: content.get(name) for name in ("title", "submit", "close")},
            **{name: content.get(name, False) for name in ("clear_on_close", "notify_on_close")},
            "previous_view_id": view.previous,
            "root_view_id": view.root,
            "app_id": state.app_id,
            "external_id": content.get("external_id", ""),
            "app_installed_team_id": state.team_id,
            "bot_id": state.bot_id,
        }
    )
