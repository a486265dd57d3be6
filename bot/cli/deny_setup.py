"""`leaverbot denies setup`: the plan shown, carried out, and what to do next; and why it was refused."""

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.aws.scp_setup import ScpSetup
from bot.cli.exits import NOT_COMPLETE, WRONG_USE, code_of, complain
from bot.cli.scan_output import say
from bot.clock import SystemClock
from bot.core.authorization import DenyStrategy
from bot.core.deny.statements import SID
from bot.core.errors import LeaverbotError, SettingsError, SetUpRefused
from bot.core.plans.aws_commands import aws_command
from bot.core.text import clean, clean_lines, plural
from bot.logs import set_up_logging
from bot.ports.scp_setup import Target
from bot.processes.connect_aws import AwsParts, connect_aws
from bot.services.kinds.deny.policies.setup import DenySetup, Refusal, SetUp
from bot.settings import DenySettings

NAME = "leaverbot-emergency-deny"
AGAIN = "Run the same command again: it continues where this one stopped."
_WITHOUT_SCPS = ", or deny in permission sets only: LEAVERBOT_DENY_STRATEGY=inline."
_REFUSED = {
    Refusal.SCPS_OFF: "Service control policies are off in this organization. Turn them on in the management account "
    "({command}), then run this again" + _WITHOUT_SCPS,
    Refusal.SCPS_CHANGING: "Service control policies are being turned on or off right now. Run this again in a minute"
    + _WITHOUT_SCPS,
    Refusal.BILLING_ONLY: "This organization has consolidated billing only, and service control policies need all "
    "features. Turn them on (AWS Organizations > Settings > Enable all features), then run this again" + _WITHOUT_SCPS,
    Refusal.MANAGEMENT_ACCOUNT: "{target} is the management account, and AWS applies no service control policy to it. "
    "Its access is denied in permission sets.",
    Refusal.NOT_A_TARGET: "{target!r} is not root, an organizational unit (ou-…) or an account (12 digits).",
    Refusal.NO_SUCH_TARGET: "There is no {target} in this organization, so nothing was changed. Check --target.",
    Refusal.TARGET_FULL: "{target} already has {most} policies attached, and AWS allows no more. Detach one that is no "
    "longer needed, or choose something else with --target.",
    Refusal.NAME_TAKEN: "There is already a policy {name} ({policy}), and it holds other statements than "
    + SID
    + ". It was left alone. Choose another name with --name.",
    Refusal.CHANGED_SINCE_SHOWN: "{policy} was changed since it was shown, so nothing was attached.",
    Refusal.NOT_SHOWN_BY_AWS: "AWS does not show {policy} where it was attached. Look again in a minute.",
    Refusal.RIGHT_MISSING: 'The right {right} is missing; docs/aws-rights.md, "Set up the deny", lists all. {error}',
    Refusal.WRONG_ACCOUNT: "AWS refuses {right} to account {own}: service control policies belong to the management "
    "account {management}, and the delegated administrator of Identity Center has no right to them. Use credentials of "
    "the management account.",
}


def setup(
    target: Annotated[
        list[str] | None,
        typer.Option(help="Where to attach it: root, ou-… or an account id; repeatable.", show_default="root"),
    ] = None,
    name: Annotated[str, typer.Option(help="The policy's name; choose another when the first is full.")] = NAME,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation (for automation).")] = False,
) -> None:
    """Create the service control policy for emergency denies and attach it. Shows what it will do, then asks.

    The policy denies nobody until leaverbot writes somebody's id into it, and never reaches the management account.
    Run it again to do what is still missing. It needs credentials of the management account; docs/aws-rights.md lists
    the rights. With LEAVERBOT_DRY_RUN=true it only shows what it would do.

    Exit codes: 0 set up or shown, 1 wrong usage, refused or not confirmed, 3 AWS did not answer.

    Examples: `leaverbot denies setup` · `leaverbot denies setup --target ou-ab12-11111111 --target 111122223333` ·
    `leaverbot denies setup --yes --name leaverbot-emergency-deny-2`
    """
    set_up_logging("console", logging.WARNING)
    console = Console()
    try:
        _check_name(name)
        settings = DenySettings.load()
        parts = connect(settings)
        setting_up = DenySetup(ScpSetup(parts.aws), parts.deny, parts.access, SystemClock())
        with Console(stderr=True).status("Reading the organization"):
            plan = setting_up.plan(name, target or ())
    except LeaverbotError as error:
        leave(error)
    _show_plan(console, plan, settings)
    if plan.missing and not _may_go_on(settings, yes=yes):
        return
    try:
        policy_id, targets = setting_up.carry_out(plan, lambda *done: say(console, _step(plan, *done)))
    except LeaverbotError as error:
        leave(error, AGAIN)
    _show_end(policy_id, targets, settings)


