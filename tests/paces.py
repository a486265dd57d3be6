"""How long the real program pauses in tests.

The pauses spare AWS and Slack, and no rule but their own depends on them. A program that a test starts takes the quick
ones. A test that is about time, or interferes in the middle of something, asks for the real ones:
`@pytest.mark.real_pauses`, or `world(quick=False)`.
"""

import sys
from collections.abc import Mapping
from datetime import timedelta

# Module and constant: seconds.
QUICK: Mapping[str, float] = {
    "bot.engine.projector.FAILED_PAUSE": 0.2,
    "bot.engine.projector.LOOK_PAUSE": 0.02,
    "bot.engine.projector.NOT_YET_SECONDS": 0.1,
    "bot.engine.schedule.FIRST_PAUSE": 0.2,
    "bot.engine.workflows.STEP_SECONDS": 0.05,
    "bot.app.BULK_SECONDS": 0.2,
    "bot.app.LEAVE_SECONDS": 0.2,
    "bot.app.RULE_SECONDS": 0.2,
    "bot.services.kinds.deny.policies.setup.PAUSE_SECONDS": 0.1,
    "bot.services.messages.projection.REST_SECONDS": 0.1,
    "bot.slack.connection.client.PAUSE_SECONDS": 0.1,
    "bot.slack.connection.socket.FIRST_PAUSE": 0.1,
    "bot.processes.startup.FIRST_PAUSE": 0.1,
}
# In place of the minute in which no rule acts on anybody, and for which its announcement has to stand.
QUICK_MINUTE = timedelta(seconds=1)
MINUTES = (
    "bot.core.rules.announcements.LEAST_STANDS",
    "bot.core.rules.guards.FIRST_MINUTE",
    "bot.core.rules.times.FIRST_MINUTE",
)
# How long the simulator's jobs take, in seconds.
QUICK_JOBS = (0.02, 0.1)


def hurry() -> None:
    """Give this process, which has imported the program, the quick pauses."""
    for name, quick in {**QUICK, **dict.fromkeys(MINUTES, QUICK_MINUTE)}.items():
        module, _, constant = name.rpartition(".")
        if constant not in vars(sys.modules[module]):
            raise AttributeError(f"{name} is no longer there")
        setattr(sys.modules[module], constant, quick)


def without_rates() -> None:
    """Let this process, which has imported the program, call its simulated AWS as fast as it can."""
    sys.modules["bot.aws.requests.limiter"].SHARE = 1_000.0  # type: ignore[attr-defined]  # a module's constant
    sys.modules["bot.playground.play"].AWS_RATES = False  # type: ignore[attr-defined]  # a module's constant
