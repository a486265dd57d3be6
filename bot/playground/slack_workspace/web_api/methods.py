"""The Web API methods this workspace knows: who may call them, how often, and what they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.slack_workspace.records import ApiError, Json
from bot.playground.slack_workspace.web_api import arguments, chat, reading, views
from bot.playground.slack_workspace.workspace import Workspace


@dataclass(frozen=True)
class Method:
    """``tier`` 0 has a limit of its own. ``changes``: whoever watches the workspace is told."""

    run: Callable[[Workspace, Json], Json]
    tier: int
    scope: str | None = None
    changes: bool = False


METHODS: dict[str, Method] = {
    "auth.test": Method(reading.auth_test, 0),
    "chat.postMessage": Method(chat.post_message, 0, "chat:write", changes=True),
    "chat.update": Method(chat.update, 3, "chat:write", changes=True),
    "chat.postEphemeral": Method(chat.post_ephemeral, 4, "chat:write", changes=True),
    "chat.delete": Method(chat.delete, 3, "chat:write", changes=True),
    "chat.getPermalink": Method(chat.get_permalink, 0),
    # The scope for these depends on the kind of conversation and is checked there.
    "conversations.info": Method(reading.conversations_info, 3),
    "conversations.history": Method(reading.conversations_history, 3),
    "conversations.replies": Method(reading.conversations_replies, 3),
    "conversations.members": Method(reading.conversations_members, 4),
    "views.open": Method(views.views_open, 4, changes=True),
    "views.push": Method(views.views_push, 4, changes=True),
    "views.update": Method(views.views_update, 4, changes=True),
    "views.publish": Method(views.views_publish, 4, changes=True),
    "users.info": Method(reading.users_info, 4, "users:read"),
    "usergroups.list": Method(reading.usergroups_list, 2, "usergroups:read"),
    "usergroups.users.list": Method(reading.usergroups_users_list, 2, "usergroups:read"),
}
# Answered by the server, which hands out the socket's address.
CONNECTIONS_OPEN = "apps.connections.open"


def authenticate(ws: Workspace, method: str, token: str | None) -> None:
    """Raises ApiError: ``not_authed``, ``invalid_auth``, ``not_allowed_token_type`` or ``missing_scope``."""
    if not token:
        raise ApiError("not_authed")
    if token not in (ws.bot_token, ws.app_token):
        raise ApiError("invalid_auth")
    if (token == ws.app_token) != (method == CONNECTIONS_OPEN):
        raise ApiError("not_allowed_token_type")
    scope = "connections:write" if method == CONNECTIONS_OPEN else METHODS[method].scope
    held = ws.app_scopes if method == CONNECTIONS_OPEN else ws.scopes
    if scope is not None and scope not in held:
        raise ApiError("missing_scope", needed=scope, provided=",".join(held))


def call(ws: Workspace, method: str, given: Mapping[str, Any]) -> Json:
    """Run a method for the bot. Raises ApiError for a refusal."""
    entry = METHODS[method]
    args = arguments.read(method, given)
    if entry.changes:
        with ws.change():
            return {"ok": True, **entry.run(ws, args)}
    with ws.lock:
        return {"ok": True, **entry.run(ws, args)}
