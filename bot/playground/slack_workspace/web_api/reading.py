"""conversations.*, users.*, usergroups.* and auth.test: what an app can look up."""

from __future__ import annotations

import base64

from bot.playground.slack_workspace.records import ApiError, Channel, Json, Post, User
from bot.playground.slack_workspace.shown import shown_message
from bot.playground.slack_workspace.web_api.chat import visible
from bot.playground.slack_workspace.workspace import Workspace

# The most that may be asked for at once.
MOST_MEMBERS = 999


def auth_test(ws: Workspace, args: Json) -> Json:  # noqa: ARG001 - every method takes its arguments
    return {
        "url": f"https://{ws.domain}.slack.com/",
        "team": ws.team_name,
        "user": ws.users[ws.bot_user].name,
        "team_id": ws.team_id,
        "user_id": ws.bot_user,
        "bot_id": ws.bot_id,
        "is_enterprise_install": ws.org_wide,
        **({"enterprise_id": ws.enterprise_id} if ws.enterprise_id else {}),
    }


def need_any(ws: Workspace, right: str) -> None:
    """Without a scope for any kind of conversation, Slack says nothing of any. Raises ApiError (``missing_scope``)."""
    every = [f"{kind}:{right}" for kind in ("channels", "groups", "mpim", "im")]
    if not set(every) & set(ws.scopes):
        raise ApiError("missing_scope", needed=",".join(every), provided=",".join(ws.scopes))


def need(ws: Workspace, channel: Channel, right: str) -> None:
    """Check the scope for this kind of conversation. Raises ApiError (``missing_scope``)."""
    kind = "im" if channel.is_im else "groups" if channel.private else "channels"
    scope = f"{kind}:{right}"
    if scope not in ws.scopes:
        raise ApiError("missing_scope", needed=scope, provided=",".join(ws.scopes))


