"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

import json
from typing import Any

from bot.playground.slack_workspace.blockkit.check import check_message, filled_in
from bot.playground.slack_workspace.modals import refuse
from bot.playground.slack_workspace.records import ApiError, Channel, Json, Post, clone
from bot.playground.slack_workspace.shown import shown_message
from bot.playground.slack_workspace.workspace import Workspace

TEXT = 40_000
# Slack documents the error but no limit for metadata. It is meant for little data, so this is small.
METADATA = 8_000


def visible(ws: Workspace, channel_id: str) -> Channel:
    """The channel as the bot sees it: private channels it is not in do not exist."""
    channel = ws.channels.get(channel_id)
    if channel is None or (channel.private and ws.bot_user not in channel.members):
        raise ApiError("channel_not_found")
    return channel


def writable(ws: Workspace, channel_id: str) -> Channel:
    channel = visible(ws, channel_id)
    if channel.archived:
        raise ApiError("is_archived")
    public = not channel.private and "chat:write.public" in ws.scopes
    if ws.bot_user not in channel.members and not public:
        raise ApiError("not_in_channel")
    return channel


def _destination(ws: Workspace, name: str) -> Channel:
    """Where chat.postMessage may be sent: a channel id, a ``#name``, or a person's id for a direct message."""
    if name in ws.users and not ws.users[name].is_bot:
        return ws.direct_message(name)
    if name.startswith("#"):
        found = (channel.id for channel in ws.channels.values() if channel.name == name[1:] and not channel.is_im)
        return writable(ws, next(found, name))
    return writable(ws, name)


def content(ws: Workspace, args: Json, method: str) -> Json:
    """The parts of a message: ``text``, ``blocks``, ``attachments``, and the answer's warnings.

    Raises ApiError for anything Slack would reject.
    """
    if "markdown_text" in args:
        raise _not_modelled(ws, method, "markdown_text")
    if args.get("as_user"):
        raise ApiError("as_user_not_supported")
    if {"username", "icon_emoji", "icon_url"} & set(args) and "chat:write.customize" not in ws.scopes:
        raise ApiError("missing_scope", needed="chat:write.customize", provided=",".join(ws.scopes))
    blocks, attachments = args.get("blocks") or [], args.get("attachments") or []
    refused = check_message(blocks)
    if refused is not None:
        raise refuse(ws, refused)
    attachments = _attachments(ws, attachments, method)
    text = args.get("text", "")
    if not (text.strip() or blocks or attachments):
        raise ApiError("no_text")
    if blocks and not text.strip():
        # Slack accepts it, but notifications and screen readers then have nothing to say.
        ws.complain(f"{method}: blocks without text")
    warnings: Json = {}
    if len(text) > TEXT:
        text = text[:TEXT]
        warnings = {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    return {"text": text, "blocks": filled_in(blocks), "attachments": attachments, "warnings": warnings}


def _not_modelled(ws: Workspace, method: str, what: str) -> ApiError:
    ws.complain(f"{method}: {what} is not modelled")
    return ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {what} is not modelled"]})


def _attachments(ws: Workspace, attachments: Any, method: str) -> list[Json]:
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        raise ApiError("invalid_attachments")
    if len(attachments) > 100:
        raise ApiError("too_many_attachments")
    kept = []
    for index, item in enumerate(attachments):
        if set(item) - {"color", "fallback", "blocks"}:
            ws.complain(f"{method}: attachments are modelled with color, fallback and blocks only")
            raise ApiError("invalid_attachments", response_metadata={"messages": ["[ERROR] invalid_keys"]})
        refused = check_message(item.get("blocks", []), f"/attachments/{index}/blocks")
        if refused is not None:
            raise refuse(ws, refused)
        kept.append({**item, "id": index + 1, "blocks": filled_in(item.get("blocks", []))})
    return kept


def _metadata(given: Any) -> Json | None:
    if given is None or given == {}:
        return None
    if not isinstance(given, dict) or set(given) - {"event_type", "event_payload"}:
        raise ApiError("invalid_metadata_format")
    kind, payload = given.get("event_type"), given.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(given)) > METADATA:
        raise ApiError("metadata_too_large")
    return clone(given)


