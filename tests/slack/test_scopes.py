"""The scopes of the Slack app: one list for the manifest, the check at the start and the page that explains them."""

import re
from pathlib import Path

import pytest
import yaml

from bot.core.installation import Installation
from bot.slack.wording.scopes import OPTIONAL, PUBLIC, REQUIRED, SHARED, installation_status, needed, warnings, without

ROOT = Path(__file__).parent.parent.parent
SCOPES = yaml.safe_load((ROOT / "manifest.yml").read_text())["oauth_config"]["scopes"]
PAGE = (ROOT / "docs" / "slack-app.md").read_text(encoding="utf-8")
# What is asked for ahead.
LATER = {"users:read.email", "im:write", "app_mentions:read"}


def test_the_manifest_has_exactly_the_scopes_of_the_code_and_lets_the_optional_ones_be_declined() -> None:
    assert set(SCOPES["bot"]) == {*REQUIRED, *OPTIONAL}
    assert set(SCOPES["bot_optional"]) == set(OPTIONAL)


def test_the_page_on_the_slack_app_explains_each_scope_and_no_other() -> None:
    rows = re.findall(r"^\| `([\w:.]+)` \|", PAGE, re.MULTILINE)
    assert rows == list(SCOPES["bot"])


def test_nothing_is_said_to_be_missing_without_a_scope_that_is_not_used_yet() -> None:
    assert {scope for scope, lost in OPTIONAL.items() if not lost} == LATER
    assert not LATER & set(needed(None, ["S1"], ["C2"]))


@pytest.mark.parametrize(
    ("public", "groups", "others", "unneeded"),
    [
        (True, ["S1"], [], {"groups:read", "groups:history"}),
        (False, ["S1"], [], {"channels:read", "channels:history"}),
        (False, ["S1"], ["C2"], {"channels:history"}),
        (None, ["S1"], [], set()),
        (None, [], [], {"usergroups:read"}),
    ],
)
def test_only_what_this_setup_needs_is_missing(
    public: bool | None, groups: list[str], others: list[str], unneeded: set[str]
) -> None:
    assert set(OPTIONAL) - LATER - set(needed(public, groups, others)) == unneeded


def test_each_scope_says_what_is_missing_without_it() -> None:
    told = [without(scope) for scope in needed(None, ["S1"], ["C2"])]
    assert len(set(told)) == len(told) == 7
    assert all(re.fullmatch(r"Without the scope [a-z:]+, [^{}]+\.", one) for one in told)


def test_a_public_or_shared_channel_is_warned_of() -> None:
    assert warnings(Installation((), public=False, shared=False)) == []
    assert warnings(Installation((), public=True, shared=True)) == [PUBLIC, SHARED]
    assert warnings(Installation(None, None, None)) == []


def test_the_status_says_what_is_known_and_what_could_not_be_looked_at() -> None:
    assert "no scope is missing, and the alert channel is private" in installation_status(
        Installation((), False, False)
    )
    blind = installation_status(Installation())
    assert "Slack did not say which scopes the app has." in blind
    assert "The alert channel could not be looked at." in blind
    assert "Without the scope users:read," in installation_status(Installation(("users:read",), False, False))
