"""Shut out: deny, revoke and, if asked for, delete, in one go."""

from collections.abc import Iterable
from dataclasses import replace

from bot.core.actions import Action, ActionState
from bot.core.kinds import DELETE, DENY, REVOKE, SHUT_OUT
from bot.core.models import User
from bot.core.views import CaseView, DialogView, PersonView
from bot.slack.blocks import Block, section
from bot.slack.dialogs import parts as dialog
from bot.slack.kinds.deny import NO_ACCOUNT, placed
from bot.slack.kinds.presenter import ActionPresenter, by_whom, presenter_of
from bot.slack.kinds.revoke import left_lines, named_left
from bot.slack.wording import denies, operations
from bot.slack.wording.text import capital, clean, listed, mention, say, second, took, when


class ShutOut(ActionPresenter):
    control = SHUT_OUT
    label = "Shut out"
    style = "danger"
    done = "{who} was shut out"
    help = "deny, revoke and, if you confirm it, delete in one go, after showing the plan"

    def fits(self, person: PersonView) -> bool:
        return presenter_of(REVOKE).fits(person)

    def dialog(self, view: DialogView, user: User) -> list[Block]:
        """One preview of the whole, in its order."""
        above = [*dialog.head(view, user, message=False), section(_first(view)), section(_second(view))]
        below = [section(text) for text in (_stays(view), _then(view), denies.NOT_REACHED) if text]
        below += [dialog.reason_field(needed=True)] if view.needs_reason else []
        if view.may_delete:
            hint = (
                "Leave this empty to keep the user. Deleting comes last, only when no way in is left, and is for good."
            )
            below.append(dialog.name_field(user, "Also delete the user at the end: type the user name", hint))
        return dialog.widest(above, dialog.plan_lines(view.plan), below)

    def progress(self, action: Action, management: str | None) -> str:
        """How far: "denied 09:41:07 · revoking 3 of 7 · then delete"."""
        if not action.steps:
            return super().progress(action, management)
        to_come = _to_come(action)
        parts = [_step(step, management) for step in action.steps]
        return " · ".join([*parts, *([f"then {listed(to_come)}"] if to_come else [])])

    def result(self, view: CaseView, action: Action) -> str:
        """What was done, where it stopped and why, what is left."""
        management = view.case.management_account_id
        who, finished = mention(action.by), action.finished_at or action.asked_at
        why = f" {say(action.message, 600)}" if clean(action.message) else ""
        if action.state is ActionState.DONE and action.dry_run:
            return f"Shut out by {who}, {when(finished)}.{why or ' Dry run: nothing was sent to AWS.'}"
        if action.state is ActionState.DONE:
            return _done(action, management)
        verb = {ActionState.REFUSED: "was refused", ActionState.FAILED: "failed"}.get(action.state, "is not complete")
        return "\n".join([f"Shut out by {who} {verb}, {when(finished)}.{why}", *_so_far(action, management)])

    def brief(self, action: Action) -> list[str]:
        if action.dry_run or not action.steps:
            return super().brief(action)
        if action.state is ActionState.DONE:
            return [_done(action, None), presenter_of(REVOKE).follows(action)]
        done, *left = _so_far(action, None)
        why = f" {say(action.message, 500)}" if clean(action.message) else ""
        return [f"{by_whom(action, '').removesuffix('.')}: {done}{why}", " ".join(left)]

    def after(self, action: Action) -> Iterable[str]:
        if action.cover:
            yield "The emergency deny, account by account:"
            yield from denies.cover_lines(action.cover)
        last = _last_read(action)
        if last and action.state in {ActionState.DONE, ActionState.INCOMPLETE}:
            yield from left_lines(replace(last, cover=action.cover))
        if any(step.kind is DENY and placed(step) for step in action.steps):
            yield denies.NOT_REACHED
        for step in action.steps:
            if step.kind is DELETE:
                yield from presenter_of(DELETE).after(step)


