"""How far a deny or a lift is, place by place: member accounts by policy, the rest by permission set."""

from collections.abc import Iterable, Sequence

from bot.core.plans import OperationKind, OperationState, Outcome
from bot.slack.blocks import first_that_fit
from bot.slack.wording import operations
from bot.slack.wording.text import plural, second
from bot.slack.wording.words import account_label

_IN_POLICY = frozenset({OperationKind.ADD_TO_DENY, OperationKind.REMOVE_FROM_DENY})
_IN_SETS = frozenset({OperationKind.DENY_IN_SET, OperationKind.LIFT_IN_SET, OperationKind.PROVISION})
_LIFTS = frozenset({OperationKind.REMOVE_FROM_DENY, OperationKind.LIFT_IN_SET})
MOST_PLACES, PLACES_SIZE = 5, 500
MOST_FAILURES, FAILURES_SIZE = 3, 900


def by_place(outcomes: Sequence[Outcome], management: str | None = None, *, ended: bool = False) -> str:
    """How far: "member accounts: denied 09:41:07 · management account: provisioning 2 of 3"; "" where nothing is.

    Provisioning is grouped by account when there is one account, else by permission set. `ended`: nothing is under
    way any more, so what was not done will not be.
    """
    done = "lifted" if any(outcome.operation.kind in _LIFTS for outcome in outcomes) else "denied"
    policy = [outcome for outcome in outcomes if outcome.operation.kind in _IN_POLICY]
    named = {"member accounts": policy} if policy else {}
    named |= _grouped([outcome for outcome in outcomes if outcome.operation.kind in _IN_SETS], management)
    texts = [f"{label}: {_state(group, done, ended=ended)}" for label, group in named.items()]
    kept = first_that_fit(texts, MOST_PLACES, PLACES_SIZE)
    more = [plural(len(texts) - len(kept), "more permission set")] if len(kept) < len(texts) else []
    return " · ".join([*kept, *more])


def failures(outcomes: Iterable[Outcome]) -> list[str]:
    """What is not known as done, and why, a line each; beyond a few the rest is counted."""
    lines = [operations.outcome_line(one, 40) for one in outcomes if one.missed]
    kept = first_that_fit(lines, MOST_FAILURES, FAILURES_SIZE)
    more = [f"• {plural(len(lines) - len(kept), 'more', 'more')}, see the thread"]
    return [*kept, *(more if len(kept) < len(lines) else [])]


def _grouped(outcomes: Sequence[Outcome], management: str | None) -> dict[str, list[Outcome]]:
    accounts = {
        str(one.operation.args.get("account_id")): account_label(
            one.operation.args.get("account_id"), str(one.operation.shown.get("account") or ""), 40
        )
        for one in outcomes
        if one.operation.kind is OperationKind.PROVISION
    }
    groups: dict[str, list[Outcome]] = {}
    if len(accounts) == 1:
        ((account_id, label),) = accounts.items()
        return {"management account" if account_id == management else label: list(outcomes)}
    for outcome in outcomes:
        groups.setdefault(operations.permission_shown(outcome.operation, 40), []).append(outcome)
    return groups


def _state(outcomes: Sequence[Outcome], done: str, *, ended: bool) -> str:
    """What became of one place: denied 09:41:07, provisioning 2 of 3, 1 failed."""
    provisions = [one for one in outcomes if one.operation.kind is OperationKind.PROVISION] or list(outcomes)
    if all(one.state is OperationState.DONE for one in outcomes):
        times = [one.at for one in outcomes if one.at]
        return f"{done} {second(max(times))}" if times else done
    count = sum(one.state is OperationState.DONE for one in provisions)
    unknown = sum(one.state is OperationState.UNKNOWN for one in outcomes)
    failed = sum(one.missed for one in outcomes) - unknown
    but = (f", {failed} failed" if failed else "") + (f", {unknown} not known" if unknown else "")
    if ended or all(one.state.final for one in outcomes):
        return f"{count} of {len(provisions)} done{but}" if count or len(provisions) > 1 else f"not done{but}"
    if all(one.state is OperationState.WAITING for one in outcomes):
        return "waiting"
    if provisions[0].operation.kind is OperationKind.PROVISION:
        return f"provisioning {count} of {len(provisions)}{but}"
    return f"under way{but}"
