"""From one HTTP request to one HTTP answer: signature, routing, faults, rates, checks, the operation itself."""

import json
import uuid
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from bot.playground.identity_center.changes import events
from bot.playground.identity_center.changes.settling import settle
from bot.playground.identity_center.operations.call import Answer, Call, Raw, check_caller
from bot.playground.identity_center.operations.paging import Pager
from bot.playground.identity_center.state.errors import COMMON, UNAUTHENTICATED, AwsError
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import dump
from bot.playground.identity_center.wire import container, rest
from bot.playground.identity_center.wire.faults import Fault, Faults
from bot.playground.identity_center.wire.hooks import Hooks
from bot.playground.identity_center.wire.limits import Limits
from bot.playground.identity_center.wire.replies import Reply, page, rest_error, sts_error, sts_xml
from bot.playground.identity_center.wire.services import (
    SIGNING_NAMES,
    TARGETS,
    Served,
    check_fault,
    routes,
    served,
    user_check,
)
from bot.playground.identity_center.wire.shapes import Check, Violation
from bot.playground.identity_center.wire.signature import Signer, access_key_of, check_time, signer


@dataclass(frozen=True, slots=True)
class Heard:
    """One call as it arrived, and how it ended: "ok", an error code, or the kind of fault that cut it short."""

    operation: str
    parameters: Mapping[str, Any]
    account_id: str
    outcome: str


