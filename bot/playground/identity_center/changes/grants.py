"""Ways in: account assignments, Identity Center applications, entitlements to ordinary IAM roles."""

from bot.playground.identity_center.changes.directory_events import record_grant
from bot.playground.identity_center.changes.permission_sets import drop_role, make_role
from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.state.ordered import Numbered, Sequenced
from bot.playground.identity_center.state.records import Application, Entitlement, Instance, Principal

HAVING_IT = (
    True,
    "denied",
)  # values of `account_access`: with "denied" the caller cannot see it, but people still use it
CUSTOM = "custom"  # the provider of a customer-managed application


def _shelves(entitlement: Entitlement) -> tuple[Principal | str | None, ...]:
    """The keys an entitlement is indexed under."""
    return None, entitlement.principal, entitlement.role_arn, entitlement.account_id


def add_instance(org: Estate, account_id: str, name: str | None = None, region: str | None = None) -> str:
    """An account's own instance: empty, and visible to that account only. Returns its ARN."""
    with org.edit():
        if account_id not in org.account_by_id:
            raise ValueError(f"there is no account {account_id}")
        arn = f"arn:{org.partition}:sso:::instance/{org.later_ids.instance()}"
        store = org.later_ids.identity_store()
        org.instance_by_arn[arn] = Instance(arn, store, account_id, region or org.region, name, org.now())
        return arn


def add_application(org: Estate, name: str, account: str | None = None, provider: str = CUSTOM) -> str:
    """An application of the organization's instance, created in `account` (None: management). Returns its ARN."""
    with org.edit():
        account_id = account or org.management_account_id
        if account_id not in org.account_by_id:
            raise ValueError(f"there is no account {account_id}")
        identifier = f"{org.instance_id}/{org.later_ids.application()}"
        application = Application(
            sequence=next(org.numbers),
            arn=f"arn:{org.partition}:sso::{account_id}:application/{identifier}",
            name=name,
            account_id=account_id,
            provider_arn=f"arn:{org.partition}:sso::aws:applicationProvider/{provider}",
            created_at=org.now(),
        )
        org.application_by_arn[application.arn] = application
        for key in (None, application.account_id, application.provider_arn):
            org.applications_by.setdefault(key, Sequenced()).append(application)
        return application.arn


def set_background_sessions(org: Estate, arn: str, *, enabled: bool) -> None:
    """Turn an application's user background sessions on or off (PutApplicationSessionConfiguration)."""
    with org.edit():
        org.application_by_arn[arn].background = enabled


def open_application(org: Estate, arn: str) -> None:
    """Let every user use the application without an assignment (PutApplicationAssignmentConfiguration)."""
    with org.edit():
        org.application_by_arn[arn].assignment_required = False


def set_application_enabled(org: Estate, arn: str, enabled: bool) -> None:
    """Enable or disable an application. Its assignments stay: enable it again and everybody is back."""
    with org.edit():
        org.application_by_arn[arn].enabled = enabled


def _check_principal(org: Estate, principal_type: str, principal_id: str) -> Principal:
    known = org.user_by_id if principal_type == "USER" else org.group_by_id
    if principal_type not in {"USER", "GROUP"} or principal_id not in known:
        raise ValueError(f"there is no {principal_type} {principal_id}")
    return principal_type, principal_id


def assign_application(org: Estate, arn: str, principal_type: str, principal_id: str) -> None:
    """Let a user or a group use an application, as somebody would in the console."""
    with org.edit():
        principal = _check_principal(org, principal_type, principal_id)
        here = org.application_by_arn[arn].principals
        if principal not in here:
            number = next(org.numbers)
            here.add(principal, number)
            org.applications_of.setdefault(principal, Numbered()).add(arn, number)
            record_grant(
                org,
                "sso-admin.CreateApplicationAssignment",
                applicationArn=arn,
                principalType=principal_type,
                principalId=principal_id,
            )


def unassign_application(org: Estate, arn: str, principal_type: str, principal_id: str) -> None:
    with org.edit():
        principal = (principal_type, principal_id)
        if org.application_by_arn[arn].principals.discard(principal):
            org.applications_of[principal].discard(arn)


