"""What services need from the outside world. Each port is a contract, failures included, with one test suite."""

from bot.ports.aws.access import Access, Instance, Job, OpenApplications
from bot.ports.aws.cloudtrail import Trail, Trailed
from bot.ports.aws.deny import Deny, DenyPolicy
from bot.ports.aws.directory import Directory
from bot.ports.aws.events import MOST_AT_ONCE, Delivery, EventsQueue
from bot.ports.aws.grants import ApplicationAssignment, Assignment, Entitlement, GrantSource, Location, Row
from bot.ports.aws.iam_users import IamUsers
from bot.ports.aws.identity import Identity
from bot.ports.aws.requests import Background, Waits
from bot.ports.chat import Chat, Posted
from bot.ports.engine import Clock, Work
from bot.ports.source_directory import SourceDirectory
from bot.ports.store import Store
from bot.ports.store.actions import ActionStore
from bot.ports.store.bulks import BulkStore
from bot.ports.store.cases import CaseStore, StoredCase, Surroundings
from bot.ports.store.denies import DenyLine, DenyStore, StoredInline
from bot.ports.store.dialogs import DialogStore, StoredDialog
from bot.ports.store.directory import DirectoryStore, SourceLooks
from bot.ports.store.events import EventStore, Heard
from bot.ports.store.history import HistoryStore
from bot.ports.store.lists import ListStore, StoredList
from bot.ports.store.messages import MessageKind, MessageStore, Unshown, Waiting
from bot.ports.store.process_lock import Holder, ProcessLock
from bot.ports.store.rules.brake import BrakeStore, HoldStore
from bot.ports.store.rules.leaves import LeaveStore
from bot.ports.store.rules.rules import RuleStore, RuleTotals
from bot.ports.store.scans import ScanStore
from bot.ports.store.upkeep import AuditLog, Memory, UnusedSets, Upkeep, Verdict
from bot.ports.store.wishes import WishStore
from bot.ports.words import Words
