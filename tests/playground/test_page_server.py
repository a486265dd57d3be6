"""The page's server: what it shows, what it lets a visitor do, and whom it does not listen to."""

import http.client
import json
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.playground import page_guard
from bot.playground.identity_center import AwsServer, Organization
from bot.playground.page_server import PAGE, PageServer, open_port
from bot.playground.play import Size, only_environment, play, workspace_with_people
from bot.playground.sample_org import sample_organization
from bot.playground.scene import Scene
from bot.playground.slack_workspace import SlackServer
from bot.playground.trouble import Trouble
from tests.world import PLACEHOLDER_POLICY, eventually

EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
HOSTILE = "<img src=x onerror=alert(1)> <!channel> \u202etxt"


@dataclass
class Page:
    """The page's server and what is behind it, asked as a browser asks."""

    scene: Scene
    server: PageServer
    leaver: str
    group: str

    @property
    def host(self) -> str:
        return self.server.url.removeprefix("http://")

    def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.host, timeout=10)
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Host": self.host} | ({"Content-Length": str(len(data))} if data is not None else {})
        sent |= {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        try:
            connection.putrequest(method, path, skip_host=True)
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders(data)
            answer = connection.getresponse()
            return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def look(self, what: str, query: str = "") -> Any:
        status, _, body = self.ask("GET", f"/api/{what}?{query}")
        assert status == 200, body
        return json.loads(body)

    def act(self, what: str, **given: Any) -> tuple[int, Any]:
        status, _, body = self.ask("POST", f"/api/{what}", given, Origin=self.server.url, X_Leaverbot_Playground="1")
        return status, json.loads(body)


@pytest.fixture
def page() -> Iterator[Page]:
    org = Organization(seed=1, account_access=True, users_a_page=1)
    policy = org.add_scp("leaverbot-deny", PLACEHOLDER_POLICY, targets=[org.root_id])
    org.deny_policy_id = policy
    account = org.add_account("payments-prod")
    group = org.add_group("cloud-viewers")
    read_only = org.add_permission_set("ReadOnlyAccess")
    org.assign(account, read_only, "GROUP", group)
    org.add_user("eve.long@example.com", display_name="Eve Long", email="eve.long@example.com")
    leaver = org.add_user("dana.rossi@example.com", display_name=HOSTILE, email="dana.rossi@example.com")
    org.assign(account, org.add_permission_set("AdministratorAccess"), "USER", leaver)
    org.add_member(group, leaver)
    org.open_session(leaver, account, read_only)
    org.set_status(leaver, "DISABLED")
    workspace, channel, people = workspace_with_people()
    aws, slack = AwsServer(org), SlackServer(workspace)
    aws.start()
    slack.start()
    scene = Scene(org, aws, workspace, slack, channel=channel, people=people)
    server = PageServer(scene, open_port(0))
    server.start()
    yield Page(scene, server, leaver, group)
    server.stop()
    slack.stop()
    aws.stop()


def test_every_file_of_the_page_is_served_and_names_only_files_that_exist(page: Page) -> None:
    for path in (path for path in PAGE.rglob("*") if path.is_file()):
        status, headers, body = page.ask("GET", f"/{path.relative_to(PAGE).as_posix()}")
        assert (status, body) == (200, path.read_bytes())
        assert headers["content-type"].startswith(("text/html", "text/css", "text/javascript"))
        for name in re.findall(r"""(?:from "|src="|href=")([\w./]+)""", body.decode()):
            assert (path.parent / name).exists() or name == "data"
    assert page.ask("GET", "/")[2] == (PAGE / "index.html").read_bytes()


def test_the_page_loads_nothing_from_elsewhere_and_holds_no_inline_script(page: Page) -> None:
    html = (PAGE / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|style=|https?://", html)
    for path in [*PAGE.rglob("*.js"), *PAGE.rglob("*.css")]:
        assert not re.search(
            r"https?://[a-z]|innerHTML|insertAdjacentHTML|outerHTML|document\.write|eval\(", path.read_text()
        )
    _, headers, _ = page.ask("GET", "/")
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/../play.py", "/%2e%2e%2fplay.py", "/play.py", "/..%5cplay.py", "/slack/../../play.py", "/missing.js"]
)
def test_no_path_leads_out_of_the_folder(page: Page, path: str) -> None:
    assert page.ask("GET", path)[0] == 404


def test_it_listens_on_this_machine_only() -> None:
    listening = open_port(0)
    assert listening.getsockname()[0] == "127.0.0.1"
    listening.close()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example:80", "", "localhost.evil:1"]
)
def test_a_name_that_merely_points_to_this_machine_is_refused(page: Page, host: str) -> None:
    status, _, body = page.ask("GET", "/api/about", Host=host)
    assert status == 403
    assert b"127.0.0.1" in body


