"""Ways in: account assignments, applications of Identity Center, entitlements to ordinary IAM roles."""

from typing import Any

from bot.playground.identity_center.ordered import Numbered, Rows
from bot.playground.identity_center.provisioned import PermissionSets
from bot.playground.identity_center.records import Application, Entitlement, Instance, Principal

HAVING_IT = (True, "denied")  # of `account_access`: whoever is refused does not see it, but people use it
CUSTOM = "custom"  # the provider of an application that a customer made


def _shelves(entitlement: Entitlement) -> tuple[Principal | str | None, ...]:
    """Where an entitlement is looked for."""
    return None, entitlement.principal, entitlement.role_arn, entitlement.account_id


class Grants(PermissionSets):
    """What an estate lets people use."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.options.account_access in HAVING_IT:
            # Its application is one of Identity Center too; the name of the provider is a guess.
            self.add_application("Account access manager", provider="account-access")

    def add_instance(self, account_id: str, name: str | None = None, region: str | None = None) -> str:
        """An account's own instance, which only that account sees and in which there is nobody. Returns its ARN."""
        with self.edit():
            if account_id not in self.account_by_id:
                raise ValueError(f"there is no account {account_id}")
            arn = f"arn:{self.partition}:sso:::instance/{self.later_ids.instance()}"
            store = self.later_ids.identity_store()
            self.instance_by_arn[arn] = Instance(arn, store, account_id, region or self.region, name, self.now())
            return arn

    def add_application(self, name: str, account: str | None = None, provider: str = CUSTOM) -> str:
        """An application of the organization's instance, made in `account` (None: management). Returns its ARN."""
        with self.edit():
            account_id = account or self.management_account_id
            if account_id not in self.account_by_id:
                raise ValueError(f"there is no account {account_id}")
            identifier = f"{self.instance_id}/{self.later_ids.application()}"
            application = Application(
                sequence=next(self._sequence),
                arn=f"arn:{self.partition}:sso::{account_id}:application/{identifier}",
                name=name,
                account_id=account_id,
                provider_arn=f"arn:{self.partition}:sso::aws:applicationProvider/{provider}",
                created_at=self.now(),
            )
            self.application_by_arn[application.arn] = application
            for key in (None, application.account_id, application.provider_arn):
                self.applications_by.setdefault(key, Rows()).append(application)
            return application.arn

    def set_background_sessions(self, arn: str, *, enabled: bool) -> None:
        """Switch user background sessions of an application on or off (PutApplicationSessionConfiguration)."""
        with self.edit():
            self.application_by_arn[arn].background = enabled

    def open_application(self, arn: str) -> None:
        """Let every user use the application without an assignment (PutApplicationAssignmentConfiguration)."""
        with self.edit():
            self.application_by_arn[arn].assignment_required = False

    def set_application_enabled(self, arn: str, enabled: bool) -> None:
        """Switch an application on or off. Who is assigned to it stays so: on again, and everybody is back."""
        with self.edit():
            self.application_by_arn[arn].enabled = enabled

    def _check_principal(self, principal_type: str, principal_id: str) -> Principal:
        known = self.user_by_id if principal_type == "USER" else self.group_by_id
        if principal_type not in {"USER", "GROUP"} or principal_id not in known:
            raise ValueError(f"there is no {principal_type} {principal_id}")
        return principal_type, principal_id

    def assign_application(self, arn: str, principal_type: str, principal_id: str) -> None:
        """Let a user or a group use an application."""
        with self.edit():
            principal = self._check_principal(principal_type, principal_id)
            here = self.application_by_arn[arn].principals
            if principal not in here:
                number = next(self._sequence)
                here.add(principal, number)
                self.applications_of.setdefault(principal, Numbered()).add(arn, number)

    def unassign_application(self, arn: str, principal_type: str, principal_id: str) -> None:
        with self.edit():
            principal = (principal_type, principal_id)
            if self.application_by_arn[arn].principals.discard(principal):
                self.applications_of[principal].discard(arn)

    def add_role(self, account: str, name: str) -> str:
        """An ordinary IAM role that trusts account access manager. Returns its ARN."""
        with self.edit():
            if account not in self.account_by_id:
                raise ValueError(f"there is no account {account}")
            arn = f"arn:{self.partition}:iam::{account}:role/{name}"
            self.role_arns[arn] = self.later_ids.role()
            return arn

    def entitle(self, role_arn: str, principal_type: str, principal_id: str) -> str:
        """Entitle a user or a group to a role; nothing new when they are already. Returns the entitlement's id.

        Raises ValueError without `account_access` True or "denied", because then no application could hold it.
        """
        with self.edit():
            principal = self._check_principal(principal_type, principal_id)
            if self.options.account_access not in HAVING_IT:
                raise ValueError("the organization was made without account_access=True")
            if role_arn not in self.role_arns:
                raise ValueError(f"there is no role {role_arn}")
            mine = self.entitlements_of.setdefault(principal, {})
            for entitlement_id, held in mine.items():
                if held == role_arn:
                    return entitlement_id
            entitlement = Entitlement(
                next(self._sequence), f"ent-{self.later_ids.suffix()}", principal, role_arn, self.now()
            )
            self.entitlement_by_id[entitlement.id] = entitlement
            mine[entitlement.id] = role_arn
            for key in _shelves(entitlement):
                self.entitlements_by.setdefault(key, Rows()).append(entitlement)
            return entitlement.id

    def withdraw(self, entitlement_id: str) -> None:
        """Take an entitlement away; harmless when it is gone."""
        with self.edit():
            entitlement = self.entitlement_by_id.pop(entitlement_id, None)
            if entitlement is not None:
                del self.entitlements_of[entitlement.principal][entitlement_id]
                for key in _shelves(entitlement):
                    self.entitlements_by[key].discard(entitlement)

    def assign(self, account_id: str, permission_set_arn: str, principal_type: str, principal_id: str) -> None:
        """Give a user or group a permission set in an account, at once; provisions the role if there is none."""
        with self.edit():
            known = self.user_by_id if principal_type == "USER" else self.group_by_id
            if principal_id not in known or account_id not in self.account_by_id:
                raise ValueError("no such principal or account")
            if permission_set_arn not in self.permission_set_by_arn:
                raise KeyError(permission_set_arn)
            place, principal = (account_id, permission_set_arn), (principal_type, principal_id)
            if place in self.places_of.setdefault(principal, Numbered()):
                return
            sequence = next(self._sequence)
            self.places_of[principal].add(place, sequence)
            here = self.principals_at.setdefault(account_id, {}).setdefault(permission_set_arn, Numbered())
            here.add(principal, sequence)
            self.make_role(place)

    def unassign(self, account_id: str, permission_set_arn: str, principal_type: str, principal_id: str) -> None:
        """Take an assignment away, at once; with the last one of its kind in the account the role goes too."""
        with self.edit():
            place, principal = (account_id, permission_set_arn), (principal_type, principal_id)
            if principal not in self.places_of or not self.places_of[principal].discard(place):
                return
            here = self.principals_at[account_id][permission_set_arn]
            here.discard(principal)
            if not here:
                del self.principals_at[account_id][permission_set_arn]
                self.drop_role(place)
