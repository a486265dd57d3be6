"""Write service control policies for all denies and lifts under way, each policy once, and read it back."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

import structlog

from bot.core.actions import Action
from bot.core.deny.packing import pack
from bot.core.deny.placed import PlacedDeny
from bot.core.deny.policy_document import PLACEHOLDER, change, denied_names, denied_users, placeholder_of
from bot.core.deny.statements import DocumentKind
from bot.core.errors import AwsConflict, AwsError, AwsUnavailable, DenyError
from bot.core.plans.operations import OperationKind, OperationState
from bot.core.reasons import Code, Reason
from bot.services.actions import operations
from bot.services.context import Context
from bot.services.kinds.deny.policies.changes import (
    is_in,
    no_room,
    no_space,
    remembered,
    warn_when_nearly_full,
    with_name,
)
from bot.services.kinds.deny.policies.policy_work import Step, Wish, Work, done, fail, possible, read, state_now

log = structlog.get_logger(__name__)

# Somebody else may change a policy at the same moment; then it is read and written again, this often.
WRITE_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Written:
    """The texts as they were read back; `full`: the users for whom there is no space."""

    texts: Mapping[str, str]
    full: frozenset[str]


def write(context: Context, actions: Sequence[Action]) -> None:
    """Carry out every operation of these actions on service control policies; what AWS cannot be asked for now is
    left for the next round.
    """
    wish = Wish.of(actions)
    if not wish.steps:
        return
    try:
        found = read(context, wish)
        work = possible(context, wish, found)
        _remember(context, work, found.texts)
        written = _write_all(context, work, found.texts)
    except AwsUnavailable as error:
        log.warning("the deny policies wait for AWS", why=str(error))
        return
    except (AwsError, DenyError) as error:
        for step in wish.steps:
            if not state_now(context, step).final:
                fail(context, step, str(error))
        return
    _settle(context, work, written)
    _settle_names(context, work.wish, written.texts)


def _remember(context: Context, work: Work, texts: Mapping[str, str]) -> None:
    """Remembered before it is written: whatever happens now, nobody forgets to lift it."""
    context.store.place_denies([remembered(context, step.action) for step in work.wish.adds])
    for policy_id, text in texts.items():
        if not denied_users(text):
            context.store.keep_placeholder(policy_id, placeholder_of(text))


def _write_all(context: Context, work: Work, before: Mapping[str, str]) -> _Written:
    """Until every text is as it should be, or somebody else changes them for too long. Raises AwsError, DenyError."""
    texts = dict(before)
    full: frozenset[str] = frozenset()
    for _ in range(WRITE_ATTEMPTS):
        wanted, full = _wanted(context, work, texts)
        if not wanted:
            break
        for policy_id, text in wanted.items():
            texts[policy_id] = _write_one(context, work, texts, policy_id, text)
    return _Written(texts, full)


def _write_one(context: Context, work: Work, texts: Mapping[str, str], policy_id: str, text: str) -> str:
    """The policy's text afterwards, read again."""
    before = texts[policy_id]
    if len(texts) > 1:
        # Others were read since this one was.
        now = context.deny.text(policy_id)
        if now != before:
            return now
    try:
        with ExitStack() as marked:
            for step in _meant(work, before, text):
                marked.enter_context(operations.asking(context, step.action, step.op))
            context.deny.write(policy_id, text, before)
    except AwsConflict:
        log.info("somebody else is changing the deny policy right now", policy=policy_id)
    return context.deny.text(policy_id)


def _meant(work: Work, before: str, after: str) -> list[Step]:
    """The steps for which a policy becomes this text."""
    ids, names = denied_users(before) ^ denied_users(after), denied_names(before) ^ denied_names(after)
    leaving = {denied.user_id for denied in work.leaving if denied.user_name in names}
    return [
        step
        for step in work.wish.steps
        if step.user.id in ids or step.who.user_name in names or (step in work.wish.removes and step.user.id in leaving)
    ]


def _wanted(context: Context, work: Work, before: Mapping[str, str]) -> tuple[dict[str, str], frozenset[str]]:
    """The texts that have to be written, by policy id; and the users for whom there is no space."""
    texts = dict(before)
    for policy_id, text in texts.items():
        out = [denied for denied in work.leaving if is_in(text, denied)]
        if out:
            placeholder = context.store.placeholder(policy_id) or PLACEHOLDER
            texts[policy_id] = change(text, kind=DocumentKind.SCP, remove=out, placeholder=placeholder)
    wanted = [step.who for step in work.wish.adds]
    packed = pack(texts, wanted, work.allowed, names=context.rules.deny.names)
    texts.update(packed.texts)
    for step in work.wish.names:
        policy_id = step.op.operation.args["policy_id"]
        placeholder = context.store.placeholder(policy_id) or PLACEHOLDER
        texts[policy_id] = with_name(step.op, texts[policy_id], DocumentKind.SCP, placeholder)
    changed = {policy_id: text for policy_id, text in texts.items() if text != before[policy_id]}
    return changed, frozenset(denied.user_id for denied in packed.full)


def _settle(context: Context, work: Work, written: _Written) -> None:
    """Note what the texts, as they were read back, say of each operation."""
    placed = {step: deny for step in work.wish.adds if (deny := _placed(context, step, written.texts))}
    context.store.place_denies(list(placed.values()))
    for step in work.wish.adds:
        if step in placed:
            done(context, step)
        else:
            # Read back, and not in it: so it is certain.
            full = step.user.id in written.full
            why = no_space(context, written.texts) if full else Reason(Code.CONTESTED)
            fail(context, step, context.words(why), OperationState.REFUSED)
    for step in work.wish.removes:
        out = [denied for denied in work.leaving if denied.user_id == step.user.id]
        if any(is_in(text, denied) for text in written.texts.values() for denied in out):
            fail(context, step, context.words(Reason(Code.CONTESTED)), OperationState.REFUSED)
        else:
            done(context, step)
    if placed:
        ours = [name for name in context.rules.deny.policy_ids if name in written.texts]
        warn_when_nearly_full(context, {name: written.texts[name] for name in ours})


def _placed(context: Context, step: Step, texts: Mapping[str, str]) -> PlacedDeny | None:
    """The deny as these texts show it; None when none of them denies the user."""
    found = next((name for name, text in texts.items() if step.user.id in denied_users(text)), None)
    if found is None:
        return None
    name = step.who.user_name if step.who.user_name in denied_names(texts[found]) else ""
    return replace(remembered(context, step.action, name=name), policy_id=found, confirmed=True)


def _settle_names(context: Context, wish: Wish, texts: Mapping[str, str]) -> None:
    for step in wish.names:
        policy_id = step.op.operation.args["policy_id"]
        text = texts[policy_id]
        if with_name(step.op, text, DocumentKind.SCP) != text:
            fail(context, step, context.words(Reason(Code.CONTESTED)), OperationState.REFUSED)
        elif step.op.operation.kind is OperationKind.DENY_NAME and step.who.user_name not in denied_names(text):
            fail(context, step, context.words(no_room(text, step.who, policy_id)), OperationState.REFUSED)
        else:
            done(context, step)
