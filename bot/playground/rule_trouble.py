"""Trouble with what leaverbot does by itself: rules switched on, a mistake in the directory, and what rules rely on."""

from collections.abc import Callable, Mapping

from bot.playground.entra import Tenant
from bot.playground.identity_center import Organization
from bot.playground.trouble_kind import Kind

# Durations of a minute, so that a visitor sees the whole of it.
RULES = {"LEAVERBOT_AUTO_REVOKE_AFTER": "1m", "LEAVERBOT_AUTO_DELETE_AFTER": "1m"}
# Two minutes, in days.
SILENCE = {"LEAVERBOT_SCIM_SILENCE_DAYS": "0.0014"}
# One in so many people is disabled by the mistake.
SHARE = 3


class RuleTrouble:
    """`change_bot` starts the bot again with these settings on top of its own. `tenant`: Entra, where its accounts are
    those of the organization's users.
    """

    def __init__(
        self,
        org: Organization,
        tenant: Tenant,
        accounts: Mapping[str, str],
        change_bot: Callable[[dict[str, str]], None],
    ) -> None:
        self._org, self._tenant, self._accounts, self._change_bot = org, tenant, accounts, change_bot
        # The settings on top; whom the mistake disabled; who is active in Entra all the same.
        self._settings: dict[str, str] = {}
        self._disabled: list[str] = []
        self._active: set[str] = set()
        org.on_change(self._follow)

    def kinds(self) -> list[Kind]:
        return [
            Kind(
                "rules",
                "Rules",
                "Switch rules on: revoke after a minute, then delete",
                "The bot restarts with these settings. In the thread of each alert stands what will happen, with Stop.",
                lambda: self._switch_on(RULES),
            ),
            Kind(
                "mistake",
                "Rules",
                "A third of the company is disabled at once",
                "A mistake in the directory: the brake stops all rules and asks an admin. Cleared, it ends.",
                self._disable_many,
            ),
            Kind(
                "active",
                "Rules",
                "Entra says that a leaver is still active",
                "With the next scan the alert says that the two disagree, and no rule acts on that person.",
                self._disagree,
            ),
            Kind(
                "silent",
                "Rules",
                "A directory counts as silent after two minutes",
                "Instead of a week. With the next scan the channel is told what it means that SCIM sends nothing.",
                lambda: self._switch_on(SILENCE),
            ),
        ]

    def clear(self) -> None:
        """Undo everything, in the directory first: the bot then starts with it as it should be."""
        for user_id in self._disabled:
            if user_id in self._org.user_by_id:
                self._org.set_status(user_id, "ENABLED")
        self._disabled, self._active = [], set()
        self._follow()
        if self._settings:
            self._settings = {}
            self._change_bot({})

    def _switch_on(self, settings: Mapping[str, str]) -> Callable[[], bool]:
        self._settings = {**self._settings, **settings}
        self._change_bot(self._settings)
        return lambda: settings.items() <= self._settings.items()

    def _disable_many(self) -> Callable[[], bool]:
        enabled = [user.id for user in self._org.users() if user.status == "ENABLED"]
        self._disabled = enabled[::SHARE]
        for user_id in self._disabled:
            self._org.set_status(user_id, "DISABLED")
        return lambda: bool(self._disabled)

    def _disagree(self) -> Callable[[], bool]:
        leavers = (user for user in self._org.users() if user.status == "DISABLED" and user.id in self._accounts)
        worst = max(leavers, key=lambda user: len(self._org.truth(user.id)), default=None)
        self._active = {worst.id} if worst else set()
        self._follow()
        return lambda: bool(self._active)

    def _follow(self) -> None:
        """Accounts in Entra are on or off as the users are, but for those who are active all the same."""
        # After every change of a company of thousands: without copies of its users.
        for user in list(self._org.user_by_id.values()):
            account = self._tenant.accounts.get(self._accounts.get(user.id, ""))
            on = user.status != "DISABLED" or user.id in self._active
            if account and account.enabled is not on:
                self._tenant.set_enabled(account.id, enabled=on)
