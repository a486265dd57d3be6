"""A first day with many leavers: from the digest to nobody critical, in a person's two minutes."""

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, expect

from tests.browser.first_day import LONG, TWO_MINUTES, digest, left_critical, revoke_critical
from tests.browser.playground import CHROMIUM, opened, running

# Fewer people than in first_day.COMPANY, and an AWS without its rates: the machine's time, not the person's, who reads
# and presses the same. `python -m tests.browser.first_day` has all 400.
COMPANY = ("--users", "150", "--leavers", "80")


@pytest.mark.timeout(300)
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this computer: apt-get install chromium")
def test_everybody_critical_is_revoked_from_the_digest_in_one_action_and_two_minutes(chromium: Browser) -> None:
    with running(*COMPANY, rates=False) as url, opened(chromium, url) as page:
        assert left_critical(page) > 10
        person, count, message = revoke_critical(page)
        assert person.seconds < TWO_MINUTES, person.steps
        expect(message).to_contain_text(f"{count} done", timeout=LONG)
        expect(digest(page)).not_to_contain_text("critical", timeout=LONG)
        expect(page.locator('[data-step="several"]')).to_have_class("done")
        # What the visitor sees is what the simulated AWS has.
        page.get_by_role("button", name="With access").click()
        expect(page.locator("#people .card").first).to_be_visible()
        expect(page.locator("#people .tag.strong")).to_have_count(0)
