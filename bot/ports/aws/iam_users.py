"""IAM users as services see them: only read."""

from datetime import datetime
from typing import Protocol

from bot.core.directory.iam_users import AccessKey, IamUser


class IamUsers(Protocol):
    """The IAM users of the account that leaverbot's credentials belong to. Raises what Directory raises; AwsNotFound
    for an IAM user that is not there, except where a method says otherwise.
    """

    def users(self) -> tuple[IamUser, ...]:
        """All of them with their `email` tags, as they were within the last quarter of an hour.

        AwsUnavailable also when there are too many to be read within a minute.
        """
        ...

    def access_keys(self, name: str) -> tuple[AccessKey, ...]:
        """The access keys of this IAM user."""
        ...

    def key_last_used(self, key_id: str) -> datetime | None:
        """When the key was last used; None: IAM knows of no use."""
        ...

    def password_created(self, name: str) -> datetime | None:
        """When this IAM user's password was made; None if there is no password, or no such user."""
        ...

    def password_last_used(self, name: str) -> datetime | None:
        """When the password was last used; None: IAM knows of no use."""
        ...
