"""The services the endpoint implements, each operation with its compiled request and answer checks."""

from dataclasses import dataclass
from functools import lru_cache

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, StructureShape

from bot.playground.identity_center.changes.callers import caller_of
from bot.playground.identity_center.operations import (
    account_access,
    cloudtrail,
    iam,
    identitystore,
    organizations,
    sqs,
    sso_admin,
)
from bot.playground.identity_center.operations.call import Answer, Call, Operation
from bot.playground.identity_center.state.errors import COMMON, QUEUE_ERRORS
from bot.playground.identity_center.wire.faults import Fault
from bot.playground.identity_center.wire.models.rest import Route, route
from bot.playground.identity_center.wire.models.shapes import Check, compile_shape

TARGETS = {
    "AWSIdentityStore": "identitystore",
    "SWBExternalService": "sso-admin",
    "AWSOrganizationsV20161128": "organizations",
    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101": "cloudtrail",
    "AmazonSQS": "sqs",
}
SIGNING_NAMES = {
    "identitystore": "identitystore",
    "sso-admin": "sso",
    "organizations": "organizations",
    "sts": "sts",
    "iam": "iam",
    "cloudtrail": "cloudtrail",
    "account-access": "account-access",
    "sqs": "sqs",
}
# The services that speak the query protocol, by the version of their API.
VERSIONS = {"2011-06-15": "sts", "2010-05-08": "iam"}
# The version of awsJson that a service speaks, as in its content type.
JSON_VERSIONS = {"sqs": "1.0"}


@dataclass(frozen=True, slots=True)
class ServedOperation:
    """One operation: what carries it out, what checks its input and output, which errors its model lists."""

    name: str  # "identitystore.ListUsers"
    run: Operation
    check_input: Check | None  # None: the operation takes no parameters at all
    check_output: Check | None
    errors: dict[str, frozenset[str]]  # error code -> members its model has
    statuses: dict[str, int]  # error code -> HTTP status, where the model has one
    route: Route | None  # if the service speaks REST
    query: OperationModel | None  # if it speaks the query protocol


def _get_caller_identity(call: Call) -> Answer:
    caller = caller_of(call.org, call.account_id)
    return {"Account": call.account_id, "Arn": caller.arn(call.org.partition), "UserId": caller.user_id}


_IMPLEMENTED: dict[str, dict[str, Operation]] = {
    "identitystore": identitystore.OPERATIONS,
    "sso-admin": sso_admin.OPERATIONS,
    "organizations": organizations.OPERATIONS,
    "sts": {"GetCallerIdentity": _get_caller_identity},
    "iam": iam.OPERATIONS,
    "cloudtrail": cloudtrail.OPERATIONS,
    "account-access": account_access.OPERATIONS,
    "sqs": sqs.OPERATIONS,
}


@lru_cache(maxsize=1)
def served() -> dict[str, ServedOperation]:
    """Every operation of the simulator by name; compiled from botocore's models at the first use."""
    loader, found = Loader(), {}
    for service, operations in _IMPLEMENTED.items():
        model = ServiceModel(loader.load_service_model(service, "service-2"), service)
        for name, run in operations.items():
            operation = model.operation_model(name)
            found[f"{service}.{name}"] = ServedOperation(
                name=f"{service}.{name}",
                run=run,
                check_input=compile_shape(operation.input_shape) if operation.input_shape else None,
                check_output=compile_shape(operation.output_shape) if operation.output_shape else None,
                errors={
                    shape.name: frozenset(shape.members)
                    for shape in operation.error_shapes
                    if isinstance(shape, StructureShape)
                },
                statuses={
                    shape.name: int(shape.metadata["error"]["httpStatusCode"])
                    for shape in operation.error_shapes
                    if "httpStatusCode" in shape.metadata.get("error", {})
                },
                route=route(service, operation) if model.protocol == "rest-json" else None,
                query=operation if model.protocol == "query" else None,
            )
    return found


@lru_cache(maxsize=1)
def routes() -> list[Route]:
    """Where every REST operation is on the wire."""
    return [operation.route for operation in served().values() if operation.route is not None]


@lru_cache(maxsize=1)
def user_check() -> Check:
    """The check of one user as DescribeUser returns it; ListUsers' member has the same form."""
    model = ServiceModel(Loader().load_service_model("identitystore", "service-2"), "identitystore")
    return compile_shape(model.shape_for("User"))


def json_version(service: str) -> str:
    return JSON_VERSIONS.get(service, "1.1")


def may_return(operation: ServedOperation | None, code: str) -> bool:
    """Whether AWS ever answers this operation (None: an unknown one) with this error code."""
    if operation is not None and operation.name.startswith("sqs."):
        return code in QUEUE_ERRORS
    return code in COMMON or (operation is not None and code in operation.errors)


def check_fault(fault: Fault) -> None:
    """Raises ValueError for a fault that no operation could ever have."""
    names = [name for name in served() if fault.operation in {"*", name, f"{name.partition('.')[0]}.*"}]
    if not names:
        raise ValueError(f"the simulator has no operation {fault.operation}")
    modelled = any(may_return(served()[name], fault.code) for name in names)
    if fault.kind == "error" and not modelled:
        raise ValueError(f"{fault.operation} never returns {fault.code}")
    starts_jobs = ("AccountAssignment", "ProvisionPermissionSet")
    if fault.kind in {"job_failed", "job_slow"} and not all(name.endswith(starts_jobs) for name in names):
        raise ValueError(f"{fault.operation} starts no job")
