"""views.*: opening, pushing, replacing and publishing views."""

from __future__ import annotations

from bot.playground.slack_workspace.modals import open_view, publish_home, replace_view
from bot.playground.slack_workspace.records import ApiError, Json, View
from bot.playground.slack_workspace.shown import shown_view
from bot.playground.slack_workspace.workspace import Workspace


def views_open(ws: Workspace, args: Json) -> Json:
    trigger = ws.use_trigger(args["trigger_id"])
    return {"view": shown_view(ws, open_view(ws, trigger.user, args["view"]))}


def views_push(ws: Workspace, args: Json) -> Json:
    """Only from within an open view: the trigger must come from one. Raises ApiError (``not_found``) otherwise."""
    trigger = ws.use_trigger(args["trigger_id"])
    if trigger.view is None or ws.find_view(trigger.view) is None or trigger.user not in ws.views:
        raise ApiError("not_found")
    return {"view": shown_view(ws, open_view(ws, trigger.user, args["view"], pushed=True))}


def _by_name(ws: Workspace, args: Json) -> View:
    if "view_id" in args:
        view = ws.find_view(args["view_id"])
    elif "external_id" in args:
        everywhere = [view for stack in ws.views.values() for view in stack]
        named = (view for view in everywhere if view.content.get("external_id") == args["external_id"])
        view = next(named, None)
    else:
        messages = ["[ERROR] missing required field: view_id"]
        raise ApiError("invalid_arguments", response_metadata={"messages": messages})
    if view is None:
        raise ApiError("not_found")
    return view


def views_update(ws: Workspace, args: Json) -> Json:
    """Replace an open view; with ``hash``, only if it is still that version."""
    view = _by_name(ws, args)
    if args.get("hash", view.hash) != view.hash:
        raise ApiError("hash_conflict", view=shown_view(ws, view))
    return {"view": shown_view(ws, replace_view(ws, view, args["view"]))}


def views_publish(ws: Workspace, args: Json) -> Json:
    if args["user_id"] not in ws.users:
        raise ApiError("user_not_found")
    known = ws.homes.get(args["user_id"])
    if known is not None and args.get("hash", known.hash) != known.hash:
        raise ApiError("hash_conflict")
    return {"view": shown_view(ws, publish_home(ws, args["user_id"], args["view"]))}
