"""AWS in this process, for tests of rules: the simulators' organization behind the ports.

The simulators' own operations carry out each port call (who may do what, jobs, conflicts), without botocore, HTTP,
pages or rates. tests/contracts checks that it does what the real edge does.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeVar

from bot.aws.requests import waits
from bot.core import errors
from bot.core.waiting import Trouble
from bot.playground.identity_center import Organization
from bot.playground.identity_center.changes import events
from bot.playground.identity_center.changes.callers import caller_of
from bot.playground.identity_center.operations import account_access, iam, identitystore, organizations, sso_admin
from bot.playground.identity_center.operations.call import Call, Operation, check_caller
from bot.playground.identity_center.operations.paging import Pager
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.wire.faults import Fault, Faults, When
from bot.playground.identity_center.wire.hooks import Hook, Hooks
from bot.playground.identity_center.wire.models.services import check_fault
from tests.fakes.access import FakeAccess
from tests.fakes.deny import FakeDeny
from tests.fakes.directory import FakeDirectory
from tests.fakes.iam_users import FakeIamUsers
from tests.fakes.identity import FakeIdentity
from tests.fakes.trail import FakeTrail

T = TypeVar("T")
THROTTLED = {"ThrottlingException", "TooManyRequestsException"}
BROKEN = {"InternalServerException", "InternalFailure", "ServiceException", "ServiceUnavailableException"}
BUSY = {"ConcurrentModificationException", "PolicyChangesInProgressException"}
CREDENTIALS = {"ExpiredTokenException", "UnrecognizedClientException"}
# The trouble that cut a request off, by kind of fault: before it was carried out, and after.
CUT_OFF = {"drop": Trouble.SILENT, "page": Trouble.STRANGER}
LOST = {"lost_answer": Trouble.SILENT, "lost_page": Trouble.STRANGER}
_counted: ContextVar[Counter[str] | None] = ContextVar("fake_background", default=None)


def _caller_identity(call: Call) -> dict[str, Any]:
    return {"Arn": caller_of(call.org, call.account_id).arn(call.org.partition)}


SERVICES: dict[str, Mapping[str, Operation]] = {
    "identitystore": identitystore.OPERATIONS,
    "sso-admin": sso_admin.OPERATIONS,
    "organizations": organizations.OPERATIONS,
    "account-access": account_access.OPERATIONS,
    "iam": iam.OPERATIONS,
    "sts": {"GetCallerIdentity": _caller_identity},
}


class Whole(Pager):
    """Gives every list in one page."""

    def __init__(self) -> None:
        """Without page tokens, nothing is needed."""

    def page(self, _operation: str, _parameters: Any, items: Any, _sequence: Any, _most: Any = None) -> Any:
        return list(items(-1) if callable(items) else items), {}


class FakeAws:
    """The ports of AWS over `org`, called as `account_id` (None: the management account).

    operations  what carries out each AWS operation; a test may put in its own
    calls       what was asked for, by the name of AWS's operation; `urgent`: of those, what did not let others go first
    faults      like those of the simulators' server; nothing is retried here, so the port raises each fault
    complaints  what no correct caller asks for
    before and after run a test's own code at the moment of a call, in the calling thread
    """

    def __init__(
        self, org: Organization, account_id: str | None = None, *, dry_run: bool = False, account_access: bool = True
    ) -> None:
        self.org, self.account_id = org, account_id or org.management_account_id
        self.dry_run = dry_run
        self.faults, self.calls, self.urgent = Faults(check_fault), Counter[str](), Counter[str]()
        self.complaints: list[str] = []
        self.operations = {f"{service}.{name}": run for service in SERVICES for name, run in SERVICES[service].items()}
        self._hooks, self._lock = Hooks(), threading.Lock()
        self.access = FakeAccess(self, account_access=account_access)
        self.directory, self.deny = FakeDirectory(self), FakeDeny(self)
        self.trail = FakeTrail(self)
        self.identity, self.iam_users = FakeIdentity(self), FakeIamUsers(self)

    def anew(self) -> Self:
        """The same AWS as a process that has just started sees it: what is read once is read again."""
        self.access.forget()
        return self

    @contextmanager
    def background(self) -> Iterator[Mapping[str, int]]:
        """Implements `ports.Background`."""
        counter: Counter[str] = Counter()
        token = _counted.set(counter)
        try:
            yield counter
        finally:
            _counted.reset(token)

    def before(
        self, operation: str, run: Callable[[], object], *, when: When = None, once: bool = True
    ) -> Callable[[], None]:
        return self._hook(Hook("before", operation, run, when, once))

    def after(
        self, operation: str, run: Callable[[], object], *, when: When = None, once: bool = True
    ) -> Callable[[], None]:
        return self._hook(Hook("after", operation, run, when, once))

    def _hook(self, hook: Hook) -> Callable[[], None]:
        if hook.operation not in self.operations:
            raise ValueError(f"nothing is called {hook.operation}")
        return self._hooks.add(hook)

    def ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """The answer of AWS's operation, with complete lists. Raises any AwsError."""
        service, _, name = operation.partition(".")
        return self.run(operation, self.operations[operation], **self._where(service, name), **parameters)

    def run(self, operation: str, carry_out: Callable[[Call], T], **parameters: Any) -> T:
        """Like `ask`, but carried out by something other than the simulators' operation."""
        self._count(operation)
        if self.dry_run and events.is_write(operation):
            raise errors.DryRunRefused(f"Dry run: {operation} was not sent.", operation=operation)
        faults = self.faults.take(operation, parameters)
        try:
            answer = self._carry_out(operation, carry_out, parameters, faults)
            self._raise_cut_off(operation, faults, LOST)
        except errors.AwsError as error:
            if error.trouble:
                waits.failed(error.trouble)
            else:
                waits.answered()
            raise
        waits.answered()
        return answer

    def _where(self, service: str, name: str) -> dict[str, str]:
        if service not in {"identitystore", "sso-admin"} or name in {"ListInstances", "DescribeInstance"}:
            return {}
        instance = self.access.instance()
        return (
            {"InstanceArn": instance.arn} if service == "sso-admin" else {"IdentityStoreId": instance.identity_store_id}
        )

    def _carry_out(
        self, operation: str, carry_out: Callable[[Call], T], parameters: dict[str, Any], faults: list[Fault]
    ) -> T:
        for fault in faults:
            if fault.kind == "latency":
                time.sleep(fault.seconds)
        self._raise_cut_off(operation, faults, CUT_OFF)
        call = Call(self.org, Whole(), operation, parameters, self.account_id, self.org.region)
        call.job_failure = next((fault.message for fault in faults if fault.kind == "job_failed"), None)
        call.job_extra_seconds = sum(fault.seconds for fault in faults if fault.kind == "job_slow")
        try:
            _raise_ordered(faults)
            self._hooks.call("before", operation, parameters)
            self.org.settle()
            with self.org.hold():
                check_caller(call)
                answer = carry_out(call)
        except AwsError as error:
            if error.complaint:
                self.complaints.append(f"{operation}: {error}")
            raise meaning(operation, error.code, error.message, error.members.get("ResourceType")) from error
        self._hooks.call("after", operation, parameters)
        return answer

    def _raise_cut_off(self, operation: str, faults: list[Fault], kinds: Mapping[str, Trouble]) -> None:
        for fault in faults:
            if fault.kind in kinds:
                raise errors.AwsUnavailable(
                    f"AWS did not answer {operation}.", operation=operation, trouble=kinds[fault.kind]
                )

    def _count(self, operation: str) -> None:
        with self._lock:
            self.calls[operation] += 1
            counter = _counted.get()
            (self.urgent if counter is None else counter)[operation] += 1


