"""`leaverbot denies list`: who is denied, how full each policy is, and where leaverbot's records and AWS differ."""

import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.aws.scp_setup import ScpSetup
from bot.cli.deny_setup import called, connect, leave
from bot.cli.exits import COMPLETE, FINDINGS, NOT_COMPLETE
from bot.cli.plain_text import text_of
from bot.cli.scan_output import json_text, say
from bot.core.deny.placed import PlacedDeny
from bot.core.deny.policy_document import used
from bot.core.deny.statements import MAX_CHARACTERS, DocumentKind, by_name
from bot.core.errors import LeaverbotError, NeverRan, StoreError
from bot.core.models import is_user_id
from bot.core.terminal.askers import terminal_asker
from bot.core.text import clean, clean_lines, utc
from bot.logs import set_up_logging
from bot.services.kinds.deny.audit import Audit, AuditedPolicy, Auditor, Difference, DifferenceKind, capacity
from bot.settings import DenySettings
from bot.slack.wording.text import from_terminal

NO_DATABASE = "The database of LEAVERBOT_DATABASE_URL is not there yet, so only AWS is shown."


@dataclass(frozen=True, slots=True)
class Stored:
    """The denies in force in the database; None when they could not be read, `failed` when they should have been."""

    denies: list[PlacedDeny] | None
    why: str = ""
    failed: bool = False


def list_denies(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Show who is denied, how full each policy is, and where leaverbot's records and AWS differ. Changes nothing.

    Reads the database in LEAVERBOT_DATABASE_URL, but never creates or changes it; without one it shows only AWS.

    Exit codes: 0 no differences, 1 wrong usage or settings, 2 differences, 3 AWS or the database could not be read.

    Examples: `leaverbot denies list` · `leaverbot denies list --json | jq .differences`
    """
    set_up_logging("console", logging.WARNING)
    try:
        settings = DenySettings.load()
        parts = connect(settings)
        stored = _stored(settings.database_url)
        found = Auditor(ScpSetup(parts.aws), parts.deny, parts.access).audit(settings.deny_scp_ids, stored.denies)
    except LeaverbotError as error:
        leave(error)
    names = settings.deny_match == "user-id-and-name"
    if as_json:
        typer.echo(json_text(_audit_json(found, stored, names=names)))
    else:
        _show(Console(), found, stored, names=names)
    if found.unread or stored.failed:
        raise typer.Exit(NOT_COMPLETE)
    raise typer.Exit(FINDINGS if found.differences else COMPLETE)


def _stored(url: str) -> Stored:
    """What the database holds, without creating or changing it."""
    # `scan` is the same program, and has no use for the database.
    from bot.store.beside import open_to_read  # noqa: PLC0415 - see above

    try:
        with closing(open_to_read(url)) as store:
            return Stored(store.denies())
    except NeverRan:
        return Stored(None, NO_DATABASE)
    except StoreError as error:
        return Stored(None, f"leaverbot's records could not be read, so only AWS is shown. {error}", failed=True)


def _show(console: Console, found: Audit, stored: Stored, *, names: bool) -> None:
    if stored.denies is None:
        say(console, stored.why)
    elif stored.denies:
        console.print(_deny_table(stored.denies))
    else:
        say(console, "leaverbot has no deny on record.")
    if not found.policies and not found.unread:
        say(console, "LEAVERBOT_DENY_SCP_ID names no policy. `leaverbot denies setup` makes one.")
    for policy in found.policies:
        say(console, _about(policy, names=names))
    for difference in found.differences:
        console.print(Text(f"Differs: {clean(in_words(difference))}", style="bold yellow"), soft_wrap=True)
    for unread in found.unread:
        console.print(Text(f"Not read: {clean(': '.join(unread))}", style="yellow"), soft_wrap=True)
    if stored.denies is not None and not (found.differences or found.unread):
        say(console, "leaverbot's records and AWS agree.")


def in_words(one: Difference) -> str:
    """The difference as a sentence."""
    where = f"the permission set {one.permission_set}" if one.permission_set else one.where
    if one.kind is DifferenceKind.UNUSABLE:
        return f"{where}: {one.why}" if one.why else f"{where} does not exist (any more)."
    if one.kind is DifferenceKind.UNATTACHED:
        return f"{where} is attached to nothing, so it denies nobody. `leaverbot denies setup` attaches it."
    if one.kind is DifferenceKind.NOT_STORED:
        return f"{one.who} is denied in {where}, but leaverbot has no record of it."
    if not one.where:
        return f"{one.user} is denied according to leaverbot's records, but is in no policy."
    if not is_user_id(one.who):
        return f"{one.user} is not denied by the name {one.who} in {where}."
    instead = f" It is in {one.instead} instead." if one.instead else ""
    return f"{one.user} is not denied by id in {where}.{instead}"


def _about(policy: AuditedPolicy, *, names: bool) -> str:
    if not policy.text:
        return f"{policy.id}: not usable."
    where = ", ".join(map(called, policy.targets)) or "nothing"
    size, share = len(policy.text), used(policy.text, DocumentKind.SCP)
    return (
        f"{policy.id}: {len(policy.users)} denied by id, {len(policy.names)} by name. {size:,} of {MAX_CHARACTERS:,} "
        f"characters ({share:.0%}), room for about {capacity(policy.text, names=names)} more people. "
        f"Attached to {where}."
    )


def _who(by: str) -> str:
    """Who placed it; people in a terminal by name."""
    someone = terminal_asker(by)
    return text_of(from_terminal(someone)).plain if someone else by


def _deny_table(denies: Sequence[PlacedDeny]) -> Table:
    table = Table(title="Denied now, by leaverbot's records", title_justify="left", expand=False)
    for name in ("User", "Since", "By", "Where"):
        table.add_column(name, overflow="fold")
    for deny in denies:
        where = [deny.policy_id, *(place.permission_set_arn for place in deny.inline)]
        where += [] if deny.confirmed else ["(not confirmed yet)"]
        where += [] if by_name(deny.user.user_name) else ["(by user id only: the user name cannot be matched)"]
        where += [f"(by user id only under {name}: somebody else has that name)" for name in deny.lent]
        row = (deny.user.label, utc(deny.since), _who(deny.by), "\n".join(filter(None, where)))
        table.add_row(*(Text(clean_lines(cell)) for cell in row))
    return table


def _audit_json(found: Audit, stored: Stored, *, names: bool) -> dict[str, Any]:
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
                "room_for_about": capacity(policy.text, names=names) if policy.text else 0,
                "user_ids": sorted(policy.users),
                "user_names": sorted(policy.names),
            }
            for policy in found.policies
        ],
        "differences": [
            {"kind": str(one.kind), "where": one.where, "who": one.who, "text": in_words(one)}
            for one in found.differences
        ],
        "not_read": [": ".join(unread) for unread in found.unread],
    }


def _deny_json(deny: PlacedDeny) -> dict[str, Any]:
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