def _thread(ws: Workspace, channel: Channel, thread_ts: str | None) -> str | None:
    """The thread a reply lands in. None if the message it answers is gone: as in Slack, the reply then stands alone."""
    if thread_ts is None:
        return None
    parents = [post for post in ws.posts.get(channel.id, []) if post.ts == thread_ts]
    if not parents:
        ws.complain("chat.postMessage: thread_ts is not the ts of any message")
        return None
    parent = parents[0]
    if parent.thread_ts not in (None, parent.ts):
        ws.complain("chat.postMessage: thread_ts is a reply's ts; use its parent's")
        return parent.thread_ts
    return None if parent.deleted and not ws.replies(parent) else thread_ts


def post_message(ws: Workspace, args: Json) -> Json:
    channel = _destination(ws, args["channel"])
    parts = content(ws, args, "chat.postMessage")
    post = Post(
        channel.id,
        ws.new_ts(),
        ws.bot_user,
        parts["text"],
        parts["blocks"],
        parts["attachments"],
        _metadata(args.get("metadata")),
        _thread(ws, channel, args.get("thread_ts")),
    )
    post.broadcast = post.thread_ts is not None and args.get("reply_broadcast", False)
    ws.add_post(post)
    return {"channel": channel.id, "ts": post.ts, "message": shown_message(ws, post), **parts["warnings"]}


def _own(ws: Workspace, args: Json, error: str) -> Post:
    visible(ws, args["channel"])
    post = ws.find_post(args["channel"], args["ts"])
    if post is None:
        raise ApiError("message_not_found")
    if post.user != ws.bot_user:
        raise ApiError(error)
    return post


def update(ws: Workspace, args: Json) -> Json:
    """Replace one of the bot's own messages: parts that are not given stay, an empty array removes them."""
    post = _own(ws, args, "cant_update_message")
    if ws.channels[post.channel].archived:
        raise ApiError("is_archived")
    if not {"text", "blocks", "attachments", "markdown_text"} & set(args):
        raise ApiError("no_text")
    merged = {"text": post.text, "blocks": post.blocks, "attachments": _as_sent(post.attachments)} | args
    parts = content(ws, merged, "chat.update")
    if "blocks" in args and "text" not in args:
        ws.complain("chat.update: blocks without text keep the old text")
    if "text" in args and "blocks" not in args and post.blocks:
        ws.complain("chat.update: text without blocks keeps the old blocks")
    edit(post, ws.new_ts(), parts)
    if "metadata" in args:
        post.metadata = _metadata(args["metadata"])
    shown = shown_message(ws, post)
    return {"channel": post.channel, "ts": post.ts, "text": post.text, "message": shown, **parts["warnings"]}


def _as_sent(attachments: list[Json]) -> list[Json]:
    return [{name: part for name, part in item.items() if name != "id"} for item in attachments]


def edit(post: Post, ts: str, parts: Json) -> None:
    post.text, post.blocks, post.attachments = parts["text"], parts["blocks"], parts["attachments"]
    post.edited = ts


def post_ephemeral(ws: Workspace, args: Json) -> Json:
    channel = writable(ws, args["channel"])
    if args["user"] not in ws.users or args["user"] not in channel.members:
        raise ApiError("user_not_in_channel")
    parts = content(ws, args, "chat.postEphemeral")
    post = Post(channel.id, ws.new_ts(), ws.bot_user, parts["text"], parts["blocks"], parts["attachments"])
    post.thread_ts = _thread(ws, channel, args.get("thread_ts"))
    post.only_for = args["user"]
    ws.add_post(post)
    return {"message_ts": post.ts, **parts["warnings"]}


def delete(ws: Workspace, args: Json) -> Json:
    post = _own(ws, args, "cant_delete_message")
    post.deleted = True
    return {"channel": post.channel, "ts": post.ts}


def get_permalink(ws: Workspace, args: Json) -> Json:
    channel = visible(ws, args["channel"])
    post = ws.find_post(channel.id, args["message_ts"])
    if post is None:
        raise ApiError("message_not_found")
    link = f"https://{ws.domain}.slack.com/archives/{channel.id}/p{post.ts.replace('.', '')}"
    if post.thread_ts not in (None, post.ts):
        link += f"?thread_ts={post.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}
