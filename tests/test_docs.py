"""Documents keep up with the code: settings, commands, links, rule tables, decisions, words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import resolve

ROOT = Path(__file__).resolve().parent.parent
OPERATOR = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
READMES = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")]

#: Read by a library or by Python itself, set by our own code, never by an operator.
NOT_OURS = re.compile(r"DJANGO_|PYPINYIN_|PYTHON")
READ_IN_PYTHON = re.compile(
    r"""(?:\b(?:text|flag|number|mapping)\(|environ(?:\.get|\.setdefault|\.pop)?[(\[])\s*["']([A-Z][A-Z0-9_]+)["']"""
)
READ_IN_SHELL = re.compile(r"\$\{([A-Z][A-Z0-9_]+):[-+]")


def _sources() -> Iterator[Path]:
    for path in sorted((ROOT / "smartunion").rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            yield path


def _documents() -> list[Path]:
    inside = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "smartunion").rglob("*.md")]
    return sorted([*ROOT.glob("*.md"), *inside])


def _variables() -> set[str]:
    found: set[str] = set()
    for path in [*_sources(), ROOT / "tests" / "services.py"]:
        found.update(READ_IN_PYTHON.findall(path.read_text(encoding="utf-8")))
    for path in (ROOT / "run", ROOT / "tests" / "run.sh", ROOT / ".ci" / "run"):
        found.update(READ_IN_SHELL.findall(path.read_text(encoding="utf-8")))
    return {name for name in found if not NOT_OURS.match(name)}


def test_the_search_finds_what_settings_read() -> None:
    assert {
        "SMARTUNION_HOME", "DATABASE_URL", "PORT", "WECHAT_TEMPLATES", "SMARTUNION_SQLITE_FULL", "SMARTUNION_VENV",
        "SMARTUNION_THREADS", "SMARTUNION_TEST_REQUIRE",
    } <= _variables()  # fmt: skip


def test_every_variable_stands_in_the_operator_guide() -> None:
    missing = sorted(name for name in _variables() if f"`{name}`" not in OPERATOR)

    assert missing == []


def test_the_operator_guide_names_no_variable_that_nothing_reads() -> None:
    rows = re.findall(r"^\| ((?:`[A-Z][A-Z0-9_]+`(?:, )?)+) \|", OPERATOR, flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}

    assert len(named) > 30
    assert sorted(named - _variables()) == []


@pytest.mark.parametrize("text", [*READMES, OPERATOR], ids=["README.md", "README.zh-CN.md", "operator.md"])
def test_documents_name_only_commands_that_exist(text: str) -> None:
    named = set(re.findall(r"\./run ([a-z_]+)", text)) - {"test"}

    assert sorted(named - set(get_commands())) == []


def test_every_command_of_ours_stands_in_readme_or_operator_guide() -> None:
    ours = {name for name, app in get_commands().items() if str(app).startswith("smartunion")}
    missing = [
        name for name in sorted(ours)
        if not any(re.search(rf"(`|\./run ){name}\b", text) for text in (READMES[0], OPERATOR))
    ]  # fmt: skip

    assert "rotate_keys" in ours
    assert missing == []


def _anchor(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


@pytest.mark.parametrize("document", _documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_resolve(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for target in re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        if not found.exists():
            broken.append(target)
        elif anchor and found.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), flags=re.MULTILINE)
            if anchor not in {_anchor(heading) for heading in headings}:
                broken.append(target)

    assert broken == []


def test_every_rule_page_that_is_mentioned_exists() -> None:
    mentioned: dict[str, str] = {}
    for path in [*_sources(), *_documents()]:
        for name in re.findall(r"docs/rules/([\w\-]+\.md)", path.read_text(encoding="utf-8")):
            mentioned[name] = str(path.relative_to(ROOT))
    missing = {name: where for name, where in mentioned.items() if not (ROOT / "docs/rules" / name).exists()}

    assert missing == {}


def test_every_decision_stands_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))

    assert [name for name in pages if f"({name})" not in index] == []
    assert [int(name[:4]) for name in pages] == list(range(1, len(pages) + 1))


@pytest.mark.parametrize("name", ["board.png", "phones.png"])
def test_pictures_are_small(name: str) -> None:
    assert (ROOT / "docs" / "images" / name).stat().st_size < 300_000


def test_the_changelog_tags_each_line() -> None:
    lines = [
        line
        for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("- ")
    ]

    assert lines
    assert [
        line for line in lines if not re.match(r"- `(feature|fix|data|security)` [a-z]+: [A-Z`]", line)
    ] == []


def test_every_address_the_readmes_send_people_to_exists() -> None:
    """A capital or Chinese word stands for a code; what does not resolve raises Resolver404 and names the address."""
    for text in READMES:
        addresses = re.findall(r"`(/[^`*]*/)`", text)

        assert len(addresses) > 25
        for address in addresses:
            resolve(re.sub(r"/[A-Z\u4e00-\u9fff]+/", "/ABCD2345/", address))


ROOMS = sorted(
    path.parent
    for floor in ("ground", "engines", "systems")
    for path in (ROOT / "smartunion" / floor).glob("*/apps.py")
)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_says_its_addresses_and_jobs(room: Path) -> None:
    """The address of a page with a record has ID in the record's place; one that ends in … begins several."""
    text = (room / "README.md").read_text(encoding="utf-8")

    for address in re.findall(r"`(/(?!open311/)[^`\s…]*/)`", text):
        resolve(address.replace("/ID/", "/1/"))
    source = "".join(
        path.read_text(encoding="utf-8") for path in room.rglob("*.py") if "tests" not in path.parts
    )
    jobs = set(re.findall(rf'"({room.name}\.[a-z_]+)", *[\w.]+, every=', source))
    assert [job for job in sorted(jobs) if job not in text] == []