def test_localhost_is_a_name_of_this_machine(page: Page) -> None:
    assert page.ask("GET", "/api/about", Host=page.host.replace("127.0.0.1", "localhost"))[0] == 200


@pytest.mark.parametrize(
    ("origin", "header"),
    [(None, "1"), ("http://evil.example", "1"), ("null", "1"), ("own", None), ("https", "1"), ("other port", "1")],
)
def test_only_the_own_page_may_change_anything(page: Page, origin: str | None, header: str | None) -> None:
    origin = {"own": page.server.url, "https": f"https://{page.host}", "other port": "http://127.0.0.1:1"}.get(
        origin or "", origin
    )
    body = {"user": page.leaver, "status": "ENABLED"}
    status, _, _ = page.ask("POST", "/api/status", body, Origin=origin, X_Leaverbot_Playground=header)
    assert status == 403
    assert page.scene.org.user(page.leaver).status == "DISABLED"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(page: Page, method: str) -> None:
    assert page.ask(method, "/api/status")[0] == 403


def test_too_much_text_is_refused(page: Page) -> None:
    big = b'"' + b"x" * page_guard.MOST_BYTES + b'"'
    assert page.ask("POST", "/api/say", big, Origin=page.server.url, X_Leaverbot_Playground="1")[0] == 403


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"text"'])
def test_what_is_not_a_json_object_gets_a_sentence(page: Page, body: bytes) -> None:
    status, _, answer = page.ask("POST", "/api/say", body, Origin=page.server.url, X_Leaverbot_Playground="1")
    assert status == 400
    assert json.loads(answer)["error"]


