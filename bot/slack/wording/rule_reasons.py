"""Why a rule does not act on somebody, as the end of a sentence."""

from collections.abc import Mapping

from bot.core.rules.decisions import Why

WHY: Mapping[Why, str] = {
    Why.RULE_OFF: "the rule is off, or was changed",
    Why.NOT_DISABLED: "{name} is not disabled any more",
    Why.PROTECTED: "{name} is protected (LEAVERBOT_PROTECTED_USERS)",
    Why.OWN_IDENTITY: "leaverbot itself runs with a session of {name}",
    Why.ACTIVE_IN_SOURCE: "{name} is active in Entra ID",
    Why.NOT_MEANT: "the rule is not for cases of this severity",
    Why.NO_ACCESS: "{name} has no access any more",
    Why.HAS_ACCESS: "{name} still has access",
    Why.ALREADY_DENIED: "an emergency deny is in force for {name}",
    Why.DENY_NOT_SET_UP: "the emergency deny is not set up",
    Why.DONE: "the rule has done this already, and nothing has changed since",
    Why.INCOMPLETE: "{name} was not read completely, or not within a day",
    Why.OWN_IDENTITY_UNREAD: "the identity that leaverbot runs as could not be read",
    Why.NOT_LOOKED: "no scan has listed all users since the rules were changed",
    Why.SOURCE_UNREAD: "Entra ID did not say whether {name} is disabled there",
    Why.STOPPED: "somebody stopped the rules for {name}",
    Why.HELD: "an admin has not let rules act on {name}",
    Why.BRAKE: "too many people were disabled within a day, and no admin has released the brake",
    Why.DENIED: "an emergency deny is in force for {name}",
    Why.UNDER_WAY: "another action on {name} is under way",
    Why.TRIED: "the rule tried this within the last day",
    Why.NOT_DUE: "it is not time for it yet",
    Why.FIRST_MINUTE: "{name} was first seen disabled less than a minute ago",
    Why.UNANNOUNCED: "the rule has not announced it as it is now",
    Why.UNPOSTED: "its announcement is not in Slack",
    Why.STANDS: "its announcement has not been in Slack for long enough",
}


def why_not(why: Why | None, name: str) -> str:
    """As the end of a sentence, about somebody of this name."""
    return WHY[why].format(name=name) if why else "it does not apply"
