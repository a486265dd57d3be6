"""The scenes in which each message, dialog and list of the sample company is on the phone, in their order."""

import re
from collections.abc import Callable, Sequence

from playwright.sync_api import Locator

from tests.benchmarks.words.phone import Phone

Scene = Callable[[Phone], Locator | Sequence[Locator]]


def _alerts() -> dict[str, Scene]:
    return {
        "alert, 6 ways in": lambda phone: phone.message("Dana Rossi"),
        "alert, 10 ways in": lambda phone: phone.message("Kwame Boateng"),
        "alert of an incident": lambda phone: phone.message("Ravi Menon"),
    }


def _dialog(name: str, label: str) -> Scene:
    def scene(phone: Phone) -> Locator:
        phone.dismiss()
        phone.press(phone.message(name), label)
        return phone.dialog()

    return scene


def _closed(scene: Scene) -> Scene:
    """The scene after the dialog of the one before was closed."""

    def after(phone: Phone) -> Locator | Sequence[Locator]:
        if phone.page.get_by_role("dialog").count():
            phone.close_dialog()
        return scene(phone)

    return after


def _dialogs() -> dict[str, Scene]:
    return {
        "dialog: details": _dialog("Dana Rossi", "Details"),
        "dialog: plan of a revoke, 6 ways in": _closed(_dialog("Dana Rossi", "Revoke access")),
        "dialog: plan of a revoke, 10 ways in": _closed(_dialog("Kwame Boateng", "Revoke access")),
        "dialog: shut out": _closed(_dialog("Dana Rossi", "Shut out")),
        "dialog: emergency deny": _closed(_dialog("Dana Rossi", "Emergency deny")),
    }


def _command(text: str) -> Scene:
    return lambda phone: phone.told(f"/leavers {text}".rstrip())


def _answers() -> dict[str, Scene]:
    names = {
        "list": "",
        "summary": "summary",
        "status": "status",
        "one person": "show dana.rossi",
        "what deleted users left": "orphans",
        "permission sets not used": "unused",
        "help": "help",
        "whom?": "show",
        "nobody by that name": "show nobody.at.all",
    }
    return {f"answer: {name}": _closed(_command(text)) for name, text in names.items()}


def _refused_press(phone: Phone) -> Locator:
    phone.dismiss()
    phone.become("Carol")
    phone.press(phone.message("Dana Rossi"), "Revoke access")
    found = phone.answer()
    phone.page.wait_for_timeout(500)
    return found


def _refused_enabled(phone: Phone) -> Locator:
    """Somebody who still works here, asked for by name."""
    phone.become("Alice")
    name = phone.page.evaluate(
        "async () => (await (await import('/api.js')).look('directory', {})).users"
        ".find(user => user.status === 'ENABLED' && user.user_name).user_name"
    )
    phone.dismiss()
    phone.page.get_by_label("Message or command").fill(f"/leavers revoke {name}")
    phone.page.get_by_role("button", name="Send").click()
    return phone.dialog()


def _denied(phone: Phone) -> Locator:
    phone.press(phone.message("Tomas Novotny"), "Emergency deny")
    phone.confirm("Emergency deny")
    phone.message("Tomas Novotny").get_by_text(re.compile("lift deny", re.IGNORECASE)).first.wait_for()
    phone.page.wait_for_timeout(4_000)
    return phone.message("Tomas Novotny")


def _revoked(name: str) -> Scene:
    def scene(phone: Phone) -> Locator:
        phone.dismiss()
        phone.press(phone.message(name), "Revoke access")
        phone.confirm("Revoke access")
        phone.message(name).get_by_role("button", name=re.compile("repl")).wait_for()
        phone.page.wait_for_timeout(3_000)
        return phone.message(name)

    return scene


def _half(phone: Phone) -> Locator:
    phone.act("trouble", name="job")
    return _one(_revoked("Ingrid Solberg")(phone))


def _enabled_again(phone: Phone) -> Locator:
    phone.dismiss()
    phone.act("status", user=phone.user("Ravi Menon"), status="ENABLED")
    phone.page.wait_for_timeout(8_000)
    return phone.message("Ravi Menon")


