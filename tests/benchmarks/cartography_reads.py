"""The AWS part of cartography's Identity Center sync, in its own order, without the graph. Runs in cartography's own
virtual environment; prints JSON.
"""

import json
import os
import sys

import boto3
from cartography.intel.aws import identitycenter as sync


def main() -> None:
    """Read every instance of the region."""
    session, region = boto3.Session(), os.environ["AWS_REGION"]
    found = {"boto3": boto3.__version__, "users": {}, "memberships": {}, "of_users": [], "of_groups": []}
    for instance in sync.get_identity_center_instances(session, region):
        arn, store = instance["InstanceArn"], instance["IdentityStoreId"]
        sync.get_permission_sets(session, arn, region)
        groups = sync.get_sso_groups(session, store, region)
        found["of_groups"] += sync.get_group_permissionsets(session, groups, arn, region)
        users = sync.get_sso_users(session, store, region)
        found["users"] |= {user["UserId"]: user.get("UserStatus") for user in users}
        found["memberships"] |= sync.get_user_group_memberships(session, store, groups, region)
        found["of_users"] += sync.get_user_permissionsets(session, users, arn, region)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
