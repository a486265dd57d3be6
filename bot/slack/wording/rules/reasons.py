"""Why a rule does not act on somebody: the only sentences about that, in Slack, in a terminal and in the database."""

from collections.abc import Mapping

from bot.core.rules.decisions import Why

THIS_USER = "this user"
# As they go on behind a colon; `sentence` makes one of each that stands for itself.
_CLAUSES: Mapping[Why, str] = {
    Why.RULE_OFF: "the rule is off, or its setting was changed",
    Why.NOT_DISABLED: "AWS does not show {who} as disabled",
    Why.PROTECTED: "{who} is protected (LEAVERBOT_PROTECTED_USERS)",
    Why.OWN_IDENTITY: "leaverbot itself runs as {who}",
    Why.ACTIVE_IN_SOURCE: "Entra ID shows {who} as active and AWS as disabled, so one of the two is wrong",
    Why.NOT_MEANT: "the setting of the rule leaves out this severity",
    Why.NO_ACCESS: "there is no open case, so there is nothing to take away",
    Why.HAS_ACCESS: "there is still a way in. Users are deleted only when none is left",
    Why.ALREADY_DENIED: "an emergency deny is already in force",
    Why.DENY_NOT_SET_UP: "the emergency deny is not set up",
    Why.DONE: "the rule has already done this, and nothing has changed since",
    Why.INCOMPLETE: "{who} has not been read completely, or not lately. Rules need such a read",
    Why.OWN_IDENTITY_UNREAD: "AWS did not say who leaverbot runs as, so it might be {who}",
    Why.NOT_LOOKED: "no scan has read the whole list of users since the rules last changed",
    Why.SOURCE_UNREAD: "Entra ID did not say whether {who} is disabled there",
    Why.STOPPED: "rules are stopped for {who}",
    Why.HELD: "rules wait for an admin before they act on many people, {who} among them",
    Why.BRAKE: "the brake is engaged, because too many people were disabled at once. An admin can release it",
    Why.DENIED: "an emergency deny is in force, and nobody is deleted while one is",
    Why.UNDER_WAY: "another action on {who} is not finished",
    Why.TRIED: "the rule tried this within the last 24 hours, and not all of it worked",
    Why.NOT_DUE: "it is not time yet",
    Why.FIRST_MINUTE: "leaverbot first saw {who} disabled less than a minute ago",
    Why.UNANNOUNCED: "it has not been announced as it is now",
    Why.UNPOSTED: "its announcement is not in Slack yet",
    Why.LIMIT: "as many people were changed within the hour as may be (LEAVERBOT_MAX_CHANGES_PER_HOUR)",
    Why.STANDS: "its announcement has not been in Slack for long enough yet",
}
# The same in a few words, as the head of a line that names people.
_HEADS: Mapping[Why, str] = {
    Why.INCOMPLETE: "Not completely read",
    Why.OWN_IDENTITY_UNREAD: "AWS has not said who leaverbot runs as",
    Why.NOT_LOOKED: "Waiting for a scan to read the whole list of users",
    Why.SOURCE_UNREAD: "Entra ID did not say whether they are disabled there",
    Why.STOPPED: "Stopped by people",
    Why.HELD: "Waiting for an admin to let rules act",
    Why.BRAKE: "Waiting for the brake to end",
    Why.DENIED: "Not deleted while an emergency deny is in force",
    Why.UNDER_WAY: "Another action is under way",
    Why.TRIED: "Tried within the last 24 hours, not all of it worked",
    Why.UNPOSTED: "Announcement not in Slack yet",
    Why.LIMIT: "Until people may be changed again (LEAVERBOT_MAX_CHANGES_PER_HOUR)",
}


def clause(why: Why, who: str = THIS_USER) -> str:
    """As it goes on behind a colon, without the full stop."""
    return _CLAUSES[why].format(who=who)


def sentence(why: Why, who: str = THIS_USER) -> str:
    """As it stands for itself."""
    text = clause(why, who)
    begins = text if text.startswith("leaverbot") else text[:1].upper() + text[1:]
    return f"{begins}."


def head(why: Why) -> str:
    """As the head of a line that names people: in a few words, where there are."""
    return _HEADS.get(why) or sentence(why)
