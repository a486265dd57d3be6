"""IAM: the users of our own account, with their keys and passwords. Only reads."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.aws.cache import Cache
from bot.aws.requests.client import Aws
from bot.aws.requests.errors import understood
from bot.core.directory.iam_users import EMAIL_TAG, AccessKey, IamUser
from bot.core.errors import AwsNotFound, AwsUnavailable

SERVICE = "iam"
# ListUsers leaves out the tags; this is the only list of users that has them (docs/facts.md#iam-users).
LIST = "GetAccountAuthorizationDetails"
# The largest page (botocore model).
PAGE = 1000
# For how long a list is remembered, and how long reading it may take: somebody waits. In seconds.
KEPT_SECONDS, LONGEST_SECONDS = 900.0, 60.0
# How long each other request may be retried, in seconds.
PATIENCE = 5.0
# What all of it takes; docs/aws-rights.md lists it.
RIGHTS = frozenset(
    {f"iam:{LIST}", "iam:GetAccessKeyLastUsed", "iam:GetLoginProfile", "iam:GetUser", "iam:ListAccessKeys"}
)


class IamReader:
    """Implements `ports.IamUsers`."""

    def __init__(self, aws: Aws, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._aws, self._monotonic = aws, monotonic
        self._lists: Cache[tuple[IamUser, ...]] = Cache(KEPT_SECONDS, monotonic)

    def users(self) -> tuple[IamUser, ...]:
        return self._lists.get("", self._read_users)

    def access_keys(self, name: str) -> tuple[AccessKey, ...]:
        # An IAM user has two keys at most.
        answer = self._ask("ListAccessKeys", UserName=name)
        return tuple(map(_key, answer.get("AccessKeyMetadata", [])))

    def key_last_used(self, key_id: str) -> datetime | None:
        answer = self._ask("GetAccessKeyLastUsed", AccessKeyId=key_id)
        return _utc(answer.get("AccessKeyLastUsed", {}).get("LastUsedDate"))

    def password_created(self, name: str) -> datetime | None:
        try:
            answer = self._ask("GetLoginProfile", UserName=name)
        except AwsNotFound:
            return None
        return _created(answer["LoginProfile"])

    def password_last_used(self, name: str) -> datetime | None:
        return _utc(self._ask("GetUser", UserName=name).get("User", {}).get("PasswordLastUsed"))

    def _read_users(self) -> tuple[IamUser, ...]:
        until, found, place = self._monotonic() + LONGEST_SECONDS, list[IamUser](), dict[str, str]()
        while True:
            left = until - self._monotonic()
            if left <= 0:
                raise AwsUnavailable(
                    f"There are more IAM users than could be read in {LONGEST_SECONDS:.0f} s.",
                    operation=f"{SERVICE}.{LIST}",
                )
            answer = self._aws.call_within(left, SERVICE, LIST, Filter=["User"], MaxItems=PAGE, **place)
            found += map(_user, answer.get("UserDetailList", []))
            # A page may be empty although more follow.
            if not answer.get("IsTruncated"):
                return tuple(found)
            place = {"Marker": answer["Marker"]}

    def _ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self._aws.call_within(PATIENCE, SERVICE, operation, **parameters)


@understood
def _user(item: Mapping[str, Any]) -> IamUser:
    emails = tuple(tag["Value"] for tag in item.get("Tags", []) if tag["Key"].casefold() == EMAIL_TAG)
    return IamUser(item["UserName"], item["Arn"], item["CreateDate"].astimezone(UTC), emails)


@understood
def _key(item: Mapping[str, Any]) -> AccessKey:
    return AccessKey(item["AccessKeyId"], item["Status"], item["CreateDate"].astimezone(UTC))


@understood
def _created(item: Mapping[str, Any]) -> datetime:
    created: datetime = item["CreateDate"].astimezone(UTC)
    return created


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None