def add_role(org: Estate, account: str, name: str) -> str:
    """An ordinary IAM role that trusts account access manager. Returns its ARN."""
    with org.edit():
        if account not in org.account_by_id:
            raise ValueError(f"there is no account {account}")
        arn = f"arn:{org.partition}:iam::{account}:role/{name}"
        org.role_arns[arn] = org.later_ids.role()
        return arn


def entitle(org: Estate, role_arn: str, principal_type: str, principal_id: str) -> str:
    """Entitle a user or a group to a role, unless they already are. Returns the entitlement's id.

    Raises ValueError without `account_access` True or "denied", because then no application could hold it.
    """
    with org.edit():
        principal = _check_principal(org, principal_type, principal_id)
        if org.options.account_access not in HAVING_IT:
            raise ValueError("the organization was created without account_access=True")
        if role_arn not in org.role_arns:
            raise ValueError(f"there is no role {role_arn}")
        mine = org.entitlements_of.setdefault(principal, {})
        for entitlement_id, held in mine.items():
            if held == role_arn:
                return entitlement_id
        entitlement = Entitlement(next(org.numbers), f"ent-{org.later_ids.suffix()}", principal, role_arn, org.now())
        org.entitlement_by_id[entitlement.id] = entitlement
        mine[entitlement.id] = role_arn
        for key in _shelves(entitlement):
            org.entitlements_by.setdefault(key, Sequenced()).append(entitlement)
        identity = {"userId" if principal_type == "USER" else "groupId": principal_id}
        wanted = {"principalRole": {"principal": {"identityCenter": identity}, "roleArn": role_arn}}
        arn = org.account_access_arn
        record_grant(org, "account-access.CreateEntitlement", applicationArn=arn, entitlement=wanted)
        return entitlement.id


def withdraw(org: Estate, entitlement_id: str) -> None:
    """Take an entitlement away. Harmless if it is already gone."""
    with org.edit():
        entitlement = org.entitlement_by_id.pop(entitlement_id, None)
        if entitlement is not None:
            del org.entitlements_of[entitlement.principal][entitlement_id]
            for key in _shelves(entitlement):
                org.entitlements_by[key].discard(entitlement)


def assign(org: Estate, account_id: str, permission_set_arn: str, principal_type: str, principal_id: str) -> None:
    """Assign a permission set in an account immediately, as somebody would in the console."""
    with org.edit():
        if (account_id, permission_set_arn) in org.places_of.get((principal_type, principal_id), ()):
            return
        place(org, account_id, permission_set_arn, principal_type, principal_id)
        record_grant(
            org,
            "sso-admin.CreateAccountAssignment",
            instanceArn=org.instance_arn,
            targetId=account_id,
            targetType="AWS_ACCOUNT",
            permissionSetArn=permission_set_arn,
            principalType=principal_type,
            principalId=principal_id,
        )


def place(org: Estate, account_id: str, permission_set_arn: str, principal_type: str, principal_id: str) -> None:
    """Like `assign`, but without an event: the API call logged its own. The first assignment provisions the role."""
    with org.edit():
        known = org.user_by_id if principal_type == "USER" else org.group_by_id
        if principal_id not in known or account_id not in org.account_by_id:
            raise ValueError("no such principal or account")
        if permission_set_arn not in org.permission_set_by_arn:
            raise KeyError(permission_set_arn)
        where, principal = (account_id, permission_set_arn), (principal_type, principal_id)
        if where in org.places_of.setdefault(principal, Numbered()):
            return
        sequence = next(org.numbers)
        org.places_of[principal].add(where, sequence)
        here = org.principals_at.setdefault(account_id, {}).setdefault(permission_set_arn, Numbered())
        here.add(principal, sequence)
        make_role(org, where)


def unassign(org: Estate, account_id: str, permission_set_arn: str, principal_type: str, principal_id: str) -> None:
    """Remove an assignment immediately; the role goes with the last assignment of its permission set in the account."""
    with org.edit():
        place, principal = (account_id, permission_set_arn), (principal_type, principal_id)
        if principal not in org.places_of or not org.places_of[principal].discard(place):
            return
        here = org.principals_at[account_id][permission_set_arn]
        here.discard(principal)
        if not here:
            del org.principals_at[account_id][permission_set_arn]
            drop_role(org, place)
