"""Access tokens for Graph: asked for with a client secret or a certificate, kept, renewed before they expire."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import msal
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from msal.exceptions import MsalError

from bot.core.directory.source import Unseen
from bot.core.errors import SettingsError
from bot.entra.errors import NoAnswerError
from bot.entra.requests import Deadline, Door

_NO_PROOF = (
    "The file that LEAVERBOT_ENTRA_CERTIFICATE names has to hold an RSA private key without a passphrase and the "
    "certificate that belongs to it, both as PEM."
)


@dataclass(frozen=True, slots=True)
class Registration:
    """The application that an administrator registered for leaverbot. `secret`, or the private key and the certificate
    as PEM texts, prove that leaverbot is it.
    """

    tenant: str
    client_id: str
    login_url: str
    secret: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    certificate: str = ""

    @property
    def proof(self) -> str | dict[str, str]:
        """As msal takes it."""
        if self.secret:
            return self.secret
        return {"private_key": self.private_key, "public_certificate": self.certificate}


def proof_in(pem: str) -> tuple[str, str]:
    """The private key and the certificate in the text of a PEM file.

    Raises SettingsError when they are not in it, or do not belong together.
    """
    try:
        key = load_pem_private_key(pem.encode(), None)
        certificate = load_pem_x509_certificate(pem.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SettingsError([_NO_PROOF]) from None
    if not isinstance(key, RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise SettingsError([_NO_PROOF])
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private.decode(), certificate.public_bytes(Encoding.PEM).decode()


class Tokens:
    """One token for everybody who asks: msal keeps it until it is nearly over."""

    def __init__(self, door: Door, registration: Registration, graph_url: str) -> None:
        self._door, self._registration = door, registration
        self._scopes = [f"{graph_url.rstrip('/')}/.default"]
        self._lock = threading.Lock()
        self._application: msal.ConfidentialClientApplication | None = None
        self._transport = _Transport(door)

    def token(self, deadline: Deadline) -> str:
        """A token that is good now. Raises NoAnswerError with Microsoft's reason."""
        with self._lock:
            self._transport.deadline = deadline
            try:
                answer = self._known().acquire_token_for_client(scopes=self._scopes)
            except NoAnswerError:
                self._application = None
                raise
            except (ValueError, TypeError, KeyError, RuntimeError, MsalError) as error:
                self._application = None
                raise NoAnswerError(Unseen.REFUSED, self._without_secret(_first_words(error))) from None
            if not isinstance(answer, Mapping) or not answer.get("access_token"):
                self._application = None
                raise NoAnswerError(Unseen.REFUSED, self._without_secret(_reason(answer)))
            return str(answer["access_token"])

    def forget(self) -> None:
        """Ask for a new token the next time: Graph did not take this one."""
        with self._lock:
            self._application = None

    def _known(self) -> msal.ConfidentialClientApplication:
        """Made when first needed: it asks for the tenant's addresses. It never asks another host whether the one in the
        settings is Microsoft's.
        """
        if self._application is None:
            self._application = msal.ConfidentialClientApplication(
                self._registration.client_id,
                client_credential=self._registration.proof,
                authority=f"{self._registration.login_url.rstrip('/')}/{self._registration.tenant}",
                instance_discovery=False,
                http_client=self._transport,
            )
        return self._application

    def _without_secret(self, text: str) -> str:
        secret = self._registration.secret
        return text.replace(secret, "[secret]") if secret else text


class _Transport:
    """The HTTP client in the form that msal expects, through the one door."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.deadline = Deadline(0)

    def get(self, url: str, **more: Any) -> httpx.Response:
        return self._send("GET", url, **more)

    def post(self, url: str, **more: Any) -> httpx.Response:
        return self._send("POST", url, **more)

    def close(self) -> None:
        """The door is closed by its maker."""

    def _send(self, method: str, url: str, **more: Any) -> httpx.Response:
        given = {name: value for name, value in more.items() if name in {"params", "data", "headers"} and value}
        if "data" in given:
            # msal gives a signed assertion as bytes, which httpx would write as Python does.
            given["data"] = {name: _text(value) for name, value in given["data"].items()}
        return self._door.send(self.deadline, method, url, **given)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _reason(answer: Any) -> str:
    """Microsoft's reason, such as "AADSTS7000215: Invalid client secret provided."."""
    told = answer if isinstance(answer, Mapping) else {}
    return str(told.get("error_description") or told.get("error") or "No token was given.")


def _first_words(error: Exception) -> str:
    """What msal says of a tenant or an address that does not exist. It may repeat what was answered, so only its first
    sentence is told.
    """
    return str(error).partition(". ")[0]
