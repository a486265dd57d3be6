"""A simulated Microsoft Entra tenant: its token endpoint and the part of Graph about users."""

from bot.playground.entra.faults import Fault
from bot.playground.entra.server import EntraServer
from bot.playground.entra.tenant import Account, Application, Tenant

__all__ = ["Account", "Application", "EntraServer", "Fault", "Tenant"]
