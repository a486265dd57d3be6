"""The simulated organization: its accounts, people, groups and assignments, and the truth about them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from bot.playground.identity_center.changes import accounts, events, grants, people, permission_sets, scps, settling
from bot.playground.identity_center.queues import queues
from bot.playground.identity_center.state.estate import Estate, utc_now
from bot.playground.identity_center.state.options import Options
from bot.playground.identity_center.state.records import RoleSession, User, UserSnapshot
from bot.playground.identity_center.truth import attempts, orphans, verdicts, ways_in


class Organization(Estate):
    """An AWS organization with IAM Identity Center, in memory, safe to use from any thread.

    `now` is the calendar (aware UTC). Jobs and request rates run on the options' stopwatch instead, so a test can move
    the calendar by twelve hours while the bot polls in real time. Other keyword arguments are fields of `Options`.
    The same seed and the same calls always make the same organization.
    """

    def __init__(
        self,
        seed: int = 1,
        partition: str = "aws",
        region: str = "eu-west-1",
        account_id_of_management: str | None = None,
        now: Callable[[], datetime] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(seed, partition, region, now or utc_now, Options(**options))
        accounts.found_organization(self, account_id_of_management)
        if self.options.account_access in grants.HAVING_IT:
            # Its application shows up in Identity Center too; the provider's name is a guess.
            self.add_application("Account access manager", provider="account-access")

    add_account = accounts.add_account
    add_ou = accounts.add_ou
    set_account_state = accounts.set_account_state

    add_scp = scps.add_scp
    attach_scp = scps.attach_scp
    delete_scp = scps.delete_scp
    detach_scp = scps.detach_scp
    switch_scps = scps.switch_scps
    update_scp = scps.update_scp

    add_permission_set = permission_sets.add_permission_set
    delete_permission_set = permission_sets.delete_permission_set
    inline_policy = permission_sets.inline_policy
    provision = permission_sets.provision
    provisioned_policy = permission_sets.provisioned_policy
    put_inline_policy = permission_sets.put_inline_policy

    add_application = grants.add_application
    add_instance = grants.add_instance
    add_role = grants.add_role
    assign = grants.assign
    assign_application = grants.assign_application
    entitle = grants.entitle
    open_application = grants.open_application
    set_application_enabled = grants.set_application_enabled
    set_background_sessions = grants.set_background_sessions
    unassign = grants.unassign
    unassign_application = grants.unassign_application
    withdraw = grants.withdraw

    add_group = people.add_group
    add_member = people.add_member
    add_user = people.add_user
    change_user = people.change_user
    delete_user = people.delete_user
    remove_member = people.remove_member
    set_status = people.set_status

    add_queue = queues.add_queue
    add_rule = queues.add_rule
    delete_queue = queues.delete_queue

    settle = settling.settle

    def open_session(
        self, user_id: str, account_id: str, permission_set_arn: str, started_at: datetime | None = None
    ) -> RoleSession:
        """The user assumes the role now (or did at `started_at`) for as long as the permission set allows."""
        with self.edit():
            session = ways_in.open_session(self, user_id, account_id, permission_set_arn, started_at or self.now())
            self.sessions.append(session)
            return session

    def record_event(
        self,
        user_id: str,
        name: str,
        at: datetime | None = None,
        *,
        account_id: str | None = None,
        permission_set_arn: str | None = None,
        role_arn: str | None = None,
        region: str | None = None,
        source: str | None = None,
        error_code: str | None = None,
    ) -> str:
        """The user did something that CloudTrail logs, at `at` (None: now). Returns the event's id.

        UserAuthentication, Federate, GetRoleCredentials and other access portal events are logged in the management
        account, in the instance's region. ConsoleLogin and everything else (any API action of `source`) are logged in
        the role's account. The role is the one for `account_id` and `permission_set_arn`, or that of an open session,
        or of the first way in, or an ordinary `role_arn`. Raises ValueError if there is no role to do it with.
        """
        with self.edit():
            use = events.UserActivity(
                user_id,
                name,
                at or self.now(),
                account_id=account_id,
                permission_set_arn=permission_set_arn,
                role_arn=role_arn,
                region=region,
                source=source,
                error_code=error_code,
            )
            return events.record_use(self, use).id

    def act_as(self, session: RoleSession | None) -> None:
        """From now on calls from this session's account are made as this session (None: as leaverbot's role again).

        GetCallerIdentity and CloudTrail report it, and policies that deny it everything deny its calls.
        """
        with self.edit():
            if session is None:
                self.callers.clear()
            else:
                self.callers[session.account_id] = session

    # looking

    def truth(self, user_id: str) -> list[dict[str, Any]]:
        """Every way in the user has now: direct, and through each group separately. A deleted user has none."""
        self.settle()
        with self.lock:
            return ways_in.truth(self, user_id)

    def orphans(self) -> list[dict[str, Any]]:
        """Every assignment, application assignment and entitlement whose user no longer exists."""
        self.settle()
        with self.lock:
            return orphans.orphans(self)

    def try_to_get_in(self, user_id: str) -> list[dict[str, Any]]:
        """What happens when the user tries to get in: one row per way in they have or have a session for."""
        self.settle()
        with self.lock:
            return attempts.try_to_get_in(self, user_id)

    def denied(self, user_id: str, account_id: str | None) -> str | None:
        """What denies this user everything in this account, whichever way they come in, or None.

        For a permission set, the inline policy its role was provisioned with counts too; for an ordinary role, only the
        service control policies. A single open way in makes it None. For a user with no way in, only the service
        control policies count. Open sessions are ignored. None for an application: it is in no account, so no policy
        reaches it.
        """
        if account_id is None:
            return None
        with self.lock:
            return verdicts.denied(self, user_id, account_id)

    def denied_session(
        self, user_id: str, session_name: str, account_id: str, permission_set_arn: str | None = None
    ) -> str | None:
        """What denies a new session everything: "SCP name at target", "inline policy of name", or None.

        The user need not exist or be assigned. If the permission set has no role (or none is named), only the service
        control policies count.
        """
        with self.lock:
            session = verdicts.imagined(self, user_id, session_name, (account_id, permission_set_arn or ""))
            return verdicts.denied_session(self, session)

    def denied_background_session(self, user_id: str, application_arn: str) -> str | None:
        """What denies everything to a background session of this application: an ordinary role in the application's
        account, assumed with the user's identity under another name (user guide, user-background-sessions).
        """
        with self.lock:
            return verdicts.denied_session(self, verdicts.in_background(self, user_id, application_arn))

    def denied_ids(self) -> set[str]:
        """Every user id that a policy in `denies` names, including users who no longer exist."""
        with self.lock:
            return verdicts.denied_ids(self)

    def bystanders(self, meant: Iterable[str]) -> list[tuple[str, str, str]]:
        """Everybody who loses a way in to a policy that was not meant for them: (user id, account id, what denies it).

        Losing one of several ways into an account is enough. A user with no way in counts too if the service control
        policies would deny them everything there.
        """
        with self.lock:
            return verdicts.bystanders(self, set(meant))

    def denies(self) -> list[str]:
        """The policies that deny users by name or id; a placeholder names nobody.

        Service control policies as stored, attached or not; inline policies as provisioned, each text once.
        """
        with self.lock:
            return verdicts.denies(self)

    def user(self, user_id: str) -> UserSnapshot:
        with self.lock:
            return self._snapshot(self.user_by_id[user_id])

    def users(self) -> list[UserSnapshot]:
        """Everybody in the identity store, in the order they were added."""
        with self.lock:
            return [self._snapshot(user) for user in self.user_by_id.values()]

    def _snapshot(self, user: User) -> UserSnapshot:
        return UserSnapshot(
            user.id,
            user.user_name,
            user.display_name,
            user.email,
            user.status,
            user.revision,
            user.scim,
            user.external_id,
            user.created_at,
            user.updated_at,
            tuple(self.memberships_of.get(user.id, ())),
        )

    def policy_text(self, policy_id: str) -> str:
        """A policy's text exactly as stored."""
        with self.lock:
            return self.policy_by_id[policy_id].content

    def role_arn(self, account_id: str, permission_set_arn: str) -> str | None:
        """The role AWS provisioned for this pair, or None if nobody is assigned."""
        with self.lock:
            role = self.role_of.get((account_id, permission_set_arn))
            return self.ids.role_arn(account_id, role[0]) if role else None
