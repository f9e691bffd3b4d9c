"""Components are used with the inputs they declare, and the pages hold nothing the content security policy refuses."""

import re
from pathlib import Path

import pytest

from smartunion.core.tests.cotton import drawn

PACKAGE = Path(__file__).resolve().parents[2]
COMPONENTS = PACKAGE / "core" / "templates" / "components"
TAG = re.compile(
    r"<c-(?!vars|slot)([\w.-]+)((?:\s+[^\s/>\"'=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)\s*/?>", re.S
)
INPUT = re.compile(r"([^\s/>\"'=]+)(\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?")
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?endcomment\s*%\}", re.S)
LOGIC = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)


def templates() -> list[Path]:
    return [path for path in PACKAGE.rglob("templates/**/*.html") if "tests" not in path.parts]


def declared(name: str) -> tuple[set[str], set[str]]:
    """Inputs of a component: all, and those it cannot do without."""
    text = COMMENT.sub(
        "", (COMPONENTS / f"{name.replace('.', '/').replace('-', '_')}.html").read_text(encoding="utf-8")
    )
    found = re.search(r"<c-vars\s(.*?)/>", text, re.S)
    inputs = INPUT.findall(found.group(1)) if found else []
    return {key for key, _value in inputs}, {key for key, value in inputs if not value}


@pytest.mark.parametrize("path", sorted(COMPONENTS.rglob("*.html")), ids=lambda path: path.stem)
def test_each_component_says_what_it_takes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    names, _needed = declared(path.stem)
    header = text.split("#}")[0]

    assert text.startswith("{# ")
    assert "<c-vars" in text
    assert [name for name in names if not re.search(rf"\b{name}\b", header)] == []


def misuses(text: str) -> list[str]:
    """What is wrong with the components used in a template."""
    wrong = []
    text = COMMENT.sub("", text)
    slots = set(re.findall(r'<c-slot name="(\w+)"', text))
    for name, attributes in TAG.findall(LOGIC.sub("x", text)):
        names, needed = declared(name)
        given = {key.lstrip(":") for key, _value in INPUT.findall(attributes)}
        wrong += [f"<c-{name}> does not know {key}" for key in sorted(given - names)]
        wrong += [f"<c-{name}> needs {key}" for key in sorted(needed - given - slots)]
    return wrong


def test_components_are_used_with_the_inputs_they_declare() -> None:
    wrong = {str(path): misuses(path.read_text(encoding="utf-8")) for path in templates()}

    assert {path: found for path, found in wrong.items() if found} == {}


def test_a_wrong_use_is_found() -> None:
    snippet = '<c-stat label="{% if a > b %}x{% endif %}" colour="red" /><c-field\n  :field="form.x" />'

    assert misuses(snippet) == ["<c-stat> does not know colour", "<c-stat> needs value"]


def test_no_inline_style_script_or_handler() -> None:
    wrong = []
    for path in templates():
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        bare = LOGIC.sub("", text)
        if re.search(r"<[^>]+\sstyle\s*=", bare) or "<style" in bare:
            wrong.append(f"{path}: inline style")
        if re.search(r"<[^>]+\son[a-z]+\s*=", bare) or "javascript:" in bare or "hx-on" in bare:
            wrong.append(f"{path}: inline handler")
        if [tag for tag in re.findall(r"<script\b[^>]*>", bare) if "src=" not in tag and "json" not in tag]:
            wrong.append(f"{path}: inline script")

    assert wrong == []


def test_stat_shows_groups_and_opens_its_list() -> None:
    body = drawn('<c-stat label="入会" :value="number" href="/x/" unit="人" />', number=1234567)

    assert '<a class="stat" href="/x/"' in body
    assert "1,234,567" in body


def test_text_from_people_is_escaped() -> None:
    body = drawn(
        '<c-card title="{{ name }}"><c-datum label="x" :value="name" /></c-card>',
        name="<script>alert(1)</script>",
    )

    assert "<script>" not in body
    assert body.count("&lt;script&gt;") == 2


def test_state_always_has_icon_and_word() -> None:
    body = drawn(
        '<c-state label="待核实" value="to_verify" /><c-state label="已退回" tone="bad" /><c-state label="别的" value="other" />'
    )

    assert re.findall(r'data-tint="(\w+)"><i class="bi bi-([\w-]+)" aria-hidden="true"></i>([^<]+)', body) == [
        ("amber", "hourglass-split", "待核实"), ("red", "x-circle", "已退回"), ("grey", "dash-circle", "别的"),
    ]  # fmt: skip


def test_confirm_works_without_script() -> None:
    body = drawn('<c-confirm action="/x/" label="注销" title="注销？" />')

    assert '<form class="confirm-box" method="post" action="/x/">' in body
    assert "csrfmiddlewaretoken" in drawn(
        '<c-confirm action="/x/" label="注销" title="注销？" />', csrf_token="token"
    )


def test_unknown_value_is_said_to_be_unknown() -> None:
    assert "未登记" in drawn('<c-datum label="电话" value="" />')
    assert "<dd>0</dd>" in drawn('<c-datum label="件数" :value="0" />')


def test_qr_has_its_text_beside_it() -> None:
    body = drawn('<c-qr text="https://example.org/j/JK7M" label="扫码入会" />')

    assert "<svg" in body
    assert "<title>扫码入会</title>" in body
    assert "https://example.org/j/JK7M</span>" in body
    assert "style=" not in body


@pytest.mark.parametrize("tone", ["error", "danger"])
def test_a_refusal_is_read_out_and_looks_like_one(tone: str) -> None:
    said = drawn(f'<c-alert tone="{tone}" title="不行">改一下再试。</c-alert>')

    assert 'data-tone="error" role="alert"' in said
    assert "bi-info-circle" not in said


def test_a_number_is_marked_only_where_there_is_something_to_count() -> None:
    some = drawn('<c-stat label="逾期" :value="12" tone="red" />')
    none = drawn('<c-stat label="逾期" :value="0" tone="red" />') + drawn(
        '<c-stat label="逾期" value="0" tone="red" />'
    )

    assert some.count('data-tone="red"') == 1
    assert none.count('data-tone=""') == 2


def test_times_are_written_alike_and_nothing_has_one_sign() -> None:
    """A bare value handed to a component is written out by the language, “2026年1月5日”; other pages say 2026-01-05."""
    bare = re.compile(r'\sat="\{\{ [\w.]+ \}\}"')
    long_dash = re.compile("[\"'>}]—[\"'<{]")
    texts = {path: path.read_text(encoding="utf-8") for path in templates()}

    assert [str(path) for path, text in texts.items() if bare.search(text)] == []
    assert [str(path) for path, text in texts.items() if long_dash.search(text)] == []
