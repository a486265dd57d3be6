"""Shut out: deny, revoke, verify and, if asked for, delete as one, each step an action of its own.

A step is durable by itself, so after a crash this goes on from where it was. It stops at the first step that needs a
person. A deny that does not hold everywhere is no reason to stop: what it does not reach is taken away all the sooner.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.core.access.person_read import PersonRead
from bot.core.actions import Action, ActionState, Result
from bot.core.bulk.bulk import bulk_of
from bot.core.errors import AlreadyUnderWay, AwsError
from bot.core.kinds import DELETE, DENY, REVOKE, SHUT_OUT, Kind
from bot.core.models import User
from bot.core.plans.plan import Plan
from bot.core.reasons import Code, Reason
from bot.core.views import DialogState, DialogView
from bot.services.actions.ask import begin
from bot.services.actions.carry_out import end
from bot.services.actions.planning import refused, show_person
from bot.services.context import CaseFacts, Context
from bot.services.kinds import revoke
from bot.services.kinds.deny import deny
from bot.services.kinds.deny.preview import preview as foresee
from bot.services.kinds.deny.preview import previewed


def offered(facts: CaseFacts) -> bool:
    return revoke.offered(facts) and deny.offered(facts)


def preview(context: Context, view: DialogView, user: User) -> DialogView:
    shown = revoke.preview(context, view, user)
    if shown.read is None:
        people, read = show_person(context, user)
        if any(problem.passing for problem in read.missing):
            return shown
        message = revoke.known_only(context, read.missing)
        shown = replace(view, message=message, read=read, management_account_id=people.management_account_id)
    shown = replace(shown, state=DialogState.READY)
    if context.rules.deny_ready:
        return previewed(context, shown, user, foresee(context, user, shown.read or PersonRead(user)))
    if not (shown.plan and shown.plan.operations):
        return replace(view, message=context.words(Reason(Code.NO_DENY_NOTHING_TO_REVOKE, user)))
    return replace(shown, notes=(context.words(Reason(Code.BEGINS_WITH_REVOKE)),))


def plan(_context: Context, action: Action) -> Plan:
    """Nothing of its own: each step plans when it begins."""
    return Plan(SHUT_OUT, action.user.id)


def step(context: Context, actions: Sequence[Action], _late: Collection[str]) -> None:
    for action in actions:
        _step(context, action)


def _step(context: Context, action: Action) -> None:
    """Begin the next step once the last one ended; end the shut-out when none is left or a person is needed."""
    steps = [step for step in action.steps if step.kind in SHUT_OUT.steps]
    last = steps[-1] if steps else None
    if last and not last.state.final:
        # Stored but never started, if the process died in between; one that is carried on is left alone.
        context.work.start_action(last.id)
        return
    stopped = _stopped(context, last)
    kind = None if stopped else _next(context, action, steps)
    if kind:
        _begin(context, action, kind)
    else:
        end(context, action, stopped or _result(context, steps))


def _next(context: Context, action: Action, steps: list[Action]) -> Kind | None:
    """The kind of the step that comes now: they come in their order; each may be left out."""
    begun = [SHUT_OUT.steps.index(step.kind) for step in steps]
    after = SHUT_OUT.steps[max(begun, default=-1) + 1 :]
    return next((kind for kind in after if _wanted(context, action, kind)), None)


def _wanted(context: Context, action: Action, kind: Kind) -> bool:
    if kind is DELETE:
        return action.with_delete
    if kind is REVOKE:
        # Without a digest the plan that was shown had nothing to revoke. Only that of a bulk shows no single ways in.
        return bool(action.digest or bulk_of(action.key))
    try:
        return deny.can_deny(context, action.user)
    except AwsError:
        return True


def _begin(context: Context, action: Action, kind: Kind) -> None:
    """Store and start a step, unless another action on the user is in its way."""
    new = Action(
        id=context.new_id(),
        key=f"step:{action.id}:{kind}",
        kind=kind,
        user=action.user,
        case_id=action.case_id,
        asker=action.asker,
        asked_at=context.clock.now(),
        digest=action.digest if kind is REVOKE else "",
        revision=action.revision,
        dry_run=action.dry_run,
        reason=action.reason,
        parent=action.id,
    )
    with suppress(AlreadyUnderWay):
        begin(context, new)


def _stopped(context: Context, last: Action | None) -> Result | None:
    """Why a person is needed before the next step; None to go on."""
    if last is None or last.state is ActionState.DONE:
        return None
    if last.kind is DENY and last.state is ActionState.INCOMPLETE and last.cover:
        return None
    text = context.words(Reason(Code.STOPPED_AT, why=last.message, kind=last.kind))
    begun = last.kind is not DENY or last.state is ActionState.INCOMPLETE
    return Result(ActionState.INCOMPLETE if begun else ActionState.FAILED, text, tell=text)


def _result(context: Context, steps: list[Action]) -> Result:
    """Everything was carried out; the result names what is incomplete."""
    if not steps:
        return refused(context, Reason(Code.NOTHING_TO_DO))
    last = steps[-1]
    text = " ".join(step.message for step in steps if step.message)
    emptied = tuple(found for step in steps for found in step.emptied)
    whole = all(step.state is ActionState.DONE for step in steps)
    return Result(
        ActionState.DONE if whole else ActionState.INCOMPLETE,
        text,
        verified_at=last.verified_at or context.clock.now(),
        cover=next((step.cover for step in steps if step.cover), ()),
        tell="" if whole else text,
        emptied=emptied,
    )