def _first(view: DialogView) -> str:
    covered = denies.cover_summary(view.cover, most=4, would=view.deny is None)
    said = [say(view.message) if clean(view.message) else "", covered, dialog.notes(view, 4)]
    known = denies.deny_line(view.deny) if view.deny else ""
    lines = [line for line in (*said, known) if line]
    return "\n".join([f"*1. Emergency deny*: {lines[0] if lines else NO_ACCOUNT}", *lines[1:]])


def _second(view: DialogView) -> str:
    if view.plan is None or not view.plan.operations:
        return "*2. Revoke*: there is nothing that leaverbot can take away."
    return f"*2. Revoke*: {operations.what_it_does(view.plan)}. Nobody else is affected."


def _stays(view: DialogView) -> str:
    return "\n".join(
        text for text in (dialog.needs_management_account(view, view.plan), dialog.kept(view.plan)) if text
    )


def _then(view: DialogView) -> str:
    lines = ["*3. Verify*: leaverbot reads everything again, and the alert shows what it found."]
    if view.may_delete:
        lines.append("*4. Delete*: only if the user name is typed below.")
    lines.append("It stops and tells you when something needs a decision. It continues after a restart of leaverbot.")
    return "\n".join(lines)


def _last_read(action: Action) -> Action | None:
    """The step after which the ways in were read again; None if they were not."""
    reads = [step for step in action.steps if step.kind is REVOKE and step.verified_at]
    return reads[-1] if reads else None


def _done(action: Action, management: str | None) -> str:
    finished = action.finished_at or action.asked_at
    duration = took((finished - action.asked_at).total_seconds())
    parts = [_step(step, management) for step in action.steps]
    text = f"Shut out by {mention(action.by)} in {duration}: {listed(parts) or 'there was nothing to do'}."
    removed, last = operations.counted(action.outcomes), _last_read(action)
    if removed:
        text += f" {capital(removed)}."
    if last and last.verified_at:
        text += f" Checked again {when(last.verified_at)}: {operations.still_left(last)}."
    return text


def _so_far(action: Action, management: str | None) -> Iterable[str]:
    to_come, last = _to_come(action), _last_read(action)
    parts = [_step(step, management) for step in action.steps]
    parts += [f"not started: {listed(to_come)}"] if to_come else []
    if parts:
        yield f"{capital(' · '.join(parts))}."
    left = named_left(last, management) if last else ""
    if left:
        yield f"Left: {left}."
    for step in action.steps:
        yield from denies.failures(step.outcomes, most=2)


def _to_come(action: Action) -> list[str]:
    """The steps after the newest one that has begun."""
    order = [kind for kind in SHUT_OUT.steps if kind is not DELETE or action.with_delete]
    begun = [order.index(step.kind) for step in action.steps if step.kind in order]
    return [str(kind) for kind in order[max(begun, default=-1) + 1 :]]


def _step(step: Action, management: str | None) -> str:
    """One step, as far as it is: denying (member accounts: waiting), revoking 3 of 7, user deleted 09:41:07."""
    presenter, name = presenter_of(step.kind), str(step.kind)
    if not step.state.final:
        return _under_way(step, presenter.doing or name, management)
    if step.dry_run:
        return f"{name} planned"
    if step.state in {ActionState.REFUSED, ActionState.FAILED}:
        return f"{name} {'refused' if step.state is ActionState.REFUSED else 'failed'}"
    did = presenter.did or name
    did += f" {second(step.finished_at)}" if step.finished_at else ""
    if step.state is ActionState.DONE:
        return did
    # A deny of which nobody can tell where it holds, a revoke of which nothing was read to be left, and a delete that
    # was not read back may have been done, in part or not at all.
    return f"{did}, {presenter.partly}" if presenter.sure(step) else f"{name} not certain"


def _under_way(step: Action, doing: str, management: str | None) -> str:
    if step.state is ActionState.QUEUED or not step.outcomes:
        return f"{doing}: reading AWS first"
    where = denies.by_place(step.outcomes, management)
    if where:
        return f"{doing} ({where})"
    return f"{doing} {step.done} of {len(step.outcomes)}" if len(step.outcomes) > 1 else doing