def _raise_ordered(faults: list[Fault]) -> None:
    for fault in faults:
        if fault.kind == "error":
            raise AwsError(fault.code, fault.message, **fault.members)


def meaning(operation: str, code: str, said: str, what: str | None = None) -> errors.AwsError:
    """What the ports raise for an AWS error."""
    about = {"operation": operation, "code": code}
    if code in THROTTLED:
        message = f"AWS throttled {operation} for too long."
        return errors.AwsUnavailable(message, **about, trouble=Trouble.THROTTLED)
    if code in BROKEN:
        return errors.AwsUnavailable(f"AWS answered {operation} with an internal error ({code}).", **about)
    if code in BUSY or (code == "ConflictException" and operation.startswith("sso-admin.")):
        return errors.AwsBusy(f"AWS is busy with another change ({operation}): {said}", **about)
    if code in CREDENTIALS:
        return errors.AwsCredentials(f"AWS does not take the credentials ({code}). Sign in again.", **about)
    if code == "AccessDeniedException":
        return errors.AwsDenied(f"AWS denied {operation} to leaverbot's identity: {said}", **about)
    if (code.endswith("NotFoundException") or code == "NoSuchEntityException") and what != "IDENTITY_STORE":
        return errors.AwsNotFound(f"AWS does not find it ({operation}): {said}", **about)
    if code == "ConflictException":
        return errors.AwsConflict(f"It was changed by somebody else in the meantime ({operation}): {said}", **about)
    return errors.AwsRejected(f"AWS rejected {operation} ({code}): {said}", **about)
