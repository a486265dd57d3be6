"""Revoke: take every way in away."""

from collections.abc import Iterable

from bot.core.access.sessions import long_sessions
from bot.core.actions import Action, ActionState
from bot.core.kinds import REVOKE
from bot.core.models import User, UserStatus, worst_first
from bot.core.views import CaseView, DialogView, PersonView
from bot.slack.blocks import Block, code_blocks, section
from bot.slack.dialogs.parts import head, kept, needs_management_account, plan_lines, widest
from bot.slack.kinds.presenter import ActionPresenter, by_whom
from bot.slack.wording import names, operations, sessions, ways_in
from bot.slack.wording.text import clean, listed, mention, plural, say, took, when

# A view holds a hundred blocks; who needs more commands than these blocks hold has another problem.
MOST_COMMAND_BLOCKS = 20


class Revoke(ActionPresenter):
    control = REVOKE
    label = "Revoke access"
    style = "primary"
    noun = "Revoke"
    done = "Access of {who} was revoked"
    help = "take the access away, after showing the plan"
    doing = "revoking"
    did = "revoked"
    partly = "not all of it"
    by_rule = "revoke the access of {who}"
    by_rule_means = "It removes every way in, as *Revoke access* does. Open sessions go on until they end."

    def fits(self, person: PersonView) -> bool:
        return person.read.user.status is UserStatus.DISABLED and bool(person.read.usable)

    def dialog(self, view: DialogView, user: User) -> list[Block]:
        plan = view.plan
        if plan is None or not plan.operations:
            return _nothing(view, user)
        above = head(view, user, f"*This will* {operations.what_it_does(plan)}. Nobody else is affected.")
        below = [section(text) for text in (needs_management_account(view, plan), kept(plan), _sessions(view)) if text]
        return widest(above, plan_lines(plan), below)

    def submit(self, view: DialogView) -> str:
        return self.label if view.plan and view.plan.operations else ""

    def came_out(self, view: CaseView, action: Action, at: str, why: str) -> str:  # noqa: ARG002 - as all kinds
        who, finished = mention(action.by), action.finished_at or action.asked_at
        duration = took((finished - action.asked_at).total_seconds())
        did = operations.counted(action.outcomes) or "nothing was removed"
        checked = f"Checked again {when(action.verified_at)}" if action.verified_at else "Not checked again yet"
        if action.state is ActionState.DONE:
            return f"Revoked by {who} in {duration}: {did}. {checked}: {operations.still_left(action)}."
        counted = operations.tally(action.outcomes, f" in {duration} ({did})") if action.outcomes else did
        left = _not_taken_away(action, view.case.management_account_id)
        return "\n".join([f"Revoke by {who}: {counted}. {checked}.", *left])

    def title(self, action: Action) -> str:
        done = action.state is ActionState.DONE and not action.dry_run
        if not done and operations.only_needs_management_account(action):
            who = names.user_label(action.user)
            return f"Access of {who} was revoked, except what only the management account can take away"
        return super().title(action)

    def did_what(self, action: Action) -> str:
        if action.state is ActionState.DONE:
            return operations.counted(action.outcomes) or "nothing was removed"
        return operations.tally(action.outcomes) if action.outcomes else ""

    def brief(self, action: Action) -> list[str]:
        if action.dry_run or not action.verified_at:
            return super().brief(action)
        checked = f"Checked again {when(action.verified_at)}: {operations.still_left(action)}"
        left = named_left(action, None)
        first = f"{by_whom(action, self.did_what(action))} {checked}{f', {left}' if left else ''}."
        if operations.only_needs_management_account(action):
            return [first, "Only the management account can take that away: the commands are below."]
        return [first, f"Why: {say(action.message, 500)}" if clean(action.message) else self.follows(action)]

    def follows(self, action: Action) -> str:
        if action.dry_run or not any(outcome.state.may_have_changed for outcome in action.outcomes):
            return ""
        # A revoke has a cover when a deny is in force.
        stops = "the emergency deny stops them where it holds" if action.cover else "only Emergency deny ends them"
        return f"Open sessions go on: {stops}."

    def after(self, action: Action) -> Iterable[str]:
        if action.verified_at and action.state in {ActionState.DONE, ActionState.INCOMPLETE}:
            yield from left_lines(action)
        if any(outcome.state.may_have_changed for outcome in action.outcomes):
            # A revoke has a cover when a deny is in force.
            stops = "The emergency deny in force stops them where it holds." if action.cover else sessions.DENY_STOPS
            yield f"This did not end open sessions. {stops}"


def left_lines(action: Action) -> Iterable[str]:
    """The ways in that the read afterwards still found."""
    left = operations.left_open(action)
    dead = [grant for grant in action.left if not grant.usable]
    # An action does not know which account is the management account, but then all that is left is in it.
    management = left[0].account_id if operations.only_needs_management_account(action) else None
    if left:
        yield f"Still left: {ways_in.how_many(left)}."
        held = ways_in.Held.by(action.cover) if action.cover else ways_in.Held(None)
        for grant in worst_first(left, management):
            yield f"{ways_in.grant_line(grant, management, ids=True)}{held.mark(grant)}"
    elif action.state is ActionState.DONE:
        yield "No way in is left."
    if dead:
        yield f"{plural(len(dead), 'grant')} in suspended or closed accounts stay; nobody can use them:"
        yield from (ways_in.grant_line(grant, None, ids=True) for grant in worst_first(tuple(dead), None))


def named_left(action: Action, management: str | None) -> str:
    """The worst ways in that are left, by name; "" for none."""
    left = worst_first(operations.left_open(action), management)
    return listed([ways_in.what(grant, management, 40) for grant in left], most=3)


def _not_taken_away(action: Action, management: str | None) -> Iterable[str]:
    """What a revoke did not take away, and why."""
    named = named_left(action, management)
    if named and operations.only_needs_management_account(action):
        it = "it" if len(operations.left_open(action)) == 1 else "them"
        yield f"Left: {named}. Only the management account can take {it} away: commands in the thread."
        return
    if named:
        yield f"Left: {named}."
    if clean(action.message):
        yield f"Why: {say(action.message, 600)}"


def _nothing(view: DialogView, user: User) -> list[Block]:
    nothing = "There is nothing to revoke: no way in can be taken away."
    if view.plan and view.plan.needs_management_account:
        nothing = "There is nothing that leaverbot can revoke from its own account."
    commands = code_blocks(view.management_commands)[:MOST_COMMAND_BLOCKS]
    run = "*To run in the management account*:" if commands else ""
    stays = needs_management_account(view, view.plan)
    return head(view, user, nothing, stays, run, *commands, kept(view.plan))


def _sessions(view: DialogView) -> str:
    grants = view.read.usable if view.read else ()
    if not grants:
        return f"This does not end open sessions. {sessions.DENY_STOPS}"
    stops = sessions.deny_stops(grants, None if view.deny_in_management else view.management_account_id)
    long = sessions.long_lived(long_sessions(grants))
    live = f"they last {sessions.how_long(grants)}."
    return " ".join(text for text in (f"This does not end open sessions: {live}", long, stops) if text)
