"""IAM Identity Center's administration (sso-admin): one module for each kind of thing, and the table of operations."""

from bot.playground.identity_center.operations.call import Operation
from bot.playground.identity_center.operations.sso_admin.applications import APPLICATION_OPERATIONS
from bot.playground.identity_center.operations.sso_admin.assignments import ASSIGNMENTS
from bot.playground.identity_center.operations.sso_admin.instances import (
    describe_instance,
    list_instances,
    with_permission_sets,
)
from bot.playground.identity_center.operations.sso_admin.permission_sets import PERMISSION_SETS
from bot.playground.identity_center.operations.sso_admin.provisioning import PROVISIONING

OPERATIONS: dict[str, Operation] = {
    "ListInstances": list_instances,
    "DescribeInstance": describe_instance,
    **APPLICATION_OPERATIONS,
    **{
        name: with_permission_sets(run, empty)
        for name, (run, empty) in (ASSIGNMENTS | PERMISSION_SETS | PROVISIONING).items()
    },
}
