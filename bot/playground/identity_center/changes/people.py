"""The people of the simulated organization: users, their status, their memberships."""

from typing import Any

from bot.playground.identity_center.changes import directory_events as events
from bot.playground.identity_center.changes.grants import unassign, unassign_application, withdraw
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.ordered import Sequenced
from bot.playground.identity_center.state.records import Group, Membership, User

_CHANGEABLE = {"user_name", "display_name", "email", "status", "updated_at", "created_at"}


def add_user(
    org: Estate,
    user_name: str | None,
    display_name: str | None = None,
    email: str | None = None,
    status: str | None = "ENABLED",
    scim: bool = True,
    legacy_id: bool = False,
) -> str:
    """A new user. Any text may be None (the attribute is missing), and so may the status. Returns the user id."""
    with org.edit():
        if status not in {"ENABLED", "DISABLED", None}:
            raise ValueError("a status is ENABLED, DISABLED or None")
        if user_name is not None and user_name.lower() in org.user_id_by_name:
            raise ValueError(f"there is a user {user_name} already")
        new_id = org.ids.legacy(org.identity_store_id) if legacy_id else org.ids.uuid()
        moment = org.now()
        user = User(
            sequence=len(org.user_at),
            id=new_id,
            user_name=user_name,
            display_name=display_name,
            email=email,
            status=status,
            scim=scim,
            external_id=org.ids.external() if scim else None,
            revision=org.ids.revision(),
            created_at=moment,
            updated_at=moment,
            changed_by=author_of(org, scim),
        )
        _file(org, user)
        return new_id


def _file(org: Estate, user: User) -> None:
    """Enter a new user in every index."""
    org.user_by_id[user.id] = user
    org.user_at.append(user)
    if user.user_name is not None:
        org.user_id_by_name[user.user_name.lower()] = user.id
    if user.external_id is not None:
        org.user_id_by_external_id[user.external_id] = user.id
    _file_email(org, user)


def author_of(org: Estate, scim: bool) -> str:
    """Who AWS records as the creator: the SCIM tenant, or a role in the management account."""
    return "SCIM" if scim else f"arn:{org.partition}:iam::{org.management_account_id}:role/directory-admin"


def set_status(org: Estate, user_id: str, status: str | None) -> None:
    """Enable or disable a user, as SCIM or the console would; assignments and memberships stay."""
    if status not in {"ENABLED", "DISABLED", None}:
        raise ValueError("a status is ENABLED, DISABLED or None")
    change_user(org, user_id, status=status)


def change_user(org: Estate, user_id: str, **attributes: Any) -> None:
    """Change a user's attributes (user_name, display_name, email, status); the revision changes too."""
    unknown = set(attributes) - _CHANGEABLE
    if unknown:
        raise ValueError(f"a user has no {', '.join(sorted(unknown))} to change")
    with org.edit():
        user = org.user_by_id[user_id]
        if "user_name" in attributes:
            org.user_id_by_name.pop((user.user_name or "").lower(), None)
            if attributes["user_name"] is not None:
                org.user_id_by_name[attributes["user_name"].lower()] = user_id
        before = user.status
        _forget_email(org, user)
        for name, value in attributes.items():
            setattr(user, name, value)
        _file_email(org, user)
        user.updated_at = attributes.get("updated_at", org.now())
        user.revision, user.wire = org.ids.revision(), None
        if user.status != before:
            name = "EnableUser" if user.status == "ENABLED" else "DisableUser"
            events.record_directory(org, user, name, user.updated_at)


def _file_email(org: Estate, user: User) -> None:
    if user.email is not None:
        org.user_ids_by_email.setdefault(user.email, []).append(user.id)


def _forget_email(org: Estate, user: User) -> None:
    if user.email is not None:
        org.user_ids_by_email[user.email].remove(user.id)


def delete_user(org: Estate, user_id: str) -> None:
    """Delete a user as SCIM or the console would, and their memberships.

    AWS does not document whether it cleans up after a deleted user. By default we take the unsafe reading: the user's
    own assignments, application assignments and entitlements stay behind as orphans. Options remove them.
    """
    with org.edit():
        events.record_directory(org, org.user_by_id[user_id], "DeleteUser", org.now())
        remove_user(org, user_id)


def remove_user(org: Estate, user_id: str) -> None:
    """Like `delete_user`, but without a directory event: the API call that did it logs its own."""
    with org.edit():
        user = org.user_by_id.pop(user_id)
        org.user_at[user.sequence] = None
        org.user_id_by_name.pop((user.user_name or "").lower(), None)
        org.user_id_by_external_id.pop(user.external_id or "", None)
        _forget_email(org, user)
        for group_id in list(org.memberships_of.get(user_id, ())):
            part(org, group_id, user_id)
        if not org.options.orphaned_assignments:
            for account_id, arn in list(org.places_of.get(("USER", user_id), ())):
                unassign(org, account_id, arn, "USER", user_id)
        if not org.options.orphaned_applications:
            for arn in list(org.applications_of.get(("USER", user_id), ())):
                unassign_application(org, arn, "USER", user_id)
        if not org.options.orphaned_entitlements:
            for entitlement_id in list(org.entitlements_of.get(("USER", user_id), ())):
                withdraw(org, entitlement_id)


def add_group(org: Estate, name: str, scim: bool = True) -> str:
    with org.edit():
        group = Group(len(org.group_by_id), org.ids.uuid(), name, scim, org.ids.revision(), org.now())
        org.group_by_id[group.id] = group
        for key in (None, name):
            org.groups_named.setdefault(key, Sequenced()).append(group)
        return group.id


def add_member(org: Estate, group_id: str, user_id: str) -> str:
    """Put a user into a group as its directory would. Returns the membership id."""
    with org.edit():
        group = org.group_by_id[group_id]
        if user_id not in group.members:
            events.record_membership(org, group, user_id, "AddMemberToGroup")
        return join(org, group_id, user_id)


def join(org: Estate, group_id: str, user_id: str) -> str:
    """Like `add_member`, but without a directory event: the API call that did it logs its own."""
    with org.edit():
        group, user = org.group_by_id[group_id], org.user_by_id[user_id]
        if user.id in group.members:
            return group.members[user.id]
        membership = Membership(
            next(org.numbers), org.ids.uuid(), group_id, user_id, org.now(), author_of(org, group.scim)
        )
        group.members[user_id] = membership.id
        group.listed.append(membership)
        org.membership_by_id[membership.id] = membership
        org.memberships_of.setdefault(user_id, {})[group_id] = membership
        return membership.id


def remove_member(org: Estate, group_id: str, user_id: str) -> None:
    """Take a user out of a group as its directory would. Harmless if they are not in it."""
    with org.edit():
        group = org.group_by_id[group_id]
        if user_id in group.members:
            events.record_membership(org, group, user_id, "RemoveMemberFromGroup")
        part(org, group_id, user_id)


def part(org: Estate, group_id: str, user_id: str) -> None:
    """Like `remove_member`, but without a directory event."""
    with org.edit():
        group = org.group_by_id[group_id]
        membership_id = group.members.pop(user_id, None)
        if membership_id is not None:
            group.listed.discard(org.membership_by_id.pop(membership_id))
            del org.memberships_of[user_id][group_id]
