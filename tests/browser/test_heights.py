"""How much of a phone's screen an alert takes, drawn by the page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, Page

from bot.core.actions import ActionState
from bot.core.cases import Case
from bot.core.kinds import DENY, DETAILS, LIFT, REVOKE, SHUT_OUT
from bot.core.views import CaseView
from bot.playground.identity_center import AwsServer, Organization
from bot.playground.page_server import PageServer, open_port
from bot.playground.play import workspace_with_people
from bot.playground.scene import Scene
from bot.playground.slack_workspace import SlackServer
from bot.slack.connection.client import SlackChat
from tests.browser.playground import CHROMIUM, SOON
from tests.slack.examples import CASE, DENIED, MANAGEMENT, RUNNING, VIEW, application, grant
from tests.slack.examples import DENY as PLACED

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this computer: apt-get install chromium")
MOST = 420
CONTROLS = (REVOKE, DENY, SHUT_OUT, DETAILS)
SETS = ("AdministratorAccess", "PowerUserAccess", "BillingReadOnlyAccess", "DatabaseOperatorAccess", "ReadOnlyAccess")
TEN = (
    grant(MANAGEMENT, "acme-management-root", "AdministratorAccess", group="organization-administrators"),
    *(grant(f"{number}" * 12, f"customer-data-production-{number}", SETS[number % 5]) for number in range(2, 10)),
    application("Grafana dashboards"),
)
CASES = {
    "open": replace(VIEW, controls=CONTROLS, deny_in_management=True),
    "worked on": replace(VIEW, controls=(DENY, DETAILS), deny_in_management=True, latest=RUNNING),
    "denied": replace(
        VIEW,
        controls=(REVOKE, LIFT, DETAILS),
        deny=replace(PLACED, since=datetime.now(UTC)),
        latest=replace(DENIED, state=ActionState.DONE, message=""),
    ),
}


@pytest.fixture(scope="module")
def heights(chromium: Browser) -> Iterator[dict[str, float]]:
    """How high each of these alerts is on a phone that is 390 pixels wide."""
    workspace, channel, people = workspace_with_people()
    org = Organization(seed=1)
    aws, slack = AwsServer(org), SlackServer(workspace).start()
    aws.start()
    server = PageServer(Scene(org, aws, workspace, slack, channel=channel, people=people), open_port(0))
    server.start()
    for name, view in CASES.items():
        token = slack.environment()["SLACK_BOT_TOKEN"]
        SlackChat(token, slack.api_url, channel, "").show_case(with_ten(view, name), None, name)
    page = chromium.new_page(viewport={"width": 390, "height": 844}, locale="en-GB")
    page.goto(server.url)
    yield {name: height(page, name) for name in CASES}
    page.close()
    server.stop()
    slack.stop()
    aws.stop()


def with_ten(view: CaseView, name: str) -> CaseView:
    case: Case = replace(view.case, grants=TEN, user=replace(CASE.user, display_name=f"Dana {name}"))
    return replace(view, case=case)


def height(page: Page, name: str) -> float:
    message = page.locator("#messages .message", has_text=f"Dana {name}").first
    message.wait_for(timeout=SOON)
    box = message.bounding_box()
    assert box
    return box["height"]


@pytest.mark.parametrize("name", CASES)
def test_ten_ways_in_leave_half_of_a_phones_screen(heights: dict[str, float], name: str) -> None:
    assert heights[name] <= MOST
