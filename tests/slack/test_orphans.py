"""One sentence a test: what deleted users have left behind."""

from dataclasses import replace
from datetime import timedelta

from bot.core.models import Orphan
from bot.core.views import OrphanList
from bot.slack.messages import orphans_message
from bot.slack.slash_commands import parse
from tests.slack.examples import AT, COMPLETE, GONE_ID, GRANTS, ORPHANS, application, grant, words_of

FOUND = OrphanList(ORPHANS, AT, looked_for_all=True, last_scan=COMPLETE)


def test_orphans_are_listed_with_the_user_id_and_where():
    said = words_of(orphans_message(FOUND))
    assert said.startswith(
        "*3 grants of 1 user who no longer exists*\nThe user was deleted, the grant stayed. Nobody can"
    )
    assert f"• user `{GONE_ID}` · *prod-payments* `222222222222` · AdministratorAccess" in said
    assert f"• user `{GONE_ID}` · application *Grafana*" in said
    assert f"• user `{GONE_ID}` · *data-lab* `555555555555` · role `Deploy` through account access" in said
    assert "Found by the scan of <!date^1772444520^" in said


def test_what_is_known_to_work_is_said_with_its_price():
    said = words_of(orphans_message(FOUND))
    assert "AWS does not document it" in said
    assert "“Received a 404 status error: the USER assignee … was not found”" in said
    assert "*Everybody* there is without it meanwhile, and its role gets a new name. Or ask AWS Support." in said


def test_each_orphan_comes_with_its_command():
    said = words_of(orphans_message(FOUND))
    assert (
        "aws sso-admin delete-account-assignment --region REGION --instance-arn arn:aws:sso:::instance/ssoins-1111 "
        "--target-type AWS_ACCOUNT --target-id 222222222222 --permission-set-arn "
        f"arn:aws:sso:::permissionSet/ssoins-1111/ps-AdministratorAccess --principal-type USER --principal-id {GONE_ID}"
        in said
    )
    assert "aws sso-admin delete-application-assignment --region REGION" in said
    assert "--application-arn ACCOUNT_ACCESS_APPLICATION_ARN --entitlement-id ent-1" in said
    assert "`ACCOUNT_ACCESS_APPLICATION_ARN` by the ARN that `aws account-access list-applications` shows" in said


def test_without_accounts_only_the_command_is_known():
    said = words_of(orphans_message(replace(FOUND, orphans=(Orphan(GONE_ID, application()),))))
    assert "as far as is known: the command. If AWS refuses" in said
    assert "404" not in said


def test_the_state_of_an_account_is_said():
    said = words_of(orphans_message(replace(FOUND, orphans=(Orphan(GONE_ID, grant(status="SUSPENDED")),))))
    assert "· account suspended" in said


def test_many_orphans_are_counted_where_they_do_not_fit():
    many = tuple(Orphan(f"user-{number:03}", GRANTS[1]) for number in range(300))
    said = words_of(orphans_message(replace(FOUND, orphans=many)))
    assert "*300 grants of 300 users who no longer exist*" in said
    listed = said.count("• user `")
    assert f"• {300 - listed} more that do not fit here" in said
    commands = said.count("aws sso-admin delete-account-assignment")
    assert f"for the first {commands}. Replace `REGION` by the region of Identity Center." in said
    assert f"The other {300 - commands} follow the same pattern." in said


def test_nothing_left_behind_is_said_only_when_everything_was_looked_through():
    nothing = replace(FOUND, orphans=())
    assert orphans_message(nothing).text.startswith("Deleted users have left no grants behind: everything was checked")
    unsure = orphans_message(replace(nothing, looked_for_all=False))
    assert unsure.text == (
        "No grants of deleted users were found, but not everything was checked, so there may be some."
    )
    assert "LEAVERBOT_FIND_ORPHANS=true" in words_of(unsure)
    never = orphans_message(OrphanList((), None, looked_for_all=False, last_scan=None))
    assert never.text == "No scan has looked for grants of deleted users yet."
    assert "No scan has ended yet." in words_of(never)


def test_a_list_that_may_not_be_whole_says_so():
    said = words_of(orphans_message(replace(FOUND, looked_for_all=False)))
    assert "Not everything was checked. With LEAVERBOT_FIND_ORPHANS=true every scan goes through all" in said
    newer = replace(COMPLETE, finished_at=AT + timedelta(hours=1))
    assert "A newer scan did not look for all of them." in words_of(orphans_message(replace(FOUND, last_scan=newer)))


def test_the_command_is_understood_and_offered_for_what_is_nearly_it():
    assert parse("orphans").verb == "orphans"
    assert parse("orphan").meant == "orphans"
