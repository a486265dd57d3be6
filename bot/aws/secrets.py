"""Secrets in AWS Secrets Manager."""

from bot.aws.requests.client import Aws
from bot.core.errors import SettingsError


def secret_text(aws: Aws, arn: str) -> str:
    """The current value of this secret. Raises AwsError, and SettingsError if it is not one plain text."""
    region = arn.split(":")[3] if arn.count(":") > 3 else None
    answer = aws.call("secretsmanager", "GetSecretValue", region=region or None, SecretId=arn)
    text = str(answer.get("SecretString") or "").strip()
    if not text or text.startswith("{"):
        raise SettingsError([f"The secret {arn} has to hold one text, the value itself, not JSON and not a file."])
    return text
