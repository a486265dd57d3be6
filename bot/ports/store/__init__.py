"""The database as services see it, divided by subject; `Store` is all of it."""

from typing import Protocol

from bot.ports.store.actions import ActionStore
from bot.ports.store.bulks import BulkStore
from bot.ports.store.cases import CaseStore
from bot.ports.store.denies import DenyStore
from bot.ports.store.dialogs import DialogStore
from bot.ports.store.directory import DirectoryStore, SourceLooks
from bot.ports.store.events import EventStore
from bot.ports.store.history import HistoryStore
from bot.ports.store.lists import ListStore
from bot.ports.store.messages import MessageStore
from bot.ports.store.rules.brake import BrakeStore, HoldStore
from bot.ports.store.rules.leaves import LeaveStore
from bot.ports.store.rules.limits import LimitStore
from bot.ports.store.rules.rules import RuleStore
from bot.ports.store.scans import ScanStore
from bot.ports.store.upkeep import AuditLog, Memory, UnusedSets, Upkeep
from bot.ports.store.wishes import WishStore


class Store(
    CaseStore,
    ListStore,
    ScanStore,
    ActionStore,
    LimitStore,
    DenyStore,
    DialogStore,
    DirectoryStore,
    HistoryStore,
    WishStore,
    LeaveStore,
    BulkStore,
    RuleStore,
    MessageStore,
    EventStore,
    SourceLooks,
    BrakeStore,
    HoldStore,
    AuditLog,
    Memory,
    UnusedSets,
    Upkeep,
    Protocol,
):
    """One transaction per method: all of it happens or none. Raises StoreError. The database enforces uniqueness."""
