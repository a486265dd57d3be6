"""A presigned request as STS checks it: signed in its query, good for minutes, with each header as it was signed.

AWS takes a presigned `GetCallerIdentity` for 15 minutes, whatever its X-Amz-Expires says beyond that.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from bot.playground.identity_center.state.errors import AwsError
from bot.playground.identity_center.wire.signature import FORMAT, TOLERANCE, Signer, signing_key

LONGEST = timedelta(minutes=15)
_CREDENTIAL = re.compile(r"([^/]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_NEEDED = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders")
_SIGNATURE = "X-Amz-Signature"


def is_presigned(method: str, target: str) -> bool:
    """Whether the request is a GET with its signature in the query."""
    return method == "GET" and f"{_SIGNATURE}=" in urlsplit(target).query


def presigner(target: str, headers: dict[str, str], account_of: Callable[[str], str | None], now: datetime) -> Signer:
    """Who signed this GET. Raises AwsError, as STS does: SignatureDoesNotMatch also for one that is too old."""
    query = urlsplit(target).query
    found = dict(parse_qsl(query, keep_blank_values=True))
    credential = _CREDENTIAL.fullmatch(found.get("X-Amz-Credential", ""))
    if not credential or any(not found.get(name) for name in _NEEDED):
        raise AwsError("IncompleteSignature", "The query is not a complete SigV4 one.", complaint=True)
    access_key, day, region, service = credential.groups()
    account_id = account_of(access_key)
    if account_id is None:
        raise AwsError("InvalidClientTokenId", "The security token included in the request is invalid.")
    signed = found["X-Amz-SignedHeaders"]
    missing = [name for name in signed.split(";") if name not in headers]
    if missing or "host" not in signed.split(";"):
        raise AwsError("SignatureDoesNotMatch", f"The signed headers are not all there: {missing}", complaint=True)
    scope = f"{day}/{region}/{service}/aws4_request"
    canonical = _canonical(query, headers, signed)
    to_sign = f"AWS4-HMAC-SHA256\n{found['X-Amz-Date']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    expected = hmac.digest(signing_key(access_key, day, region, service), to_sign.encode(), "sha256").hex()
    if not hmac.compare_digest(expected, found[_SIGNATURE]) or not found["X-Amz-Date"].startswith(day):
        raise AwsError(
            "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."
        )
    _check_time(found["X-Amz-Date"], int(found["X-Amz-Expires"]), now)
    return Signer(account_id, region, service)


def _canonical(query: str, headers: dict[str, str], signed: str) -> str:
    pairs = sorted(pair for pair in query.split("&") if not pair.startswith(f"{_SIGNATURE}="))
    lines = [f"{name}:{' '.join(headers[name].split())}" for name in signed.split(";")]
    return "\n".join(["GET", "/", "&".join(pairs), *lines, "", signed, hashlib.sha256(b"").hexdigest()])


def _check_time(moment: str, expires: int, now: datetime) -> None:
    signed_at = datetime.strptime(moment, FORMAT).replace(tzinfo=UTC)
    if signed_at > now + TOLERANCE:
        raise AwsError("SignatureDoesNotMatch", f"Signature not yet current: {moment}")
    if now > signed_at + min(timedelta(seconds=expires), LONGEST):
        raise AwsError("SignatureDoesNotMatch", f"Signature expired: {moment} is now earlier than {now:{FORMAT}}")
