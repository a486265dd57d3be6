"""The proof of who asks, on the wire: which requests are sent on, where to, and with what."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from bot.aws.identity import HEADER, CallerIdentity
from bot.core.errors import AwsRejected
from bot.playground.identity_center import Organization
from tests.services.scanning import Connected, connected

BINDING = "a1" * 32


@pytest.fixture
def here() -> Any:
    with connected(Organization(seed=3)) as made:
        made.context.access.instance()
        yield made
        assert not made.server.complaints


def other(here: Connected, **more: float) -> CallerIdentity:
    return CallerIdentity(here.context.aws, here.context.access, lambda: datetime.now(UTC) + timedelta(**more))


def proof_with(here: Connected, **changes: str | None) -> str:
    """A genuine proof whose query was changed; None takes a parameter out."""
    found = dict(parse_qsl(here.context.identity.sign(BINDING)))
    changed = found | {name.replace("_", "-"): value for name, value in changes.items()}
    return urlencode({name: value for name, value in changed.items() if value is not None})


def asked(here: Connected) -> int:
    return int(here.server.calls["sts.GetCallerIdentity"])


def test_the_proof_is_a_query_alone_and_holds_no_secret(here: Connected) -> None:
    proof = here.context.identity.sign(BINDING)
    found = dict(parse_qsl(proof))
    assert found["X-Amz-SignedHeaders"] == f"host;{HEADER}"
    assert found["X-Amz-Expires"] == "900"
    assert "://" not in proof
    assert here.server.environment()["AWS_SECRET_ACCESS_KEY"] not in proof


@pytest.mark.parametrize(
    "changes",
    [
        {"Action": "GetSessionToken"},
        {"Version": "2014-01-01"},
        {"X_Amz_SignedHeaders": "host"},
        {"X_Amz_SignedHeaders": f"host;{HEADER};x-other"},
        {"X_Amz_Signature": None},
        {"X_Amz_Credential": "AKIA0000000000000000/20261128/us-east-1/s3/aws4_request"},
        {"X_Amz_Expires": "90000"},
        {"X_Amz_Date": "yesterday"},
        {"X_Amz_Date": "99999999T999999Z"},
        {"action": "GetSessionToken"},
        {"x_amz_signedheaders": f"host;{HEADER}"},
        {"RoleArn": "arn:aws:iam::111111111111:role/Admin"},
    ],
)
def test_a_query_with_anything_unknown_missing_or_changed_is_refused_unsent(
    here: Connected, changes: dict[str, str | None]
) -> None:
    proof, before = proof_with(here, **changes), asked(here)
    with pytest.raises(AwsRejected):
        other(here).signer(proof, BINDING)
    assert asked(here) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: f"{proof}&Action=GetCallerIdentity",
        lambda proof: f"{proof}#",
        lambda proof: f"https://sts.evil.example.com/?{proof}",
        lambda proof: f"@evil.example.com/?{proof}",
        lambda proof: f"{proof}\r\nHost: evil.example.com",
        lambda proof: f"{proof} ",
        lambda proof: proof.replace("=", ""),
    ],
)
def test_a_proof_that_could_lead_elsewhere_is_refused_unsent(here: Connected, change: Any) -> None:
    proof, before = change(here.context.identity.sign(BINDING)), asked(here)
    with pytest.raises(AwsRejected, match="not a presigned request"):
        other(here).signer(proof, BINDING)
    assert asked(here) == before


def test_a_forged_signature_is_not_confirmed(here: Connected) -> None:
    with pytest.raises(AwsRejected, match="not confirm"):
        other(here).signer(proof_with(here, X_Amz_Signature="0" * 64), BINDING)


def test_a_date_put_forward_breaks_the_signature(here: Connected) -> None:
    later = f"{datetime.now(UTC) + timedelta(minutes=10):%Y%m%dT%H%M%SZ}"
    with pytest.raises(AwsRejected, match="not confirm"):
        other(here, minutes=14).signer(proof_with(here, X_Amz_Date=later), BINDING)


def test_aws_itself_no_longer_confirms_one_that_is_too_old(here: Connected) -> None:
    proof = here.context.identity.sign(BINDING)
    here.server.endpoint.clock_ahead = timedelta(minutes=16)
    with pytest.raises(AwsRejected, match="clock"):
        other(here).signer(proof, BINDING)


def test_none_of_our_own_credentials_go_with_somebody_elses_proof(here: Connected) -> None:
    proof = here.context.identity.sign(BINDING)
    before, answer = [], here.server.endpoint.answer

    def look(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        before.append((method, path, headers, body))
        return answer(method, path, headers, body)

    here.server.endpoint.answer = look
    other(here).signer(proof, BINDING)
    ((method, path, headers, body),) = before
    assert (method, path, body) == ("GET", f"/?{proof}", b"")
    assert headers[HEADER] == BINDING
    assert not {"authorization", "x-amz-date", "x-amz-security-token"} & set(headers)


def test_one_signed_for_another_region_is_refused_with_what_to_do(here: Connected) -> None:
    proof = here.context.identity.sign(BINDING)
    here.context.aws.move("eu-west-3")
    with pytest.raises(AwsRejected, match="AWS_STS_REGIONAL_ENDPOINTS"):
        other(here).signer(proof, BINDING)


def test_both_sides_use_sts_in_the_region_of_the_instance_whatever_region_they_were_started_in() -> None:
    with connected(Organization(seed=3), region="us-west-2") as far:
        region = far.org.region
        proof = far.context.identity.sign(BINDING)
        assert f"/{region}/sts/" in dict(parse_qsl(proof))["X-Amz-Credential"]
        assert other(far).signer(proof, BINDING) == far.context.identity.own()
