"""What the page shows of the two simulators, and what a visitor does to them."""

import itertools
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.playground.identity_center import AwsServer, Organization
from bot.playground.identity_center.state.records import ACTIVE
from bot.playground.rule_trouble import RuleTrouble
from bot.playground.slack_workspace import Answer, SlackServer, Workspace
from bot.playground.steps import Steps
from bot.playground.trouble import Trouble

Json = dict[str, Any]
# How many people the page lists before it is asked for more.
SHOWN = 100
STATUSES = ("ENABLED", "DISABLED")
# What a grant is called if it is not a permission set.
LABELS = {"application": "application", "entitlement": "role through account access"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the visitor can be in Slack. `role` is admin, responder or none."""

    id: str
    name: str
    role: str


class Scene:
    """One channel, one directory, the people a visitor can be, and the trouble they can make."""

    def __init__(
        self,
        org: Organization,
        aws: AwsServer,
        workspace: Workspace,
        slack: SlackServer,
        *,
        channel: str,
        people: Sequence[Person],
        rules: RuleTrouble | None = None,
        reading: Callable[[], Json | None] = lambda: None,
    ) -> None:
        """`reading`: how far the bot's scan has got, if one is under way."""
        self.org, self.aws, self.workspace, self.slack = org, aws, workspace, slack
        self.channel_id, self.people = channel, tuple(people)
        self.trouble = Trouble(org, aws, slack, rules)
        self.steps = Steps(org, aws, workspace)
        self.started, self._reading = False, reading
        # When the page disabled somebody, until a message is about them; then how long before that message it was.
        self._disabled_at: dict[str, float] = {}
        self._seconds: dict[str, Json] = {}
        self._slack_count, self._aws_count = itertools.count(1), itertools.count(1)
        self._slack_version = self._aws_version = 0
        workspace.on_change(self._slack_changed)
        org.on_change(self._aws_changed)

    def _slack_changed(self) -> None:
        self._slack_version = next(self._slack_count)

    def _aws_changed(self) -> None:
        self._aws_version = next(self._aws_count)

    # Looking

    def tick(self) -> Json:
        """What has changed, in a few numbers. When one of them moves, the page asks for the rest."""
        return {
            "slack": self._slack_version,
            "aws": self._aws_version,
            "aws_calls": sum(list(self.aws.calls.values())),
            "slack_calls": sum(list(self.slack.calls.values())),
            "connected": self.slack.connections > 0,
            "started": self.started,
            "trouble": self.trouble.kinds(),
            "done": self.steps.done(),
            "reading": self._how_far(),
        }

    def _how_far(self) -> Json | None:
        """The progress of the first scan; once there is a message, of none."""
        if self.workspace.posts.get(self.channel_id):
            return None
        reading = self._reading()
        return reading and reading | {"people": len(self.org.user_by_id)}

    def about(self) -> Json:
        """What stays the same while the playground runs."""
        workspace = self.workspace
        return {
            "team": workspace.team_name,
            "command": workspace.command,
            "channel": {"id": self.channel_id, "name": workspace.channels[self.channel_id].name},
            "people": [{"id": one.id, "name": one.name, "role": one.role} for one in self.people],
            "names": {user.id: user.real_name for user in workspace.users.values()},
            "groups": {group.id: group.handle for group in workspace.groups.values()},
            "channels": {channel.id: channel.name for channel in workspace.channels.values()},
            "bot": workspace.bot_user,
        }

    def channel(self, viewer: str) -> Json:
        """The channel as this person sees it: messages, threads, ephemerals, the view they have open."""
        messages = self.workspace.messages(self.channel_id)
        threads = {
            message["ts"]: self.workspace.messages(self.channel_id, thread_ts=message["ts"])
            for message in messages
            if message.get("reply_count")
        }
        users = self.org.users()
        leavers = {user.user_name or user.id: user.id for user in users if user.status == "DISABLED"}
        for message in messages:
            message["about"] = _about(str(message.get("blocks") or message["text"]), leavers)
        self._tell_seconds(messages, {user.id: user.display_name or user.user_name or user.id for user in users})
        return {
            "version": self._slack_version,
            "messages": messages,
            "threads": threads,
            "ephemerals": [
                one for one in self.workspace.ephemerals(viewer) if one.get("channel") in {None, self.channel_id}
            ],
            "view": self.workspace.view(viewer),
        }

    def _tell_seconds(self, messages: Sequence[Json], names: Mapping[str, str]) -> None:
        """How long before each alert its user was disabled on the page, if it is the first message after that."""
        for message in messages:
            user, moment = message["about"] or "", float(message["ts"])
            if moment >= self._disabled_at.get(user, math.inf):
                seconds = round(moment - self._disabled_at.pop(user), 1)
                self._seconds[message["ts"]] = {"name": names[user], "seconds": seconds}
            if message["ts"] in self._seconds:
                message["disabled_before"] = self._seconds[message["ts"]]

    def directory(
        self,
        search: str = "",
        *,
        disabled: bool = False,
        with_access: bool = False,
        shown: int = SHOWN,
        including: str = "",
    ) -> Json:
        """The first people in the directory with their access, leavers first; enough of them to include this one."""
        version = self._aws_version
        denied = self.org.denied_ids()
        users = self.org.users()
        names = {user.id: user.display_name or user.user_name or user.id for user in users}
        wanted = [user for user in users if _found(user, search) and (not disabled or user.status == "DISABLED")]
        if with_access:
            wanted = [user for user in wanted if self.org.truth(user.id)]
        wanted.sort(key=lambda user: user.status == "ENABLED")
        shown = max(shown, next((at + 1 for at, user in enumerate(wanted) if user.id == including), 0))
        return {
            "version": version,
            "users": [self._row(user, denied=user.id in denied) for user in wanted[:shown]],
            "found": len(wanted),
            "total": len(users),
            "disabled": sum(user.status == "DISABLED" for user in users),
            "orphans": [self._described(left) for left in self.org.orphans()],
            # What AWS stores, deleted users included.
            "denied": [{"id": one, "name": names.get(one, f"{one} (deleted)")} for one in sorted(denied)],
        }

    def _row(self, user: Any, *, denied: bool) -> Json:
        ways = [self._described(way) for way in self.org.truth(user.id)]
        for way in ways:
            way["denied_by"] = self.org.denied(user.id, way["account_id"]) if denied else None
        return {
            "id": user.id,
            "user_name": user.user_name,
            "display_name": user.display_name,
            "email": user.email,
            "status": user.status,
            "scim": user.scim,
            "denied": denied,
            "ways": ways,
        }

    def _described(self, grant: Json) -> Json:
        """A grant as the page shows it: a name, a label, and why it does not work now (None: it does)."""
        application = self.org.application_by_arn.get(grant["application_arn"] or "")
        obstacle = None if grant["account_status"] in {None, ACTIVE} else grant["account_status"]
        if application is not None and not application.enabled:
            obstacle = "DISABLED"
        role = (grant["role_arn"] or "").partition(":role/")[2]
        return grant | {
            "name": grant["permission_set_name"] or role or grant["application_name"],
            "label": LABELS.get(grant["kind"]),
            "obstacle": obstacle,
            "management": grant["account_id"] == self.org.management_account_id,
        }

    def entry(self, user: str) -> list[Json]:
        """What happens when this user tries to get in. Raises KeyError for an unknown user."""
        self.steps.entered(user)
        return [row | {"label": LABELS.get(row["kind"])} for row in self.org.try_to_get_in(user)]

    # Acting

    def set_status(self, user: str, status: str) -> None:
        """Raises KeyError for an unknown user, ValueError for any other status."""
        if status not in STATUSES:
            raise ValueError("a status is ENABLED or DISABLED")
        if status == "DISABLED" and self.org.user(user).status != "DISABLED":
            self._disabled_at[user] = time.time()
            self.steps.disabled(user)
        self.org.set_status(user, status)

    def press(self, viewer: str, place: Json, action_id: str, block_id: str | None, value: Any) -> Answer:
        """Press a control of a message (`ts`), of an ephemeral one (`ephemeral`), or of the open view."""
        workspace = self.workspace
        if place.get("view"):
            return workspace.press_view(viewer, action_id, block_id=block_id, value=value)
        self.steps.pressed(viewer, next(one.role for one in self.people if one.id == viewer))
        if place.get("ephemeral"):
            return workspace.press_ephemeral(viewer, str(place["ephemeral"]), action_id, block_id=block_id, value=value)
        return workspace.press(viewer, self.channel_id, str(place["ts"]), action_id, block_id=block_id, value=value)

    def submit(self, viewer: str, values: Json) -> Answer:
        """Send the open view."""
        view = self.workspace.view(viewer)
        answer = self.workspace.submit(viewer, values)
        if view and answer.ok and answer.closed:
            self.steps.submitted(view["submit"]["text"])
        return answer

    def say(self, viewer: str, text: str) -> Answer:
        """Send what was typed: the command, or a message for the channel."""
        command, _, rest = text.strip().partition(" ")
        if command == self.workspace.command:
            return self.workspace.slash(viewer, self.channel_id, rest.strip())
        if command.startswith("/"):
            return Answer(ok=False, error="invalid_command", shown=f"{command} is not a valid command.")
        escaped = text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        self.workspace.say(viewer, self.channel_id, escaped)
        return Answer(ok=True)


def _found(user: Any, search: str) -> bool:
    wanted = search.strip().casefold()
    texts = (user.display_name, user.user_name, user.email, user.id)
    return not wanted or any(wanted in text.casefold() for text in texts if text)


def _about(text: str, leavers: Mapping[str, str]) -> str | None:
    """The one leaver whom a message names; None if it names nobody or several. `leavers`: ids by user name."""
    named = [name for name in leavers if name in text]
    # steve@… contains eve@…: the longest name is the one that is meant.
    meant = [name for name in named if not any(name != other and name in other for other in named)]
    return leavers[meant[0]] if len(meant) == 1 else None
