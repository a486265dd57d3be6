"""The stack of views a person has open, and what the API can do to it."""

from __future__ import annotations

from typing import Any

from bot.playground.slack_workspace.blockkit.check import Refused, check_view, filled_in
from bot.playground.slack_workspace.records import ApiError, Json, View
from bot.playground.slack_workspace.state import State

# Slack keeps at most three views in a modal.
STACK = 3


def refuse(state: State, refused: Refused) -> ApiError:
    """The refusal in the Web API's words; anything not modelled is also a complaint."""
    for sentence in refused.not_modelled:
        state.complain(sentence)
    extra: Json = {}
    if refused.messages:
        extra["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in refused.messages]}
        if refused.error == "invalid_blocks":
            extra["errors"] = refused.messages
    return ApiError(refused.error, **extra)


def checked(state: State, content: Any, surface: str = "modal") -> Json:
    """The view with Slack's defaults filled in. Raises ApiError if Slack would reject it."""
    refused = check_view(content, surface)
    if refused is not None:
        raise refuse(state, refused)
    return {**content, "blocks": filled_in(content["blocks"])}


def _external_id_free(state: State, content: Json, view: View | None) -> None:
    external = content.get("external_id")
    if not external:
        return
    for stack in state.views.values():
        for other in stack:
            if other is not view and other.content.get("external_id") == external:
                raise ApiError("duplicate_external_id")


def new_hash(state: State) -> str:
    return f"{int(state.now())}.{state.new_id('')[:8]}"


def open_view(state: State, user: str, content: Any, *, pushed: bool = False) -> View:
    """Show a person a view: on top of what is open (``pushed``) or instead of it. The caller holds the lock."""
    content = checked(state, content)
    _external_id_free(state, content, None)
    below = state.views.get(user, []) if pushed else []
    if len(below) >= STACK:
        raise ApiError("push_limit_reached")
    view_id = state.new_id("V")
    view = View(
        id=view_id,
        user=user,
        content=content,
        hash=new_hash(state),
        root=below[0].id if below else view_id,
        previous=below[-1].id if below else None,
    )
    state.views[user] = [*below, view]
    return view


def replace_view(state: State, view: View, content: Any) -> View:
    """Show other content in an open view; what was typed stays wherever block_id and action_id stay the same."""
    content = checked(state, content)
    _external_id_free(state, content, view)
    view.content = content
    view.hash = new_hash(state)
    return view


def publish_home(state: State, user: str, content: Any) -> View:
    content = checked(state, content, "home")
    view_id = state.homes[user].id if user in state.homes else state.new_id("V")
    view = View(view_id, user, content, new_hash(state), view_id, None)
    state.homes[user] = view
    return view


def after_submission(state: State, view: View, answer: Json) -> tuple[dict[str, str] | None, bool]:
    """Do what the ack of a submission asks for. Returns (the form's errors, whether the view is gone).

    Raises ValueError for an answer Slack cannot make sense of: the person is then told that it did not work.
    """
    action = answer.get("response_action")
    stack = state.views.get(view.user, [])
    if not answer or action is None:
        if answer:
            raise ValueError(f"view_submission answered without response_action: {sorted(answer)}")
        _close(state, view)
        return None, True
    allowed = {"errors": {"errors"}, "update": {"view"}, "push": {"view"}, "clear": set()}
    if action not in allowed or set(answer) - {"response_action"} != allowed[action]:
        raise ValueError(f"view_submission answered with an unknown response_action: {action} {sorted(answer)}")
    if action == "clear":
        state.views.pop(view.user, None)
        return None, True
    if action == "errors":
        return _form_errors(view, answer["errors"]), False
    if view not in stack:
        raise ValueError("the view was closed before it was answered")
    try:
        if action == "update":
            replace_view(state, view, answer["view"])
        else:
            open_view(state, view.user, answer["view"], pushed=True)
    except ApiError as refused:
        raise ValueError(f"response_action {action}: {refused.body()}") from refused
    return None, False


def _form_errors(view: View, errors: Any) -> dict[str, str]:
    if not isinstance(errors, dict) or not errors:
        raise ValueError("response_action errors needs an object of block_id and text")
    for block_id, text in errors.items():
        block = view.block(block_id)
        if block is None or block["type"] != "input":
            raise ValueError(f"response_action errors names {block_id!r}, which is not an input block of the view")
        if not isinstance(text, str) or not text:
            raise ValueError(f"response_action errors has no text for {block_id!r}")
    return dict(errors)


def _close(state: State, view: View) -> None:
    stack = state.views.get(view.user, [])
    if view in stack:
        stack.remove(view)
    if not stack:
        state.views.pop(view.user, None)
