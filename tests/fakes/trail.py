"""Implements `ports.Trail`."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from bot.core.directory.provisioning import Looked
from bot.core.errors import AwsError, AwsRejected
from bot.core.models import Use, User
from bot.playground.identity_center.changes.events import home_region
from bot.playground.identity_center.operations.call import Call, denied
from bot.playground.identity_center.operations.cloudtrail import FAR_END, MOST_EVENTS
from bot.playground.identity_center.state.trail import KEPT, Event
from bot.ports import Trailed

if TYPE_CHECKING:
    from tests.fakes.aws import FakeAws

SCIM = "identitystore-scim.amazonaws.com"
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

    def provisioning(self) -> Looked:
        if self._aws.account_id != self._aws.org.management_account_id:
            raise AwsRejected("AWS logs it in the management account.", operation="cloudtrail.LookupEvents")
        now = self._aws.org.now()
        events = self._aws.run("cloudtrail.LookupEvents", self._requests)
        times: dict[bool, datetime] = {}
        for event in events:
            times.setdefault("errorCode" in event.body, event.at.replace(microsecond=0).astimezone(UTC))
        return Looked(now, now - KEPT, times.get(False), times.get(True))

    def _requests(self, call: Call) -> list[Event]:
        """The newest requests of the company directory, at most as many as fit on a page."""
        if call.org.options.cloudtrail == "denied":
            raise denied(call)
        here, now = (call.account_id, call.org.region), call.org.now()
        found = call.org.trail.newest_first(here, ("EventSource", SCIM), now - KEPT, now, before=FAR_END)
        return list(islice(found, MOST_EVENTS))

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