def _thread(name: str) -> Scene:
    def scene(phone: Phone) -> Sequence[Locator]:
        phone.dismiss()
        return phone.thread(phone.message(name))

    return scene


def _partial(phone: Phone) -> Locator:
    phone.dismiss()
    phone.act("trouble", name="page")
    phone.told("/leavers scan")
    found = phone.page.locator("#messages .message", has_text=re.compile("incomplete|partial", re.IGNORECASE)).last
    found.wait_for(timeout=60_000)
    return found


def _announced(phone: Phone) -> Locator:
    """What a rule will do, in the thread of an alert."""
    phone.dismiss()
    phone.act("calm")
    phone.act("trouble", name="rules")
    phone.page.wait_for_timeout(15_000)
    return phone.thread(phone.message("Dana Rossi"))[-1]


def _brake(phone: Phone) -> Locator:
    phone.dismiss()
    phone.act("trouble", name="mistake")
    return phone.message("directory mistake")


def _actions() -> dict[str, Scene]:
    return {
        "refusal: no role": _closed(_refused_press),
        "refusal: still works here": _closed(_refused_enabled),
        "alert under an emergency deny": _closed(_denied),
        "thread after the deny, all replies": _thread("Tomas Novotny"),
        "alert after a revoke of 10 ways in": _revoked("Kwame Boateng"),
        "thread after the revoke, all replies": _thread("Kwame Boateng"),
        "alert after a revoke that failed once": _half,
        "thread after that revoke, all replies": _thread("Ingrid Solberg"),
        "alert of somebody enabled again": _enabled_again,
        "partial scan": _partial,
        "what a rule will do, in the thread": _announced,
        "the brake": _brake,
    }


def _digest(phone: Phone) -> Locator:
    """The first message of all: hundreds are read at AWS's own pace."""
    found = phone.page.locator("#messages .message", has_text=re.compile(r"\d found "))
    found.first.wait_for(timeout=180_000)
    phone.page.wait_for_timeout(4_000)
    return found.first


def small_company() -> dict[str, Scene]:
    """The scenes at the sample company of 60."""
    return {**_alerts(), **_dialogs(), **_answers(), **_actions()}


def _in_the_list(label: str) -> Scene:
    """The list that is open, after this button of it."""

    def scene(phone: Phone) -> Locator:
        listed = phone.page.locator(".message.ephemeral").last
        listed.get_by_role("button", name=re.compile(label)).last.click()
        phone.page.wait_for_timeout(1_500)
        return listed

    return scene


def _bulk_plan(phone: Phone) -> Locator:
    phone.page.locator(".message.ephemeral").last.get_by_role("button", name=re.compile(r"Revoke access \(")).click()
    dialog = phone.dialog()
    dialog.get_by_role("textbox").wait_for(timeout=180_000)
    return dialog


def _bulk_working(phone: Phone) -> Locator:
    dialog = phone.dialog()
    asked = re.search(r"number of people: (\d+)", dialog.inner_text())
    dialog.get_by_role("textbox").fill(asked[1] if asked else "")
    dialog.locator("[data-action=submit]").click()
    bulk = re.compile(r"access of \d+ people", re.IGNORECASE)
    working = phone.page.locator("#messages .message:not(.ephemeral)", has_text=bulk).last
    working.wait_for(timeout=60_000)
    return working


def _bulk_done(phone: Phone) -> Locator:
    ended = phone.page.locator("#messages .message:not(.ephemeral)", has_text="bulks show").last
    ended.wait_for(timeout=300_000)
    phone.page.wait_for_timeout(3_000)
    return ended


def large_company() -> dict[str, Scene]:
    """The scenes of a first day with many leavers."""
    return {
        "digest of a first scan": _digest,
        "answer: list of many": _command(""),
        "list: only critical ones": _in_the_list("Critical"),
        "list: second page": _in_the_list("Next"),
        "list: selecting": _in_the_list("Select several"),
        "list: all selected": _in_the_list("Select all"),
        "dialog: plan of a bulk": _bulk_plan,
        "bulk at work": _bulk_working,
        "bulk at its end": _bulk_done,
        "digest after it": _digest,
        "answer: summary of many": _command("summary"),
    }


def _one(given: Locator | Sequence[Locator]) -> Locator:
    return given if isinstance(given, Locator) else given[0]
