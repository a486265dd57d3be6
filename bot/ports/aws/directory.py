"""Identity Center's directory, as services see it."""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from bot.core.models import Group, Membership, User


class Directory(Protocol):
    """The users, groups and memberships of Identity Center.

    Every method raises AwsUnavailable, AwsDenied, AwsCredentials or AwsRejected when AWS cannot be asked or says
    no. None of them ever answers "nothing" when it could not look.
    """

    def pages(self) -> Iterator[Sequence[User]]:
        """Every user, page by page as AWS returns them. Raises in the middle when a page cannot be read."""
        ...

    def user(self, user_id: str) -> User:
        """One user, fresh. Raises AwsNotFound."""
        ...

    def user_id_for(self, attribute: str, value: str) -> str | None:
        """The id of the one user whose `userName` or `emails.value` is exactly `value`; None when there is none."""
        ...

    def memberships(self, user_id: str) -> tuple[Membership, ...]:
        """Every group the user is in; groups have only their id. A user who is gone is in no group."""
        ...

    def membership_in(self, group_id: str, user_id: str) -> str | None:
        """The id of the user's membership in this group; None when the user is not in it."""
        ...

    def members(self, group_id: str) -> Iterator[tuple[str, str]]:
        """Everybody in the group, as (user id, membership id). A group that is gone has no members."""
        ...

    def learn_groups(self, group_ids: Collection[str]) -> None:
        """Cache the names of these groups with few requests; failures show up when `group` is called. Never raises an
        AWS error.
        """
        ...

    def group(self, group_id: str) -> Group:
        """A group with its name, possibly cached. Raises AwsNotFound."""
        ...

    def leave_group(self, membership_id: str) -> None:
        """Delete a membership. One already gone is success. Raises AwsConflict, DryRunRefused."""
        ...

    def delete_user(self, user_id: str, revision: str) -> None:
        """Delete the user if its revision is still this one. Raises AwsConflict, AwsNotFound, DryRunRefused."""
        ...
