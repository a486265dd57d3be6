"""The payloads Slack sends to an app when a person does something."""

from __future__ import annotations

import re

from bot.playground.slack_workspace.blockkit.inputs import chosen, state_values
from bot.playground.slack_workspace.records import Channel, Json, Post, View, clone
from bot.playground.slack_workspace.shown import shown_message, shown_view
from bot.playground.slack_workspace.state import State


def _common(state: State, user_id: str, kind: str) -> Json:
    user = state.users[user_id]
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": state.app_id,
        "token": state.verification_token,
        # An org-wide install has no team.
        "team": None if state.org_wide else {"id": state.team_id, "domain": state.domain},
        "enterprise": {"id": user.enterprise_id, "name": user.enterprise_id} if user.enterprise_id else None,
        "is_enterprise_install": state.org_wide,
    }


def shown_name(channel: Channel) -> str:
    """Slack does not tell an app the names of private channels."""
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.private else channel.name


def _action(state: State, element: Json, block_id: str, value: object) -> Json:
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    if element["type"] == "button":
        action |= {name: clone(element)[name] for name in ("text", "value", "style", "url") if name in element}
    else:
        member = {"overflow": "selected_option"}.get(element["type"])
        entry = chosen(element, value)
        if member is None:
            typed = {(block_id, element["action_id"]): entry}
            action |= next(
                iter(state_values([{"type": "actions", "block_id": block_id, "elements": [element]}], typed).values())
            )[element["action_id"]]
        else:
            action[member] = entry
    return {**action, "action_ts": state.new_ts()}


def press_on_message(state: State, user: str, post: Post, block_id: str, element: Json, value: object) -> Json:
    channel = state.channels[post.channel]
    container: Json = {
        "type": "message",
        "message_ts": post.ts,
        "channel_id": post.channel,
        "is_ephemeral": post.only_for is not None,
    }
    if post.thread_ts is not None:
        container["thread_ts"] = post.thread_ts
    payload = {
        **_common(state, user, "block_actions"),
        "container": container,
        "trigger_id": state.new_trigger(user),
        "channel": {"id": channel.id, "name": shown_name(channel)},
        "state": {"values": state_values(post.all_blocks(), post.typed)},
        "response_url": state.new_response_url(user, post.channel, post),
        "actions": [_action(state, element, block_id, value)],
    }
    if post.only_for is None:  # Slack does not store ephemeral messages, so it cannot include them
        payload["message"] = shown_message(state, post)
    return clone(payload)


def press_in_view(state: State, view: View, block_id: str, element: Json, value: object) -> Json:
    return clone(
        {
            **_common(state, view.user, "block_actions"),
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": state.new_trigger(view.user, view.id),
            "view": shown_view(state, view),
            "actions": [_action(state, element, block_id, value)],
        }
    )


def submission(state: State, view: View) -> Json:
    return {
        **_common(state, view.user, "view_submission"),
        "trigger_id": state.new_trigger(view.user, view.id),
        "view": shown_view(state, view),
        "response_urls": [],
    }


def closed(state: State, view: View, *, cleared: bool) -> Json:
    return {
        **_common(state, view.user, "view_closed"),
        "view": shown_view(state, view),
        "is_cleared": cleared,
    }


def home_opened(state: State, user: str) -> Json:
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": state.direct_message(user).id,
        "tab": "home",
        "event_ts": state.new_ts(),
    }
    if user in state.homes:
        event["view"] = shown_view(state, state.homes[user])
    installed = {"enterprise_id": None, "team_id": state.team_id, "user_id": state.bot_user}
    return {
        "token": state.verification_token,
        "team_id": state.team_id,
        "api_app_id": state.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": state.new_id("Ev"),
        "event_time": int(state.now()),
        "is_ext_shared_channel": False,
        "context_team_id": state.team_id,
        "authorizations": [{**installed, "is_bot": True, "is_enterprise_install": False}],
    }


def slash_command(state: State, user_id: str, channel: Channel, text: str) -> Json:
    user = state.users[user_id]
    return {
        "token": state.verification_token,
        "team_id": user.team_id if state.org_wide else state.team_id,
        "team_domain": state.domain,
        **({"enterprise_id": user.enterprise_id, "enterprise_name": user.enterprise_id} if user.enterprise_id else {}),
        "channel_id": channel.id,
        "channel_name": shown_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": state.command,
        "text": escaped(state, text),
        "api_app_id": state.app_id,
        "is_enterprise_install": str(state.org_wide).lower(),
        "response_url": state.new_response_url(user_id, channel.id, None),
        "trigger_id": state.new_trigger(user_id),
    }


def escaped(state: State, text: str) -> str:
    """What a person typed, as a command with ``should_escape`` gets it: ``@alice`` is ``<@U…|alice>``."""
    safe = text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    people = {user.name: user.id for user in state.users.values()}
    groups = {group.handle: group.id for group in state.groups.values()}
    channels = {channel.name: channel.id for channel in state.channels.values()}

    def mention(match: re.Match[str]) -> str:
        sign, name = match.group(1), match.group(2)
        if sign == "@" and name in people:
            return f"<@{people[name]}|{name}>"
        if sign == "@" and name in groups:
            return f"<!subteam^{groups[name]}|@{name}>"
        if sign == "#" and name in channels:
            return f"<#{channels[name]}|{name}>"
        return match.group(0)

    return re.sub(r"(?<![\w])([@#])([\w.-]+)", mention, safe)
