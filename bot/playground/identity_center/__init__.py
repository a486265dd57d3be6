"""A stand-in for AWS: Identity Center, Identity Store, account access manager, Organizations, CloudTrail, STS, SQS.

    org = Organization(seed=1)
    server = AwsServer(org)
    server.start()              # real boto3 clients with server.environment()

It is as strict as the real services and was written from AWS's documentation and botocore's service models alone: it
knows nothing about the bot. It models what the bot calls and rejects everything else loudly. Where the documentation
is silent or contradicts itself, the default is the reading that is less safe for the customer; `Options` has the other.
"""

from bot.playground.identity_center.organization import Organization
from bot.playground.identity_center.random_org import random_organization
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.options import Options
from bot.playground.identity_center.wire.faults import Fault, Faults
from bot.playground.identity_center.wire.server import AwsServer

__all__ = ["AwsError", "AwsServer", "Fault", "Faults", "Options", "Organization", "random_organization"]
