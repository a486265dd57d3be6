"""What people do in Slack: type a command, press a button, fill in a form, close it.

Each act waits until the app acknowledges it, for at most three seconds, as Slack's client does.
"""

from __future__ import annotations

from typing import Any

from bot.playground.slack_workspace import payloads
from bot.playground.slack_workspace.blockkit.check import check_message, filled_in
from bot.playground.slack_workspace.blockkit.inputs import chosen, client_errors, find_control
from bot.playground.slack_workspace.modals import after_submission
from bot.playground.slack_workspace.records import Answer, Channel, Json, Post, View
from bot.playground.slack_workspace.state import State

TROUBLE = "We had some trouble connecting. Try again?"


def press(
    state: State,
    user: str,
    channel: str,
    ts: str,
    action_id: str,
    *,
    confirm: bool = True,
    block_id: str | None = None,
    value: Any = None,
) -> Answer:
    """Press a button (or choose ``value`` in a menu) of a message in a channel.

    Only what the newest version of the message shows can be pressed. Otherwise the answer is ``no_such_message``,
    ``no_such_control`` or ``not_in_channel``, and nothing is sent. If the control has a confirmation dialog,
    ``confirm=False`` means that the person cancelled it (``not_confirmed``).
    """
    with state.lock:
        post = state.find_post(channel, ts)
        if user not in state.channels[channel].members:
            return Answer(ok=False, error="not_in_channel")
    return _press_on(state, post, user, action_id, confirm, block_id, value)


def press_ephemeral(
    state: State,
    user: str,
    ts: str,
    action_id: str,
    *,
    confirm: bool = True,
    block_id: str | None = None,
    value: Any = None,
) -> Answer:
    """Press a control of a message that only this person sees."""
    with state.lock:
        mine = (post for post in state.ephemeral_posts if post.only_for == user and not post.deleted)
        post = next((post for post in mine if post.ts == ts), None)
    return _press_on(state, post, user, action_id, confirm, block_id, value)


def press_view(
    state: State,
    user: str,
    action_id: str,
    *,
    confirm: bool = True,
    block_id: str | None = None,
    value: Any = None,
) -> Answer:
    """Press a control of the view on top."""
    with state.lock:
        stack = state.views.get(user)
        if not stack:
            return Answer(ok=False, error="no_such_view")
        view = stack[-1]
        found = _control(view, view.blocks, action_id, confirm, block_id, value)
        if isinstance(found, Answer):
            return found
        payload = payloads.press_in_view(state, view, *found, value)
    return _pressed(state, payload)


def slash(state: State, user: str, channel: str, text: str = "") -> Answer:
    """Type the command. The app's immediate reply is in the answer, and among the ephemerals (or messages)."""
    with state.lock:
        place = state.channels[channel]
        if "commands" not in state.scopes:
            return Answer(ok=False, error="invalid_command", shown=f"{state.command} is not a valid command.")
        if user not in place.members or place.archived:
            return Answer(ok=False, error="not_in_channel")
        payload = payloads.slash_command(state, user, place, text)
    error, reply, seconds = _send(state, "slash_commands", payload, takes_answer=True)
    if error is not None:
        why = {"operation_timeout": "because the app did not respond"}.get(error, f'with the error "{error}"')
        return Answer(False, error, seconds=seconds, shown=f"{state.command} failed {why}")
    try:
        _show_reply(state, user, place, reply)
    except ValueError as problem:
        state.complain(f"slash command ack: {problem}")
        return Answer(False, "invalid_response", seconds=seconds, shown=f"{state.command} failed")
    return Answer(True, text=reply.get("text"), blocks=reply.get("blocks"), seconds=seconds)


def fill(state: State, user: str, values: Json) -> None:
    """Type into the view on top without sending it: by block_id and action_id, or by action_id alone.

    Raises KeyError for a field that is not there, ValueError for a choice that is not offered.
    """
    with state.change():
        _fill(state.views[user][-1], values)


def submit(state: State, user: str, values: Json | None = None) -> Answer:
    """Fill in the view on top and send it.

    Slack's own client blocks a form with a required field left empty (``blocked_by_client``).
    """
    with state.lock:
        stack = state.views.get(user)
        if not stack:
            return Answer(ok=False, error="no_such_view")
        view = stack[-1]
        if "submit" not in view.content:
            return Answer(ok=False, error="no_such_control")
        _fill(view, values or {})
        errors = client_errors(view.blocks, view.typed)
        if errors:
            return Answer(ok=False, error="blocked_by_client", errors=errors)
        payload = payloads.submission(state, view)
    error, reply, seconds = _send(state, "interactive", payload, takes_answer=True)
    if error is not None:
        return Answer(False, error, seconds=seconds, shown=TROUBLE)
    try:
        with state.change():
            refused, gone = after_submission(state, view, reply)
    except ValueError as problem:
        state.complain(str(problem))
        return Answer(False, "invalid_response", seconds=seconds, shown=TROUBLE)
    return Answer(refused is None, errors=refused, closed=gone, seconds=seconds)


