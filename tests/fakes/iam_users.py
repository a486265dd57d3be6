"""Implements `ports.IamUsers`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.core.directory.iam_users import AccessKey, IamUser
from bot.core.errors import AwsNotFound

if TYPE_CHECKING:
    from tests.fakes.aws import FakeAws


class FakeIamUsers:
    """IAM users as the calling account has them now; nothing is cached."""

    def __init__(self, aws: "FakeAws") -> None:
        self._aws = aws

    def users(self) -> tuple[IamUser, ...]:
        found = self._aws.ask("iam.GetAccountAuthorizationDetails", Filter=["User"])["UserDetailList"]
        return tuple(
            IamUser(item["UserName"], item["Arn"], _moment(item["CreateDate"]), _emails(item.get("Tags", [])))
            for item in found
        )

    def access_keys(self, name: str) -> tuple[AccessKey, ...]:
        found = self._aws.ask("iam.ListAccessKeys", UserName=name)["AccessKeyMetadata"]
        return tuple(AccessKey(item["AccessKeyId"], item["Status"], _moment(item["CreateDate"])) for item in found)

    def key_last_used(self, key_id: str) -> datetime | None:
        found = self._aws.ask("iam.GetAccessKeyLastUsed", AccessKeyId=key_id)["AccessKeyLastUsed"]
        return _moment(found["LastUsedDate"]) if "LastUsedDate" in found else None

    def password_created(self, name: str) -> datetime | None:
        try:
            return _moment(self._aws.ask("iam.GetLoginProfile", UserName=name)["LoginProfile"]["CreateDate"])
        except AwsNotFound:
            return None

    def password_last_used(self, name: str) -> datetime | None:
        found = self._aws.ask("iam.GetUser", UserName=name)["User"]
        return _moment(found["PasswordLastUsed"]) if "PasswordLastUsed" in found else None


def _emails(tags: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(tag["Value"] for tag in tags if tag["Key"].lower() == "email")


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
