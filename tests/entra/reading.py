"""A simulated tenant, and the real edge over it."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from bot.core.directory.source import Looked
from bot.core.models import ExternalId, User
from bot.entra.directory import EntraDirectory
from bot.entra.tokens import Registration
from bot.playground.entra import EntraServer, Tenant
from bot.playground.entra.certificates import KeyPair

SECRET = "8Q~a-secret-that-nobody-may-see"
MINUTE = timedelta(seconds=60)


def person(name: str, object_id: str = "", *, display_name: str = "", email: str | None = None) -> User:
    """A user of Identity Center, as Entra provisions one."""
    ids = (ExternalId("https://scim.example/1", object_id),) if object_id else ()
    address = f"{name}@example.com" if email is None else email
    shown = display_name or name.title()
    return User(f"user-{name}", f"{name}@example.com", shown, address, scim=bool(ids), external_ids=ids)


class Reading:
    """The server and what reads it."""

    def __init__(self, server: EntraServer, source: EntraDirectory) -> None:
        self.server, self.tenant, self.source = server, server.tenant, source

    def add(self, name: str, **more: bool) -> str:
        return self.tenant.add_user(f"{name}@example.com", name.title(), f"{name}@example.com", **more)

    def look(self, *users: User, within: timedelta = MINUTE) -> Mapping[str, Looked]:
        return self.source.look(users, within)

    def one(self, user: User, within: timedelta = MINUTE) -> Looked:
        return self.look(user, within=within)[user.id]


@contextmanager
def reading(
    tenant: Tenant | None = None,
    *,
    certificate: KeyPair | None = None,
    signed_by: KeyPair | None = None,
    given: Mapping[str, str] | None = None,
) -> Iterator[Reading]:
    """The tenant, read with a secret, or with this certificate. `signed_by`: with another one's key; `given`: what the
    settings say instead."""
    tenant = tenant or Tenant()
    proof = certificate.certificate if certificate else None
    application = tenant.add_application("" if certificate else SECRET, proof)
    with EntraServer(tenant) as server, pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_DIR"):
            patch.delenv(name, raising=False)
        patch.setenv("SSL_CERT_FILE", str(server.ca_file))
        patch.setattr("bot.entra.requests._backoff", lambda _state: 0.001)
        key = signed_by or certificate
        registration = {
            "tenant": tenant.id,
            "client_id": application.client_id,
            "login_url": server.url,
            "secret": "" if certificate else SECRET,
            "private_key": key.pem if key else "",
            "certificate": certificate.certificate_pem if certificate else "",
            **(given or {}),
        }
        with closing(EntraDirectory(Registration(**registration), server.url)) as source:
            yield Reading(server, source)
