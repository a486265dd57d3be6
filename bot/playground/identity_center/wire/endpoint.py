"""From one HTTP request to one HTTP answer: signature, routing, faults, rates, checks, the operation itself."""

import json
import uuid
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.playground.identity_center.changes import events
from bot.playground.identity_center.changes.settling import settle
from bot.playground.identity_center.operations.call import Answer, Call, LongPoll, Raw, check_caller
from bot.playground.identity_center.operations.paging import Pager
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.records import dump
from bot.playground.identity_center.wire import container
from bot.playground.identity_center.wire.faults import CallFaults, Faults
from bot.playground.identity_center.wire.hooks import Hooks
from bot.playground.identity_center.wire.limits import Limits
from bot.playground.identity_center.wire.models import query, rest
from bot.playground.identity_center.wire.models.checks import check_input, check_output, checked_user
from bot.playground.identity_center.wire.models.services import (
    SIGNING_NAMES,
    TARGETS,
    VERSIONS,
    ServedOperation,
    check_fault,
    json_version,
    may_return,
    routes,
    served,
)
from bot.playground.identity_center.wire.presigned import is_presigned, presigner
from bot.playground.identity_center.wire.refusals import refusal, refusal_of_nothing, too_many
from bot.playground.identity_center.wire.replies import Reply, page, rest_error
from bot.playground.identity_center.wire.signature import Signer, access_key_of, check_time, signer


