"""Implements `ports.Trail`."""

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import TYPE_CHECKING

from bot.core.errors import AwsError
from bot.core.models import Use, User
from bot.playground.identity_center.changes.events import home_region
from bot.playground.identity_center.operations.call import Call, denied
from bot.playground.identity_center.operations.cloudtrail import FAR_END
from bot.playground.identity_center.state.trail import KEPT, Event
from bot.ports import Trailed

if TYPE_CHECKING:
    from tests.fakes.aws import FakeAws

WHAT = "events of Identity Center and of the account leaverbot runs in"


class FakeTrail:
    """What was logged in the calling account, in the instance's region and in the one that logs sign-ins."""

    def __init__(self, aws: "FakeAws") -> None:
        self._aws = aws

    def used(self, users: Mapping[str, User], progress: Callable[[], None]) -> Trailed:
        timeless = [user.label for user in users.values() if user.updated_at is None]
        gaps = (f"activity of {', '.join(timeless)}",) if timeless else ()
        after = {user.id: user.updated_at for user in users.values() if user.updated_at}
        if not after:
            return Trailed({}, (), gaps)
        names = {user.user_name: user.id for user in users.values() if user.user_name}
        uses: dict[str, Use] = {}
        try:
            events = self._aws.run("cloudtrail.LookupEvents", self._events)
        except AwsError as error:
            return Trailed({}, (), (*gaps, f"CloudTrail: {error}"))
        for event in events:
            identity = event.body["userIdentity"]
            who = identity.get("onBehalfOf", {}).get("userId") or names.get(event.user_name or "")
            at = event.at.replace(microsecond=0).astimezone(UTC)
            if who in after and who not in uses and at > after[who]:
                uses[who] = Use(event.name, at, event.account_id, event.region, event.id)
        progress()
        return Trailed(uses, (WHAT,), gaps)

    def _events(self, call: Call) -> list[Event]:
        """All events that succeeded, newest first."""
        if call.org.options.cloudtrail == "denied":
            raise denied(call)
        now, found = call.org.now(), list[Event]()
        for region in {call.region, home_region(call.org)}:
            here = (call.account_id, region)
            found += call.org.trail.newest_first(here, None, now - KEPT, now, before=FAR_END)
        found.sort(key=lambda event: event.at, reverse=True)
        return [event for event in found if "errorCode" not in event.body]
