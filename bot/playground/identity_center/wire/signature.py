"""Signature version 4 as a service checks it: who signed, for which region and service, and whether it is valid."""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from bot.playground.identity_center.state.errors import AwsError

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,\s]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)

FORMAT = "%Y%m%dT%H%M%SZ"
TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Signer:
    account_id: str
    region: str
    service: str


def secret_of(access_key: str) -> str:
    """The secret that belongs to an access key of the simulator."""
    return hashlib.sha256(f"secret of {access_key}".encode()).hexdigest()[:40]


def access_key_of(account_id: str) -> str:
    """The access key that calls as this account."""
    return f"AKIA{hashlib.sha256(account_id.encode()).hexdigest()[:16].upper()}"


@lru_cache(maxsize=64)
def signing_key(access_key: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret_of(access_key)}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _canonical_path(path: str) -> str:
    """The path with its escapes escaped once more, as every service but S3 requires."""
    return quote(path, safe="/~-._") or "/"


def _canonical_query(query: str) -> str:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return "&".join(sorted(f"{name}={value}" for name, _, value in pairs))


def signer(
    method: str, target: str, headers: dict[str, str], body: bytes, account_of: Callable[[str], str | None]
) -> Signer:
    """Who signed this request to `target` (path and query); `account_of` looks up access keys.

    Raises AwsError MissingAuthenticationTokenException without a signature, IncompleteSignature for one that cannot
    be read, UnrecognizedClientException for an unknown key, InvalidSignatureException for a signature that does
    not fit the request.
    """
    text = headers.get("authorization")
    if not text:
        raise AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", complaint=True)
    found = _AUTHORIZATION.fullmatch(text)
    if not found:
        raise AwsError("IncompleteSignature", "Authorization header is not a complete SigV4 one.", complaint=True)
    access_key, day, region, service, signed, signature = found.groups()
    account_id = account_of(access_key)
    if account_id is None:
        raise AwsError(
            "UnrecognizedClientException", "The security token included in the request is invalid.", complaint=True
        )
    scope = f"{day}/{region}/{service}/aws4_request"
    moment = headers.get("x-amz-date", "")
    canonical = _canonical_request(method, target, headers, body, signed)
    to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    expected = hmac.digest(signing_key(access_key, day, region, service), to_sign.encode(), "sha256").hex()
    genuine = hmac.compare_digest(expected, signature)
    if "host" not in signed.split(";") or not moment.startswith(day) or not genuine:
        raise AwsError(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided.",
            complaint=True,
        )
    return Signer(account_id, region, service)


def _canonical_request(method: str, target: str, headers: dict[str, str], body: bytes, signed: str) -> str:
    path, _, query = target.partition("?")
    return "\n".join(
        [
            method,
            _canonical_path(path),
            _canonical_query(query),
            *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed.split(";")),
            "",
            signed,
            hashlib.sha256(body).hexdigest(),
        ]
    )


def check_time(headers: dict[str, str], now: datetime) -> None:
    """Raises AwsError, as AWS does, for a request signed more than five minutes off AWS's `now`."""
    signed = datetime.strptime(headers["x-amz-date"], FORMAT).replace(tzinfo=UTC)
    late, early = now - TOLERANCE, now + TOLERANCE
    text = f"{signed:{FORMAT}} is {{}} than {{:{FORMAT}}} ({now:{FORMAT}} {{}} 5 min.)"
    if signed < late:
        raise AwsError("InvalidSignatureException", f"Signature expired: {text.format('now earlier', late, '-')}")
    if signed > early:
        raise AwsError(
            "InvalidSignatureException", f"Signature not yet current: {text.format('still later', early, '+')}"
        )
