"""The ground: manifest, README, package, Dockerfile and CI tell the truth about the code."""

import re
import subprocess
import sys
import tokenize
import tomllib
import zipfile
from datetime import timedelta
from io import StringIO
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import botocore.session
import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot import __version__
from bot.core.events.reads import UNSEEN
from bot.core.rules.announcements import LEAST_STANDS, MOST_STANDS
from bot.core.rules.brake import LEAST_PEOPLE, BrakeLimits
from bot.core.rules.decisions import Why
from bot.core.rules.limits import DENIES, HourlyLimits, Pool
from bot.settings import variables
from bot.slack.messages.help import action_verbs, note_verbs, question_verbs
from bot.slack.slash_commands import COMMAND

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())
SOURCES = "\n".join(path.read_text() for path in (ROOT / "bot" / "slack").rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# The page that says where everything is; its paths are relative to bot/ or to the root of the repository.
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

# The facts that the code relies on, under the headings that it cites.
FACTS_TEXT = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
FACTS = dict(re.findall(r"^### (\S+)\n(.*?)(?=^##|\Z)", FACTS_TEXT, re.MULTILINE | re.DOTALL))
EVERY_FILE = {file: file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py")}
OFFICIAL = {"developer.okta.com", "docs.aws.amazon.com", "docs.slack.dev", "github.com", "learn.microsoft.com"}

# Which scope each Web API method needs (docs.slack.dev, method reference); views.* and auth.test need none.
SCOPES = {
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "conversations.history": {"channels:history", "groups:history"},
    "conversations.replies": {"channels:history", "groups:history"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.update": set(),
    "auth.test": set(),
}


# What is known to come. A later scope would need a new approval by Slack's admins.
PLANNED = {"users:read.email", "im:write", "app_mentions:read"}


def called_methods() -> set[str]:
    by_name = set(
        re.findall(r'"((?:chat|views|conversations|usergroups|users|files|reactions|auth)\.[A-Za-z.]+)"', SOURCES)
    )
    python_names = {method.replace(".", "_").lower(): method for method in SCOPES}
    by_method = {
        python_names[name.lower()] for name in re.findall(r"web\.([a-z_]+)\(", SOURCES) if name.lower() in python_names
    }
    return by_name | by_method


@pytest.mark.parametrize("version", [1, 2])
def test_the_manifest_fits_slacks_own_schema(version: int) -> None:
    schema = yaml.safe_load((ROOT / "tests" / "schemas" / f"slack-manifest-{version}.json").read_text())
    assert list(jsonschema.Draft7Validator(schema).iter_errors(MANIFEST)) == []


def test_the_manifest_asks_for_exactly_the_scopes_that_the_code_uses_or_is_known_to_use() -> None:
    used = {"commands"}.union(*(SCOPES[method] for method in called_methods()))
    assert not used & PLANNED
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == used | PLANNED


def test_the_manifest_gives_a_reason_for_each_scope_and_says_of_which_are_not_used_yet() -> None:
    text = (ROOT / "manifest.yml").read_text().partition("bot_optional:")[0]
    reasons = dict(re.findall(r"^      - ([\w:.]+) # (.+)$", text, re.MULTILINE))
    assert set(reasons) == set(MANIFEST["oauth_config"]["scopes"]["bot"])
    assert {scope for scope, why in reasons.items() if why.startswith("not used yet: ")} == PLANNED


def test_the_manifest_has_exactly_the_commands_of_the_code() -> None:
    assert [command["command"] for command in MANIFEST["features"]["slash_commands"]] == [COMMAND]
    hint = MANIFEST["features"]["slash_commands"][0]["usage_hint"]
    assert all(verb in hint for verb in (*question_verbs(), *action_verbs(), *note_verbs()))


def test_the_manifest_subscribes_to_no_event_that_nobody_listens_to() -> None:
    assert "event_subscriptions" not in MANIFEST["settings"]
    assert not re.findall(r"@app\.event|app\.event\(", SOURCES)


def test_the_readme_documents_every_command() -> None:
    for verb in (*question_verbs(), *action_verbs(), *note_verbs()):
        assert re.search(rf"`/leavers {verb}\b|`{verb}`", README), verb


def test_the_readmes_two_commands_install_and_end_as_promised() -> None:
    playground, tests = re.findall(r"```sh\n(python3 -m venv .*)\n```", README)
    assert playground.endswith("leaverbot playground")
    assert tests.endswith("pytest")
    assert all("pip install" in line and "-c constraints.txt" in line for line in (playground, tests))


def test_every_file_that_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def at(path: str) -> Path:
    """Where a path on the architecture page leads."""
    below_bot = ROOT / "bot" / path
    return below_bot if below_bot.exists() else ROOT / path


def test_every_path_on_the_page_on_architecture_is_there() -> None:
    paths = re.findall(r"(?<![\w./<])[\w./-]+(?:\.(?:py|sql|md|yml|toml)\b|/(?=`))", ARCHITECTURE)
    assert len(paths) > 100
    assert [path for path in paths if not at(path).exists() and not path.startswith("NNNN.")] == []


def test_every_path_in_the_guide_for_contributors_is_there() -> None:
    paths = re.findall(r"(?:bot|tests|docs)/[\w./]+\w", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_name_on_the_page_on_architecture_is_in_the_file_that_it_follows() -> None:
    named = re.findall(r"`([\w/]+\.py)`:? `(\w+)`", ARCHITECTURE)
    assert len(named) > 10
    assert [(path, name) for path, name in named if not re.search(rf"\b{name}\b", at(path).read_text())] == []


def test_the_page_on_architecture_names_every_room() -> None:
    packages = [file.parent.relative_to(ROOT / "bot") for file in (ROOT / "bot").rglob("*/__init__.py")]
    rooms = {str(room) for room in packages if "playground" not in room.parts}
    assert {room for room in rooms if f"`{room}/`" not in ARCHITECTURE} == set()


def test_every_link_within_the_page_on_architecture_leads_to_a_heading() -> None:
    anchors = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", ARCHITECTURE, re.MULTILINE)}
    links = set(re.findall(r"\]\(#([^)]+)\)", ARCHITECTURE))
    assert links
    assert links <= anchors


def test_the_page_on_rules_names_every_setting_of_rules_and_every_reason_not_to_act() -> None:
    rules = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    settings = {name for name in variables() if re.search(r"_AUTO_|_BRAKE_|_MAX_CHANGES_", name)}
    assert len(settings) == 6
    assert {name for name in settings if f"`{name}`" not in rules and f"{name}=" not in rules} == set()
    assert {why for why in Why if f"`{why}`" not in rules} == set()


def test_the_page_on_rules_says_the_defaults_and_times_of_the_code() -> None:
    rules = " ".join((ROOT / "docs" / "rules.md").read_text(encoding="utf-8").split())
    limits, brake = HourlyLimits(), BrakeLimits()
    assert f"`LEAVERBOT_MAX_CHANGES_PER_HOUR` people ({limits.changes})" in rules
    assert f"Rules stop at {limits.of(Pool.CHANGES, by_rule=True)} of {limits.of(Pool.CHANGES, by_rule=False)}" in rules
    assert f"counted apart: {DENIES}," in rules
    assert f"`LEAVERBOT_BRAKE_COUNT` people ({brake.count})" in rules
    assert f"({brake.percent} %) and at least {LEAST_PEOPLE} people" in rules
    assert f"{LEAST_STANDS.seconds} seconds and at most {MOST_STANDS // timedelta(hours=1)} hours" in rules
    assert f"more than {UNSEEN // timedelta(hours=1)} hours between two reads" in rules


def test_the_page_on_rules_names_every_metric_of_rules_and_none_that_does_not_exist() -> None:
    # A counter is shown with `_total` behind its name.
    named = set(re.findall(r"`(leaverbot_\w+?)(?:_total)?`", (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")))
    made = set(re.findall(r'"(leaverbot_[a-z_]+)"', (ROOT / "bot" / "metrics.py").read_text(encoding="utf-8")))
    assert named <= made
    assert {name for name in made if re.search("_rule_|_brake_|_held|_people_|_parked", name)} <= named


@pytest.mark.parametrize("page", ["rules.md"])
def test_every_link_of_the_page_leads_somewhere(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)", text)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


def test_the_constraints_hold_exact_versions_and_no_addresses() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines)


def test_every_dependency_is_pinned_in_the_constraints() -> None:
    pinned = {
        re.split("==", line)[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
    }
    wanted = [
        *PROJECT["project"]["dependencies"],
        *chain.from_iterable(PROJECT["project"]["optional-dependencies"].values()),
    ]
    names = {re.split(r"[\[<>=!~ ]", name)[0].lower().replace("_", "-") for name in wanted}
    assert names - {"leaverbot"} <= pinned


def test_what_is_pinned_is_what_the_project_allows() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line]
    pinned = {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}
    for wanted in map(Requirement, PROJECT["project"]["dependencies"]):
        assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)]), wanted


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["version"] == __version__


def test_the_page_on_aws_rights_names_every_operation_that_the_code_calls_and_no_other() -> None:
    page = (ROOT / "docs" / "aws-rights.md").read_text()
    granted = set(re.findall(r'["`](?:sso|identitystore|organizations|account-access|cloudtrail):([A-Z]\w+)["`]', page))
    code = "\n".join(path.read_text() for path in (ROOT / "bot" / "aws").rglob("*.py") if path.name != "limiter.py")
    called = {operation for operation in known_operations() if f'"{operation}"' in code}
    # Asking who you are needs no right.
    assert called - granted == {"GetCallerIdentity"}
    assert granted <= called


def known_operations() -> set[str]:
    """Every operation of the services that the AWS edge uses."""
    session = botocore.session.get_session()
    services = ("sso-admin", "identitystore", "organizations", "account-access", "cloudtrail", "sts")
    return {name for service in services for name in session.get_service_model(service).operation_names}


def test_the_container_runs_as_nobody_special_with_a_health_check() -> None:
    lines = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER leaverbot$", lines, re.MULTILINE)
    assert "HEALTHCHECK" in lines
    assert "--constraint constraints.txt" in lines
    for copied in re.findall(r"^COPY (?!--from)(.+) \./?\S*$", lines, re.MULTILINE):
        assert all((ROOT / name).exists() for name in copied.split())


def test_the_container_leaves_everything_out_that_is_not_needed() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert kept == {"bot", "pyproject.toml", "constraints.txt", "README.md", "LICENSE"}


def test_the_bot_works_when_installed_from_its_wheel(tmp_path: Path) -> None:
    subprocess.run(
        # Without isolation, which would fetch what is installed anyway.
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", str(tmp_path), str(ROOT)),
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "installed")
    assert {"bot/playground/page/index.html", "bot/playground/page/page.css", "bot/py.typed"} <= names
    assert {
        f"bot/store/database/migrations/{file.name}" for file in (ROOT / "bot/store/database/migrations").iterdir()
    } <= names
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]
    # The wheel alone on the path, from a folder that is not the checkout.
    shown = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            "import sys; sys.path.insert(0, sys.argv.pop(1)); import bot.__main__ as m; print(m.__file__); m.main()",
            str(tmp_path / "installed"),
            "--help",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path / "installed") in shown.stdout
    assert "playground" in shown.stdout


def test_every_fact_that_the_code_cites_is_there_and_no_other_is() -> None:
    cited = [re.findall(r"docs/facts\.md#([\w-]+)", text) for text in EVERY_FILE.values()]
    assert set(chain.from_iterable(cited)) == set(FACTS)


def test_no_comment_cites_a_document_that_is_not_in_the_repository() -> None:
    assert [file.name for file, text in EVERY_FILE.items() if re.search(r"\bfacts(:| \d)", prose(text))] == []


def prose(code: str) -> str:
    """The comments and strings of a program."""
    tokens = tokenize.generate_tokens(StringIO(code).readline)
    return "\n".join(one.string for one in tokens if one.type in {tokenize.COMMENT, tokenize.STRING})


def test_headings_are_their_own_anchors() -> None:
    headings = re.findall(r"^### (.+)$", FACTS_TEXT, re.MULTILINE)
    assert len(headings) == len(set(headings))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", heading) for heading in headings)


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_names_its_source_and_what_follows(name: str) -> None:
    fact = FACTS[name]
    assert re.search(r"^Source: ", fact, re.MULTILINE), name
    assert re.search(r"^So: ", fact, re.MULTILINE), name
    links = [urlsplit(link) for link in re.findall(r"\]\(([^)]+)\)", fact)]
    assert links
    assert all(link.scheme == "https" and link.hostname in OFFICIAL for link in links)
