"""Entra ID put together, where it may be read; needs the extra `entra`."""

from pathlib import Path

from bot.core.errors import SettingsError
from bot.ports import SourceDirectory
from bot.settings import WorkSettings

_NEEDS = (
    "LEAVERBOT_ENTRA_TENANT is set, but the packages that read Entra ID are not installed. Install the extra entra: "
    "pip install 'leaverbot[entra]', or from leaverbot's folder: pip install '.[entra]'."
)


def connect_source(settings: WorkSettings) -> SourceDirectory | None:
    """What reads the directory that people come from; None: none is set. Nothing is sent yet. Raises SettingsError."""
    if not settings.entra_tenant:
        return None
    try:
        # Only where it is set: without the extra, everything else works.
        from bot.entra.directory import EntraDirectory  # noqa: PLC0415
        from bot.entra.tokens import Registration, proof_in  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("bot."):
            raise
        raise SettingsError([_NEEDS]) from None
    secret = settings.entra_client_secret
    registration = Registration(
        settings.entra_tenant,
        settings.entra_client_id,
        settings.entra_login_url,
        secret.get_secret_value() if secret else "",
        *(proof_in(_certificate(settings.entra_certificate)) if settings.entra_certificate else ("", "")),
    )
    return EntraDirectory(registration, settings.entra_graph_url)


def _certificate(file: str) -> str:
    try:
        return Path(file).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not PEM text"
        raise SettingsError([f"The file that LEAVERBOT_ENTRA_CERTIFICATE names cannot be read ({why})."]) from None