def connect(settings: DenySettings) -> AwsParts:
    return connect_aws(settings.instance_arn, dry_run=settings.dry_run, account_access=settings.account_access)


def leave(error: LeaverbotError, more: str = "") -> NoReturn:
    """Print the error and end: with NOT_COMPLETE where the same may work later."""
    code = code_of(error)
    if isinstance(error, SetUpRefused) and error.why is Refusal.NOT_SHOWN_BY_AWS:
        code = NOT_COMPLETE
    complain(refusal(error) if isinstance(error, SetUpRefused) else str(error), more)
    raise typer.Exit(code) from None


def refusal(error: SetUpRefused) -> str:
    """Why the policy cannot be set up, and the way out."""
    facts = {name: called(fact) if isinstance(fact, Target) else fact for name, fact in error.facts.items()}
    command = aws_command(
        "organizations", "enable-policy-type", root_id=str(facts.get("root", "")), policy_type="SERVICE_CONTROL_POLICY"
    )
    return _REFUSED[Refusal(error.why)].format(command=command, **facts)


def called(target: Target) -> str:
    """Its name and id."""
    return f"{target.name} ({target.id})" if target.name else target.id


def _step(plan: SetUp, policy_id: str, target: Target | None) -> str:
    return f"Attached {policy_id} to {called(target)}." if target else f"Created {plan.name}: {policy_id}."


def _check_name(name: str) -> None:
    # 128 characters: CreatePolicy (Organizations API reference).
    if not 1 <= len(name) <= 128 or not name.isprintable() or name != name.strip():
        raise SettingsError(["--name must be 1 to 128 printable characters, without blanks at either end."])


def _may_go_on(settings: DenySettings, *, yes: bool) -> bool:
    """Whether to change anything; ends the program when nobody said yes."""
    if settings.dry_run:
        typer.echo("Dry run (LEAVERBOT_DRY_RUN): nothing was changed.")
        return False
    if yes:
        return True
    if not sys.stdin.isatty():
        typer.echo("Nothing was changed: there is no terminal to ask in. Add --yes to go ahead.", err=True)
        raise typer.Exit(WRONG_USE)
    if not typer.confirm("Go ahead?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(WRONG_USE)
    return True


def _show_plan(console: Console, plan: SetUp, settings: DenySettings) -> None:
    say(console, f"{plan.name} ({plan.policy_id}) is there already:" if plan.policy_id else f"To create: {plan.name}")
    # What is not visible is escaped in it already, and its blanks are its form.
    console.print(Text(json.dumps(json.loads(plan.text), indent=2)), soft_wrap=True)
    who = plural(plan.denied, "person", "people")
    some = f"It denies {who} now, and will do so everywhere it is attached."
    say(console, some if plan.denied else "It denies nobody now.")
    console.print(_target_table(plan))
    for text in _about(plan, settings):
        say(console, text)


def _target_table(plan: SetUp) -> Table:
    table = Table(expand=False)
    for column in ("Where", "Accounts it reaches", "Now"):
        table.add_column(column, overflow="fold")
    for one in (*plan.targets, *plan.others):
        count = "not known" if one.reached is None else str(one.reached)
        table.add_row(clean(called(one.target)), count, "attached" if one.attached else "to attach")
    return table


def _about(plan: SetUp, settings: DenySettings) -> Iterator[str]:
    management = f"{plan.management.name} ({plan.management.id})" if plan.management.name else plan.management.id
    reached = f"It reaches {plan.reached} of {plan.accounts} accounts."
    if plan.reached is None:
        reached = f"AWS did not say how many of the {plan.accounts} accounts it reaches."
    yield f"{reached} Never the management account, {management}."
    others = [policy_id for policy_id in settings.deny_scp_ids if policy_id != plan.policy_id]
    if others:
        yield f"LEAVERBOT_DENY_SCP_ID names {', '.join(others)} already; this is one more."
    if settings.deny_strategy is DenyStrategy.INLINE:
        yield "LEAVERBOT_DENY_STRATEGY is inline, so leaverbot uses no service control policy."
    if not plan.missing:
        yield "It is already set up; there is nothing to do."


def _show_end(policy_id: str, targets: Sequence[Target], settings: DenySettings) -> None:
    """What to set, and how to undo it: lines to copy, so nothing wraps them."""
    lines = [
        "Read back: the policy is there, and attached.",
        "",
        "Set this for leaverbot, and restart it:",
        f"LEAVERBOT_DENY_SCP_ID={','.join(dict.fromkeys((*settings.deny_scp_ids, policy_id)))}",
        "",
        "To undo it, once nobody is denied any more:",
        *(aws_command("organizations", "detach-policy", policy_id=policy_id, target_id=one.id) for one in targets),
        aws_command("organizations", "delete-policy", policy_id=policy_id),
    ]
    typer.echo(clean_lines("\n".join(lines)))
