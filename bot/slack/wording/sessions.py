"""How long open sessions live, and what ends them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.core.access.sessions import LongSession, lasting, long_sessions
from bot.core.cases import CaseState, CloseReason
from bot.core.models import LONGEST_SESSION, Grant, GrantKind
from bot.core.views import CaseView
from bot.slack.wording import ways_in
from bot.slack.wording.text import code, cut, hours, listed, span, when

# Where leaverbot may change the management account's permission sets, a deny holds there; only the coverage can tell.
DENY_STOPS = "Emergency deny stops them, but not in applications, and says account by account where it holds."

_MOST = int(LONGEST_SESSION.total_seconds())


def open_line(view: CaseView) -> str:
    """How long the longest open session may last, and what ends it, in one line; "" where nothing is open.

    Of a deny of which somebody removed anything, nothing is trusted to hold.
    """
    held = ways_in.Held.of(view.deny)
    usable = [grant for grant in view.case.usable if held.blocks(grant) is not True]
    if not usable:
        return ""
    which = "Other open" if len(usable) < len(view.case.usable) else "Open"
    in_accounts = [grant for grant in usable if grant.kind is not GrantKind.APPLICATION]
    if not in_accounts:
        return f"{which} sessions last {_longest(usable)}; Emergency deny does not end them.{_for_days(usable)}"
    aws = "AWS " if len(in_accounts) < len(usable) else ""
    ends = _what_ends(view, in_accounts)
    return f"{which} {aws}sessions {_longest_in_accounts(in_accounts)}{ends}{_for_days(usable)}"


def _longest_in_accounts(grants: Sequence[Grant]) -> str:
    """Of a role of account access manager AWS does not say how long (docs/facts.md#sign-in-sessions)."""
    if any(grant.kind is GrantKind.ENTITLEMENT for grant in grants):
        return "may last up to 90 days"
    return f"last {_longest(grants)}"


def _longest(grants: Sequence[Grant]) -> str:
    """Up to 8 h, as far as it could be read."""
    known = [grant.session_seconds for grant in grants]
    read = [seconds for seconds in known if seconds is not None]
    longest = max(read, default=0)
    text = f"up to {hours(longest)}" if read else f"up to {hours(_MOST)} (AWS's maximum)"
    return f"{text}, perhaps {hours(_MOST)}" if len(read) < len(known) and 0 < longest < _MOST else text


def _what_ends(view: CaseView, grants: Sequence[Grant]) -> str:
    """The end of that sentence. Not everywhere does a deny reach the management account."""
    if view.deny or view.protected:
        return "."
    if not view.deny_ready:
        return ". Emergency deny would end them, but it is not set up."
    management = view.case.management_account_id
    left = not view.deny_in_management and management in ways_in.account_ids(grants)
    return f"; only Emergency deny ends them{', but not in the management account' if left else ''}."


def _for_days(grants: Sequence[Grant]) -> str:
    """In which applications they last longer; where AWS did not say, Details say so."""
    sure = [one for one in long_sessions(grants) if one.kind is GrantKind.APPLICATION and one.sure]
    names = [f"*{ways_in.application_label(None, one.name, 30)}*" for one in sure]
    return f" In {listed(names, most=2)} they may last for days." if names else ""


def how_long(grants: Iterable[Grant]) -> str:
    """How long open sessions may live: "for up to 4 hours"."""
    known = [grant.session_seconds for grant in grants]
    read = [seconds for seconds in known if seconds is not None]
    most = lasting(LONGEST_SESSION)
    if not read:
        return f"for up to {most} (AWS's maximum; their real length could not be read)"
    if len(read) < len(known):
        return f"for up to {span(max(read))}, perhaps for {most} (not every length could be read)"
    return f"for up to {span(max(read))}"


def live_on(grants: Sequence[Grant]) -> str:
    """Open sessions last for up to 4 hours; and where they may last for days."""
    return f"Open sessions last {how_long(grants)}. {long_lived(long_sessions(grants))}".strip()


def long_lived(long: Sequence[LongSession]) -> str:
    """Where sessions may last for days, and where that is not known; "" for nowhere."""
    applications = [one for one in long if one.kind is GrantKind.APPLICATION]
    sure = [f"*{ways_in.application_label(None, one.name, 30)}*" for one in applications if one.sure]
    unsure = [f"*{ways_in.application_label(None, one.name, 30)}*" for one in applications if not one.sure]
    roles = [code(one.name, 30) for one in long if one.kind is GrantKind.ENTITLEMENT]
    texts = []
    if sure:
        texts.append(f"Open sessions in {listed(sure, most=3)} may last for days, even after sign-out.")
    if unsure:
        texts.append(f"AWS did not say whether sessions in {listed(unsure, most=3)} may last for days.")
    if roles:
        texts.append(
            f"Sign-in sessions of {listed(roles, most=3)} may last for up to 90 days; AWS does not say how long."
        )
    # Names as people give them always fit.
    return cut(" ".join(texts), 500)


def deny_stops(grants: Sequence[Grant], open_account: str | None) -> str:
    """Which of the open sessions an emergency deny would stop. `open_account`: the management account, when no deny
    reaches it here.
    """
    applications = any(grant.kind is GrantKind.APPLICATION for grant in grants)
    if applications and all(grant.kind is GrantKind.APPLICATION for grant in grants):
        return "Emergency deny does not stop them: it does not reach applications."
    left = ["in applications"] if applications else []
    left += ["in the management account"] if open_account and open_account in ways_in.account_ids(grants) else []
    return f"Emergency deny stops them, but not {listed(left)}." if left else "Emergency deny stops them."


def still_open(until: datetime | None, long: Sequence[LongSession]) -> str:
    """Until when sessions opened with removed access live; "" when there can be none."""
    lived = long_lived(long)
    if until is None:
        return lived
    others = "All other open sessions" if lived else "Open sessions"
    return f"{lived} {others} end by {when(until)} at the latest.".strip()


def end_of_case(view: CaseView) -> str:
    """When the last session that was opened with removed access ends."""
    case, until = view.case, view.case.sessions_until
    if case.closed_reason is CloseReason.ENABLED:
        return ""
    if case.state is CaseState.CLOSED:
        return still_open(until, case.long_sessions)
    # Sessions of the ways in that are left are described with those.
    long = long_lived([one for one in case.long_sessions if one not in long_sessions(case.grants)])
    ends = f"Sessions opened with access that is already removed may last until {when(until)}." if until else ""
    return " ".join(text for text in (ends, long) if text)
