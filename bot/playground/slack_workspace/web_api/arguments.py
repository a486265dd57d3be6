"""Web API arguments: which ones a method takes, and their types, from a form or from JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.playground.slack_workspace.records import ApiError, Json


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("must be a string")
    return value


def _flag(value: Any) -> bool:
    known = {"1": True, "true": True, "0": False, "false": False}
    if isinstance(value, bool):
        return value
    if str(value).lower() not in known:
        raise TypeError("must be a boolean")
    return known[str(value).lower()]


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).isdigit():
        raise TypeError("must be an integer")
    return int(value)


def _stamp(value: Any) -> str:
    whole, dot, rest = _text(value).partition(".")
    if not whole.isdigit() or (dot and not rest.isdigit()):
        raise TypeError("must be a timestamp")
    return _text(value)


def _document(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise TypeError("must be valid JSON") from None
    return value


_READERS = {"text": _text, "flag": _flag, "int": _whole, "ts": _stamp, "json": _document}

_STYLE = {"username": "text", "icon_emoji": "text", "icon_url": "text"}
_BODY = {"text": "text", "blocks": "json", "attachments": "json", "markdown_text": "text"}
_PARSE = {"link_names": "flag", "parse": "text", "mrkdwn": "flag", "as_user": "flag"}
_PAGE = {"cursor": "text", "limit": "int"}
_SPAN = {"latest": "ts", "oldest": "ts", "inclusive": "flag", "include_all_metadata": "flag"}

# name -> type; a star marks a required argument.
ARGUMENTS: dict[str, dict[str, str]] = {
    "auth.test": {},
    "apps.connections.open": {},
    "chat.postMessage": {
        "channel": "text*",
        **_BODY,
        **_PARSE,
        **_STYLE,
        "thread_ts": "ts",
        "reply_broadcast": "flag",
        "metadata": "json",
        "unfurl_links": "flag",
        "unfurl_media": "flag",
    },
    "chat.update": {
        "channel": "text*",
        "ts": "ts*",
        **_BODY,
        "link_names": "flag",
        "parse": "text",
        "as_user": "flag",
        "metadata": "json",
        "reply_broadcast": "flag",
    },
    "chat.postEphemeral": {
        "channel": "text*",
        "user": "text*",
        **_BODY,
        **_PARSE,
        **_STYLE,
        "thread_ts": "ts",
    },
    "chat.delete": {"channel": "text*", "ts": "ts*", "as_user": "flag"},
    "chat.getPermalink": {"channel": "text*", "message_ts": "ts*"},
    "conversations.info": {"channel": "text*", "include_locale": "flag", "include_num_members": "flag"},
    "conversations.history": {"channel": "text*", **_PAGE, **_SPAN},
    "conversations.replies": {"channel": "text*", "ts": "ts*", **_PAGE, **_SPAN},
    "conversations.members": {"channel": "text*", **_PAGE},
    "views.open": {"trigger_id": "text*", "view": "json*"},
    "views.push": {"trigger_id": "text*", "view": "json*"},
    "views.update": {"view": "json*", "view_id": "text", "external_id": "text", "hash": "text"},
    "views.publish": {"user_id": "text*", "view": "json*", "hash": "text"},
    "users.info": {"user": "text*", "include_locale": "flag"},
    "usergroups.list": {
        "include_count": "flag",
        "include_disabled": "flag",
        "include_users": "flag",
        "team_id": "text",
    },
    "usergroups.users.list": {"usergroup": "text*", "include_disabled": "flag", "team_id": "text"},
}


def read(method: str, given: Mapping[str, Any]) -> Json:
    """The arguments, converted. Raises ApiError (``invalid_arguments``) for unknown, ill-typed or missing ones."""
    wanted = ARGUMENTS[method]
    problems = [f"missing required field: {name}" for name, kind in wanted.items() if _absent(name, kind, given)]
    arguments: Json = {}
    for name, value in given.items():
        if name == "team_id" and name not in wanted:
            continue  # the client libraries send it with every call; it means something to org-wide apps only
        if name not in wanted:
            problems.append(f"unknown argument [json-pointer:/{name}]")
            continue
        try:
            arguments[name] = _READERS[wanted[name].rstrip("*")](value)
        except TypeError as problem:
            problems.append(f"{problem} [json-pointer:/{name}]")
    if problems:
        messages = [f"[ERROR] {problem}" for problem in problems]
        raise ApiError("invalid_arguments", response_metadata={"messages": messages})
    return arguments


def _absent(name: str, kind: str, given: Mapping[str, Any]) -> bool:
    return kind.endswith("*") and given.get(name) in (None, "")