@dataclass(frozen=True, slots=True)
class RecordedCall:
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
        self.history: deque[RecordedCall] = deque(maxlen=20_000)
        self.complaints: list[str] = []
        self.throttled = 0
        self.container = container.Container(org.management_account_id)
        # How far AWS's clock is ahead of this machine's.
        self.clock_ahead = timedelta()
        self._pager = Pager(org.seed, short_pages=org.options.short_pages)
        self._limits = Limits(org.options.stopwatch)
        self._account_by_key: dict[str, str] = {}

    def date(self) -> str:
        """AWS's time, as in the Date header."""
        return format_datetime(datetime.now(UTC) + self.clock_ahead, usegmt=True)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """The reply to one request. Every failure becomes a reply; nothing is raised."""
        operation = ""
        if (method, path) == ("GET", container.PATH):
            return self.container.answer()
        try:
            service, name, parameters = self._route(method, path, headers, body)
            operation = f"{service}.{name}"
            who = self._signer(method, path, headers, body)
            return self._answer(operation, parameters, headers, who)
        except AwsError as error:
            return self._refusal(operation, error, headers, path)
        except Exception as error:  # noqa: BLE001 - the simulator's own mistake: loud in `complaints`, 500 on the wire
            self.complaints.append(f"{operation}: the simulator failed: {error!r}")
            return self._refusal(operation, AwsError("InternalFailure", repr(error)), headers)

    def _route(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[str, str, dict[str, Any]]:
        if is_presigned(method, path):
            return self._action(dict(parse_qsl(urlsplit(path).query)))
        found = None if path == "/" else rest.find(routes(), method, path)
        if found is not None:
            service, _, name = found.operation.partition(".")
            return service, name, rest.parameters(found, path, headers, body)
        if (method, path) != ("POST", "/"):
            raise AwsError("UnknownOperationException", f"{method} {path} is not served.", complaint=True)
        target = headers.get("x-amz-target")
        if target is None:
            if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
                raise AwsError("UnknownOperationException", "The content type is not that of a form.", complaint=True)
            return self._action(dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))
        prefix, _, name = target.rpartition(".")
        service = TARGETS.get(prefix, prefix)
        if f"{service}.{name}" not in self.operations:
            raise AwsError("UnknownOperationException", f"{target} is not served.", complaint=True)
        version = json_version(service)
        if headers.get("content-type") != f"application/x-amz-json-{version}":
            raise AwsError("UnknownOperationException", f"The content type is not awsJson {version}.", complaint=True)
        try:
            parameters = json.loads(body)
        except ValueError:
            parameters = None
        if not isinstance(parameters, dict):
            raise AwsError("SerializationException", "The body is not a JSON object.", complaint=True)
        return service, name, parameters

    def _action(self, form: dict[str, str]) -> tuple[str, str, dict[str, Any]]:
        """What a request of AWS's query protocol asks for."""
        name, service = form.pop("Action", ""), VERSIONS.get(form.pop("Version", ""), "")
        served_here = self.operations.get(f"{service}.{name}")
        if served_here is None or served_here.query is None:
            raise AwsError("UnknownOperationException", f"No such action: {name}", complaint=True)
        given = {key: value for key, value in form.items() if not key.startswith("X-Amz-")}
        return service, name, query.parameters(served_here.query, given)

    def _signer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Signer:
        now = datetime.now(UTC) + self.clock_ahead
        if is_presigned(method, path):
            return presigner(path, headers, self._account_of, now)
        who = signer(method, path, headers, body, self._account_of)
        check_time(headers, now)
        return who

    def _answer(self, operation: str, parameters: dict[str, Any], headers: dict[str, str], who: Signer) -> Reply:
        if who.service != SIGNING_NAMES[operation.partition(".")[0]]:
            raise AwsError(
                "InvalidSignatureException", "Credential should be scoped to correct service.", complaint=True
            )
        self.calls[operation] += 1
        faults = self.faults.take(operation, parameters)
        call = Call(self.org, self._pager, operation, parameters, who.account_id, who.region)
        reply, outcome = self._with_faults(call, faults, headers)
        reply.delay = faults.seconds("latency")
        self.history.append(RecordedCall(operation, parameters, who.account_id, outcome))
        return reply

    def _with_faults(self, call: Call, faults: CallFaults, headers: dict[str, str]) -> tuple[Reply, str]:
        """The reply and the outcome of a call that these faults hit, if any."""
        if faults.first("drop"):
            return Reply(drop=True), "drop"
        if proxy := faults.first("page"):
            return page(proxy), "page"
        failing = faults.first("job_failed")
        call.job_failure = failing.message if failing else None
        call.job_extra_seconds = faults.seconds("job_slow")
        call.wire_checked = checked_user
        try:
            if ordered := faults.first("error"):
                raise AwsError(ordered.code, ordered.message, **ordered.members)  # noqa: TRY301 - as the service raises
            reply = self._carry_out(self.operations[call.operation], call)
        except AwsError as error:
            return self._refusal(call.operation, error, headers), error.code
        lost = faults.first("lost_answer", "lost_page")
        if lost is None:
            return reply, "ok"
        return page(lost) if lost.kind == "lost_page" else Reply(drop=True), lost.kind

    def _carry_out(self, operation: ServedOperation, call: Call) -> Reply:
        if self.org.options.throttle and not self._limits.admit(call.operation, call.account_id, call.region):
            self.throttled += 1
            raise too_many(call.operation)
        check_input(operation, call.parameters)
        self.hooks.call("before", call.operation, call.parameters)
        reply = self._run(operation, call)
        self.hooks.call("after", call.operation, call.parameters)
        return reply

    def _run(self, operation: ServedOperation, call: Call) -> Reply:
        settle(self.org)
        with self.org.hold():
            check_caller(call)
            answer = self._logged(operation, call)
            if isinstance(answer, Raw):
                return Reply(headers=answer.headers, body=answer.body)
            if isinstance(answer, LongPoll):
                return Reply(look=partial(self._look, operation, answer))
            return _reply(operation, answer)

    def _look(self, operation: ServedOperation, poll: LongPoll) -> Reply | None:
        with self.org.hold():
            answer = poll.look()
            return None if answer is None else _reply(operation, answer)

    def _logged(self, operation: ServedOperation, call: Call) -> Answer:
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

    def _refusal(self, operation: str, error: AwsError, headers: dict[str, str], path: str = "/") -> Reply:
        if error.complaint:
            self.complaints.append(f"{operation or headers.get('x-amz-target', 'a request')}: {error}")
        served_here = self.operations[operation] if operation else None
        # Where the service is missing, its operations are unknown.
        missing = error.code == "UnknownOperationException" and operation.startswith("account-access.")
        if not missing and not may_return(served_here, error.code):
            self.complaints.append(f"{operation}: {error.code} is not an error of this operation")
        if served_here is None:
            return refusal_of_nothing(error, headers, path)
        return rest_error(error, 404) if missing else refusal(served_here, error)


def _reply(operation: ServedOperation, answer: dict[str, Any]) -> Reply:
    check_output(operation.check_output, answer, operation.name)
    if operation.route is not None:
        body = b"" if operation.route.status == 204 else dump(answer)
        return Reply(operation.route.status, {"Content-Type": "application/json"}, body)
    service = operation.name.partition(".")[0]
    if operation.query is not None:
        body = query.answer_xml(operation.query, answer, str(uuid.uuid4()))
        return Reply(headers={"Content-Type": "text/xml"}, body=body)
    return Reply(headers={"Content-Type": f"application/x-amz-json-{json_version(service)}"}, body=dump(answer))
