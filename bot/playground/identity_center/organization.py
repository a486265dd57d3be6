"""The simulated organization: its accounts, people, groups and assignments, and the truth about them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.playground.identity_center import entrance
from bot.playground.identity_center.estate import Estate
from bot.playground.identity_center.jobs import FAILED, SUCCEEDED
from bot.playground.identity_center.records import (
    Job,
    Membership,
    RoleSession,
    User,
    UserSnapshot,
)


class Organization(Estate):
    """An AWS organization with IAM Identity Center, in memory, safe to use from any thread.

    `now` is the calendar (aware UTC); jobs and request rates run on the stopwatch of the options instead, so a
    test may move the calendar by twelve hours while the bot polls in real time. Further keyword arguments are
    the fields of `Options`. Equal seeds and equal calls make equal organizations.
    """

    def add_user(
        self,
        user_name: str | None,
        display_name: str | None = None,
        email: str | None = None,
        status: str | None = "ENABLED",
        scim: bool = True,
        legacy_id: bool = False,
    ) -> str:
        """A new user. Texts may be None (the attribute is missing), so may the status. Returns the user id."""
        with self.edit():
            if status not in {"ENABLED", "DISABLED", None}:
                raise ValueError("a status is ENABLED, DISABLED or None")
            if user_name is not None and user_name.lower() in self.user_id_by_name:
                raise ValueError(f"there is a user {user_name} already")
            new_id = self.ids.legacy(self.identity_store_id) if legacy_id else self.ids.uuid()
            moment = self.now()
            user = User(
                sequence=len(self.user_at),
                id=new_id,
                user_name=user_name,
                display_name=display_name,
                email=email,
                status=status,
                scim=scim,
                external_id=self.ids.external() if scim else None,
                revision=self.ids.revision(),
                created_at=moment,
                updated_at=moment,
                changed_by=self.author(scim),
            )
            self.user_by_id[new_id] = user
            self.user_at.append(user)
            if user_name is not None:
                self.user_id_by_name[user_name.lower()] = new_id
            return new_id

    def author(self, scim: bool) -> str:
        """Who AWS names as creator: the SCIM token's tenant, or a role of the management account."""
        return "SCIM" if scim else f"arn:{self.partition}:iam::{self.management_account_id}:role/directory-admin"

    def set_status(self, user_id: str, status: str | None) -> None:
        """Enable or disable a user, as SCIM or the console would; assignments and memberships stay."""
        if status not in {"ENABLED", "DISABLED", None}:
            raise ValueError("a status is ENABLED, DISABLED or None")
        self.change_user(user_id, status=status)

    def change_user(self, user_id: str, **attributes: Any) -> None:
        """Change attributes of a user (user_name, display_name, email, status); the revision changes with it."""
        with self.edit():
            user = self.user_by_id[user_id]
            if "user_name" in attributes:
                self.user_id_by_name.pop((user.user_name or "").lower(), None)
                if attributes["user_name"] is not None:
                    self.user_id_by_name[attributes["user_name"].lower()] = user_id
            for name, value in attributes.items():
                if name not in {"user_name", "display_name", "email", "status", "updated_at", "created_at"}:
                    raise ValueError(f"a user has no {name} to change")
                setattr(user, name, value)
            user.updated_at = attributes.get("updated_at", self.now())
            user.revision, user.wire = self.ids.revision(), None

    def delete_user(self, user_id: str) -> None:
        """Delete a user and their memberships; direct assignments stay behind as orphans (an option removes them)."""
        with self.edit():
            user = self.user_by_id.pop(user_id)
            self.user_at[user.sequence] = None
            self.user_id_by_name.pop((user.user_name or "").lower(), None)
            for group_id in list(self.memberships_of.get(user_id, ())):
                self.remove_member(group_id, user_id)
            if not self.options.orphaned_assignments:
                for account_id, arn in list(self.places_of.get(("USER", user_id), ())):
                    self.unassign(account_id, arn, "USER", user_id)

    def add_member(self, group_id: str, user_id: str) -> str:
        """Put a user into a group. Returns the membership id."""
        with self.edit():
            group, user = self.group_by_id[group_id], self.user_by_id[user_id]
            if user.id in group.members:
                return group.members[user.id]
            membership = Membership(
                next(self._sequence), self.ids.uuid(), group_id, user_id, self.now(), self.author(group.scim)
            )
            group.members[user_id] = membership.id
            self.membership_by_id[membership.id] = membership
            self.memberships_of.setdefault(user_id, {})[group_id] = membership
            return membership.id

    def remove_member(self, group_id: str, user_id: str) -> None:
        with self.edit():
            membership_id = self.group_by_id[group_id].members.pop(user_id, None)
            if membership_id is not None:
                del self.membership_by_id[membership_id]
                del self.memberships_of[user_id][group_id]

    def assign(self, account_id: str, permission_set_arn: str, principal_type: str, principal_id: str) -> None:
        """Give a user or group a permission set in an account, at once; provisions the role if there is none."""
        with self.edit():
            known = self.user_by_id if principal_type == "USER" else self.group_by_id
            if principal_id not in known or account_id not in self.account_by_id:
                raise ValueError("no such principal or account")
            name = self.permission_set_by_arn[permission_set_arn].name
            place, principal = (account_id, permission_set_arn), (principal_type, principal_id)
            if place in self.places_of.setdefault(principal, {}):
                return
            sequence = next(self._sequence)
            self.places_of[principal][place] = sequence
            self.principals_at.setdefault(account_id, {}).setdefault(permission_set_arn, {})[principal] = sequence
            if place not in self.role_of:  # a role that comes back has a new suffix
                self.role_of[place] = (f"AWSReservedSSO_{name}_{self.ids.suffix()}", self.ids.role())

    def unassign(self, account_id: str, permission_set_arn: str, principal_type: str, principal_id: str) -> None:
        """Take an assignment away, at once; with the last one of its kind in the account the role goes too."""
        with self.edit():
            place, principal = (account_id, permission_set_arn), (principal_type, principal_id)
            if self.places_of.get(principal, {}).pop(place, None) is None:
                return
            here = self.principals_at[account_id][permission_set_arn]
            del here[principal]
            if not here:
                del self.principals_at[account_id][permission_set_arn]
                del self.role_of[place]

    def open_session(
        self, user_id: str, account_id: str, permission_set_arn: str, started_at: datetime | None = None
    ) -> RoleSession:
        """The user assumes the role now (or did at `started_at`); the permission set says for how long."""
        with self.edit():
            session = entrance.open_session(self, user_id, account_id, permission_set_arn, started_at or self.now())
            self.sessions.append(session)
            return session

    def settle(self) -> None:
        """Carry out every job whose time has come. Each call of the endpoint does this first."""
        with self.hold():
            for job in self.jobs.due():
                self._finish(job)
                self._changed = True

    def _finish(self, job: Job) -> None:
        reason = job.failure or entrance.obstacle(self, job)
        if reason is None:
            (self.assign if job.kind == "CREATION" else self.unassign)(*job.place, *job.principal)
        job.status, job.reason = (SUCCEEDED, None) if reason is None else (FAILED, reason)

    # looking

    def truth(self, user_id: str) -> list[dict[str, Any]]:
        """Every way in the user has now: direct and through each group separately. A deleted user has none."""
        self.settle()
        with self.lock:
            return entrance.truth(self, user_id)

    def try_to_get_in(self, user_id: str) -> list[dict[str, Any]]:
        """What happens when the user tries, per account and permission set they can reach or have a session in."""
        self.settle()
        with self.lock:
            return entrance.try_to_get_in(self, user_id)

    def denied(self, user_id: str, account_id: str) -> str | None:
        """The policy that denies this user everything in this account, or None; the management account is exempt."""
        with self.lock:
            return entrance.denied(self, user_id, account_id)

    def bystanders(self, meant: Iterable[str]) -> list[tuple[str, str, str]]:
        """Everybody a policy locks out of an account without being meant: (user id, account id, policy)."""
        with self.lock:
            return entrance.bystanders(self, set(meant))

    def denies(self) -> list[str]:
        """The policy texts that deny users by name or id, as stored; a mere placeholder names nobody."""
        with self.lock:
            return entrance.denies(self)

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
            user.created_at,
            user.updated_at,
            tuple(self.memberships_of.get(user.id, ())),
        )

    def policy_text(self, policy_id: str) -> str:
        """A policy's text exactly as stored."""
        with self.lock:
            return self.policy_by_id[policy_id].content

    def role_arn(self, account_id: str, permission_set_arn: str) -> str | None:
        """The role AWS provisioned for this pair, or None when nobody is assigned."""
        with self.lock:
            role = self.role_of.get((account_id, permission_set_arn))
            return self.ids.role_arn(account_id, role[0]) if role else None
