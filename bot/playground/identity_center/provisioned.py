"""Permission sets and the roles they become in accounts: each role has the inline policy it was last given.

"If the permission set is subsequently updated, the corresponding IAM policies attached to roles in your accounts will
not be updated automatically" (botocore, CreateAccountAssignment).
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.playground.identity_center.entrance import SUSPENDED, seconds_of
from bot.playground.identity_center.estate import Estate
from bot.playground.identity_center.policies import check_inline_policy
from bot.playground.identity_center.records import ACTIVE, Job, PermissionSet, Place

# Managed and customer managed policies together. (singlesignon userguide, limits)
MOST_MANAGED = 25
NOWHERE = {
    "assignment_not_found": "Received a 404 status error: Assignment not found.",
    "provision_not_found": "Permission set provision not found in AWS account {}",
}


class PermissionSets(Estate):
    """An estate with permission sets."""

    def add_permission_set(
        self,
        name: str,
        session_duration: str = "PT1H",
        description: str | None = None,
        *,
        inline_policy: str | None = None,
        managed: Iterable[str] = (),
    ) -> str:
        """A new permission set; `managed` names policies of AWS ("AdministratorAccess", "job-function/Billing").

        Returns its ARN. Raises ValueError for an instance without permission sets, a duration or a policy AWS
        would refuse.
        """
        with self.edit():
            if not self.options.permission_sets_enabled:
                raise ValueError("the instance was made without permission sets")
            seconds_of(session_duration)
            if inline_policy is not None:
                check_inline_policy(inline_policy)
            attached = tuple(
                name if name.startswith("arn:") else f"arn:{self.partition}:iam::aws:policy/{name}" for name in managed
            )
            if len(attached) > MOST_MANAGED:
                raise ValueError(f"a permission set has at most {MOST_MANAGED} managed policies")
            arn = f"arn:{self.partition}:sso:::permissionSet/{self.instance_id}/{self.ids.permission_set()}"
            self.permission_set_by_arn[arn] = PermissionSet(
                next(self._sequence), arn, name, session_duration, description, self.now(), inline_policy, attached
            )
            return arn

    def put_inline_policy(self, permission_set_arn: str, content: str | None) -> None:
        """Replace the inline policy (None: take it away). No role changes until the permission set is provisioned.

        Raises ValueError as `add_permission_set` does.
        """
        if content is not None:
            check_inline_policy(content)
        with self.edit():
            found = self.permission_set_by_arn[permission_set_arn]
            self.permission_set_by_arn[permission_set_arn] = replace(found, inline_policy=content)

    def inline_policy(self, permission_set_arn: str) -> str | None:
        """The inline policy as stored with the permission set."""
        with self.lock:
            return self.permission_set_by_arn[permission_set_arn].inline_policy

    def provisioned_policy(self, account_id: str, permission_set_arn: str) -> str | None:
        """The inline policy that the role in this account has. Raises KeyError when there is no role."""
        with self.lock:
            return self.role_policy_of[account_id, permission_set_arn]

    def provision(self, permission_set_arn: str, account_id: str | None = None) -> None:
        """Give the roles of a permission set its present inline policy, at once: in one account (None: everywhere)."""
        with self.edit():
            text = self.permission_set_by_arn[permission_set_arn].inline_policy
            for place in self.places_provisioned(permission_set_arn):
                if account_id in {None, place[0]}:
                    self.role_policy_of[place] = text

    def places_provisioned(self, permission_set_arn: str) -> list[Place]:
        """Where this permission set has a role, in the order of the accounts."""
        return [
            place for account_id in self.account_by_id if (place := (account_id, permission_set_arn)) in self.role_of
        ]

    def outdated(self, place: Place) -> bool:
        """Whether the role has another inline policy than its permission set has now."""
        return self.role_policy_of[place] != self.permission_set_by_arn[place[1]].inline_policy

    def delete_permission_set(self, permission_set_arn: str) -> None:
        """Raises ValueError while it is provisioned anywhere."""
        with self.edit():
            if self.places_provisioned(permission_set_arn):
                raise ValueError("the permission set is provisioned")
            del self.permission_set_by_arn[permission_set_arn]
            self.deprovisioned_at.pop(permission_set_arn, None)

    def make_role(self, place: Place) -> None:
        """Provision the role of a first assignment; a role that is there keeps its policy."""
        if place not in self.role_of:  # a role that comes back has a new suffix
            found = self.permission_set_by_arn[place[1]]
            self.role_of[place] = (f"AWSReservedSSO_{found.name}_{self.ids.suffix()}", self.ids.role())
            self.role_policy_of[place] = found.inline_policy

    def drop_role(self, place: Place) -> None:
        """The last assignment of this permission set in this account is gone."""
        del self.role_of[place], self.role_policy_of[place]
        self.deprovisioned_at[place[1]] = self.options.stopwatch()

    def update_roles(self, job: Job) -> str | None:
        """Carry out a provisioning job. Returns the first reason why a role could not be updated; the others are."""
        reasons = []
        for place in job.places:
            account = self.account_by_id[place[0]]
            if account.state != ACTIVE:
                reasons.append(SUSPENDED.format(account.id, account.state))
            elif place not in self.role_of:
                reasons.append(NOWHERE[self.options.provision_nowhere].format(account.id))
            else:
                self.role_policy_of[place] = job.text
        return next(iter(reasons), None)
