"""The token endpoint of a tenant, and the discovery document that leads to it.

From learn.microsoft.com: "OAuth 2.0 client credentials flow", "Microsoft identity platform application authentication
certificate credentials" and "Microsoft Entra authentication and authorization error codes".
"""

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from bot.playground.entra.answers import LoginError
from bot.playground.entra.tenant import Application, Tenant

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Login:
    """`issued`: who each token was issued to, and until when it is good."""

    def __init__(self, tenant: Tenant, url: str) -> None:
        self._tenant, self._url = tenant, url
        self.issued: dict[str, tuple[str, datetime]] = {}

    def discovery(self, tenant: str) -> dict[str, Any]:
        """The OpenID configuration. Raises LoginError for a tenant that does not exist."""
        self._check_tenant(tenant)
        return {
            "issuer": f"{self._url}/{self._tenant.id}/v2.0",
            "authorization_endpoint": f"{self._url}/{self._tenant.id}/oauth2/v2.0/authorize",
            "token_endpoint": self._token_endpoint,
            "jwks_uri": f"{self._url}/{self._tenant.id}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        }

    def token(self, tenant: str, form: Mapping[str, str], audience: str) -> dict[str, Any]:
        """A token for the whole of `audience`, Graph's address. Raises LoginError."""
        self._check_tenant(tenant)
        if form.get("grant_type") != "client_credentials":
            raise LoginError(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        application = self._tenant.applications.get(form.get("client_id", ""))
        if application is None:
            message = (
                f"Application with identifier '{form.get('client_id', '')}' was not found in the directory. This can "
                "happen if the application has not been installed by the administrator of the tenant."
            )
            raise LoginError(400, "unauthorized_client", 700016, message)
        if form.get("scope") != f"{audience}/.default":
            message = f"The provided request must include a 'scope' ending with /.default. {form.get('scope')}"
            raise LoginError(400, "invalid_scope", 1002012, message)
        self._check_proof(application, form)
        token = secrets.token_urlsafe(32)
        lives = self._tenant.token_seconds
        self.issued[token] = (application.client_id, self._tenant.now() + timedelta(seconds=lives))
        return {"token_type": "Bearer", "expires_in": lives, "ext_expires_in": lives, "access_token": token}

    def revoke_all(self) -> None:
        """From now on, no token that was issued is good."""
        self.issued.clear()

    @property
    def _token_endpoint(self) -> str:
        return f"{self._url}/{self._tenant.id}/oauth2/v2.0/token"

    def _check_tenant(self, tenant: str) -> None:
        if tenant.lower() != self._tenant.id:
            message = f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."
            raise LoginError(400, "invalid_tenant", 90002, message)

    def _check_proof(self, application: Application, form: Mapping[str, str]) -> None:
        if "client_assertion" in form:
            if form.get("client_assertion_type") != ASSERTION_TYPE:
                raise LoginError(400, "invalid_request", 50027, "The client assertion type is not supported.")
            self._check_assertion(application, form["client_assertion"])
        elif "client_secret" not in form:
            message = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            raise LoginError(401, "invalid_client", 7000218, message)
        elif not application.secret or not secrets.compare_digest(form["client_secret"], application.secret):
            message = (
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
                f"value, not the client secret ID, for a secret added to app '{application.client_id}'."
            )
            raise LoginError(401, "invalid_client", 7000215, message)

    def _check_assertion(self, application: Application, assertion: str) -> None:
        try:
            header, claims, signature = (_decoded(part) for part in assertion.split("."))
            said, claimed = json.loads(header), json.loads(claims)
        except (ValueError, binascii.Error):
            raise LoginError(401, "invalid_client", 50027, "JWT token is invalid or malformed.") from None
        certificate = application.certificate
        thumbprint = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest() if certificate else b""
        if certificate is None or _decoded(said.get("x5t#S256", "")) != thumbprint:
            message = "Client assertion contains an invalid signature. [Reason - The key was not found.]"
            raise LoginError(401, "invalid_client", 700027, message)
        key = certificate.public_key()
        assert isinstance(key, RSAPublicKey)
        try:
            signed = assertion.rpartition(".")[0].encode()
            pss = padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size)
            how = {"PS256": pss, "RS256": padding.PKCS1v15()}[said.get("alg")]
            key.verify(signature, signed, how, SHA256())
        except (InvalidSignature, KeyError):
            message = "Client assertion contains an invalid signature. [Reason - The key used is expired.]"
            raise LoginError(401, "invalid_client", 700027, message) from None
        self._check_claims(application, claimed)

    def _check_claims(self, application: Application, claimed: Mapping[str, Any]) -> None:
        if claimed.get("aud") != self._token_endpoint:
            message = "Client assertion audience claim does not match Realm issuer."
            raise LoginError(401, "invalid_client", 700023, message)
        if {claimed.get("iss"), claimed.get("sub")} != {application.client_id} or not claimed.get("jti"):
            raise LoginError(401, "invalid_client", 700021, "Client assertion application identifier does not match.")
        now = self._tenant.now().timestamp()
        if not now - 300 <= float(claimed.get("exp", 0)) <= now + 86_400:
            message = "Client assertion is not within its valid time range."
            raise LoginError(401, "invalid_client", 700024, message)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
