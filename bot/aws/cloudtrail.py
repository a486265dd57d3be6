"""CloudTrail: what leavers did after they were disabled, as far as the bot can see the logs."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.aws.requests.client import Aws
from bot.aws.scim_events import newest_requests
from bot.core.directory.provisioning import Looked
from bot.core.errors import AwsError
from bot.core.models import Use, User
from bot.core.text import listed, plural, utc
from bot.ports import Access, Trailed

log = structlog.get_logger(__name__)

_ACTIVITY = "activity in {} of "
# The largest page of LookupEvents (botocore model).
PAGE = 50
# What one scan may read: two and a half minutes at 2 pages a second. A third is reserved for sign-ins.
PAGES = 300
# A script that keeps failing, after a deny for example, must not use up everybody else's share.
PAGES_A_PERSON = 10
# Event history goes back 90 days, and an earlier start is refused; an hour is for clocks that differ.
KEPT = timedelta(days=90) - timedelta(hours=1)
# Of the access portal; since July 2025 they name the user by id only (docs/facts.md#portal-events).
SIGN_INS = ("UserAuthentication", "Federate", "GetRoleCredentials")
SIGN_INS_IN_WORDS = "sign-ins and role credentials"
# How many users the description of a gap names at most.
MOST_NAMES = 3
SSO_ROLE, SSO_PATH = "AWSReservedSSO_", "/aws-reserved/sso.amazonaws.com/"  # docs/facts.md#role-names
Page = Callable[..., dict[str, Any]]


class CloudTrail:
    """Implements `ports.Trail`. `pages`: how many pages of events one call may read.

    It sees sign-ins to the access portal and role credentials handed out there, for whatever account; and what was
    done with roles in the account that the bot runs in, in the instance's region and in us-east-1 (where sign-ins to
    the console are logged). What is done with a role in another account is logged in that account only and is NOT
    visible from here, nor is another region. Events arrive late, by minutes and sometimes by more than an hour.
    """

    def __init__(self, aws: Aws, access: Access, now: Callable[[], datetime], pages: int = PAGES) -> None:
        self._aws, self._access, self._now, self._pages = aws, access, now, pages

    def used(self, users: Mapping[str, User], progress: Callable[[], None]) -> Trailed:
        """The newest use of each of these users, by id, after they were last changed.

        The last change stands for "disabled": AWS does not say when that was, and a later change hides what came
        before it. Without such a time, nothing is known of a user. `progress` is called after each page. What
        CloudTrail does not answer is a gap; only the instance and our account must be readable, else AwsError.
        """
        timeless = [user.label for user in users.values() if user.updated_at is None]
        why = "AWS does not say when they were last changed, so use after the disabling cannot be told from use before"
        gap = f"activity of {listed(timeless, MOST_NAMES)}: {why}" if timeless else ""
        users = {user_id: user for user_id, user in users.items() if user.updated_at}

        def page(region: str, **wanted: Any) -> dict[str, Any]:
            answer = self._aws.call("cloudtrail", "LookupEvents", region=region, **wanted)
            progress()
            return answer

        if not users:
            return Trailed({}, (), (gap,) if gap else ())
        now, no_sign_ins = self._now(), self._why_no_sign_ins()
        search = _Search(page, self._access, users, now - KEPT, now)
        search.activity(self._pages if no_sign_ins else self._pages * 2 // 3)
        if not no_sign_ins:
            search.sign_ins(self._pages)
        return search.result(no_sign_ins, gap)

    def provisioning(self) -> Looked:
        now = self._now()
        return newest_requests(self._aws, self._access, now, now - KEPT, PAGE)

    def _why_no_sign_ins(self) -> str:
        """Why the portal's events are not in our account; "" when they are."""
        try:
            management, caller = self._access.management_account_id(), self._access.caller_account_id()
        except AwsError as error:
            return f"{SIGN_INS_IN_WORDS}: {error}"
        why = f"AWS logs them in the management account {management}, and leaverbot runs in {caller}"
        return "" if management == caller else f"{SIGN_INS_IN_WORDS}: {why}"


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Events with one attribute, which may be about `who`. `gap` and `name`: what is missing when it ends early."""

    region: str
    key: str
    value: str
    who: tuple[str, ...]
    gap: str
    name: str = ""


class _Search:
    """One search of the trail, and what it has found so far."""

    def __init__(
        self, page: Page, center: Access, users: Mapping[str, User], earliest: datetime, now: datetime
    ) -> None:
        self._page, self._users, self._now = page, users, now
        self._spent: Counter[str] = Counter()  # region -> pages
        self._lock = threading.Lock()
        self._instance, self._account_id = center.instance(), center.caller_account_id()
        # Only what is later than this is news about a user; each use that is found moves it on.
        self._after = {user_id: max(user.updated_at or earliest, earliest) for user_id, user in users.items()}
        self._begin = min(self._after.values())
        self._id_of = {user.user_name: user_id for user_id, user in users.items() if user.user_name}
        self._uses: dict[str, Use] = {}
        self._read: dict[str, dict[str, None]] = {}  # attribute -> the regions where it was looked for
        self._failed: dict[str, AwsError] = {}  # region -> why; asking again would only mean waiting again
        self._ended: dict[str, list[tuple[str, datetime]]] = {}  # gap -> (name, how far back it was read)

    def activity(self, pages: int) -> None:
        """What sessions with the users' names did in this account; reads at most so many pages in all."""
        region = self._instance.region
        # Where sign-ins to the console and global services are logged; for other partitions we know no such region.
        home = "us-east-1" if self._instance.arn.startswith("arn:aws:") else region
        people = sum(bool(user.user_name) for user in self._users.values())
        # First a page for everybody in the instance's region, then the other region, then further pages.
        other = min(max(0, pages - people), max(people, pages // 2)) if home != region else 0
        shares = {region: pages - other, home: other} if home != region else {region: pages}
        # Each region has its own quota, so they are read side by side.
        with ThreadPoolExecutor(len(shares), thread_name_prefix="trail") as pool:
            asked = [pool.submit(copy_context().run, self._active_in, place, most) for place, most in shares.items()]
            for done in asked:
                done.result()

    def _active_in(self, place: str, pages: int) -> None:
        for user_id, user in self._users.items():
            if name := user.user_name:
                lookup = _Lookup(place, "Username", name, (user_id,), _ACTIVITY.format(place), name)
                self._look(lookup, min(PAGES_A_PERSON, pages - self._spent[place]))

    def sign_ins(self, pages: int) -> None:
        """Who used the access portal: one lookup for all users, as these events cannot be found by name."""
        for done, name in enumerate(SIGN_INS):
            lookup = _Lookup(self._instance.region, "EventName", name, tuple(self._users), f"sign-ins ({name})")
            self._look(lookup, (pages - self._spent.total()) // (len(SIGN_INS) - done))

    def _look(self, lookup: _Lookup, most: int) -> None:
        """Read from the newest event back to where nothing is news about these users; at most `most` pages."""
        start = min(self._after[user_id] for user_id in lookup.who)
        if lookup.region in self._failed or start >= self._now:
            return
        wanted = {"LookupAttributes": [{"AttributeKey": lookup.key, "AttributeValue": lookup.value}]}
        reached, token = self._now, dict[str, str]()
        for _ in range(most):
            self._spent[lookup.region] += 1
            try:
                answer = self._page(lookup.region, **wanted, StartTime=start, MaxResults=PAGE, **token)
            except AwsError as error:
                self._failed[lookup.region] = error
                return
            self._read.setdefault(lookup.key, {})[lookup.region] = None
            for item in answer.get("Events", []):
                reached = min(reached, item.get("EventTime", reached))
                self._note(item, lookup.region)
            token = {"NextToken": answer["NextToken"]} if answer.get("NextToken") else {}
            if not token or reached <= min(self._after[user_id] for user_id in lookup.who):
                return
        self._ended.setdefault(lookup.gap, []).append((lookup.name, reached))

    def _note(self, item: Mapping[str, Any], region: str) -> None:
        try:
            told = json.loads(item["CloudTrailEvent"])
            user_id = self._whose(told["userIdentity"]) if _worked(told, item["EventName"]) else None
            account = str(told.get("recipientAccountId") or self._account_id)
            use = Use(item["EventName"], item["EventTime"].astimezone(UTC), account, region, item.get("EventId", ""))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            log.debug("an event cannot be understood", event_id=item.get("EventId"), why=repr(error))
            return
        with self._lock:
            if user_id is not None and use.at > self._after[user_id]:
                self._uses[user_id], self._after[user_id] = use, use.at

    def _whose(self, identity: Mapping[str, Any]) -> str | None:
        """Which of the users it was. A user id counts for more than a session name, which somebody else may use."""
        user_id = (identity.get("onBehalfOf") or {}).get("userId")
        if user_id:
            return user_id if user_id in self._users else None
        role, _, session = str(identity.get("arn")).partition(":assumed-role/")[2].partition("/")
        issuer = ((identity.get("sessionContext") or {}).get("sessionIssuer") or {}).get("arn", SSO_PATH)
        return self._id_of.get(session) if role.startswith(SSO_ROLE) and SSO_PATH in issuer else None

    def result(self, *gaps: str) -> Trailed:
        """All of it; `gaps` are those known before, "" for none."""
        what = {"EventName": f"{SIGN_INS_IN_WORDS} in ", "Username": f"activity in account {self._account_id}, "}
        since = f" since {utc(self._begin)}"
        looked = tuple(what[key] + " and ".join(self._ordered(regions)) + since for key, regions in self._read.items())
        return Trailed(self._uses, looked, (*filter(None, gaps), *self._gaps()), self._begin if looked else None)

    def _ordered(self, regions: Iterable[str]) -> list[str]:
        """The instance's region first, in whatever order they were read."""
        return sorted(regions, key=lambda region: region != self._instance.region)

    def _gaps(self) -> list[str]:
        found = []
        for gap, ends in sorted(
            self._ended.items(), key=lambda item: _ACTIVITY.format(self._instance.region) != item[0]
        ):
            names, reached = listed([name for name, _ in ends], MOST_NAMES), max(reached for _, reached in ends)
            what = f"{gap}{names} before {utc(reached)}"
            found.append(f"{what}: more events than leaverbot reads in one scan")
        if nameless := [user_id for user_id, user in self._users.items() if not user.user_name]:
            found.append(f"{plural(len(nameless), 'person', 'people')} without a user name")
        for why in dict.fromkeys(map(str, self._failed.values())):
            regions = self._ordered(region for region, error in self._failed.items() if str(error) == why)
            rest = "the rest of " if any(set(regions) & set(read) for read in self._read.values()) else ""
            found.append(f"{rest}CloudTrail in {' and '.join(regions)}: {why}")
        return found


def _worked(told: Mapping[str, Any], name: str) -> bool:
    """Whether it was not refused. A failed sign-in may have no error code; only its outcome says so."""
    outcomes = [told.get("responseElements"), told.get("serviceEventDetails")]
    failed = any(isinstance(outcome, dict) and outcome.get(name) == "Failure" for outcome in outcomes)
    return not (failed or told.get("errorCode") or told.get("errorMessage"))
