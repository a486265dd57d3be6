"""Grants of users who no longer exist: what they are, where, and what is known to remove them."""

from bot.core.models import Grant, GrantKind, Orphan, User
from bot.core.plans.aws_commands import InstanceArgs, removal_command
from bot.core.plans.plan import removal
from bot.core.views import OrphanList
from bot.slack.blocks import Block, Message, code_blocks, context, first_that_fit, message, packed, section
from bot.slack.wording import ways_in
from bot.slack.wording.coverage import coverage_line
from bot.slack.wording.text import code, listed, plural, when

MOST_LINES, LINES_SIZE = 40, 5000
MOST_COMMANDS, COMMANDS_SIZE = 10, 2400
# Placeholders in commands for what no scan keeps.
REGION, APPLICATION = "REGION", "ACCOUNT_ACCESS_APPLICATION_ARN"
WHAT = (
    "The user was deleted, the grant stayed. Nobody can use it: there is no user left to sign in as. A new user "
    "gets a new id and does not inherit it. leaverbot only shows these."
)
# The 404 and when it comes: terraform-provider-aws #19341; the other 404: the source of that provider; the console
# lists deleted users: aws-sso-util #93; the rest: user guide, howtoremoveaccess and howtoremovepermissionset.
CURE = """*What works*, going by reports from users; AWS does not document it. Try in this order:
1. Run the command. AWS answers at once and keeps working; \
`aws sso-admin describe-account-assignment-deletion-status` says how it ended.
2. If it ended with “Received a 404 status error: the USER assignee … was not found”, AWS refuses because it cannot \
find the user; this is reported for users deleted by their directory (SCIM). Try the console: Identity Center, AWS \
accounts, the account, Assigned users and groups, Remove access. (A 404 with “EntitlementItem doesn't exist”: it is \
gone.)
3. If it is still there, remove the permission set from that account (same page, tab Permission sets) and give it \
again to those who need it. *Everybody* there is without it meanwhile, and its role gets a new name. Or ask AWS \
Support."""
CURE_NO_ACCOUNT = (
    "*What works*, as far as is known: the command. If AWS refuses because it cannot find the user, ask AWS Support."
)
AVOID = "To avoid this: revoke first, then delete the user."


def orphans_message(view: OrphanList, *, whole: bool = False) -> Message:
    """What deleted users have left behind, as the newest scan that looked found it; as much as fits into a message, or
    the `whole` list for a terminal.
    """
    title = _title(view)
    return message(title, [*(_list(view, title, whole=whole) if view.orphans else [section(title)]), _state(view)])


def _title(view: OrphanList) -> str:
    count = len(view.orphans)
    if count:
        users = len({orphan.user_id for orphan in view.orphans})
        least = "" if view.looked_for_all else "At least "
        exist = "exists" if users == 1 else "exist"
        return f"{least}{plural(count, 'grant')} of {plural(users, 'user')} who no longer {exist}"
    if view.found_at is None:
        return "No scan has looked for grants of deleted users yet."
    if view.looked_for_all:
        return f"Deleted users have left no grants behind: everything was checked {when(view.found_at)}."
    return "No grants of deleted users were found, but not everything was checked, so there may be some."


def _list(view: OrphanList, title: str, *, whole: bool) -> list[Block]:
    ordered = sorted(view.orphans, key=lambda orphan: (orphan.user_id, orphan.grant.key))
    lines = [_line(orphan) for orphan in ordered]
    lines = lines if whole else first_that_fit(lines, MOST_LINES, LINES_SIZE)
    rest = len(ordered) - len(lines)
    more = [f"• {rest:,} more that do not fit here"] if rest else []
    accounts = any(orphan.grant.kind is GrantKind.ACCOUNT for orphan in ordered)
    cure = f"{CURE if accounts else CURE_NO_ACCOUNT}\n{AVOID}"
    texts = [*packed([f"*{title}*", WHAT, *lines, *more]), cure]
    return [*(section(text) for text in texts), *_commands(ordered, whole=whole)]


def _line(orphan: Orphan) -> str:
    grant = orphan.grant
    state = "" if grant.usable else f" · account {ways_in.account_status(grant)}"
    return f"• user {code(orphan.user_id, 60)} · {ways_in.what(grant, None, 40, ids=True)}{state}"


def _commands(orphans: list[Orphan], *, whole: bool) -> list[Block]:
    commands = [command for command in map(_command, orphans) if command]
    fitting = commands if whole else first_that_fit(commands, MOST_COMMANDS, COMMANDS_SIZE)
    shown = commands[: len(fitting)]
    if not shown:
        return []
    kinds = {orphan.grant.kind for orphan in orphans[: len(shown)]}
    put = [f"{code(REGION)} by the region of Identity Center"]
    if GrantKind.ENTITLEMENT in kinds:
        put.append(f"{code(APPLICATION)} by the ARN that `aws account-access list-applications` shows")
    rest = f" The other {len(commands) - len(shown):,} follow the same pattern." if len(shown) < len(commands) else ""
    whose = "one for each grant" if not rest else f"for the first {len(shown)}"
    return [section(f"*Commands*, {whose}. Replace {listed(put)}.{rest}"), *code_blocks(shown)]


def _command(orphan: Orphan) -> str | None:
    place = InstanceArgs(_instance(orphan.grant), "", REGION, APPLICATION)
    return removal_command(removal(User(orphan.user_id), orphan.grant), place)


def _instance(grant: Grant) -> str:
    """The instance's ARN; a permission set's ARN holds its id."""
    prefix, _, rest = (grant.permission_set_arn or "").partition(":permissionSet/")
    return f"{prefix}:instance/{rest.partition('/')[0]}" if rest else "INSTANCE_ARN"


def _state(view: OrphanList) -> Block:
    parts = []
    if view.found_at and view.orphans:
        parts.append(f"Found by the scan of {when(view.found_at)}.")
    if view.found_at is None or not view.looked_for_all:
        parts.append(
            "Not everything was checked. With LEAVERBOT_FIND_ORPHANS=true every scan goes through all accounts, "
            "applications and account access manager; without it a scan finds only what it comes across."
        )
    last = view.last_scan
    if last and view.found_at and last.finished_at > view.found_at:
        parts.append("A newer scan did not look for all of them.")
    parts.append(coverage_line(last) if last else "No scan has ended yet.")
    return context(" ".join(parts))
