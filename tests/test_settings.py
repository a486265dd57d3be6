"""Settings: everything missing or wrong is reported at once, with the variable, what it expects and an example."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from bot.core.authorization import DenyRules, DenyStrategy, Rules
from bot.core.errors import SettingsError
from bot.environment import secrets
from bot.settings import DenySettings, ScanSettings, Settings, SlackSettings, WorkSettings, variables

README = (Path(__file__).parent.parent / "README.md").read_text()
GOOD = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "LEAVERBOT_CHANNEL": "C0123456789"}
WRONG = {
    "SLACK_BOT_TOKEN": "xapp-mixed-up",
    "SLACK_APP_TOKEN": "xoxb-mixed-up",
    "LEAVERBOT_CHANNEL": "#security",
    "LEAVERBOT_RESPONDERS": "alice",
    "LEAVERBOT_ADMINS": "U1,@bob",
    "LEAVERBOT_VIEWERS": "U1,#security",
    "LEAVERBOT_DENY_SCP_ID": "leaverbot-deny",
    "LEAVERBOT_DENY_STRATEGY": "everywhere",
    "LEAVERBOT_DENY_MATCH": "name",
    "LEAVERBOT_DENY_HOURS": "11",
    "LEAVERBOT_DRY_RUN": "perhaps",
    "LEAVERBOT_AUTO_DENY": "some",
    "LEAVERBOT_AUTO_REVOKE_AFTER": "soon",
    "LEAVERBOT_AUTO_DELETE_AFTER": "critical=1d,bad=3d",
    "LEAVERBOT_BRAKE_COUNT": "0",
    "LEAVERBOT_BRAKE_PERCENT": "101",
    "LEAVERBOT_MAX_CHANGES_PER_HOUR": "0",
    "LEAVERBOT_SCAN_SCHEDULE": "every hour",
    "LEAVERBOT_SUMMARY_SCHEDULE": "0 9 * * * *",
    "LEAVERBOT_TIMEZONE": "Middle/Earth",
    "LEAVERBOT_DIGEST_AFTER": "-1",
    "LEAVERBOT_INSTANCE_ARN": "ssoins-1",
    "LEAVERBOT_DATABASE_URL": "mysql://x",
    "LEAVERBOT_SLACK_API_URL": "slack.com",
    "LEAVERBOT_LOG_FORMAT": "xml",
    "LEAVERBOT_HTTP_PORT": "70000",
    "LEAVERBOT_DIRECTORY": "azure",
    "LEAVERBOT_SCIM_SILENCE_DAYS": "0",
    "LEAVERBOT_ENTRA_TENANT": "not a tenant",
    "LEAVERBOT_ENTRA_CLIENT_ID": "leaverbot",
    "LEAVERBOT_ENTRA_CLIENT_SECRET": "11111111-2222-3333-4444-555555555555",
    "LEAVERBOT_ENTRA_LOGIN_URL": "http://login.microsoftonline.com",
    "LEAVERBOT_ENTRA_GRAPH_URL": "https://graph.microsoft.com/v1.0",
    "LEAVERBOT_IAM_USERS": "perhaps",
    "LEAVERBOT_EVENTS_QUEUE_URL": "arn:aws:sqs:eu-west-1:111122223333:leaverbot-events",
}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def load(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return Settings.load()


def test_every_missing_variable_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert {problem.split(" ")[0] for problem in caught.value.problems} == set(GOOD)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_told_with_its_variable_and_an_example(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, **{**GOOD, name: WRONG[name]})
    (problem,) = caught.value.problems
    assert problem.startswith(f"{name} is wrong (")
    assert ", for example " in problem


def test_all_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, **WRONG)
    assert {problem.split(" ")[0] for problem in caught.value.problems} == set(WRONG)


def test_no_problem_repeats_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, SLACK_BOT_TOKEN="xapp-very-secret", SLACK_APP_TOKEN="very-secret-too")
    assert "very-secret" not in str(caught.value)


def test_lists_are_comma_separated_and_may_be_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        **GOOD,
        LEAVERBOT_RESPONDERS=" U1 , S2,",
        LEAVERBOT_ADMINS="",
        LEAVERBOT_PROTECTED_USERS="a@b.c, svc-*",
    )
    assert settings.responders == ("U1", "S2")
    assert settings.admins == ()
    assert settings.protected_users == ("a@b.c", "svc-*")


def test_the_viewers_are_those_named_and_else_the_members_of_the_alert_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, **GOOD).rules.viewers == {"C0123456789"}
    assert load(monkeypatch, **GOOD, LEAVERBOT_VIEWERS="").rules.viewers == {"C0123456789"}
    named = load(monkeypatch, **GOOD, LEAVERBOT_VIEWERS=" U1, W2 ,S3,C4,U1,")
    assert named.viewers == ("U1", "W2", "S3", "C4")
    assert named.rules.viewers == {"U1", "W2", "S3", "C4"}


@pytest.mark.parametrize("wrong", ["D0123", "c0123", "@alice", "alice@example.com", "C", "U1 U2", "<#C1|x>"])
def test_a_viewer_that_is_no_slack_id_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, **GOOD, LEAVERBOT_VIEWERS=f"U1,{wrong}")
    (problem,) = caught.value.problems
    assert "entry 2 is not the Slack id of a person, a user group or a channel" in problem
    assert wrong not in problem.split("for example")[0].split("entry 2")[0]


def test_protected_users_are_read_as_they_are_pasted(monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = "11111111-2222-3333-4444-555555555555"
    pasted = f"Dana <dana@example.com>,svc-*,d-9067012345/{user_id},"
    settings = load(monkeypatch, **GOOD, LEAVERBOT_PROTECTED_USERS=pasted)
    assert settings.protected_users == ("dana@example.com", "svc-*", user_id)


def test_the_summary_comes_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, **GOOD).summary_schedule == "0 9 * * *"
    assert "| `0 9 * * *` | when to post the summary" in README


@pytest.mark.parametrize(
    ("protected", "doubted"),
    [("svc-*", ["svc-*"]), ("a@b.c, adm?n, x[12]", ["adm?n", "x[12]"]), ("break-glass@example.com", []), ("", [])],
)
def test_protection_by_a_pattern_over_names_that_people_may_change_is_doubted_aloud(
    monkeypatch: pytest.MonkeyPatch, protected: str, doubted: list[str]
) -> None:
    doubts = load(monkeypatch, **GOOD, LEAVERBOT_PROTECTED_USERS=protected).doubts()
    assert len(doubts) == len(doubted)
    for pattern, said in zip(doubted, doubts, strict=True):
        assert f"the pattern {pattern}: whoever can change their own user name" in said


def test_rules_that_cannot_do_anything_are_doubted_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    on = {**GOOD, "LEAVERBOT_AUTO_REVOKE_AFTER": "3d", "LEAVERBOT_AUTO_DENY": "all"}
    nobody = load(monkeypatch, **on)
    (said,) = nobody.doubts()
    assert said.startswith("LEAVERBOT_AUTO_DENY and LEAVERBOT_AUTO_REVOKE_AFTER: rules do not start")
    named = {**on, "LEAVERBOT_RESPONDERS": "U0123ABCD", "LEAVERBOT_DENY_STRATEGY": "scp"}
    (said,) = load(monkeypatch, **named).doubts()
    assert said.startswith("LEAVERBOT_AUTO_DENY denies nobody")
    whole = {**named, "LEAVERBOT_DENY_STRATEGY": "auto"}
    assert load(monkeypatch, **whole).doubts() == []
    (said,) = load(monkeypatch, **whole, LEAVERBOT_AUTO_DELETE_AFTER="critical=1d,high=2d").doubts()
    assert said.startswith("LEAVERBOT_AUTO_DELETE_AFTER deletes nobody: only users without any way in are deleted")
    assert load(monkeypatch, **whole, LEAVERBOT_AUTO_DELETE_AFTER="normal=30d").doubts() == []


def test_a_dotenv_file_may_hold_other_programs_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in GOOD.items()]
    (tmp_path / ".env").write_text("\n".join([*lines, "OTHER_PROGRAM=1", "LEAVERBOT_DIGEST_AFTER=3"]))
    assert Settings.load().digest_after == 3


def test_the_environment_beats_the_dotenv_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LEAVERBOT_DIGEST_AFTER=3")
    assert load(monkeypatch, **GOOD, LEAVERBOT_DIGEST_AFTER="4").digest_after == 4


def test_secrets_do_not_show_in_a_printed_settings_object(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, **{**GOOD, "SLACK_BOT_TOKEN": "xoxb-very-secret"})
    assert "very-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("schedule", "at", "due"),
    [
        ("*/15 * * * *", "2026-11-24T09:14", "2026-11-24T09:00"),
        ("*/15 * * * *", "2026-11-24T09:01", "2026-11-24T08:45"),
        ("0 9-17 * * 1-5", "2026-11-23T09:00", "2026-11-20T17:00"),
        ("0 9-17 * * 1-5", "2026-11-23T09:30", "2026-11-23T09:00"),
    ],
)
def test_the_scan_that_must_have_ended_is_the_last_due_one_unless_it_is_just_on_its_way(
    monkeypatch: pytest.MonkeyPatch, schedule: str, at: str, due: str
) -> None:
    settings = load(monkeypatch, **GOOD, LEAVERBOT_SCAN_SCHEDULE=schedule)
    assert settings.scan_due(datetime.fromisoformat(f"{at}:00+00:00")) == datetime.fromisoformat(f"{due}:00+00:00")


def test_a_scan_needs_no_slack_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ScanSettings.load().instance_arn == ""


def test_the_readme_lists_exactly_the_settings_with_their_defaults() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| ?(.*?) ?\|", README, re.MULTILINE)
    documented = {name: default.strip("`") for name, default in rows}
    expected = {}
    for name, field in variables().items():
        default = field.default
        text = (
            "required" if field.is_required() else str(default).lower() if isinstance(default, bool) else str(default)
        )
        expected[name] = "" if default in ((), None) else text
    assert documented == expected


def test_everything_destructive_is_off_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, **GOOD)
    assert (settings.responders, settings.admins, settings.deny_scp_ids) == ((), (), ())
    assert settings.auto_rules.rules == ()


def test_denies_may_go_to_several_policies_each_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, **GOOD, LEAVERBOT_DENY_SCP_ID="p-two22222, p-one11111,,p-two22222")
    assert settings.deny_scp_ids == ("p-two22222", "p-one11111")
    assert settings.deny_rules.policy_ids == settings.deny_scp_ids


@pytest.mark.parametrize("value", ["p-one11111,leaverbot-deny", "leaverbot-deny,p-one11111"])
def test_one_wrong_policy_among_several_is_told(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with pytest.raises(SettingsError, match="LEAVERBOT_DENY_SCP_ID is wrong"):
        load(monkeypatch, **GOOD, LEAVERBOT_DENY_SCP_ID=value)


def test_an_empty_variable_takes_the_policies_of_the_dotenv_file_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("LEAVERBOT_DENY_SCP_ID=p-one11111")
    assert DenySettings.load().deny_scp_ids == ("p-one11111",)
    assert load(monkeypatch, **GOOD, LEAVERBOT_DENY_SCP_ID="").deny_scp_ids == ()


def test_the_settings_of_a_deny_are_its_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, **GOOD).deny_rules == DenyRules()
    settings = load(
        monkeypatch,
        **GOOD,
        LEAVERBOT_DENY_SCP_ID="p-one11111",
        LEAVERBOT_DENY_STRATEGY="scp",
        LEAVERBOT_DENY_MATCH="user-id",
        LEAVERBOT_DENY_HOURS="24",
    )
    assert settings.deny_rules == DenyRules(("p-one11111",), DenyStrategy.SCP, names=False, hours=24)


@pytest.mark.parametrize(
    ("hours", "good"), [("11", False), ("12", True), ("8760", True), ("8761", False), ("0", False)]
)
def test_a_deny_lasts_no_shorter_than_the_longest_session(
    monkeypatch: pytest.MonkeyPatch, hours: str, good: bool
) -> None:
    if good:
        assert load(monkeypatch, **GOOD, LEAVERBOT_DENY_HOURS=hours).deny_hours == int(hours)
        return
    with pytest.raises(SettingsError, match="12 or more"):
        load(monkeypatch, **GOOD, LEAVERBOT_DENY_HOURS=hours)


def test_the_deny_commands_need_no_slack_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = DenySettings.load()
    assert (settings.deny_rules, settings.dry_run) == (DenyRules(), False)


def test_a_command_that_changes_something_needs_no_slack_settings_and_gives_nobody_a_role(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEAVERBOT_PROTECTED_USERS", "a@b.c")
    monkeypatch.setenv("LEAVERBOT_RESPONDERS", "U1")
    monkeypatch.setenv("LEAVERBOT_DRY_RUN", "true")
    assert WorkSettings.load().rules == Rules(protected=("a@b.c",), deny=DenyRules(), dry_run=True, buttons=False)


def test_only_the_running_bot_needs_the_token_of_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        if name != "SLACK_APP_TOKEN":
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("LEAVERBOT_RESPONDERS", "U1")
    assert SlackSettings.load().rules.responders == {"U1"}
    with pytest.raises(SettingsError, match="SLACK_APP_TOKEN is missing"):
        Settings.load()


def test_the_deny_commands_tell_a_wrong_value_like_the_bot_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAVERBOT_DENY_STRATEGY", "everywhere")
    monkeypatch.setenv("LEAVERBOT_DENY_SCP_ID", "leaverbot-deny")
    with pytest.raises(SettingsError) as caught:
        DenySettings.load()
    names = {problem.split(" ")[0] for problem in caught.value.problems}
    assert names == {"LEAVERBOT_DENY_STRATEGY", "LEAVERBOT_DENY_SCP_ID"}


@pytest.mark.parametrize(
    ("name", "value", "field", "read"),
    [
        ("LEAVERBOT_CHANNEL", " C0123456789\r\n", "channel", "C0123456789"),
        ("LEAVERBOT_HTTP_PORT", "8081\n", "http_port", 8081),
        ("LEAVERBOT_LOG_FORMAT", "\tconsole\N{NO-BREAK SPACE}", "log_format", "console"),
        ("LEAVERBOT_DRY_RUN", "true\n", "dry_run", True),
        ("LEAVERBOT_TIMEZONE", "Europe/Berlin ", "timezone", "Europe/Berlin"),
        ("LEAVERBOT_DIGEST_AFTER", "  ", "digest_after", 20),
        ("LEAVERBOT_ADMINS", " \n", "admins", ()),
    ],
)
def test_white_space_around_a_value_is_not_part_of_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, read: object
) -> None:
    assert getattr(load(monkeypatch, **{**GOOD, name: value}), field) == read


def test_a_token_ends_where_its_line_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, **{**GOOD, "SLACK_APP_TOKEN": "xapp-1\n"})
    assert settings.slack_app_token.get_secret_value() == "xapp-1"


@pytest.mark.parametrize(
    ("name", "value", "called"),
    [
        ("SLACK_APP_TOKEN", "xapp-very\nsecret", "character 10 is invisible: U+000A"),
        ("SLACK_BOT_TOKEN", "\N{ZERO WIDTH NO-BREAK SPACE}xoxb-secret", "ZERO WIDTH NO-BREAK SPACE"),
        ("LEAVERBOT_CHANNEL", "C01234\N{ZERO WIDTH SPACE}56789", "ZERO WIDTH SPACE"),
        ("LEAVERBOT_DATABASE_URL", "postgresql://u:secret\N{LEFT-TO-RIGHT MARK}@h/db", "LEFT-TO-RIGHT MARK"),
        ("LEAVERBOT_PROTECTED_USERS", "a@example.com,b\x1b[8m@example.com", "U+001B"),
    ],
)
def test_a_character_that_nobody_can_see_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, called: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, **{**GOOD, name: value})
    (problem,) = caught.value.problems
    assert problem.startswith(f"{name} is wrong (")
    assert called in problem
    assert "secret" not in problem


@pytest.mark.parametrize("token", ["xoxe.xoxb-1-abc", "xoxe.xoxp-1-abc", "xoxe-1-abc"])
def test_a_token_that_expires_is_told_by_what_makes_it_expire(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN is wrong \(token rotation is on .* switch it off"):
        load(monkeypatch, **{**GOOD, "SLACK_BOT_TOKEN": token})


@pytest.mark.parametrize("token", ["xoxb-…", "xoxb-1 2", "xoxb-é"])
def test_a_token_that_no_header_can_carry_is_refused(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    with pytest.raises(SettingsError, match="a character that no token has"):
        load(monkeypatch, **{**GOOD, "SLACK_BOT_TOKEN": token})


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:p@x:SECRETpart/db",
        "postgresql://user:p@SECRETpart@h/db",
        "postgresql://user:SECRET/part@h/db",
        "postgresql://user:SECRET?part@h/db",
        "postgresql://user:SECRET#part@h/db",
        "postgresql://user:SECRETpart@h:notaport/db",
        "postgresql://user:SECRETpart@h:99999/db",
        "postgresql://user:[SECRETpart@h/db",
        "postgresq://user:SECRETpart@h/db",
    ],
)
def test_no_part_of_a_wrong_database_address_is_repeated(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with pytest.raises(SettingsError, match="LEAVERBOT_DATABASE_URL is wrong") as caught:
        load(monkeypatch, **GOOD, LEAVERBOT_DATABASE_URL=address)
    assert not re.search(r"SECRET|part@|notaport|99999", str(caught.value))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:p%40x%3Ay@h:5432/db?sslmode=require",
        "postgresql://user@/db?host=/var/run/postgresql",
        "postgresql://[::1]:5432/db",
        "postgres://h/db",
        "sqlite:////var/lib/leaver@bot:1/leaverbot.db",
    ],
)
def test_a_right_database_address_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert load(monkeypatch, **GOOD, LEAVERBOT_DATABASE_URL=address).database_url == address


def test_the_password_of_the_database_does_not_show_in_a_printed_settings_object(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = load(monkeypatch, **GOOD, LEAVERBOT_DATABASE_URL="postgresql://u:very-secret@h/db")
    assert "very-secret" not in repr(settings)


@pytest.mark.parametrize("address", ["https://", "http://h:port/", "https://[::1/", "ftp://h/"])
def test_an_address_that_can_not_be_asked_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with pytest.raises(SettingsError, match="LEAVERBOT_SLACK_API_URL is wrong"):
        load(monkeypatch, **GOOD, LEAVERBOT_SLACK_API_URL=address)


def test_what_must_never_be_shown_is_known_before_it_is_known_to_be_well_formed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=no-token-at-all")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "key")
    monkeypatch.setenv("https_proxy", "http://user:proxy-password@proxy:3128")
    monkeypatch.setenv("LEAVERBOT_DATABASE_URL", "postgresql://user:p@x:part/db")
    assert {"no-token-at-all", "key", "proxy-password", "p"} <= set(secrets())


def test_an_identity_for_the_terminal_is_a_role_or_a_user_never_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    named = "arn:aws:iam::111111111111:role/team/Security, arn:aws:iam::222222222222:user/alice"
    settings = load(monkeypatch, **GOOD, LEAVERBOT_TERMINAL_IDENTITIES=named)
    assert settings.rules.terminal_identities == tuple(named.split(", "))
    for wrong in (
        "arn:aws:sts::111111111111:assumed-role/Security/alice",
        "Security",
        "arn:aws:iam::111111111111:root",
        "arn:aws:iam::111111111111:role/*",
    ):
        with pytest.raises(SettingsError, match="LEAVERBOT_TERMINAL_IDENTITIES is wrong"):
            load(monkeypatch, **{**GOOD, "LEAVERBOT_TERMINAL_IDENTITIES": f"{named}, {wrong}"})


ENTRA = {
    "LEAVERBOT_ENTRA_TENANT": "11111111-2222-3333-4444-555555555555",
    "LEAVERBOT_ENTRA_CLIENT_ID": "66666666-7777-8888-9999-000000000000",
    "LEAVERBOT_ENTRA_CLIENT_SECRET": "8Q~very-secret",
}


def test_entra_is_off_unless_its_settings_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, **GOOD).entra_tenant == ""
    settings = load(monkeypatch, **GOOD, **ENTRA)
    assert settings.entra_client_secret is not None
    assert "very-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"CLIENT_ID": "x"}, r"^LEAVERBOT_ENTRA_CLIENT_ID is set, but LEAVERBOT_ENTRA_TENANT is not"),
        ({"CERTIFICATE": "x"}, r"^LEAVERBOT_ENTRA_CERTIFICATE is set, but LEAVERBOT_ENTRA_TENANT is not"),
        ({"TENANT": "x"}, r"^LEAVERBOT_ENTRA_CLIENT_ID is missing"),
        (
            {"TENANT": "x", "CLIENT_ID": "x"},
            r"^LEAVERBOT_ENTRA_CLIENT_SECRET or LEAVERBOT_ENTRA_CERTIFICATE is missing",
        ),
        (
            {"TENANT": "x", "CLIENT_ID": "x", "CLIENT_SECRET": "x", "CERTIFICATE": "x"},
            r"^LEAVERBOT_ENTRA_CLIENT_SECRET and LEAVERBOT_ENTRA_CERTIFICATE are both set",
        ),
    ],
)
def test_settings_of_entra_that_do_not_belong_together_are_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    entra = {name: ENTRA.get(name, "/a/file.pem") for name in (f"LEAVERBOT_ENTRA_{one}" for one in given)}
    with pytest.raises(SettingsError, match=sentence) as caught:
        load(monkeypatch, **GOOD, **entra)
    assert len(caught.value.problems) == 1
    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize("tenant", ["common", "Organizations", "consumers"])
def test_a_name_that_stands_for_many_tenants_is_none(monkeypatch: pytest.MonkeyPatch, tenant: str) -> None:
    with pytest.raises(SettingsError, match=r"LEAVERBOT_ENTRA_TENANT is wrong \(that stands for many tenants"):
        load(monkeypatch, **GOOD, **{**ENTRA, "LEAVERBOT_ENTRA_TENANT": tenant})


@pytest.mark.parametrize(
    ("login", "graph", "fits"),
    [
        ("login.microsoftonline.us", "dod-graph.microsoft.us", True),
        ("login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn", True),
        ("login.microsoftonline.us", "graph.microsoft.com", False),
        ("login.microsoftonline.com", "graph.microsoft.us/", False),
        ("login.microsoftonline.us", "graph.example.com", True),
        ("localhost:8443", "graph.microsoft.com", True),
    ],
)
def test_login_and_graph_of_different_clouds_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, login: str, graph: str, fits: bool
) -> None:
    addresses = {"LEAVERBOT_ENTRA_LOGIN_URL": f"https://{login}", "LEAVERBOT_ENTRA_GRAPH_URL": f"https://{graph}"}
    if fits:
        load(monkeypatch, **GOOD, **ENTRA, **addresses)
        return
    with pytest.raises(SettingsError, match="belong to different clouds of Microsoft: with this login") as caught:
        load(monkeypatch, **GOOD, **ENTRA, **addresses)
    assert len(caught.value.problems) == 1


def test_the_client_secret_is_kept_out_of_all_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAVERBOT_ENTRA_CLIENT_SECRET", "8Q~very-secret")
    assert "8Q~very-secret" in secrets()
