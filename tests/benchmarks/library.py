"""What somebody writes who uses aws-sso-lib: list every account assignment. Run as a program; prints JSON."""

import json
import sys

import boto3
from aws_sso_lib import list_assignments


def main() -> None:
    """List; `names` as an argument asks for the names of principals and permission sets, too."""
    names = "names" in sys.argv[1:]
    rows = [
        [row.principal_type, row.principal_id, row.target_id, row.permission_set_arn]
        for row in list_assignments(boto3.Session(), get_principal_names=names, get_permission_set_names=names)
    ]
    json.dump({"rows": rows}, sys.stdout)


if __name__ == "__main__":
    main()
