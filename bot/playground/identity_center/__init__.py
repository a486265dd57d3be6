"""A stand-in for AWS: Identity Center, its store, account access manager, Organizations, CloudTrail's history, STS.

    org = Organization(seed=1)
    server = AwsServer(org)
    server.start()              # real boto3 clients with server.environment()

As strict as the real ones. Written from AWS's documentation and botocore's service models alone; it knows nothing of
the bot. It models what the bot calls and refuses everything else loudly. Where the documentation is silent or
contradicts itself, the reading that is less safe for the customer is the default and `Options` has the other.
"""

from bot.playground.identity_center.organization import Organization
from bot.playground.identity_center.random_org import random_organization
from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.state.options import Options
from bot.playground.identity_center.wire.faults import Fault, Faults
from bot.playground.identity_center.wire.server import AwsServer

__all__ = ["AwsError", "AwsServer", "Fault", "Faults", "Options", "Organization", "random_organization"]
