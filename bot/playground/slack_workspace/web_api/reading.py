"""conversations.*, users.*, usergroups.* and auth.test: what an app can look up."""

from __future__ import annotations

from bot.playground.slack_workspace.records import ApiError, Channel, Json, Post
from bot.playground.slack_workspace.shown import shown_message
from bot.playground.slack_workspace.web_api.chat import visible
from bot.playground.slack_workspace.workspace import Workspace


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


def need(ws: Workspace, channel: Channel, right: str) -> None:
    """Check the scope for this kind of conversation. Raises ApiError (``missing_scope``)."""
    kind = "im" if channel.is_im else "groups" if channel.private else "channels"
    scope = f"{kind}:{right}"
    if scope not in ws.scopes:
        raise ApiError("missing_scope", needed=scope, provided=",".join(ws.scopes))


def conversations_info(ws: Workspace, args: Json) -> Json:
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
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
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
    channel = visible(ws, args["channel"])
    need(ws, channel, "read")
    members, after = _page(channel.members, args, 100)
    return {"members": members, "response_metadata": after}


def _readable(ws: Workspace, args: Json) -> Channel:
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
    if "users:read.email" in ws.scopes and user.email:
        profile["email"] = user.email
    return {
        "user": {
            "id": user.id,
            "team_id": user.team_id,
            "name": user.name,
            "deleted": False,
            "real_name": user.real_name,
            "tz": "Europe/Amsterdam",
            "tz_label": "Central European Time",
            "tz_offset": 3600,
            "profile": profile,
            "is_bot": user.is_bot,
            "is_app_user": False,
            "is_admin": False,
            "is_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_stranger": user.team_id != ws.team_id,
            "updated": int(ws.now()),
        }
    }


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
