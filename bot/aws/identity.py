"""Proof of an AWS identity: a presigned `sts:GetCallerIdentity` with one more signed header.

The same as the AWS CLI's `eks get-token` and aws-iam-authenticator do with the name of a cluster: the signature covers
the header, so AWS confirms it only together with exactly that header. What is stored is the query of the request: no
secret key, but the session token of temporary credentials, which is of no use without the secret key.
"""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from bot.aws.requests.client import Aws
from bot.aws.requests.errors import Sent, from_a_stranger, understand
from bot.core.errors import AwsCredentials, AwsRejected
from bot.core.terminal.wishes import PROOF_LASTS
from bot.ports import Instance

STS, OPERATION = "sts", "GetCallerIdentity"
HEADER = "x-leaverbot-wish"
# How far the clocks of two computers may be apart.
TOLERANCE = timedelta(minutes=5)
# One try: the caller asks again soon.
_ONCE = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10)
_EVENT = f"{STS}.{OPERATION}"
# All parameters that the query may have, with the form of their values. Anything else, or anything twice, could mean
# something to AWS that is not checked here (as in CVE-2022-2385 of aws-iam-authenticator).
_FORMS = {
    "Action": re.compile(OPERATION),
    "Version": re.compile(r"2011-06-15"),
    "X-Amz-Algorithm": re.compile(r"AWS4-HMAC-SHA256"),
    "X-Amz-Credential": re.compile(r"\w{16,128}/\d{8}/([a-z0-9-]+)/sts/aws4_request"),
    "X-Amz-Date": re.compile(r"\d{8}T\d{6}Z"),
    "X-Amz-Expires": re.compile(r"\d{1,3}"),
    "X-Amz-SignedHeaders": re.compile(f"host;{HEADER}"),
    "X-Amz-Signature": re.compile(r"[0-9a-f]{64}"),
}
_TOKEN = "X-Amz-Security-Token"  # noqa: S105 - the name of a parameter
_LONGEST = 8192
_MALFORMED = "The proof is not a presigned request as leaverbot makes it."


class Center(Protocol):
    """The instance of IAM Identity Center, whose region requests go to once it is known."""

    def instance(self) -> Instance: ...


class CallerIdentity:
    """Implements `ports.Identity`. `center`: both sides look it up first, so that both use STS in its region."""

    def __init__(self, aws: Aws, center: Center, now: Callable[[], datetime]) -> None:
        self._aws, self._center, self._now = aws, center, now
        self._own = ""
        # Identities by proof and binding: of proofs that were made here, and of proofs that AWS confirmed.
        self._known: dict[tuple[str, str], str] = {}

    def own(self) -> str:
        self._own = self._own or str(self._aws.call(STS, OPERATION)["Arn"])
        return self._own

    def sign(self, binding: str) -> str:
        self._center.instance()
        own = self.own()
        with self._client(Config()) as client:

            def bind(request: Any, **_: Any) -> None:
                request.headers[HEADER] = binding

            client.meta.events.register(f"before-sign.{_EVENT}", bind)
            try:
                url = client.generate_presigned_url(
                    "get_caller_identity", ExpiresIn=int(PROOF_LASTS.total_seconds()), HttpMethod="GET"
                )
            except BotoCoreError as error:
                raise understand(error, self._sent()).error from None
        proof = urlsplit(str(url)).query
        self._known[proof, binding] = own
        return proof

    def signer(self, proof: str, binding: str) -> str:
        known = self._known.get((proof, binding))
        if known:
            return known
        self._center.instance()
        _check(proof, self._now(), self._aws.region)
        arn = self._ask(proof, binding)
        self._known[proof, binding] = arn
        return arn

    def forget(self, binding: str) -> None:
        for known in [one for one in list(self._known) if one[1] == binding]:
            self._known.pop(known, None)

    def _ask(self, proof: str, binding: str) -> str:
        """Send the presigned request to our own STS. It is signed already, so none of our credentials go with it."""
        with self._client(_ONCE) as client:

            def instead(request: Any, **_: Any) -> None:
                request.method, request.body = "GET", b""
                request.url = f"{request.url.partition('?')[0]}?{proof}"
                for name in ("Content-Type", "Content-Length"):
                    del request.headers[name]
                request.headers[HEADER] = binding

            client.meta.events.register(f"before-send.{_EVENT}", instead)
            return self._answer(client)

    def _answer(self, client: Any) -> str:
        try:
            answer: Mapping[str, Any] = client.get_caller_identity()
        except (BotoCoreError, ClientError, OSError, ResponseParserError) as error:
            failed = understand(error, self._sent()).error
            if isinstance(failed, AwsCredentials):
                # The answer is about the proof, not about our own credentials.
                raise AwsRejected("AWS does not confirm the proof.", operation=_EVENT, code=failed.code) from None
            raise failed from None
        about = answer.get("ResponseMetadata", {})
        if not about.get("RequestId"):
            raise from_a_stranger(self._sent(), int(about.get("HTTPStatusCode", 0))).error
        return str(answer["Arn"])

    def _sent(self) -> Sent:
        return Sent(STS, OPERATION, self._aws.region, reads=True, answered=True)

    @contextlib.contextmanager
    def _client(self, config: Config) -> Iterator[Any]:
        client = self._aws.open_client(STS, config)
        try:
            yield client
        finally:
            client.close()


def _check(proof: str, now: datetime, region: str) -> None:
    """Raises AwsRejected for a proof that does not have our form, or is too old."""
    found = _parameters(proof)
    signed_at = _moment(found["X-Amz-Date"])
    expires = min(timedelta(seconds=int(found["X-Amz-Expires"])), PROOF_LASTS)
    if signed_at > now + TOLERANCE:
        raise AwsRejected("The proof is dated in the future: check the clocks of both computers.", operation=_EVENT)
    if now > signed_at + expires:
        minutes = int(PROOF_LASTS.total_seconds()) // 60
        raise AwsRejected(f"The proof is too old: it is valid for {minutes} minutes.", operation=_EVENT)
    scope = found["X-Amz-Credential"].split("/")[2]
    if scope != region:
        raise AwsRejected(
            f"The proof was signed for STS in {scope}, but leaverbot asks STS in {region}. Unset "
            "AWS_STS_REGIONAL_ENDPOINTS for both.",
            operation=_EVENT,
        )


def _parameters(proof: str) -> dict[str, str]:
    """The parameters of the query: only known ones, each once and in its form."""
    try:
        pairs = parse_qsl(proof, keep_blank_values=True, strict_parsing=True, max_num_fields=len(_FORMS) + 1)
    except ValueError:
        pairs = []
    found = dict(pairs)
    known = found.keys() - {_TOKEN} == _FORMS.keys() and len(found) == len(pairs)
    if not (known and proof.isascii() and len(proof) <= _LONGEST and not set(proof) & set("#\\ \r\n")):
        raise AwsRejected(_MALFORMED, operation=_EVENT)
    if not all(form.fullmatch(found[name]) for name, form in _FORMS.items()):
        raise AwsRejected(_MALFORMED, operation=_EVENT)
    return found


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise AwsRejected(_MALFORMED, operation=_EVENT) from None
