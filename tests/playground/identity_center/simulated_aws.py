"""Real boto3 clients against the simulator, over its socket."""

from contextlib import ExitStack, contextmanager

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from bot.playground.identity_center import AwsServer, Organization

ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5)


class Stopwatch:
    """Seconds that pass when the test says so."""

    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds

    def pass_(self, seconds):
        self.seconds += seconds


class Aws:
    """A running simulator and its clients."""

    def __init__(self, org, closing):
        self.org = org
        self.server = AwsServer(org)
        self.server.start()
        self._closing = closing
        closing.callback(self.server.stop)
        self._clients = {}

    def client(self, service, account_id=None, region=None, **overrides):
        given = self.server.environment(account_id)
        client = boto3.client(
            service,
            **{
                "endpoint_url": given["AWS_ENDPOINT_URL"],
                "aws_access_key_id": given["AWS_ACCESS_KEY_ID"],
                "aws_secret_access_key": given["AWS_SECRET_ACCESS_KEY"],
                "region_name": region or given["AWS_REGION"],
                "config": ONCE,
                **overrides,
            },
        )
        self._closing.callback(client.close)
        return client

    def _cached(self, service):
        if service not in self._clients:
            self._clients[service] = self.client(service)
        return self._clients[service]

    @property
    def store(self):
        return self._cached("identitystore")

    @property
    def sso(self):
        return self._cached("sso-admin")

    @property
    def organizations(self):
        return self._cached("organizations")

    @property
    def ids(self):
        return {"IdentityStoreId": self.org.identity_store_id}

    @property
    def instance(self):
        return {"InstanceArn": self.org.instance_arn}

    def assignment(self, account, permission_set, kind, principal):
        return {
            **self.instance,
            "TargetId": account,
            "TargetType": "AWS_ACCOUNT",
            "PermissionSetArn": permission_set,
            "PrincipalType": kind,
            "PrincipalId": principal,
        }

    def ways(self, principal, kind="USER", **parameters):
        pages = self.sso.get_paginator("list_account_assignments_for_principal").paginate(
            **self.instance, PrincipalId=principal, PrincipalType=kind, **parameters
        )
        return [row for page in pages for row in page["AccountAssignments"]]

    def delete(self, *assignment):
        answer = self.sso.delete_account_assignment(**self.assignment(*assignment))
        return answer["AccountAssignmentDeletionStatus"]

    def deletion(self, request_id):
        answer = self.sso.describe_account_assignment_deletion_status(
            **self.instance, AccountAssignmentDeletionRequestId=request_id
        )
        return answer["AccountAssignmentDeletionStatus"]


@contextmanager
def serving(org=None, **options):
    with ExitStack() as closing:
        yield Aws(org or Organization(seed=1, **options), closing)


def refused(code):
    """Expect this error code from a client call."""
    return pytest.raises(ClientError, match=rf"\({code}\)")
