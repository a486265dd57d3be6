"""The sentence of each reason, in plain text: it is stored, too, and made harmless where it is shown."""

from collections.abc import Mapping, Sequence

from bot.core.access.person_read import Problem, alike
from bot.core.access.sessions import lasting
from bot.core.deny.statements import MAX_CHARACTERS
from bot.core.kinds import DELETE, DENY, REVOKE, Kind
from bot.core.reasons import Code, Reason
from bot.core.text import plural
from bot.slack.wording.directory.directory import finding
from bot.slack.wording.operations import tally
from bot.slack.wording.rules.reasons import clause

_STEPS: Mapping[Kind | None, str] = {DENY: "emergency deny", REVOKE: "revoke", DELETE: "deletion"}
_IN_MANAGEMENT = (
    "is in the management account. leaverbot runs in another account, and AWS lets only the management account change "
    "that. Revoke access shows the commands to run there."
)
_NOT_ATTACHED = (
    "attached to nothing, so a deny there would block nobody. Attach it to the root or to organizational units "
    "(`leaverbot denies setup` does), then press Emergency deny again."
)
_STAYS = "and stays, because {user.label} still has {ways} in. It ends {kept} after the last one is gone."
_LIMIT = "leaverbot has changed as many people within an hour as it may (LEAVERBOT_MAX_CHANGES_PER_HOUR)."
_SENTENCES: Mapping[Code, str] = {
    Code.WATCH_ONLY: "leaverbot only watches here: nobody is named in LEAVERBOT_RESPONDERS or LEAVERBOT_ADMINS.",
    Code.FOR_VIEWERS: "Sorry, leaverbot shows this only to the people who look after leavers here.",
    Code.VIEWERS_UNREAD: "leaverbot could not check with Slack whether you may see this. It may work in a minute.",
    Code.REVIEW_FOR_RESPONDERS: "You can see this case, but only responders may mark it as reviewed.",
    Code.STOP_FOR_RESPONDERS: "Only responders may stop rules for somebody, or let them run.",
    Code.RULE_NOT_NOW: "The rule did not start it: {rule_why}.",
    Code.RULE_NO_FURTHER: "The rule stopped here: {rule_why}.",
    Code.FOR_RESPONDERS: "You can see this case, but only responders may {kind.may}.",
    Code.FOR_ADMINS: "Only admins may {kind.may}{enabled}.",
    Code.GO_ON_FOR_ADMINS: "Only admins may let what waits for the hourly limit go on now.",
    Code.NOTHING_PARKED: "Nothing is waiting for the hourly limit.",
    Code.ASKER_NO_RESPONDER: "It was not started: the person who asked for it is not a responder.",
    Code.ASKER_NO_ADMIN: "It was not started: the person who asked for it is not an admin, and only admins may "
    "{kind.may}{enabled}.",
    Code.NOT_BY_ITSELF: "It was not started: by itself, leaverbot only lifts a deny whose time is over, or "
    "a rule's deny of somebody who is enabled again.",
    Code.PROTECTED: "{user.label} is protected (LEAVERBOT_PROTECTED_USERS), so leaverbot never acts on this user.",
    Code.OWN_SESSION: "leaverbot itself runs with a session of {user.label}, so it would lock itself out and could not "
    "lift the deny again. Run leaverbot as a role of its own, or deny this user by hand.",
    Code.DENY_NOT_SET_UP: "Emergency deny is not set up: LEAVERBOT_DENY_STRATEGY is scp and LEAVERBOT_DENY_SCP_ID "
    "names no policy. `leaverbot denies setup` makes one.",
    Code.ENABLED: "{user.label} is enabled in Identity Center. Disable the account in your directory first. For an "
    "emergency, an admin can use /leavers deny.",
    Code.STATUS_UNKNOWN: "AWS did not say whether {user.label} is enabled or disabled, so nothing was changed. Check "
    "the user in the Identity Center console.",
    Code.NOT_DISABLED: "{user.label} is not disabled. Only admins may {kind.may} somebody who is not disabled.",
    Code.UNDER_WAY: "{why}",
    Code.LEFT_TO_RULES: "A rule has asked for this already, and only `leaverbot run` or `leaverbot once` does what "
    "rules ask for. Start one of them; or stop the rules for {user.label} with `leaverbot stop`, and try again.",
    Code.WRONG_NAME_TYPED: "typed another user name",
    Code.ALERT_CHANGED: "This alert of {user.label} has changed. Look at it again, then press.",
    Code.BRAKE_ENGAGED: "The brake is engaged: too many people were disabled at once, usually by a mistake in the "
    "directory. {user.label} is not one of them. Check anyway that this person left.",
    Code.BRAKED: "The brake is engaged: {user.label} is one of {people} who were disabled at once, usually by a "
    "mistake in the directory. Check that this person left.",
    Code.BRAKE_STOPS_DELETES: "Nobody is deleted while the brake is engaged: too many people were disabled at once, "
    "usually by a mistake in the directory. An admin has to press Release on its message first, or run "
    "`leaverbot brake release`.",
    Code.BRAKE_FOR_ADMINS: "Only admins may release the brake.",
    Code.BRAKE_OVER: "The brake is not engaged any more.",
    Code.BRAKE_CHANGED: "The message has changed since you looked: {people_are} still disabled now. Read it again.",
    Code.HOLD_FOR_ADMINS: "Only admins may let rules act on many people.",
    Code.HOLD_OVER: "Rules do not wait here any more. If they wait for another decision, a newer message asks for it.",
    Code.HOLD_CHANGED: "The message has changed since you looked: it is about {people} now. Read it again.",
    Code.UNPROVEN: "It was not started: your identity could not be confirmed. {why} Ask again.",
    Code.FOREIGN_IDENTITY: "It was not started: you asked as {why}. The leaverbot that runs here uses another AWS "
    "identity, and its LEAVERBOT_TERMINAL_IDENTITIES does not name yours. Add it there, or use leaverbot's role.",
    Code.NOT_WISHED: "It was not started: no confirmed request from a terminal matches it exactly. Ask again.",
    Code.UNKNOWN_WISH: "It was not started: the leaverbot that runs does not know {why}. Use one version everywhere.",
    Code.REASON_MISSING: "It was not started: it needs a reason. Give one with --reason.",
    Code.LEAVE_FOR_ADMINS: "Only admins may schedule a leave.",
    Code.LEAVE_CANCEL_FOR_RESPONDERS: "Only responders and admins may cancel a scheduled leave.",
    Code.LEAVE_NOT_KNOWN: "No leave of {user.label} is scheduled, so there is nothing to cancel. `/leavers schedule` "
    "lists those that are.",
    Code.LEAVE_OVER: "This leave of {user.label} is over, so nothing was cancelled. `/leavers schedule` lists what is "
    "still scheduled.",
    Code.LEAVE_RUNS: "The scheduled leave of {user.label} is being carried out right now, so it was not changed. "
    "To take the deny back, press Lift deny.",
    Code.LEAVE_UNSEALED: "It was not started: this leave was scheduled in a terminal, and its seal is missing or does "
    "not fit. If SLACK_BOT_TOKEN has changed since then, schedule it again. If not, somebody may have written it into "
    "the database.",
    Code.LEAVE_CANNOT_SEAL: "It was not scheduled: a leave from a terminal is sealed with SLACK_BOT_TOKEN, which is "
    "not set here. Schedule it while `leaverbot run` works on this database, or set the same SLACK_BOT_TOKEN here.",
    Code.LEAVE_NOT_THE_SAME: "It was not started: no scheduled leave matches it exactly.",
    Code.LEAVE_DENIES: "Scheduled leave, for {why}.",
    Code.LEAVE_GONE: "{user.label} is no longer in the directory, so there was nobody to deny.",
    Code.LEAVE_GONE_SINCE: "{user.label} is no longer in the directory, so nothing is left to do.",
    Code.LEAVE_NOTHING_LEFT: "Your directory has disabled the account, and {user.label} had no way in left, so there "
    "was nothing to revoke.",
    Code.LEAVE_LIFTED: "The deny was lifted.",
    Code.BULK_NOBODY: "Nobody is selected. Select people in the list first.",
    Code.BULK_NOBODY_LEFT: "Nobody is left to act on.",
    Code.BULK_BRAKED: "While the brake is engaged, only emergency denies work for several people at once: too many "
    "people were disabled at once, usually by a mistake in the directory. An admin has to press Release on its message "
    "first, or run `leaverbot brake release`.",
    Code.BULK_PLAN_GONE: "This plan is out of date, so nothing was started. Open it again from the list.",
    Code.BULK_NOT_CONFIRMED: "Nothing was started: the plan in the database is not the one that was confirmed. Ask for "
    "it again. If this happens again, somebody may be changing the database.",
    Code.BULK_WRONG_COUNT: "“{why}” is not the number of people, so nothing was started.",
    Code.BULK_STOP_FOR_RESPONDERS: "Only responders may stop this.",
    Code.BULK_OVER: "It has already ended, so there is nothing to stop.",
    Code.BULK_STOPPED: "It was stopped before this began.",
    Code.BULK_DRY_RUN: "Dry run (LEAVERBOT_DRY_RUN) was switched on before this began, so nothing was changed.",
    Code.BULK_NOT_THE_SAME: "It was not started: no running action on many people matches it exactly.",
    Code.BULK_UNSEALED: "It was not started: the seal of this action on many people is missing or does not fit. If "
    "SLACK_BOT_TOKEN has changed since it began, or the command that began it has ended, ask for it again. If not, "
    "somebody may have written it into the database.",
    Code.LEAVE_NOT_DISABLED: "{user.label} was scheduled to leave on {why} and has been denied since then, but your "
    "directory has not disabled the account. If they left, disable it there. If not, press Lift deny. The deny stays "
    "until it is lifted.",
    Code.TIME_MISSING: "When? Type the time after the user: dana.rossi 2026-11-30 18:00.",
    Code.TIME_UNREADABLE: "“{why}” is not a time. Type year, month, day, hour and minute: 2026-11-30 18:00.",
    Code.TIME_WITHOUT_CLOCK: "At what time on {why}? Type the hour and minute, too: {why} 18:00.",
    Code.TIME_NOT_THERE: "There is no such date and time as {why}. Type it as 2026-11-30 18:00.",
    Code.ZONE_UNREADABLE: "“{why}” is not a time zone. Leave it out for {names}, or type an offset: "
    "2026-11-30 18:00 +01:00.",
    Code.TIME_SKIPPED: "There is no {why}: the clocks go forward then. Type for example {names}.",
    Code.TIME_TWICE: "{why} comes twice: the clocks go back then. Type it with the offset that you mean: {names}.",
    Code.TIME_OVER_ALREADY: "{why} is in the past. To deny somebody now, use `/leavers deny`.",
    Code.TIME_TOO_FAR: "{why} is more than a year ahead, which is probably a wrong year. Type a time within a year.",
    Code.FILTER_UNKNOWN: "“{why}” is not a filter. The filters: critical, high, normal, incident, denied, older 2d, "
    "account <name>, group <name>, permission-set <name>, closed. Several together: critical account payments-prod",
    Code.FILTER_NAME_MISSING: "Which {why}? Type its name or id after the word: {why} payments-prod",
    Code.FILTER_TOO_MANY: "A filter takes at most {why} names. Type fewer.",
    Code.FILTER_TIME_UNREADABLE: "“{why}” is not a length of time. Type for example: older 2d (or 12h, 30m)",
    Code.FILTER_TWO_SEVERITIES: "Nobody is both {why}. Type one of them.",
    Code.LIST_GONE: "This list is too old to be used. /leavers opens a fresh one.",
    Code.LIST_OF_ANOTHER: "This list was opened by somebody else. /leavers opens your own.",
    Code.NOTHING_CHANGED: "Nothing was changed: {why}",
    Code.NOTHING_CHANGED_YET: "Nothing was changed: {why} Try again later.",
    Code.GONE: "{user.label} is no longer in the directory, so there was nothing to change.",
    Code.GONE_WITH_CASE: "{user.label} is no longer in the directory. The next scan closes the case.",
    Code.UNREAD: "{missing}",
    Code.UNREAD_PERSON: "{user.label} could not be read completely: {missing}",
    Code.UNREAD_TO_PLAN: "{user.label} could not be read completely, so nothing is planned. {missing}{again}",
    Code.UNREAD_IN_PART: "Not everything could be read: {missing}",
    Code.UNREAD_BUT_REST_KNOWN: "Not everything could be read: {missing} There may be more ways in.",
    Code.UNREAD_DIALOG: "{why} Nothing was changed.",
    Code.UNREAD_DIALOG_YET: "{why} Nothing was changed. Try again in a minute.",
    Code.UNREAD_STILL_RIGHT: "Whether this is still right could not be read, so leaverbot did not go on: {why}",
    Code.NOTHING_TO_SUBMIT: "There is nothing to submit in this dialog. Close it and open it again.",
    Code.NOBODY_CALLED: "Nobody in the directory is called “{why}”. Try the user name, the e-mail or the user id.",
    Code.NEAREST: "Nobody in the directory is called “{why}”. The nearest: {users}.",
    Code.SEVERAL: "{count} users match “{why}”: {users}. Use the user name or the id of one.",
    Code.WAITS: "The {what} of {user.label} has waited for AWS since {wait.since:%H:%M} UTC. leaverbot keeps trying "
    "until {wait.until:%H:%M} UTC; you will be told how it ends.",
    Code.PARKED: f"The {{what}} of {{user.label}} waits: {_LIMIT} It goes on by itself at about {{wait.until:%H:%M}} "
    "UTC. An admin can let it go on now: /leavers go-on",
    Code.LIMIT_USED_UP: f"This will wait: {_LIMIT} It would begin at about {{wait.until:%H:%M}} UTC, or when an admin "
    "says so: /leavers go-on",
    Code.DRY_RUN: "Dry run: {operations} would be carried out; nothing was sent to AWS.",
    Code.STOPPED_WORKING: "leaverbot stopped working on it (reference {why}).",
    Code.UNFORESEEN: "Something went wrong that we did not foresee (reference {why}). Nothing was changed in AWS. "
    "Check with Details.",
    Code.UNFORESEEN_HALFWAY: "Something went wrong that we did not foresee (reference {why}). Part of it may have been "
    "done. Check with Details.",
    Code.NO_ANSWER: "{why} Nothing was changed in AWS.",
    Code.NO_ANSWER_UNFORESEEN: "Something went wrong that we did not foresee (reference {why}). Nothing was changed in "
    "AWS.",
    Code.LATE: "AWS did not do this in time. If it was asked for, it may still happen; the next scan will tell.",
    Code.CHANGED_MEANWHILE: "the user was changed by somebody else in the meantime",
    Code.NO_MEMBERSHIP: "AWS shows access through this group, but no membership that could be removed.",
    Code.ABOUT_ANOTHER: "This change concerns another user than the action, so leaverbot did not send it to AWS.",
    Code.AWS_SAYS: "AWS says: {why}",
    Code.AWS_SAYS_NOTHING: "AWS says: no reason",
    Code.NOTHING_TO_REVOKE: "{user.label} has no way in that could be taken away, so there is nothing to revoke.",
    Code.NOTHING_TO_REVOKE_AS_READ: "What could be read of {user.label} holds no way in that could be taken away. Not "
    "everything could be read: {missing}",
    Code.IN_MANAGEMENT: f"What {{user.label}} has left {_IN_MANAGEMENT}",
    Code.IN_MANAGEMENT_AS_READ: f"What could be read of {{user.label}} {_IN_MANAGEMENT} Not everything could be read: "
    "{missing}",
    Code.PLAN_CHANGED: "What {user.label} can reach has changed since the plan was shown, so nothing was changed. "
    "Press Revoke access again for a fresh plan.",
    Code.RESULT_UNREAD: "{so_far}The result could not be read back: {why} The next scan that can read it will tell.",
    Code.RESULT_UNREAD_IN_PART: "Not everything could be read back: {missing}",
    Code.LEFT_TO_MANAGEMENT: "Only the management account can take away the {last}: leaverbot runs in another account. "
    "The commands are in the thread.",
    Code.STILL_SHOWN: "AWS still shows it, or shows it again. Open Details in a minute.",
    Code.STILL_HAS_WAYS: "{user.label} still has {ways} in. {why}",
    Code.HAS_GRANTS: "{user.label} still has {grants}. Revoke access first, then delete the user.",
    Code.NOT_DELETED_HAS_GRANTS: "{user.label} still has {grants}, so the user was not deleted. Revoke access first: "
    "an assignment left behind cannot be cleaned up properly.",
    Code.NOT_DELETED_UNREAD: "{user.label} could not be read completely, so the user was not deleted: {missing}",
    Code.NOT_DELETED_CHANGED: "{user.label} was changed by somebody else after the dialog was shown, so the user was "
    "not deleted. Press Delete user again to see the user as it is now.",
    Code.NOT_DELETED: "{user.label} was not deleted: {why}",
    Code.DELETION_UNREAD: "Whether {user.label} was deleted could not be read back: {why} The next scan will tell.",
    Code.SET_GONE: "This permission set does not exist any more, so there was nothing to delete.",
    Code.SET_IN_USE: "{user.label} is assigned in {accounts} now, so it was not deleted.",
    Code.SET_NOT_DELETED: "{user.label} was not deleted. {why}",
    Code.SET_DELETION_UNREAD: "Whether {user.label} was deleted could not be read back: {why} /leavers unused will "
    "tell.",
    Code.SET_DELETED: "{user.label} was deleted.",
    Code.SETS_UNREAD: "The permission sets could not be read, so nothing can be said about them: {why}",
    Code.NO_DENY_NOTHING_TO_REVOKE: "Emergency deny is not set up, and {user.label} has nothing to revoke.",
    Code.BEGINS_WITH_REVOKE: "Emergency deny is not set up, so this begins with the revoke. Open sessions stay open.",
    Code.STOPPED_AT: "Stopped at the {step}. {why}",
    Code.NOTHING_TO_DO: "There was nothing to do: no way in is left, and there is no policy to put a deny into.",
    Code.DENIED_IN_FORMER_POLICY: "{user.label} is denied in {why} already, which LEAVERBOT_DENY_SCP_ID no longer "
    "names. Press Lift deny first, then Emergency deny.",
    Code.NOWHERE_TO_DENY: "There is no permission set in which {user.label} could be denied: no account assignment "
    "that leaverbot may change is known. A service control policy denies everywhere: leaverbot denies setup makes one.",
    Code.CHANGES_INLINE: "Adds a statement about this user to the inline policy of the {sets} {names}, and provisions "
    "it in {places}. Others who use the {sets} are not affected. Lift deny puts the policy back as it was.",
    Code.POLICY_UNREAD: "The deny policy could not be read: {why}",
    Code.NOT_DENIED: "No emergency deny is in force for {user.label}.",
    Code.NOT_DENIED_BUT_NAME: "No emergency deny is in force for {user.label}. But the deny of {other.label} "
    "({other.id}) holds the user name {user.user_name}, so AWS may refuse what {user.label} does. Every scan takes "
    "such a name out: /leavers scan starts one. To lift that deny: /leavers lift {other.id}",
    Code.NOTHING_TO_LIFT: "No emergency deny is in force for {user.label}, so there was nothing to lift.",
    Code.NOTHING_TO_RENAME: "No emergency deny is in force for {user.label}, so there was nothing to change.",
    Code.NAMES_RIGHT: "The names in the emergency deny of {user.label} are right.",
    Code.DENY_FAILED: "{user.label} is not denied: {why}",
    Code.DENY_NOWHERE: "{user.label} is not denied: the deny is nowhere in AWS.",
    Code.DENY_UNREAD: "{user.label} may be denied, but that could not be read back: {why} Press Lift deny to undo it.",
    Code.DENY_COVER_UNREAD: "The deny was placed, but where it holds could not be read: {why}",
    Code.DENY_HOLDS_NOT: "The deny does not hold in {names}.",
    Code.DENY_MAY_NOT_HOLD: "Whether it holds in {names} could not be read.",
    Code.LIFT_UNREAD: "Whether the deny of {user.label} was lifted everywhere is not known: {why}",
    Code.LIFT_FAILED: "The deny of {user.label} was not lifted everywhere: {why}",
    Code.NAME_UNMATCHED: "The user name cannot be matched in a policy (that takes 2 to 64 letters, digits and "
    "_+=,.@-), so the user id alone is denied.",
    Code.NOT_ATTACHED: f"{{why}} is {_NOT_ATTACHED}",
    Code.NONE_ATTACHED: f"{{why}} are {_NOT_ATTACHED}",
    Code.FULL: "The deny policies are full ({why}). Lift denies that are no longer needed, or make one more policy "
    "with `leaverbot denies setup --name leaverbot-emergency-deny-2` and add its id to LEAVERBOT_DENY_SCP_ID.",
    Code.FILLED: f"{{why}}: {{count:,}} of {MAX_CHARACTERS:,} characters",
    Code.NEARLY_FULL: "The deny policies are {count}% full ({why}). Lift denies that are no longer needed, or make one "
    "more policy with leaverbot denies setup --name leaverbot-emergency-deny-2 and add its id to LEAVERBOT_DENY_SCP_ID "
    "before an emergency finds no room.",
    Code.CONTESTED: "Somebody else keeps changing the deny policy at the same time. Try again.",
    Code.ID_NOT_THERE: "The user's id is not in {where}.",
    Code.NO_ROOM_FOR_NAME: "{where} has no room for the name.",
    Code.NOBODY_THERE: "Nobody is assigned it there any more, so there is no role to deny.",
    Code.NOT_PROVISIONED: "It is not known whether the inline policy was changed, so nothing was provisioned.",
    Code.ID_TAKEN_OUT: "policy {why} no longer names the user",
    Code.NAME_TAKEN_OUT: "policy {why} no longer has the user name",
    Code.POLICY_DETACHED: "policy {why} is attached to nothing",
    Code.SET_DENIES_NO_LONGER: "permission set {why} no longer denies the user",
    Code.IN_NO_POLICY: "it is in no policy",
    Code.DENY_CHANGED: "Somebody changed the emergency deny of {user.label}: {why}. {user.label} may get in again. "
    "Press Put deny back, or Lift deny if the change is right.",
    Code.DENIED_THOUGH_ENABLED: "{user.label} was enabled again. The emergency deny still blocks them. Press Lift deny "
    "if they should work again.",
    Code.PERHAPS_DENIED_THOUGH_ENABLED: "{user.label} was enabled again. The emergency deny may still block them. "
    "Press Lift deny if they should work again.",
    Code.DENY_STAYS: f"The emergency deny of {{user.label}} has been in force for {{kept}} {_STAYS}",
    Code.CHANGED_DENY_STAYS: f"The emergency deny of {{user.label}} was placed over {{kept}} ago {_STAYS}",
    Code.ENABLED_TWICE: "a rule had placed it, and two reads a minute apart showed the user enabled",
    Code.TIME_OVER: "its time was over: no way in for {kept}",
    Code.DIRECTORY: "{directory}",
    Code.BEYOND_POLICIES: "service control policies do not reach the management account",
    Code.POLICY_NOT_READ: "the service control policy could not be read",
    Code.NO_POLICY_USED: "no service control policy is used",
    Code.POLICY_AT_ROOT: "policy {names} attached to the root",
    Code.POLICY_AT_ACCOUNT: "policy {names} attached to the account",
    Code.POLICY_ABOVE: "policy {names} attached to {why}",
    Code.POLICY_ELSEWHERE: "{names} is not attached to this account or above it",
    Code.POLICY_DENIES_NOT: "{names} does not deny the user",
    Code.POLICY_WOULD_NOT_DENY: "{names} would not deny the user",
    Code.ONLY_OWN_POLICY: "only a policy of its own denies a role of account access manager",
    Code.SET_UNREAD: "permission set {names} could not be read",
    Code.SET_NOT_PROVISIONED: "permission set {names} is not provisioned there with the deny",
    Code.SET_DENIES: "permission set {names} denies the user",
    Code.SET_WOULD_DENY: "permission set {names} would deny the user",
    Code.SET_DENIES_NOT: "permission set {names} does not deny the user",
    Code.SET_WOULD_NOT_DENY: "permission set {names} would not deny the user",
    Code.BY_ID_ONLY: "(by user id only)",
}


