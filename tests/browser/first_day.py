"""A first day: hundreds who left, and all critical ones revoked from the digest in one action.

python -m tests.browser.first_day     # at AWS's own pace, some minutes; ends with 1 above two minutes of a person's time
"""

import re
import sys
import time

from playwright.sync_api import Locator, Page, expect

from tests.browser.person import Person
from tests.browser.playground import browser, opened, running

COMPANY = ("--users", "2000", "--leavers", "400")
# A first scan reads hundreds of people; a bulk changes a hundred.
LONG = 600_000
# What all of it may take of a person's time, in seconds.
TWO_MINUTES = 120
# What a person reads of a list before they trust its title.
GLANCE = 60


def digest(page: Page) -> Locator:
    """The digest of the first scan, once it is there."""
    found = page.locator("#messages .message", has_text=re.compile(r"\d found ")).first
    expect(found).to_be_visible(timeout=LONG)
    return found


def revoke_critical(page: Page) -> tuple[Person, int, Locator]:
    """From the digest to a bulk of all critical cases under way: whose time, how many people, and the bulk's message."""
    person, found = Person(), digest(page)
    person.read("the digest", found.locator(".body"))
    person.press(found.get_by_role("button", name="Start with critical"))
    opened_list = page.locator("#messages .message.ephemeral").last
    person.wait("the list", opened_list)
    person.read("the top of the list", opened_list.locator(".body"), GLANCE)
    person.press(opened_list.get_by_role("button", name=re.compile(r"Select all [\d,]+")))
    revoke = opened_list.get_by_role("button", name=re.compile(r"Revoke access \([\d,]+\)"))
    person.wait("the selection", revoke)
    count = int(re.sub(r"\D", "", revoke.inner_text()))
    person.press(revoke)
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("textbox")
    person.wait("the plan", field)
    person.read("the plan", dialog)
    person.write(field, re.sub(r"\D", "", field_count(dialog)))
    person.press(dialog.locator("[data-action=submit]"))
    message = page.locator("#messages .message:not(.ephemeral)", has_text=re.compile(rf"\b{count} people"))
    person.wait("the message of the bulk", message)
    return person, count, message


def field_count(dialog: Locator) -> str:
    """The number that the plan asks for."""
    asked = re.search(r"number of people: ([\d,]+)", dialog.inner_text())
    assert asked, dialog.inner_text()
    return asked[1]


def left_critical(page: Page) -> int:
    """How many critical people the digest still counts."""
    counted = re.search(r"([\d,]+) critical", digest(page).inner_text())
    return int(counted[1].replace(",", "")) if counted else 0


def main() -> int:
    """Walk through it at the pace of AWS, and print what took how long."""
    with browser() as chromium, running(*COMPANY) as url, opened(chromium, url) as page:
        began = time.monotonic()
        digest(page)
        print(f"The first scan took {time.monotonic() - began:.0f} s.")
        began = time.monotonic()
        person, count, message = revoke_critical(page)
        for what, seconds in person.steps:
            print(f"{seconds:6.1f} s  {what}")
        print(f"{person.seconds:6.1f} s  of a person's time for {count} people")
        expect(message).to_contain_text("✅", timeout=LONG)
        print(f"The bulk had ended {time.monotonic() - began:.0f} s after the digest was looked at.")
    return int(person.seconds >= TWO_MINUTES)


if __name__ == "__main__":
    sys.exit(main())
