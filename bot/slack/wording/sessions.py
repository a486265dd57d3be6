"""How long open sessions live, and what ends them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.core.access.sessions import LongSession, lasting, long_sessions
from bot.core.cases import CaseState, CloseReason
from bot.core.models import LONGEST_SESSION, Grant, GrantKind
from bot.core.views import CaseView
from bot.slack.wording import ways_in
from bot.slack.wording.text import code, cut, listed, span, when

# Where leaverbot may change the management account's permission sets, a deny holds there; only the coverage can tell.
DENY_STOPS = "Emergency deny stops them, but not in applications, and says account by account where it holds."


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
    """Open sessions live on for up to 4 hours; and where they may live for days."""
    return f"Open sessions live on {how_long(grants)}. {long_lived(long_sessions(grants))}".strip()


def long_lived(long: Sequence[LongSession]) -> str:
    """Where sessions may live for days, and where that is not known; "" for nowhere."""
    applications = [one for one in long if one.kind is GrantKind.APPLICATION]
    sure = [f"*{ways_in.application_label(None, one.name, 30)}*" for one in applications if one.sure]
    unsure = [f"*{ways_in.application_label(None, one.name, 30)}*" for one in applications if not one.sure]
    roles = [code(one.name, 30) for one in long if one.kind is GrantKind.ENTITLEMENT]
    texts = []
    if sure:
        texts.append(f"Open sessions in {listed(sure, most=3)} may live for days, even after sign-out.")
    if unsure:
        texts.append(f"AWS did not say whether sessions in {listed(unsure, most=3)} may live for days.")
    if roles:
        texts.append(
            f"Sign-in sessions of {listed(roles, most=3)} may live for up to 90 days; AWS does not say how long."
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
