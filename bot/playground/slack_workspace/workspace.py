"""A Slack workspace with people in it, as strict as the real one and entirely in memory."""

from __future__ import annotations

from collections.abc import Sequence

from bot.playground.slack_workspace import acts
from bot.playground.slack_workspace.records import Channel, Json, Post, User, UserGroup
from bot.playground.slack_workspace.shown import shown_message, shown_view
from bot.playground.slack_workspace.state import State


class Workspace(State):
    """Set it up, let people act in it, look at what they see."""

    # What people do

    close_view = acts.close_view
    fill = acts.fill
    open_home = acts.open_home
    press = acts.press
    press_ephemeral = acts.press_ephemeral
    press_view = acts.press_view
    slash = acts.slash
    submit = acts.submit

    # Setting up

    def add_user(
        self,
        name: str,
        real_name: str | None = None,
        team_id: str | None = None,
        enterprise_id: str | None = None,
        *,
        guest: str = "",
    ) -> str:
        """Add a person. Returns their user id. `guest`: "multi" or "single", for a guest of several channels or of one.

        Another ``team_id`` makes them a stranger from Slack Connect, in the organization ``enterprise_id`` or in none.
        With this workspace's own ``enterprise_id`` they are a colleague from a sister workspace.
        """
        with self.change():
            user = self.new_id("U")
            org = enterprise_id if team_id else self.enterprise_id
            self.users[user] = User(
                *(user, name, real_name or name.title(), team_id or self.team_id, f"{name}@example.com"),
                enterprise_id=org,
                guest=guest,
            )
        return user

    def add_app(self, name: str) -> str:
        """Add another app. Returns its bot's user id, which can write with `say`."""
        with self.change():
            bot = self.new_id("U")
            self.users[bot] = User(
                bot, name, name, self.team_id, "", is_bot=True, bot_id=self.new_id("B"), app_id=self.new_id("A")
            )
        return bot

    def add_channel(self, name: str, members: Sequence[str] = (), *, bot_in: bool = True, private: bool = False) -> str:
        with self.change():
            channel = self.new_id("C")
            inside = [*members, *([self.bot_user] if bot_in else [])]
            self.channels[channel] = Channel(channel, name, inside, private, int(self.now()))
        return channel

    def add_user_group(self, handle: str, users: Sequence[str] = ()) -> str:
        with self.change():
            group = self.new_id("S")
            self.groups[group] = UserGroup(group, handle, list(users))
        return group

    def archive_channel(self, channel: str) -> None:
        with self.change():
            self.channels[channel].archived = True

    def share_channel(self, channel: str, *, within: bool = False, pending: bool = False) -> None:
        """Share it with another organization, which may still have to accept (`pending`), or (`within`) with other
        workspaces of this one.
        """
        with self.change():
            place = self.channels[channel]
            if pending:
                place.pending_shared = True
                return
            place.ext_shared, place.org_shared = place.ext_shared or not within, place.org_shared or within

    def deactivate(self, user: str) -> None:
        """Deactivate a person's account: they are in no channel and can do nothing any more."""
        with self.change():
            self.users[user].deleted = True
            for channel in self.channels.values():
                channel.members = [member for member in channel.members if member != user]

    def decline(self, *scopes: str) -> None:
        """The app is installed without these scopes."""
        with self.change():
            self.scopes = [scope for scope in self.scopes if scope not in scopes]

    def invite(self, channel: str, user: str | None = None) -> None:
        """Let a person, or the bot, into a channel."""
        with self.change():
            self.channels[channel].members.append(user or self.bot_user)

    def kick(self, channel: str, user: str | None = None) -> None:
        """Take a person, or the bot, out of a channel."""
        with self.change():
            self.channels[channel].members.remove(user or self.bot_user)

    def say(
        self, user: str, channel: str, text: str, thread_ts: str | None = None, metadata: Json | None = None
    ) -> str:
        """A person or another app writes a message (only apps send `metadata`). Returns its time stamp."""
        with self.change():
            post = Post(channel, self.new_ts(), user, text, [], thread_ts=thread_ts, metadata=metadata)
            self.add_post(post)
        return post.ts

    def delete_message(self, channel: str, ts: str) -> None:
        """Somebody deletes a message in the Slack client. Raises KeyError if there is none."""
        with self.change():
            post = self.find_post(channel, ts)
            if post is None:
                raise KeyError(ts)
            post.deleted = True

    def reload(self, user: str) -> None:
        """The person reloads their Slack client: ephemeral messages are gone."""
        with self.change():
            for post in self.ephemeral_posts:
                if post.only_for == user:
                    post.deleted = True

    # Looking

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """A channel's messages, or (``thread_ts``) a thread's replies: oldest first, each in its newest version."""
        with self.lock:
            posts = [post for post in self.posts.get(channel, []) if not post.deleted]
            if thread_ts is None:
                shown = [post for post in posts if post.in_channel()]
            else:
                shown = [post for post in posts if post.thread_ts == thread_ts and post.ts != thread_ts]
            return [shown_message(self, post, metadata=True) for post in shown]

    def message(self, channel: str, ts: str) -> Json | None:
        """The newest version of one message, or None if it is gone."""
        with self.lock:
            post = self.find_post(channel, ts)
            return None if post is None else shown_message(self, post, metadata=True)

    def ephemerals(self, user: str) -> list[Json]:
        """The ephemeral messages this person still sees, oldest first."""
        with self.lock:
            mine = (post for post in self.ephemeral_posts if post.only_for == user and not post.deleted)
            return [shown_message(self, post) for post in mine]

    def view(self, user: str) -> Json | None:
        """The topmost view this person has open."""
        with self.lock:
            stack = self.views.get(user)
            return shown_view(self, stack[-1]) if stack else None

    def home(self, user: str) -> Json | None:
        """The App Home as last published to this person."""
        with self.lock:
            view = self.homes.get(user)
            return None if view is None else shown_view(self, view)