def sentence(reason: Reason) -> str:
    """The reason as plain sentences."""
    return (
        _SENTENCES[reason.code]
        .format(
            user=reason.user,
            other=reason.other,
            kind=reason.kind,
            what=str(reason.kind or "").replace("_", " "),
            step=_STEPS.get(reason.kind, ""),
            enabled=" somebody who is not disabled" if reason.not_disabled else "",
            wait=reason.wait,
            why=reason.why,
            where=reason.why or "the permission set",
            kept=lasting(reason.kept),
            users="; ".join(f"{user.label} ({user.user_name or user.id})" for user in reason.users),
            names=_some(reason.names),
            sets="permission set" if len(reason.names) == 1 else "permission sets",
            so_far=f"{tally(reason.outcomes)}. " if reason.outcomes else "",
            missing=_problems(reason.missing),
            rule_why=clause(reason.rule_why, reason.user.label) if reason.rule_why else "",
            directory=finding(reason.provisioning),
            again=" Try again in a minute." if any(problem.passing for problem in reason.missing) else "",
            **_counted(reason.count),
        )
        .strip()
    )


def _counted(count: int) -> dict[str, object]:
    return {
        "count": count,
        "last": "last one" if count == 1 else f"last {count}",
        "places": "1 account" if count == 1 else f"{count} places",
        "people": plural(count, "person", "people"),
        "people_are": plural(count, "person is", "people are"),
        **{f"{noun}s": plural(count, noun) for noun in ("grant", "way", "account", "operation")},
    }


def _some(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _problems(found: Sequence[Problem]) -> str:
    """What could not be read and why; equal reasons once, with how many there are besides."""
    return " ".join(f"{problem.what}: {problem.why}" for problem in alike(found))
