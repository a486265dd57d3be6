"""A container's credentials endpoint, which hands out its role's credentials as in ECS and EKS (loopback only)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.playground.identity_center.state.records import dump
from bot.playground.identity_center.wire.replies import Reply
from bot.playground.identity_center.wire.signature import access_key_of, secret_of

PATH = "/credentials"
# botocore fetches new credentials before each request once they have less than ten minutes left.
LIFETIME = timedelta(minutes=9)


class Container:
    """Hands out one account's credentials; `broken` is how many of the next requests get a 500 instead."""

    def __init__(self, account_id: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._account_id, self._now = account_id, now
        self.broken = 0
        self.asked = 0

    def answer(self) -> Reply:
        self.asked += 1
        if self.broken > 0:
            self.broken -= 1
            return Reply(500, body=b"<html><body>container agent restarts</body></html>")
        key = access_key_of(self._account_id)
        given = {"AccessKeyId": key, "SecretAccessKey": secret_of(key), "Token": "a session token"}
        return Reply(body=dump({**given, "Expiration": f"{self._now() + LIFETIME:%Y-%m-%dT%H:%M:%SZ}"}))