@pytest.mark.parametrize(
    ("what", "given"),
    [
        ("press", {}),
        ("press", {"as": "own", "place": 1, "action_id": "x"}),
        ("say", {"as": "U0NOBODY", "text": "hello"}),
        ("submit", {"as": "own", "values": 1}),
        ("delete", {"ts": "1.0"}),
        ("status", {"user": "nobody", "status": "ENABLED"}),
        ("status", {"user": "own", "status": "GONE"}),
        ("trouble", {"name": "earthquake"}),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(page: Page, what: str, given: dict[str, Any]) -> None:
    if given.get("as") == "own":
        given = given | {"as": page.scene.people[0].id}
    status, answer = page.act(what, **given)
    assert status == 400
    assert answer["error"]


def test_the_directory_shows_leavers_first_with_every_way_in(page: Page) -> None:
    shown = page.look("directory")
    assert (shown["total"], shown["disabled"], shown["found"]) == (2, 1, 2)
    leaver = shown["users"][0]
    assert leaver["display_name"] == HOSTILE
    assert [(way["account_name"], way["path"]) for way in leaver["ways"]] == [
        ("payments-prod", "direct"),
        ("payments-prod", "group"),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [("search=DANA.ROSSI", 1), ("search=nobody", 0), ("disabled=1", 1), ("access=1", 1), ("search=eve&disabled=1", 0)],
)
def test_the_directory_is_searched_and_filtered(page: Page, query: str, found: int) -> None:
    assert page.look("directory", query)["found"] == found


def test_disabling_and_enabling_changes_the_directory_itself(page: Page) -> None:
    assert page.act("status", user=page.leaver, status="ENABLED") == (200, {"ok": True})
    assert page.scene.org.user(page.leaver).status == "ENABLED"


def test_a_try_says_what_a_new_and_an_open_session_may_do_and_a_deny_changes_both(page: Page) -> None:
    def verdicts() -> set[tuple[bool, bool | None]]:
        return {
            (row["new_session"]["allowed"], row["open_session"] and row["open_session"]["allowed"])
            for row in page.look("entry", f"user={page.leaver}")
        }

    assert verdicts() == {(True, True), (True, None)}
    denied = PLACEHOLDER_POLICY.replace("Add user ID here", page.leaver)
    page.scene.org.update_scp(str(page.scene.org.deny_policy_id), denied)
    assert verdicts() == {(False, False), (False, None)}
    shown = page.look("directory")
    assert [one["id"] for one in shown["denied"]] == [page.leaver]
    assert all(way["denied_by"] for way in shown["users"][0]["ways"])


def test_the_directory_counts_the_denies_that_aws_has_those_of_deleted_users_included(page: Page) -> None:
    org = page.scene.org
    gone = [org.add_user(f"gone-{number}@example.com", legacy_id=bool(number)) for number in range(2)]
    named = '["' + '","'.join([page.leaver, *gone]) + '"]'
    org.update_scp(str(org.deny_policy_id), PLACEHOLDER_POLICY.replace('"Add user ID here"', named))
    for user_id in gone:
        org.delete_user(user_id)
    shown = page.look("directory")["denied"]
    assert {one["id"] for one in shown} == {page.leaver, *gone}
    assert sorted(one["name"] for one in shown if one["id"] in gone) == sorted(f"{one} (deleted)" for one in gone)


def test_the_directory_shows_every_kind_of_way_in_and_what_is_more_than_its_name(page: Page) -> None:
    org = page.scene.org
    application = org.add_application("Grafana")
    org.assign_application(application, "USER", page.leaver)
    org.entitle(org.add_role(org.management_account_id, "ops/deployer"), "GROUP", page.group)
    org.assign(
        org.management_account_id, org.add_permission_set("OnCall", inline_policy=EVERYTHING), "USER", page.leaver
    )

    def ways() -> list[tuple[Any, ...]]:
        shown = page.look("directory")["users"][0]["ways"]
        keys = ("name", "label", "administrator_like", "obstacle", "management")
        return [tuple(way[key] for key in keys) for way in shown]

    assert ways() == [
        ("AdministratorAccess", None, True, None, False),
        ("OnCall", None, True, None, True),
        ("ReadOnlyAccess", None, False, None, False),
        ("Grafana", "application", None, None, False),
        ("ops/deployer", "role through account access", None, None, True),
    ]
    entry = page.look("entry", f"user={page.leaver}")
    told = [(row["permission_set_name"], row["label"], row["new_session"]["allowed"]) for row in entry]
    assert ("Grafana", "application", True) in told
    assert ("ops/deployer", "role through account access", True) in told
    org.set_application_enabled(application, enabled=False)
    assert ways()[3] == ("Grafana", "application", None, "DISABLED", False)


def test_what_deleted_users_left_behind_is_listed(page: Page) -> None:
    assert page.look("directory")["orphans"] == []
    org = page.scene.org
    org.assign_application(org.add_application("Grafana"), "USER", page.leaver)
    org.delete_user(page.leaver)
    left = page.look("directory", "search=nobody")["orphans"]
    assert [(one["user_id"], one["account_name"], one["name"], one["label"]) for one in left] == [
        (page.leaver, "payments-prod", "AdministratorAccess", None),
        (page.leaver, None, "Grafana", "application"),
    ]


def test_the_channel_shows_what_everybody_and_what_only_the_viewer_sees(page: Page) -> None:
    alice, bob, _ = page.scene.people
    assert page.act("say", **{"as": alice.id}, text="hello <b> & dana.rossi@example.com")[1]["ok"]
    shown = page.look("channel", f"as={bob.id}")
    assert [message["text"] for message in shown["messages"]] == ["hello &lt;b&gt; &amp; dana.rossi@example.com"]
    assert shown["messages"][0]["about"] == page.leaver
    assert shown["view"] is None
    assert page.ask("GET", "/api/channel?as=U0NOBODY")[0] == 400


def test_a_message_can_be_deleted(page: Page) -> None:
    alice = page.scene.people[0]
    page.act("say", **{"as": alice.id}, text="hello")
    ts = page.look("channel", f"as={alice.id}")["messages"][0]["ts"]
    assert page.act("delete", ts=ts)[0] == 200
    assert page.look("channel", f"as={alice.id}")["messages"] == []


def test_a_command_that_nobody_answers_fails_in_slacks_words(page: Page) -> None:
    status, answer = page.act("say", **{"as": page.scene.people[0].id}, text="/leavers")
    assert status == 200
    assert not answer["ok"]
    assert answer["shown"].startswith("/leavers failed")


def test_another_command_is_none(page: Page) -> None:
    assert (
        page.act("say", **{"as": page.scene.people[0].id}, text="/giphy cat")[1]["shown"]
        == "/giphy is not a valid command."
    )


def test_every_trouble_can_be_made_and_cleared(page: Page) -> None:
    kinds = page.scene.trouble.kinds()
    assert not any(kind["active"] for kind in kinds)
    for kind in kinds:
        assert page.act("trouble", name=kind["id"])[0] == 200
    assert all(kind["active"] for kind in page.scene.trouble.kinds())
    assert page.act("calm")[0] == 200
    assert not any(kind["active"] for kind in page.scene.trouble.kinds())


def test_somebody_who_looks_for_a_partial_scan_finds_it_first(page: Page) -> None:
    def titles(org: Organization) -> list[str]:
        return [kind["title"] for kind in Trouble(org, page.scene.aws, page.scene.slack).kinds()]

    offered = titles(sample_organization())
    assert offered[0] == "Partial scan: page 3 of the user list cannot be read"
    assert titles(sample_organization(users=500))[0] == offered[0]
    # In a directory of one page nothing is known without it.
    assert titles(Organization(seed=1))[0] == "Failed scan: no user list"
    assert "Account access manager refuses leaverbot (AccessDenied)" in offered
    assert "AWS answers 500 to everything for a minute" in offered


def test_account_access_manager_refuses_until_it_is_cleared(page: Page) -> None:
    faults = page.scene.aws.faults
    page.act("trouble", name="roles")
    for operation in ("ListApplications", "ListEntitlements", "ListEntitlements"):
        (fault,) = faults.take(f"account-access.{operation}", {})
        assert (fault.kind, fault.code) == ("error", "AccessDeniedException")
    assert faults.take("sso-admin.ListApplications", {}) == []
    page.act("calm")
    assert faults.take("account-access.ListApplications", {}) == []


def test_an_account_that_cannot_be_read_is_one_that_leavers_reach(page: Page) -> None:
    prod = next(found.id for found in page.scene.org.account_by_id.values() if found.name == "payments-prod")
    page.act("trouble", name="account")
    faults = page.scene.aws.faults
    assert faults.take("sso-admin.ListAccountAssignments", {"AccountId": page.scene.org.management_account_id}) == []
    (fault,) = faults.take("sso-admin.ListAccountAssignments", {"AccountId": prod})
    assert fault.code == "AccessDeniedException"


def test_after_a_minute_aws_is_well_again(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.playground.trouble.AWS_DOWN_SECONDS", 0.3)

    def outage() -> bool:
        return any(kind["active"] for kind in page.scene.trouble.kinds() if kind["id"] == "outage")

    page.act("trouble", name="outage")
    assert outage()
    assert [fault.code for fault in page.scene.aws.faults.take("organizations.ListAccounts", {})] == ["InternalFailure"]
    eventually(lambda: not outage(), seconds=5)
    assert page.scene.aws.faults.take("identitystore.ListUsers", {}) == []


def test_the_events_tell_that_something_changed(page: Page) -> None:
    connection = http.client.HTTPConnection(page.host, timeout=10)
    connection.request("GET", "/api/events")
    answer = connection.getresponse()

    def tick() -> dict[str, Any]:
        line = answer.readline()
        while not line.startswith(b"data: "):
            line = answer.readline()
        return dict(json.loads(line.removeprefix(b"data: ")))

    before = tick()
    page.scene.org.set_status(page.leaver, "ENABLED")
    assert tick()["aws"] > before["aws"]
    connection.close()


def test_stopping_does_not_wait_for_open_pages(page: Page) -> None:
    connection = http.client.HTTPConnection(page.host, timeout=10)
    connection.request("GET", "/api/events")
    connection.getresponse().readline()
    page.server.stop()
    assert not page.server._thread.is_alive()
    connection.close()


def test_a_port_in_use_is_said_and_ends_with_1(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setattr("bot.playground.play.signal.signal", lambda *_: None)
    monkeypatch.setattr("bot.playground.play.set_up_logging", lambda *_: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert play(Size(), port=port, open_page=False) == 1
    said = capsys.readouterr().err
    assert f"Port {port} on this computer cannot be used" in said
    assert "--port" in said


def test_nothing_of_the_visitors_own_configuration_is_left_and_everything_comes_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = {"AWS_PROFILE": "work", "LEAVERBOT_CHANNEL": "C1", "SLACK_BOT_TOKEN": "xoxb-1", "HTTPS_PROXY": "http://p:1"}
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    with only_environment({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}):
        assert not set(own) & set(os.environ)
        assert os.environ["AWS_CONFIG_FILE"] == os.devnull
        assert os.environ["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert {name: os.environ[name] for name in own} == own
    assert "AWS_ENDPOINT_URL" not in os.environ


def test_the_page_changes_by_itself(page: Page) -> None:
    before = page.scene.tick()["slack"]
    page.scene.workspace.say(page.scene.people[0].id, page.scene.channel_id, "hello")
    eventually(lambda: page.scene.tick()["slack"] > before, seconds=5)


def test_before_the_company_is_built_the_page_is_there_and_says_so() -> None:
    server = PageServer(None, open_port(0), "A company of 2,000 people is being built…")
    server.start()
    early = Page(None, server, "", "")  # type: ignore[arg-type]  # there is no scene yet
    assert early.ask("GET", "/")[0] == 200
    status, _, body = early.ask("GET", "/api/about")
    assert (status, json.loads(body)["error"]) == (400, "A company of 2,000 people is being built…")
    connection = http.client.HTTPConnection(early.host, timeout=10)
    connection.request("GET", "/api/events")
    assert b"is being built" in connection.getresponse().readline()
    connection.close()
    server.stop()


def test_the_directory_gives_as_many_people_as_are_asked_for_and_whoever_must_be_among_them(page: Page) -> None:
    for number in range(5):
        page.scene.org.add_user(f"colleague{number}@example.com")
    last = page.scene.org.add_user("last@example.com")
    assert len(page.look("directory", "shown=2")["users"]) == 2
    shown = page.look("directory", f"shown=2&including={last}")
    assert shown["users"][-1]["id"] == last
    assert shown["found"] == shown["total"] == len(shown["users"]) == 8
    assert len(page.look("directory", "shown=nonsense")["users"]) == 8


def test_how_far_the_first_scan_is_stands_there_until_there_is_a_message(page: Page) -> None:
    scene = page.scene
    assert scene.tick()["reading"] is None
    scene._reading = lambda: {"phase": "users", "done": 1, "total": None, "leavers": 0}
    assert scene.tick()["reading"] == {"phase": "users", "done": 1, "total": None, "leavers": 0, "people": 2}
    scene.workspace.say(scene.people[0].id, scene.channel_id, "hello")
    assert scene.tick()["reading"] is None


def test_a_message_is_about_somebody_if_it_names_nobody_else(page: Page) -> None:
    scene = page.scene
    other = scene.org.add_user("rossi@example.com")
    scene.org.set_status(other, "DISABLED")
    for text in ("dana.rossi@example.com", "rossi@example.com", "dana.rossi@example.com and others", "nobody"):
        scene.workspace.say(scene.people[0].id, scene.channel_id, text)
    several = "dana.rossi@example.com, zed@example.com"
    zed = scene.org.add_user("zed@example.com")
    scene.org.set_status(zed, "DISABLED")
    scene.workspace.say(scene.people[0].id, scene.channel_id, several)
    abouts = [message["about"] for message in scene.channel(scene.people[0].id)["messages"]]
    assert abouts == [page.leaver, other, page.leaver, None, None]
