"""What `leaverbot deny` prints: the plan of a set-up and its end, and how the denies stand."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.core.authorization import DenyStrategy
from bot.core.aws_commands import aws_command
from bot.core.deny.policy_document import MAX_CHARACTERS, DocumentKind, by_name, used
from bot.core.text import clean, clean_lines
from bot.ports import StoredDeny
from bot.ports.policies import Target
from bot.services.kinds.deny.audit import PolicyNow, Standing, room
from bot.services.kinds.deny.setup import SetUp, called
from bot.settings import DenySettings

NO_DATABASE = "The database of LEAVERBOT_DATABASE_URL is not there yet, so only what AWS has is shown."


@dataclass(frozen=True, slots=True)
class Stored:
    """The denies in force in the database; None when they could not be read, `failed` when they should have been."""

    denies: list[StoredDeny] | None
    why: str = ""
    failed: bool = False


def show_plan(console: Console, plan: SetUp, settings: DenySettings) -> None:
    say(console, f"{plan.name} ({plan.policy_id}) is there already:" if plan.policy_id else f"To create: {plan.name}")
    # What is not visible is escaped in it already, and its blanks are its form.
    console.print(Text(json.dumps(json.loads(plan.text), indent=2)), soft_wrap=True)
    if plan.denied:
        who = "1 person" if plan.denied == 1 else f"{plan.denied} people"
        say(console, f"It denies {who} now, and will do so everywhere it is attached.")
    else:
        say(console, "Nobody is denied by it now.")
    table = Table(expand=False)
    for column in ("Where", "Accounts it reaches", "Now"):
        table.add_column(column, overflow="fold")
    for place in (*plan.places, *plan.others):
        count = "not known" if place.reached is None else str(place.reached)
        table.add_row(clean(called(place.target)), count, "attached" if place.attached else "to attach")
    console.print(table)
    management = f"{plan.management.name} ({plan.management.id})" if plan.management.name else plan.management.id
    reached = f"It reaches {plan.reached} of {plan.accounts} accounts."
    if plan.reached is None:
        reached = f"AWS did not say how many of the {plan.accounts} accounts it reaches."
    say(console, f"{reached} Never the management account, {management}.")
    others = [policy_id for policy_id in settings.deny_scp_ids if policy_id != plan.policy_id]
    if others:
        say(console, f"LEAVERBOT_DENY_SCP_ID names {', '.join(others)} already; this is one more.")
    if settings.deny_strategy is DenyStrategy.INLINE:
        say(console, "LEAVERBOT_DENY_STRATEGY is inline, and with that no service control policy is used.")
    if not plan.missing:
        say(console, "It is already set up; there is nothing to do.")


def show_end(policy_id: str, targets: Sequence[Target], settings: DenySettings) -> None:
    """What to set, and how to undo it: lines to copy, so nothing wraps them."""
    lines = [
        "Read back: the policy is there, and attached.",
        "",
        "Set this for leaverbot, and start it again:",
        f"LEAVERBOT_DENY_SCP_ID={','.join(dict.fromkeys((*settings.deny_scp_ids, policy_id)))}",
        "",
        "To undo it, once nobody is denied any more:",
        *(aws_command("organizations", "detach-policy", policy_id=policy_id, target_id=one.id) for one in targets),
        aws_command("organizations", "delete-policy", policy_id=policy_id),
    ]
    typer.echo(clean_lines("\n".join(lines)))


def show_standing(console: Console, standing: Standing, stored: Stored, *, names: bool) -> None:
    if stored.denies is None:
        say(console, stored.why)
    elif stored.denies:
        console.print(_deny_table(stored.denies))
    else:
        say(console, "leaverbot has no deny on record.")
    if not standing.policies and not standing.unread:
        say(console, "LEAVERBOT_DENY_SCP_ID names no policy. `leaverbot deny setup` makes one.")
    for policy in standing.policies:
        say(console, _about(policy, names=names))
    for difference in standing.differences:
        console.print(Text(f"Differs: {clean(difference.text)}", style="bold yellow"), soft_wrap=True)
    for unread in standing.unread:
        console.print(Text(f"Not read: {clean(unread)}", style="yellow"), soft_wrap=True)
    if stored.denies is not None and not (standing.differences or standing.unread):
        say(console, "leaverbot's records and AWS agree.")


def _about(policy: PolicyNow, *, names: bool) -> str:
    if not policy.text:
        return f"{policy.id}: not usable."
    where = ", ".join(map(called, policy.targets)) or "nothing"
    size, share = len(policy.text), used(policy.text, DocumentKind.SCP)
    return (
        f"{policy.id}: {len(policy.users)} denied by id, {len(policy.names)} by name. {size:,} of {MAX_CHARACTERS:,} "
        f"characters ({share:.0%}), room for about {room(policy.text, names=names)} more people. Attached to {where}."
    )


def _deny_table(denies: Sequence[StoredDeny]) -> Table:
    table = Table(title="Denied now, by leaverbot's records", title_justify="left", expand=False)
    for name in ("User", "Since", "By", "Where"):
        table.add_column(name, overflow="fold")
    for deny in denies:
        where = [deny.policy_id, *(place.permission_set_arn for place in deny.inline)]
        where += [] if deny.confirmed else ["(not confirmed yet)"]
        where += [] if by_name(deny.user.user_name) else ["(by user id only: the user name cannot be matched)"]
        where += [f"(by user id only under {name}: somebody else has that name)" for name in deny.lent]
        row = (deny.user.label, f"{deny.since:%Y-%m-%d %H:%M} UTC", deny.by, "\n".join(filter(None, where)))
        table.add_row(*(Text(clean_lines(cell)) for cell in row))
    return table


def standing_json(standing: Standing, stored: Stored, *, names: bool) -> dict[str, Any]:
    """The document of `--json`."""
    return {
        "denies": None if stored.denies is None else [_deny_json(deny) for deny in stored.denies],
        "database": stored.why or None,
        "policies": [
            {
                "id": policy.id,
                "usable": bool(policy.text),
                "attached_to": [{"id": target.id, "name": target.name} for target in policy.targets],
                "characters": len(policy.text),
                "most_characters": MAX_CHARACTERS,
                "used": round(used(policy.text, DocumentKind.SCP), 4),
                "room_for_about": room(policy.text, names=names) if policy.text else 0,
                "user_ids": sorted(policy.users),
                "user_names": sorted(policy.names),
            }
            for policy in standing.policies
        ],
        "differences": [
            {"kind": str(one.kind), "where": one.where, "who": one.who, "text": one.text}
            for one in standing.differences
        ],
        "not_read": list(standing.unread),
    }


def _deny_json(deny: StoredDeny) -> dict[str, Any]:
    return {
        "user_id": deny.user.id,
        "user_name": deny.user.user_name,
        "since": deny.since.isoformat(),
        "by": deny.by,
        "reason": deny.reason,
        "policy_id": deny.policy_id or None,
        "names": list(deny.names),
        "names_of_others": list(deny.lent),
        "permission_sets": [place.permission_set_arn for place in deny.inline],
        "confirmed": deny.confirmed,
    }


def say(console: Console, text: str) -> None:
    """One or more lines as they are: a terminal wraps them, and nothing in them is markup."""
    console.print(Text(clean_lines(text)), soft_wrap=True)