def close_view(state: State, user: str, *, all_of_them: bool = False) -> Answer:
    """Close the view on top, or (the ✕) all of them; the app is told if ``notify_on_close`` is set."""
    with state.change():
        stack = state.views.get(user, [])
        if not stack:
            return Answer(ok=False, error="no_such_view")
        cleared = all_of_them or bool(stack[-1].content.get("clear_on_close"))
        going = stack[:] if cleared else [stack[-1]]
        told = [
            payloads.closed(state, view, cleared=cleared)
            for view in reversed(going)
            if view.content.get("notify_on_close")
        ]
        left = stack[: len(stack) - len(going)]
        state.views[user] = left
        if not left:
            del state.views[user]
    seconds = 0.0
    for payload in told:
        seconds = _send(state, "interactive", payload, takes_answer=False)[2]
    return Answer(ok=True, closed=True, seconds=seconds)


def open_home(state: State, user: str) -> Answer:
    """Open the app's Home tab: the app is sent ``app_home_opened``."""
    with state.lock:
        payload = payloads.home_opened(state, user)
    error, _, seconds = _send(state, "events_api", payload, takes_answer=False)
    return Answer(error is None, error, seconds=seconds)


def _send(state: State, kind: str, payload: Json, *, takes_answer: bool) -> tuple[str | None, Json, float]:
    if state.gateway is None:
        return "dispatch_failed", {}, 0.0
    return state.gateway.deliver(kind, payload, takes_answer=takes_answer)


def _press_on(
    state: State, post: Post | None, user: str, action_id: str, confirm: bool, block_id: str | None, value: Any
) -> Answer:
    with state.lock:
        if post is None or post.deleted:
            return Answer(ok=False, error="no_such_message")
        found = _control(post, post.all_blocks(), action_id, confirm, block_id, value)
        if isinstance(found, Answer):
            return found
        payload = payloads.press_on_message(state, user, post, *found, value)
    return _pressed(state, payload)


def _control(
    on: Post | View, blocks: list[Json], action_id: str, confirm: bool, block_id: str | None, value: Any
) -> tuple[str, Json] | Answer:
    """The control and its block_id, with what was chosen stored; or why it cannot be pressed."""
    found = find_control(blocks, action_id, block_id)
    if found is None:
        return Answer(ok=False, error="no_such_control")
    if "confirm" in found[1] and not confirm:
        return Answer(ok=False, error="not_confirmed")
    if found[1]["type"] not in ("button", "overflow"):
        on.typed[(found[0], action_id)] = chosen(found[1], value)
    return found


def _pressed(state: State, payload: Json) -> Answer:
    error, _, seconds = _send(state, "interactive", payload, takes_answer=False)
    return Answer(error is None, error, seconds=seconds, shown="" if error is None else TROUBLE)


def _show_reply(state: State, user: str, place: Channel, reply: Json) -> None:
    """Show what a command's ack carries. Raises ValueError if Slack could not make sense of it."""
    if not reply:
        return
    unknown = set(reply) - {"text", "blocks", "response_type", "attachments", "mrkdwn", "unfurl_links"}
    if unknown:
        raise ValueError(f"unknown members {sorted(unknown)}")
    kind = reply.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise ValueError(f"unknown response_type {kind!r}")
    blocks = reply.get("blocks") or []
    refused = check_message(blocks)
    if refused is not None:
        raise ValueError(f"{refused.error}: {refused.messages}")
    text = reply.get("text", "")
    if not isinstance(text, str) or not (text or blocks):
        raise ValueError("no_text")
    with state.change():
        only_for = user if kind == "ephemeral" else None
        state.add_post(Post(place.id, state.new_ts(), state.bot_user, text, filled_in(blocks), only_for=only_for))


def _fill(view: View, values: Json) -> None:
    for name, value in values.items():
        entries = value if isinstance(value, dict) else {name: value}
        block_id = name if isinstance(value, dict) else None
        for action_id, typed in entries.items():
            found = find_control(view.blocks, action_id, block_id, inputs=True)
            if found is None:
                raise KeyError(f"no field {action_id!r} in {block_id or 'the view'}")
            view.typed[(found[0], action_id)] = chosen(found[1], typed)
