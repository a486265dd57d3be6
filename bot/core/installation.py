"""How leaverbot is installed in Slack: what it may not do there, and who else can read its alerts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Installation:
    """`missing`: the scopes that were declined and that these settings need; None when Slack did not say.

    `public`, `shared`: whether the alert channel is public, and whether it is shared with another organization; None
    when it could not be looked at.
    """

    missing: tuple[str, ...] | None = None
    public: bool | None = None
    shared: bool | None = None
