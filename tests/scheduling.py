"""Which tests run in one worker, and in which order. pytest-xdist's own mark for it (3.8, `xdist_group`) has no effect
with pytest 9.2.
"""

from collections import Counter

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

# The tests in here mostly wait for programs and sockets; the others compute.
WAITING = (
    "tests/e2e/",
    "tests/engine/",
    "tests/playground/slack_workspace/test_people.py",
    "tests/playground/test_page_server.py",
    "tests/slack/test_socket.py",
    "tests/test_ground.py",
    "tests/test_health.py",
    "tests/test_last_words.py",
)
# When the last of them begins, as a share of the others: at the end there are only short tests, and no worker is alone
# with a long one.
LAST = 0.85


class ByServer(LoadScopeScheduling):
    """Tests that share a PostgreSQL, a browser or a slow import stay together and come first; each of the others goes
    anywhere.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/browser/"):
            return "browser"
        if nodeid.partition("::")[0].endswith("_template.py"):
            return "templates"
        return "postgresql" if "postgresql" in nodeid.partition("[")[2] else nodeid

    def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int:
        """Forgets finished tests: counting them again after each test took seconds."""
        for scope in [scope for scope, tests in workload.items() if all(tests.values())]:
            del workload[scope]
        return int(super()._pending_of(workload))


def spread(items: list[pytest.Item]) -> None:
    """Spread the tests that wait evenly among those that compute, so that the workers always do both."""
    waits = [item.nodeid.startswith(WAITING) for item in items]
    count, seen = Counter(waits), Counter[bool]()
    places = {}
    for item, wait in zip(items, waits, strict=True):
        places[item] = seen[wait] / count[wait] * (LAST if wait else 1.0)
        seen[wait] += 1
    items.sort(key=places.__getitem__)
