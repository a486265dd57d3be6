"""Entra ID from the settings: off unless set; what is wrong is told with what to do."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.directory.source import ActiveThere
from bot.core.errors import SettingsError
from bot.playground.entra.certificates import make_application_certificate
from bot.processes.connect_entra import connect_source
from bot.settings import WorkSettings, variables
from tests.entra.reading import MINUTE, person, reading

ID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def settings(**given: str) -> WorkSettings:
    return WorkSettings.load(entra_tenant=ID, entra_client_id=ID, **given)


WITHOUT_THE_EXTRA = """
import sys
sys.modules |= dict.fromkeys(["msal", "httpx", "cryptography"])
import bot.app
from bot.core.errors import SettingsError
from bot.processes.connect_entra import connect_source
from bot.settings import WorkSettings
assert connect_source(WorkSettings.load()) is None
try:
    connect_source(WorkSettings.load(entra_tenant="t", entra_client_id=sys.argv[1], entra_client_secret="s"))
except SettingsError as error:
    print(error)
"""


def test_without_the_extra_all_else_works_and_the_sentence_names_it() -> None:
    python = [sys.executable, "-c", WITHOUT_THE_EXTRA, ID]
    root = Path(__file__).parent.parent.parent
    ran = subprocess.run(
        python, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert "Install the extra entra: pip install 'leaverbot[entra]'" in ran.stdout


def test_a_file_with_key_and_certificate_is_read(tmp_path: Path) -> None:
    pair = make_application_certificate()
    file = tmp_path / "entra.pem"
    file.write_text(pair.certificate_pem + pair.pem)
    with reading(certificate=pair) as here:
        (application,) = here.tenant.applications.values()
        here.add("dana")
        given = {"entra_tenant": here.tenant.id, "entra_client_id": application.client_id}
        addresses = {"entra_login_url": here.server.url, "entra_graph_url": here.server.url}
        source = connect_source(WorkSettings.load(entra_certificate=str(file), **given, **addresses))
        assert source is not None
        with closing(source):
            assert source.look([person("dana")], MINUTE) == {"user-dana": ActiveThere("dana@example.com")}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----",
        make_application_certificate().certificate_pem,
        make_application_certificate().pem.partition("-----BEGIN CERTIFICATE")[0]
        + make_application_certificate().certificate_pem,
    ],
    ids=["empty", "nonsense", "broken", "without key", "of another key"],
)
def test_a_file_without_both_is_refused_without_repeating_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "entra.pem"
    file.write_text(text)
    with pytest.raises(SettingsError, match="has to hold an RSA private key without a passphrase") as caught:
        connect_source(settings(entra_certificate=str(file)))
    assert "BEGIN" not in str(caught.value)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(SettingsError, match=r"cannot be read \(No such file or directory\)"):
        connect_source(settings(entra_certificate="/nowhere/entra.pem"))
