"""How long a press takes until the member accounts are denied, and what denying 250 leavers in one go takes."""

import statistics
import tempfile
import time
from pathlib import Path

from tests.benchmarks.table import seconds, show

PRESSES, MANY, POLICIES = 12, 250, 3
# From the press to the policy in force, with nothing else going on.
MOST_SECONDS = 3.0
# Between presses, so that none waits for AWS's two requests a second that the one before used up.
PAUSE_SECONDS = 3.0


def measure_denies() -> list[str]:
    """Measure both, print, and give what is broken."""
    return [*_presses(), *_many()]


def _presses() -> list[str]:
    # Imported here: the process that measures the scan's memory has to stay small.
    from tests.world import eventually, world

    took = []
    with world() as here:
        account, role = here.org.add_account("payments-prod"), here.org.add_permission_set("PowerUserAccess")
        users = {
            f"leaver-{number:02}": here.leaver(f"leaver-{number:02}", (account, role)) for number in range(PRESSES)
        }
        here.start()
        for name, user in users.items():
            alert = here.alert(name)
            time.sleep(PAUSE_SECONDS)
            began = time.monotonic()
            here.press(here.bob, alert, "case_deny")
            eventually(lambda user=user: here.org.denied(user, account))
            took.append(time.monotonic() - began)
    worst = max(took)
    show(
        f"From the press of Emergency deny until the member accounts deny ({PRESSES} presses, one after the other)",
        ["least", "median", "most", "bound"],
        [[f"{min(took):.2f} s", f"{statistics.median(took):.2f} s", f"{worst:.2f} s", f"{MOST_SECONDS:.0f} s"]],
    )
    return [f"a press took {worst:.2f} s"] if worst > MOST_SECONDS else []


def _many() -> list[str]:
    from bot.core.deny.policy_document import denied_users
    from tests.services.denials import denials

    with (
        tempfile.TemporaryDirectory() as folder,
        denials(Path(folder), policies=POLICIES, wire=True, paced=True) as here,
    ):
        users = [here.leaver(f"firstname.lastname-{number:03}") for number in range(MANY)]
        for user in users:
            here.ask(user)
        began = time.monotonic()
        here.round()
        written = time.monotonic() - began
        held = [denied_users(here.text(number)) for number in range(POLICIES)]
        touched, updates = sum(bool(one) for one in held), here.aws.calls["organizations.UpdatePolicy"]
        here.work()
        whole = time.monotonic() - began
        throttled = here.aws.throttled
    show(
        f"{MANY} leavers denied in one go, by id and by name, {POLICIES} policies, at AWS's rates",
        ["until all are denied", "until all are read back", "policies touched", "UpdatePolicy", "throttled"],
        [[seconds(written), seconds(whole), touched, updates, throttled]],
    )
    broken = [] if set().union(*held) == set(users) else ["not everybody is denied"]
    return broken + ([f"{updates} UpdatePolicy for {touched} policies"] if updates > touched else [])