def conversations_info(ws: Workspace, args: Json) -> Json:
    need_any(ws, "read")
    channel = visible(ws, args["channel"])
    need(ws, channel, "read")
    shown: Json = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
        "is_channel": not channel.private,
        "is_group": False,
        "is_im": channel.is_im,
        "is_mpim": False,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_general": False,
        "is_shared": channel.ext_shared or channel.org_shared,
        "is_ext_shared": channel.ext_shared,
        "is_org_shared": channel.org_shared,
        "is_pending_ext_shared": channel.pending_shared,
        "pending_shared": [],
        "shared_team_ids": sorted({ws.team_id, *(ws.users[one].team_id for one in channel.members)}),
        "is_member": ws.bot_user in channel.members,
        "context_team_id": ws.team_id,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }
    if args.get("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


def _page(items: list[str] | list[Json], args: Json, default: int) -> tuple[list[str] | list[Json], Json]:
    limit = args.get("limit") or default
    start = args.get("cursor") or "0"
    if not start.isdigit():
        raise ApiError("invalid_cursor")
    end = int(start) + min(limit, 1000)
    cursor = str(end) if end < len(items) else ""
    return items[int(start) : end], {"next_cursor": cursor}


def conversations_members(ws: Workspace, args: Json) -> Json:
    """People of other organizations and bots included. A page may be shorter than asked for and not be the last."""
    need_any(ws, "read")
    channel = visible(ws, args["channel"])
    need(ws, channel, "read")
    limit = args.get("limit", 100)
    if not 1 <= limit <= MOST_MEMBERS:
        raise ApiError("invalid_limit")
    start = _opened(args.get("cursor") or "")
    end = start + min(limit, ws.members_page)
    cursor = _closed(end) if end < len(channel.members) else ""
    return {"members": channel.members[start:end], "response_metadata": {"next_cursor": cursor}}


def _closed(place: int) -> str:
    """A cursor, which tells an app nothing."""
    return base64.b64encode(f"member:{place}".encode()).decode()


def _opened(cursor: str) -> int:
    """Raises ApiError (``invalid_cursor``)."""
    if not cursor:
        return 0
    try:
        kind, _, place = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError:
        raise ApiError("invalid_cursor") from None
    if kind != "member" or not place.isdigit():
        raise ApiError("invalid_cursor")
    return int(place)


def _readable(ws: Workspace, args: Json) -> Channel:
    need_any(ws, "history")
    channel = visible(ws, args["channel"])
    need(ws, channel, "history")
    if ws.bot_user not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _within(post: Post, args: Json) -> bool:
    ts, oldest, latest = float(post.ts), float(args.get("oldest", 0)), float(args.get("latest", "inf"))
    if args.get("inclusive"):
        return oldest <= ts <= latest
    return oldest < ts < latest


def conversations_history(ws: Workspace, args: Json) -> Json:
    """Newest first; a deleted message stays as a tombstone while its thread has replies."""
    channel = _readable(ws, args)
    metadata = args.get("include_all_metadata", False)
    posts = [
        shown_message(ws, post, metadata=metadata)
        for post in reversed(ws.posts.get(channel.id, []))
        if post.in_channel() and _within(post, args) and (not post.deleted or ws.replies(post))
    ]
    messages, after = _page(posts, args, 100)
    body: Json = {"messages": messages, "has_more": bool(after["next_cursor"]), "pin_count": 0}
    return body | ({"response_metadata": after} if after["next_cursor"] else {})


def conversations_replies(ws: Workspace, args: Json) -> Json:
    """The parent, then its replies, oldest first."""
    channel = _readable(ws, args)
    metadata = args.get("include_all_metadata", False)
    found = [post for post in ws.posts.get(channel.id, []) if post.ts == args["ts"]]
    parent = found[0] if found else None
    if parent is not None and parent.thread_ts not in (None, parent.ts):
        parent = next((post for post in ws.posts[channel.id] if post.ts == found[0].thread_ts), None)
    if parent is None or (parent.deleted and not ws.replies(parent)):
        raise ApiError("thread_not_found")
    replies = [post for post in ws.replies(parent) if _within(post, args)]
    posts = [shown_message(ws, post, metadata=metadata) for post in [parent, *replies]]
    messages, after = _page(posts, args, 1000)
    body: Json = {"messages": messages, "has_more": bool(after["next_cursor"])}
    return body | ({"response_metadata": after} if after["next_cursor"] else {})


def users_info(ws: Workspace, args: Json) -> Json:
    user = ws.users.get(args["user"])
    if user is None:
        raise ApiError("user_not_found")
    profile: Json = {"real_name": user.real_name, "display_name": user.name, "team": user.team_id}
    if "users:read.email" in ws.scopes and user.email and _ours(ws, user):
        profile["email"] = user.email
    shown: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": int(ws.now()),
    }
    if user.enterprise_id:
        shown["enterprise_user"] = {
            "id": user.id,
            "enterprise_id": user.enterprise_id,
            "teams": [user.team_id],
            "is_admin": False,
            "is_owner": False,
        }
    if not _ours(ws, user):
        # Of others, Slack tells less. They are no strangers while an app shares a channel with them.
        return {"user": {**shown, "is_stranger": not _meets(ws, user)}}
    about = {"tz": "Europe/Amsterdam", "tz_label": "Central European Time", "tz_offset": 3600}
    if user.deleted:
        # A deactivated account has neither rights nor a time zone.
        return {"user": shown}
    return {
        "user": {
            **shown,
            **about,
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": bool(user.guest),
            "is_ultra_restricted": user.guest == "single",
            "is_email_confirmed": True,
        }
    }


def _ours(ws: Workspace, user: User) -> bool:
    return user.team_id == ws.team_id or (ws.enterprise_id is not None and user.enterprise_id == ws.enterprise_id)


def _meets(ws: Workspace, user: User) -> bool:
    """Whether the bot is in a channel with somebody."""
    return any({user.id, ws.bot_user} <= set(channel.members) for channel in ws.channels.values())


def _paid(ws: Workspace) -> None:
    if not ws.paid_plan:
        raise ApiError("plan_upgrade_required")


def usergroups_list(ws: Workspace, args: Json) -> Json:
    _paid(ws)
    groups = []
    for group in ws.groups.values():
        shown: Json = {
            "id": group.id,
            "team_id": ws.team_id,
            "is_usergroup": True,
            "is_external": False,
            "name": group.handle,
            "handle": group.handle,
            "description": "",
            "date_delete": 0,
        }
        if args.get("include_users"):
            shown["users"] = list(group.users)
        if args.get("include_count"):
            shown["user_count"] = len(group.users)
        groups.append(shown)
    return {"usergroups": groups}


def usergroups_users_list(ws: Workspace, args: Json) -> Json:
    _paid(ws)
    group = ws.groups.get(args["usergroup"])
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": list(group.users)}
