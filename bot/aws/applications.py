"""Applications of Identity Center: names, whether they need assignments, and background sessions."""

from collections.abc import Sequence
from functools import partial

import structlog

from bot.aws.cache import Allowance, Cache
from bot.aws.instance import SSO
from bot.aws.requests.client import Aws
from bot.core.errors import AwsDenied, AwsError
from bot.core.models import Application
from bot.ports import OpenApplications

log = structlog.get_logger(__name__)

# How an application is configured (whether it needs assignments, has background sessions) hardly ever changes: how long
# that is remembered, in seconds, and how many are asked about in one scan.
CONFIGURATION_AGE, MOST_CONFIGURATIONS = 6 * 3600.0, 100


class Applications:
    def __init__(self, aws: Aws, allowance: Allowance | None) -> None:
        self._aws = aws
        self._cache: Cache[Application] = Cache(allowance=allowance)
        self._needs_assignment: Cache[bool] = Cache(CONFIGURATION_AGE, allowance=allowance)
        self._background: Cache[bool | None] = Cache(CONFIGURATION_AGE, allowance=allowance)
        self._open = OpenApplications()

    def get(self, arn: str) -> Application:
        return self._cache.get(arn, lambda: self._read(arn))

    def open_to_all(self) -> OpenApplications:
        """What the newest listing showed of applications that need no assignment."""
        return self._open

    def background_sessions(self, application_arn: str) -> bool | None:
        return self._background.get(application_arn, lambda: self._read_background(application_arn))

    def note(self, found: Sequence[Application]) -> None:
        """Remember the names, and find out which need no assignment; of very many, some wait for the next scan."""
        names, unread = [], 0
        budget = MOST_CONFIGURATIONS
        for application in found:
            self._cache.put(application.arn, application)
            known = self._needs_assignment.has(application.arn)
            if not known and not budget:
                unread += 1
                continue
            budget -= not known
            try:
                needed = self._needs_assignment.get(
                    application.arn, partial(self._read_needs_assignment, application.arn)
                )
            except AwsError as error:
                log.warning(
                    "whether an application needs assignments is not known", arn=application.arn, why=str(error)
                )
                unread += 1
            else:
                names += [] if needed else [application.name or application.arn]
        self._open = OpenApplications(tuple(names), unread)

    def _read_needs_assignment(self, arn: str) -> bool:
        answer = self._aws.call(SSO, "GetApplicationAssignmentConfiguration", ApplicationArn=arn)
        # True is the default; only an explicit no means that everybody may use it.
        return answer.get("AssignmentRequired") is not False

    def _read_background(self, arn: str) -> bool | None:
        try:
            answer = self._aws.call(SSO, "GetApplicationSessionConfiguration", ApplicationArn=arn)
        except AwsDenied as error:
            log.warning("whether an application has background sessions is not known", arn=arn, why=str(error))
            return None
        return answer.get("UserBackgroundSessionApplicationStatus") == "ENABLED"

    def _read(self, arn: str) -> Application:
        return Application(arn, self._aws.call(SSO, "DescribeApplication", ApplicationArn=arn).get("Name", ""))
