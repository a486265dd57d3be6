"""What deleted users left behind, which nobody can use."""

from typing import Any

from bot.playground.identity_center.state.estate import Estate
from bot.playground.identity_center.truth.ways_in import grant


def orphans(org: Estate) -> list[dict[str, Any]]:
    """A grant for each, with the id of the user who is gone."""

    def gone(principal: tuple[str, str]) -> bool:
        return principal[0] == "USER" and principal[1] not in org.user_by_id

    return [
        {"user_id": user_id, **granted}
        for user_id, granted in [
            *((who[1], grant(org, place=at)) for who, places in org.places_of.items() if gone(who) for at in places),
            *(
                (who[1], grant(org, application_arn=arn))
                for who, arns in org.applications_of.items()
                if gone(who)
                for arn in arns
            ),
            *(
                (who[1], grant(org, entitlement_id=held))
                for who, ids in org.entitlements_of.items()
                if gone(who)
                for held in ids
            ),
        ]
    ]
