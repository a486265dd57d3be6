"""Which steps of "What to try" were done: seen by what became of them in the simulators, not by what was opened."""

import time
from collections.abc import Callable

from bot.playground.identity_center import AwsServer, Organization
from bot.playground.slack_workspace import Workspace

# What the buttons of dialogs say, and the step that each is part of.
REVOKE, SHUT_OUT, DENY = "Revoke access", "Shut out", "Emergency deny"
# Calls that take a way in away.
REMOVALS = (
    "sso-admin.DeleteAccountAssignment",
    "sso-admin.DeleteApplicationAssignment",
    "identitystore.DeleteGroupMembership",
)
# So many people at once are several.
SEVERAL = 2
# Looking at everybody's ways in takes a while in a company of thousands.
LOOK_SECONDS = 0.5


class Steps:
    """Told what the visitor does; `done` says what came of it. Safe to use from any thread."""

    def __init__(self, org: Organization, aws: AwsServer, workspace: Workspace) -> None:
        self._org, self._aws, self._workspace = org, aws, workspace
        self._done: set[str] = set()
        # What was asked for, and how to see that it has happened.
        self._asked: dict[str, Callable[[], bool]] = {}
        # Who was tried, and whether a deny stood against them then.
        self._tried: set[tuple[str, bool]] = set()
        self._looked_at = 0.0

    def done(self) -> list[str]:
        """The names of the steps that are done; a step that is done stays so."""
        if time.monotonic() - self._looked_at >= LOOK_SECONDS:
            self._done |= {step for step, happened in self._open().items() if happened()}
            self._looked_at = time.monotonic()
        return sorted(self._done)

    def _open(self) -> dict[str, Callable[[], bool]]:
        return {step: happened for step, happened in list(self._asked.items()) if step not in self._done}

    def submitted(self, button: str) -> None:
        """A dialog was sent with this button, and closed."""
        removed, shut, denied = self._removals(), self._shut(), self._denied_enabled()
        if button.startswith(REVOKE):
            self._asked["revoke"] = lambda: self._removals() > removed
            self._asked["several"] = lambda: self._shut() >= shut + SEVERAL
        elif button.startswith(SHUT_OUT):
            self._asked["shut-out"] = lambda: self._removals() > removed and bool(self._org.denied_ids())
        elif button.startswith(DENY):
            self._asked["laptop"] = lambda: self._denied_enabled() > denied

    def pressed(self, viewer: str, role: str) -> None:
        """Somebody pressed a control of a message. Without a role, what they are told next is the refusal."""
        if role == "none":
            seen = len(self._workspace.ephemerals(viewer))
            self._asked["refused"] = lambda: len(self._workspace.ephemerals(viewer)) > seen

    def entered(self, user: str) -> None:
        """Somebody tried to get in as this user."""
        self._tried.add((user, user in self._org.denied_ids()))
        if {(user, True), (user, False)} <= self._tried:
            self._done.add("enter")

    def disabled(self, user: str) -> None:
        """Somebody who was enabled was disabled."""
        if self._org.truth(user):
            self._done.add("disable")

    def _removals(self) -> int:
        return sum(self._aws.calls[name] for name in REMOVALS)

    def _shut(self) -> int:
        """How many disabled people have no way in."""
        users = list(self._org.user_by_id.values())
        return sum(user.status == "DISABLED" and not self._org.truth(user.id) for user in users)

    def _denied_enabled(self) -> int:
        users = self._org.user_by_id
        return sum(one in users and users[one].status == "ENABLED" for one in self._org.denied_ids())
