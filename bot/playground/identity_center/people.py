"""The people of the simulated organization: users, their status, their memberships."""

from typing import Any

from bot.playground.identity_center import activity
from bot.playground.identity_center.grants import Grants
from bot.playground.identity_center.records import Membership, User

_CHANGEABLE = {"user_name", "display_name", "email", "status", "updated_at", "created_at"}


class People(Grants):
    """Who is in the identity store, and in which groups."""

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
            if user.external_id is not None:
                self.user_id_by_external_id[user.external_id] = new_id
            self._file_email(user)
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
        unknown = set(attributes) - _CHANGEABLE
        if unknown:
            raise ValueError(f"a user has no {', '.join(sorted(unknown))} to change")
        with self.edit():
            user = self.user_by_id[user_id]
            if "user_name" in attributes:
                self.user_id_by_name.pop((user.user_name or "").lower(), None)
                if attributes["user_name"] is not None:
                    self.user_id_by_name[attributes["user_name"].lower()] = user_id
            before = user.status
            self._forget_email(user)
            for name, value in attributes.items():
                setattr(user, name, value)
            self._file_email(user)
            user.updated_at = attributes.get("updated_at", self.now())
            user.revision, user.wire = self.ids.revision(), None
            if user.status != before:
                name = "EnableUser" if user.status == "ENABLED" else "DisableUser"
                activity.record_directory(self, user, name, user.updated_at)

    def _file_email(self, user: User) -> None:
        if user.email is not None:
            self.user_ids_by_email.setdefault(user.email, []).append(user.id)

    def _forget_email(self, user: User) -> None:
        if user.email is not None:
            self.user_ids_by_email[user.email].remove(user.id)

    def delete_user(self, user_id: str) -> None:
        """Delete a user as SCIM or the console would, and their memberships.

        Whether AWS cleans up after a deleted user is not documented. The unsafe reading is the default: assignments,
        application assignments and entitlements of the user's own stay behind as orphans; options remove them.
        """
        with self.edit():
            activity.record_directory(self, self.user_by_id[user_id], "DeleteUser", self.now())
            self.remove_user(user_id)

    def remove_user(self, user_id: str) -> None:
        """The same, without an event of the directory: the call that did it has its own."""
        with self.edit():
            user = self.user_by_id.pop(user_id)
            self.user_at[user.sequence] = None
            self.user_id_by_name.pop((user.user_name or "").lower(), None)
            self.user_id_by_external_id.pop(user.external_id or "", None)
            self._forget_email(user)
            for group_id in list(self.memberships_of.get(user_id, ())):
                self.remove_member(group_id, user_id)
            if not self.options.orphaned_assignments:
                for account_id, arn in list(self.places_of.get(("USER", user_id), ())):
                    self.unassign(account_id, arn, "USER", user_id)
            if not self.options.orphaned_applications:
                for arn in list(self.applications_of.get(("USER", user_id), ())):
                    self.unassign_application(arn, "USER", user_id)
            if not self.options.orphaned_entitlements:
                for entitlement_id in list(self.entitlements_of.get(("USER", user_id), ())):
                    self.withdraw(entitlement_id)

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
            group.listed.append(membership)
            self.membership_by_id[membership.id] = membership
            self.memberships_of.setdefault(user_id, {})[group_id] = membership
            return membership.id

    def remove_member(self, group_id: str, user_id: str) -> None:
        with self.edit():
            group = self.group_by_id[group_id]
            membership_id = group.members.pop(user_id, None)
            if membership_id is not None:
                group.listed.discard(self.membership_by_id.pop(membership_id))
                del self.memberships_of[user_id][group_id]
