"""Who belongs to the organization that leaverbot works for, and as what."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request says it comes from: the person's workspace, or what stands in for it, and the organization; ""
    for what it leaves out.
    """

    team: str
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """The workspace the bot is installed in and the organization (Enterprise Grid) it belongs to, as Slack told the
    bot; "" where there is none.
    """

    team: str
    enterprise: str = ""

    def has(self, caller: Caller, *, named: bool) -> bool:
        """Whether the person is one of ours. What a request claims counts only when it matches what we know.

        The organization of a request may be that of a channel shared with strangers (Slack Connect). So people of other
        workspaces are ours only if the settings name them, by id or by a user group (`named`).
        """
        if caller.team and caller.team in {self.team, self.enterprise}:
            return True
        # An organization in place of the workspace is the person's own, so a different one means a stranger.
        elsewhere = caller.team.startswith("E")
        return named and bool(self.enterprise) and caller.enterprise == self.enterprise and not elsewhere


class Standing(StrEnum):
    """What somebody is to the organization, as Slack says."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"  # of another organization, in a channel shared with it
    GONE = "gone"  # the account was deactivated, or Slack knows no such person
