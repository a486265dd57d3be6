"""What people do in Slack: type a command, press a button, fill in a form, close it.

Each act waits until the app has acknowledged it, at most three seconds, as the person's screen does.
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


class People(State):
    """The acts. None of them holds the lock while the app works."""

    def press(
        self,
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

        Only what the newest version of the message shows can be pressed: otherwise ``no_such_message``,
        ``no_such_control`` or ``not_in_channel``, and nothing is sent. A control with a confirmation dialog needs
        ``confirm``: without it the person thought better of it (``not_confirmed``).
        """
        with self.lock:
            post = self.find_post(channel, ts)
            if user not in self.channels[channel].members:
                return Answer(ok=False, error="not_in_channel")
        return self._press_post(user, post, action_id, confirm, block_id, value)

    def press_ephemeral(
        self,
        user: str,
        ts: str,
        action_id: str,
        *,
        confirm: bool = True,
        block_id: str | None = None,
        value: Any = None,
    ) -> Answer:
        """Press a control of a message only this person sees."""
        with self.lock:
            mine = (post for post in self.whispers if post.only_for == user and not post.deleted)
            post = next((post for post in mine if post.ts == ts), None)
        return self._press_post(user, post, action_id, confirm, block_id, value)

    def press_view(
        self,
        user: str,
        action_id: str,
        *,
        confirm: bool = True,
        block_id: str | None = None,
        value: Any = None,
    ) -> Answer:
        """Press a control of the view on top."""
        with self.lock:
            stack = self.views.get(user)
            if not stack:
                return Answer(ok=False, error="no_such_view")
            return self._press_in(stack[-1], action_id, confirm, block_id, value)

    def press_home(
        self,
        user: str,
        action_id: str,
        *,
        confirm: bool = True,
        block_id: str | None = None,
        value: Any = None,
    ) -> Answer:
        """Press a control of the App Home."""
        with self.lock:
            view = self.homes.get(user)
        if view is None:
            return Answer(ok=False, error="no_such_view")
        return self._press_in(view, action_id, confirm, block_id, value)

    def slash(self, user: str, channel: str, text: str = "") -> Answer:
        """Type the command. What the app answers at once is in the answer, and among the ephemerals (or messages)."""
        with self.lock:
            place = self.channels[channel]
            if "commands" not in self.scopes:
                return Answer(ok=False, error="invalid_command", shown=f"{self.command} is not a valid command.")
            if user not in place.members or place.archived:
                return Answer(ok=False, error="not_in_channel")
            payload = payloads.slash_command(self, user, place, text)
        error, reply, seconds = self._send("slash_commands", payload, takes_answer=True)
        if error is not None:
            why = {"operation_timeout": "because the app did not respond"}.get(error, f'with the error "{error}"')
            return Answer(False, error, seconds=seconds, shown=f"{self.command} failed {why}")
        try:
            self._show_reply(user, place, reply)
        except ValueError as problem:
            self.complain(f"slash command ack: {problem}")
            return Answer(False, "invalid_response", seconds=seconds, shown=f"{self.command} failed")
        return Answer(True, text=reply.get("text"), blocks=reply.get("blocks"), seconds=seconds)

    def fill(self, user: str, values: Json) -> None:
        """Type into the view on top without sending it: by block_id and action_id, or by action_id alone.

        Raises KeyError for a field that is not there, ValueError for a choice that is not offered.
        """
        with self.change():
            self._fill(self.views[user][-1], values)

    def submit(self, user: str, values: Json | None = None) -> Answer:
        """Fill in the view on top and send it.

        A required field left empty is refused by Slack's own client and never sent (``blocked_by_client``).
        """
        with self.lock:
            stack = self.views.get(user)
            if not stack:
                return Answer(ok=False, error="no_such_view")
            view = stack[-1]
            if "submit" not in view.content:
                return Answer(ok=False, error="no_such_control")
            self._fill(view, values or {})
            errors = client_errors(view.blocks, view.typed)
            if errors:
                return Answer(ok=False, error="blocked_by_client", errors=errors)
            payload = payloads.submission(self, view)
        error, reply, seconds = self._send("interactive", payload, takes_answer=True)
        if error is not None:
            return Answer(False, error, seconds=seconds, shown=TROUBLE)
        try:
            with self.change():
                refused, gone = after_submission(self, view, reply)
        except ValueError as problem:
            self.complain(str(problem))
            return Answer(False, "invalid_response", seconds=seconds, shown=TROUBLE)
        return Answer(refused is None, errors=refused, closed=gone, seconds=seconds)

    def close_view(self, user: str, *, all_of_them: bool = False) -> Answer:
        """Close the view on top, or (the cross) all of them; the app hears of it when ``notify_on_close`` asks."""
        with self.change():
            stack = self.views.get(user, [])
            if not stack:
                return Answer(ok=False, error="no_such_view")
            cleared = all_of_them or bool(stack[-1].content.get("clear_on_close"))
            going = stack[:] if cleared else [stack[-1]]
            told = [
                payloads.closed(self, view, cleared=cleared)
                for view in reversed(going)
                if view.content.get("notify_on_close")
            ]
            left = stack[: len(stack) - len(going)]
            self.views[user] = left
            if not left:
                del self.views[user]
        seconds = 0.0
        for payload in told:
            seconds = self._send("interactive", payload, takes_answer=False)[2]
        return Answer(ok=True, closed=True, seconds=seconds)

    def open_home(self, user: str) -> Answer:
        """Open the app's Home tab: the app is sent ``app_home_opened``."""
        with self.lock:
            event: Json = {
                "type": "app_home_opened",
                "user": user,
                "channel": self.direct_message(user).id,
                "tab": "home",
                "event_ts": self.new_ts(),
            }
            if user in self.homes:
                event["view"] = self.public_view(self.homes[user])
            payload = {
                "token": self.verification_token,
                "team_id": self.team_id,
                "api_app_id": self.app_id,
                "event": event,
                "type": "event_callback",
                "event_id": self.new_id("Ev"),
                "event_time": int(self.now()),
                "is_ext_shared_channel": False,
                "context_team_id": self.team_id,
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": self.team_id,
                        "user_id": self.bot_user,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
            }
        error, _, seconds = self._send("events_api", payload, takes_answer=False)
        return Answer(error is None, error, seconds=seconds)

    # Inside

    def _send(self, kind: str, payload: Json, *, takes_answer: bool) -> tuple[str | None, Json, float]:
        if self.gateway is None:
            return "dispatch_failed", {}, 0.0
        return self.gateway.deliver(kind, payload, takes_answer=takes_answer)

    def direct_message(self, user: str) -> Channel:
        """The conversation between a person and the bot."""
        for channel in self.channels.values():
            if channel.is_im and channel.members[0] == user:
                return channel
        made = Channel(self.new_id("D"), "", [user, self.bot_user], private=True, created=0, is_im=True)
        self.channels[made.id] = made
        return made

    def _press_post(
        self, user: str, post: Post | None, action_id: str, confirm: bool, block_id: str | None, value: Any
    ) -> Answer:
        with self.lock:
            if post is None or post.deleted:
                return Answer(ok=False, error="no_such_message")
            found = find_control(post.all_blocks(), action_id, block_id)
            if found is None:
                return Answer(ok=False, error="no_such_control")
            if "confirm" in found[1] and not confirm:
                return Answer(ok=False, error="not_confirmed")
            if found[1]["type"] not in ("button", "overflow"):
                post.typed[(found[0], action_id)] = chosen(found[1], value)
            payload = payloads.press_on_message(self, user, post, *found, value)
        return self._pressed(payload)

    def _press_in(self, view: View, action_id: str, confirm: bool, block_id: str | None, value: Any) -> Answer:
        with self.lock:
            found = find_control(view.blocks, action_id, block_id)
            if found is None:
                return Answer(ok=False, error="no_such_control")
            if "confirm" in found[1] and not confirm:
                return Answer(ok=False, error="not_confirmed")
            if found[1]["type"] not in ("button", "overflow"):
                view.typed[(found[0], action_id)] = chosen(found[1], value)
            payload = payloads.press_in_view(self, view, *found, value)
        return self._pressed(payload)

    def _pressed(self, payload: Json) -> Answer:
        error, _, seconds = self._send("interactive", payload, takes_answer=False)
        return Answer(error is None, error, seconds=seconds, shown="" if error is None else TROUBLE)

    def _show_reply(self, user: str, place: Channel, reply: Json) -> None:
        """Show what a command's ack carries. Raises ValueError when Slack could make nothing of it."""
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
        with self.change():
            only_for = user if kind == "ephemeral" else None
            self.add_post(Post(place.id, self.new_ts(), self.bot_user, text, filled_in(blocks), only_for=only_for))

    def _fill(self, view: View, values: Json) -> None:
        for name, value in values.items():
            entries = value if isinstance(value, dict) else {name: value}
            block_id = name if isinstance(value, dict) else None
            for action_id, typed in entries.items():
                found = find_control(view.blocks, action_id, block_id, inputs=True)
                if found is None:
                    raise KeyError(f"no field {action_id!r} in {block_id or 'the view'}")
                view.typed[(found[0], action_id)] = chosen(found[1], typed)
