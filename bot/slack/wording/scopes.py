"""What leaverbot may do in Slack: its scopes, what is missing without each, and who can read the alert channel."""

from collections.abc import Collection, Mapping

from bot.core.installation import Installation

# Without this one leaverbot does not start.
POSTS = "chat:write"
# These cannot be declined, but somebody may have made the app without them.
REQUIRED: Mapping[str, str] = {
    POSTS: "leaverbot can post no alerts",
    "commands": "/leavers does not work; buttons do",
}
# These may be declined. What is missing without each; "" for what is not used yet.
_NO_LOOK = (
    "leaverbot cannot tell who is in a {kind} channel, nor whether others can read it. Where the viewers are its "
    "members, only responders, admins and people named by their own id may look"
)
OPTIONAL: Mapping[str, str] = {
    "channels:read": _NO_LOOK.format(kind="public"),
    "groups:read": _NO_LOOK.format(kind="private"),
    "channels:history": "after a crash, a message in a public channel may be posted twice",
    "groups:history": "after a crash, a message in a private channel may be posted twice",
    "usergroups:read": "user groups in the settings name nobody",
    "users:read": "leaverbot cannot tell who is a guest, so only responders, admins and people named by their own id "
    "may look",
    "users:read.email": "",
    "im:write": "",
    "app_mentions:read": "",
}
PUBLIC = (
    "The alert channel is public: everybody in the workspace can read the alerts, and join it. Make it private, or "
    "take another channel."
)
SHARED = (
    "The alert channel is shared with another organization (Slack Connect), whose people can read the alerts there. "
    "leaverbot does not answer them. Take another channel."
)


def needed(public: bool | None, groups: Collection[str], others: Collection[str]) -> list[str]:
    """The scopes that a setup needs, besides the one that it cannot start without.

    `public`: the alert channel, None: not known. `groups`: the user groups in the settings; `others`: the viewers'
    other channels, which may be of either sort.
    """
    left_out = set() if groups else {"usergroups:read"}
    if public is not None:
        of_no_use = "groups" if public else "channels"
        left_out |= {f"{of_no_use}:history"} | (set() if others else {f"{of_no_use}:read"})
    return ["commands", *(scope for scope, lost in OPTIONAL.items() if lost and scope not in left_out)]


def without(scope: str) -> str:
    """What is missing without the scope, as a sentence."""
    return f"Without the scope {scope}, {({**REQUIRED, **OPTIONAL})[scope]}."


def warnings(found: Installation) -> list[str]:
    """A sentence for all that somebody should know or change."""
    told = [PUBLIC] if found.public else []
    told += [SHARED] if found.shared else []
    return told + [without(scope) for scope in found.missing or ()]


def installation_status(found: Installation) -> str:
    """Slack: the scopes that are missing, and who can read the alert channel."""
    told = warnings(found)
    if found.missing is None:
        told.append("Slack did not say which scopes the app has.")
    if found.public is None:
        told.append("The alert channel could not be looked at.")
    if not told:
        return "*Slack app*: no scope is missing, and the alert channel is private."
    return "\n".join(["*Slack app*", *(f"• {one}" for one in told)])


def lacking(scope: str) -> str:
    """What to do about a scope without which nothing works."""
    why = REQUIRED[scope]
    return f"The Slack app lacks the scope {scope} ({why}). Update it from manifest.yml and install it again."
