"""Ways in as an alert shows them: a line for each permission set and path, not for each account."""

from collections.abc import Iterable, Sequence

from bot.core.models import Grant, GrantKind, Path, worst_first
from bot.slack.wording import ways_in
from bot.slack.wording.names import name_or_id
from bot.slack.wording.phone import phone_lines
from bot.slack.wording.text import listed, plural

# Names of this length keep a line short on a phone; Details has them whole.
NAME = 32


def grouped_lines(grants: Sequence[Grant], management: str | None, held: ways_in.Held, room: int) -> list[str]:
    """The worst first, and ways in that are open before those that a deny blocks. `room`: how many lines of a phone
    there are; the last of them counts what has no line of its own.
    """
    ordered = sorted(worst_first(tuple(grants), management), key=lambda one: held.blocks(one) is True)
    groups = _groups(ordered, held)
    lines = [f"• {_line(group, management)}{held.mark(group[0])}" for group in groups]
    for kept in range(len(lines), 0, -1):
        rest = [grant for group in groups[kept:] for grant in group]
        for last in _rest(rest, held):
            shown = [*lines[:kept], *last]
            if sum(map(phone_lines, shown)) <= room:
                return shown
    return shown if lines else []


def _groups(ordered: Iterable[Grant], held: ways_in.Held) -> list[list[Grant]]:
    """Those that differ only in the account or the application, in the order of the worst of each."""
    groups: dict[tuple[object, ...], list[Grant]] = {}
    for grant in ordered:
        opens = grant.permission_set_arn or grant.permission_set_name or grant.role_arn
        groups.setdefault((held.mark(grant), grant.kind, opens, grant.path, grant.group_id), []).append(grant)
    return list(groups.values())


def _line(group: Sequence[Grant], management: str | None) -> str:
    """ReadOnlyAccess in 3 accounts, through *cloud-viewers*."""
    first, how = group[0], _path(group[0])
    if first.kind is GrantKind.APPLICATION:
        return f"{_applications(group)}, {how}"
    if len(ways_in.account_ids(group)) == 1:
        return f"{_account(first, management)}: {ways_in.permission(first, NAME)}, {how}"
    return f"{ways_in.permission(first, NAME)} in {_accounts(group, management)}, {how}"


def _account(grant: Grant, management: str | None) -> str:
    """The account, and that it is the management account unless its name says so."""
    says_so = "management" in (grant.account_name or "").casefold()
    return ways_in.place(grant, None if says_so else management, NAME)


def _accounts(group: Sequence[Grant], management: str | None) -> str:
    """Two accounts by name, more of them by their number; the management account always by name."""
    found = {grant.account_id: _account(grant, management) for grant in group}
    if len(found) == 2:
        return listed(list(found.values()))
    if management in found:
        return f"{found[management]} and {plural(len(found) - 1, 'more account')}"
    return plural(len(found), "account")


def _applications(group: Sequence[Grant]) -> str:
    names = [f"*{_opens(one)}*" for one in group]
    return f"application {names[0]}" if len(names) == 1 else f"{len(names)} applications: {listed(names, most=2)}"


def _opens(grant: Grant) -> str:
    """The permission set, the role or the application, by name."""
    if grant.kind is GrantKind.APPLICATION:
        return ways_in.application_label(grant.application_arn, grant.application_name, NAME)
    return ways_in.permission(grant, NAME)


def _path(grant: Grant) -> str:
    if grant.path is Path.DIRECT:
        return "directly"
    return f"through *{name_or_id(grant.group_name, grant.group_id, NAME)}*"


def _rest(rest: Sequence[Grant], held: ways_in.Held) -> list[list[str]]:
    """What may stand for those without a line of their own, the best first: 4 more: ReadOnlyAccess and Grafana."""
    if not rest:
        return [[]]
    blocked = sum(held.blocks(grant) is True for grant in rest)
    counted = f"• {plural(len(rest), 'more way')} in"
    if blocked:
        return [[f"{counted}, {'blocked' if blocked == len(rest) else f'{blocked} of them blocked'}"]]
    return [[f"• {len(rest):,} more: {listed(list(dict.fromkeys(map(_opens, rest))))}"], [counted]]