class Endpoint:
    """The service side of the simulator, without sockets; one thread calls it at a time."""

    def __init__(self, org: Estate) -> None:
        self.org = org
        self.operations = served()
        self.faults = Faults(check_fault)
        self.hooks = Hooks()
        self.calls: Counter[str] = Counter()
        self.history: deque[Heard] = deque(maxlen=20_000)
        self.complaints: list[str] = []
        self.throttled = 0
        self.container = container.Container(org.management_account_id)
        # How far AWS's clock is ahead of this machine's.
        self.clock_ahead = timedelta()
        self._pager = Pager(org.seed, short_pages=org.options.short_pages)
        self._limits = Limits(org.options.stopwatch)
        self._account_by_key: dict[str, str] = {}

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """The reply to one request. Every failure becomes a reply; nothing is raised."""
        operation = ""
        if (method, path) == ("GET", container.PATH):
            return self.container.answer()
        try:
            service, name, parameters = self._route(method, path, headers, body)
            operation = f"{service}.{name}"
            who = signer(method, path, headers, body, self._account_of)
            check_time(headers, datetime.now(UTC) + self.clock_ahead)
            return self._answer(operation, parameters, headers, who)
        except AwsError as error:
            return self._refusal(operation, error, headers, path)
        except Exception as error:  # noqa: BLE001 - the simulator's own mistake: loud in `complaints`, 500 on the wire
            self.complaints.append(f"{operation}: the simulator failed: {error!r}")
            return self._refusal(operation, AwsError("InternalFailure", repr(error)), headers)

    def _route(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[str, str, dict[str, Any]]:
        found = None if path == "/" else rest.find(routes(), method, path)
        if found is not None:
            service, _, name = found.operation.partition(".")
            return service, name, rest.parameters(found, path, headers, body)
        if (method, path) != ("POST", "/"):
            raise AwsError("UnknownOperationException", f"{method} {path} is not served.", complaint=True)
        target = headers.get("x-amz-target")
        if target is None:
            form = dict(parse_qsl(body.decode("utf-8", "replace")))
            name = form.pop("Action", "")
            form.pop("Version", None)
            if f"sts.{name}" not in self.operations or form:
                raise AwsError("UnknownOperationException", f"No such action: {name} {form}", complaint=True)
            return "sts", name, {}
        prefix, _, name = target.rpartition(".")
        service = TARGETS.get(prefix, prefix)
        if f"{service}.{name}" not in self.operations:
            raise AwsError("UnknownOperationException", f"{target} is not served.", complaint=True)
        if headers.get("content-type") != "application/x-amz-json-1.1":
            raise AwsError("UnknownOperationException", "The content type is not awsJson 1.1.", complaint=True)
        try:
            parameters = json.loads(body)
        except ValueError:
            parameters = None
        if not isinstance(parameters, dict):
            raise AwsError("SerializationException", "The body is not a JSON object.", complaint=True)
        return service, name, parameters

    def _answer(self, operation: str, parameters: dict[str, Any], headers: dict[str, str], who: Signer) -> Reply:
        account_id = who.account_id
        service = operation.partition(".")[0]
        if who.service != SIGNING_NAMES[service]:
            raise AwsError(
                "InvalidSignatureException", "Credential should be scoped to correct service.", complaint=True
            )
        served_here = self.operations[operation]
        self.calls[operation] += 1
        faults = self.faults.take(operation, parameters)
        delay = sum(fault.seconds for fault in faults if fault.kind == "latency")
        if any(fault.kind == "drop" for fault in faults):
            self._hear(operation, parameters, account_id, "drop")
            return Reply(drop=True, delay=delay)
        proxy = next((fault for fault in faults if fault.kind == "page"), None)
        if proxy is not None:
            self._hear(operation, parameters, account_id, "page")
            return page(proxy)
        call = Call(self.org, self._pager, operation, parameters, account_id, who.region)
        call.job_failure = next((fault.message for fault in faults if fault.kind == "job_failed"), None)
        call.job_extra_seconds = sum(fault.seconds for fault in faults if fault.kind == "job_slow")
        call.wire_checked = self._checked_user
        try:
            self._raise_ordered(faults)
            reply = self._carry_out(served_here, call)
        except AwsError as error:
            self._hear(operation, parameters, account_id, error.code)
            reply = self._refusal(operation, error, headers)
            reply.delay = delay
            return reply
        lost = next((fault for fault in faults if fault.kind in {"lost_answer", "lost_page"}), None)
        self._hear(operation, parameters, account_id, lost.kind if lost else "ok")
        if lost and lost.kind == "lost_page":
            reply = page(lost)
        reply.drop, reply.delay = bool(lost and lost.kind == "lost_answer"), delay
        return reply

    def _carry_out(self, operation: Served, call: Call) -> Reply:
        if self.org.options.throttle and not self._limits.admit(call.operation, call.account_id, call.region):
            self.throttled += 1
            raise self._too_many(call.operation)
        self._check_input(operation, call.parameters)
        self.hooks.call("before", call.operation, call.parameters)
        reply = self._run(operation, call)
        self.hooks.call("after", call.operation, call.parameters)
        return reply

    def _run(self, operation: Served, call: Call) -> Reply:
        settle(self.org)
        with self.org.hold():
            check_caller(call)
            answer = self._logged(operation, call)
            if isinstance(answer, Raw):
                return Reply(headers=answer.headers, body=answer.body)
            self._check_output(operation.check_output, answer, call.operation)
            if operation.route is not None:
                body = b"" if operation.route.status == 204 else dump(answer)
                return Reply(operation.route.status, {"Content-Type": "application/json"}, body)
            body = sts_xml(answer) if call.operation.startswith("sts.") else dump(answer)
        return Reply(body=body)

    def _logged(self, operation: Served, call: Call) -> Answer:
        """Carry out the operation. Changes and refusals are logged in the trail."""
        if not events.is_write(call.operation):
            return operation.run(call)
        refused: tuple[str, str] | None = None
        try:
            return operation.run(call)
        except AwsError as error:
            refused = (error.code, error.message)
            raise
        finally:
            events.record_call(
                self.org,
                call.operation,
                call.parameters,
                account_id=call.account_id,
                region=call.region,
                error=refused,
            )

    def _account_of(self, access_key: str) -> str | None:
        if access_key not in self._account_by_key:
            self._account_by_key = {access_key_of(account_id): account_id for account_id in self.org.account_by_id}
        return self._account_by_key.get(access_key)

    def _raise_ordered(self, faults: list[Fault]) -> None:
        for fault in faults:
            if fault.kind == "error":
                raise AwsError(fault.code, fault.message, **fault.members)

    def _too_many(self, operation: str) -> AwsError:
        service = operation.partition(".")[0]
        if service == "organizations":
            return AwsError("TooManyRequestsException", "AWS Organizations can't complete your request.", Type="RATE")
        if service == "identitystore":
            return AwsError("ThrottlingException", "Rate exceeded", RetryAfterSeconds=1)
        return AwsError("ThrottlingException", "Rate exceeded")

    def _check_input(self, operation: Served, parameters: dict[str, Any]) -> None:
        if operation.check_input is None:
            violations = [Violation(name, "UNKNOWN", "the operation takes no parameter") for name in parameters]
        else:
            violations = list(operation.check_input(parameters, ""))
        if not violations:
            return
        plural = "error" if len(violations) == 1 else "errors"
        message = f"{len(violations)} validation {plural} detected: {'; '.join(map(str, violations))}"
        reasons = {"MAX_VALUE_EXCEEDED", "MIN_VALUE_EXCEEDED", "MAX_LENGTH_EXCEEDED", "MIN_LENGTH_EXCEEDED"}
        reasons |= {"INVALID_PATTERN", "INVALID_ENUM", "INPUT_REQUIRED", "INVALID_LIST_MEMBER"}
        if operation.name.startswith("organizations.") and violations[0].kind in reasons:
            raise AwsError("InvalidInputException", message, complaint=True, Reason=violations[0].kind)
        if operation.name == "cloudtrail.LookupEvents" and violations[0].path == "MaxResults":
            raise AwsError("InvalidMaxResultsException", message, complaint=True)
        raise AwsError("ValidationException", message, complaint=True)

    def _checked_user(self, members: dict[str, Any]) -> bytes:
        self._check_output(user_check(), members, "User")
        return dump(members)

    def _check_output(self, check: Check | None, answer: dict[str, Any], what: str) -> None:
        violations = [str(item) for item in check(answer, "")] if check else list(answer)
        if violations:
            raise RuntimeError(f"the answer of {what} is not what AWS's model says: {violations}")

    def _refusal(self, operation: str, error: AwsError, headers: dict[str, str], path: str = "/") -> Reply:
        if error.complaint:
            self.complaints.append(f"{operation or headers.get('x-amz-target', 'a request')}: {error}")
        if error.code == "UnknownOperationException" and operation.startswith("account-access."):
            return rest_error(error, 404)  # where the service is missing, its operations are unknown
        known = self.operations[operation].errors.get(error.code) if operation else None
        if known is None and error.code not in COMMON:
            self.complaints.append(f"{operation}: {error.code} is not an error of this operation")
        if operation and self.operations[operation].route is not None:
            usual = 403 if error.code in UNAUTHENTICATED else error.http_status
            return rest_error(error, self.operations[operation].statuses.get(error.code, usual))
        if not operation and path != "/":
            return rest_error(error, 404)
        if operation.startswith("sts.") or ("x-amz-target" not in headers and "authorization" in headers):
            return Reply(error.http_status, body=sts_error(error))
        members = {name: value for name, value in error.members.items() if known is None or name in known}
        body = {"__type": error.code, "Message": error.message, **members}
        if known is not None and "RequestId" in known:
            body["RequestId"] = str(uuid.uuid4())
        extra = {"Retry-After": str(members["RetryAfterSeconds"])} if "RetryAfterSeconds" in members else {}
        return Reply(error.http_status, {"x-amzn-ErrorType": error.code, **extra}, dump(body))

    def _hear(self, operation: str, parameters: dict[str, Any], account_id: str, outcome: str) -> None:
        self.history.append(Heard(operation, parameters, account_id, outcome))
