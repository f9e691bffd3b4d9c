"""A word is read one way in the whole program, or in a context of its own."""

import ast
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext
from django.utils.translation.reloader import translation_file_changed

from smartunion.site import catalogues

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'


def _room(base: Path, name: str, *entries: str) -> Path:
    folder = base / name / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text("\n\n".join((HEAD, *entries)) + "\n", encoding="utf-8")
    return base / name


def test_two_readings_of_one_message_are_found_and_a_context_parts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = 'msgid "Members"\nmsgstr "会员"'
    people = _room(tmp_path, "people", same, 'msgid "Name"\nmsgstr "姓名"')
    firms = _room(
        tmp_path, "firms", same, 'msgid "Name"\nmsgstr "名称"', 'msgctxt "firm"\nmsgid "Help"\nmsgstr "帮扶"'
    )
    other = _room(tmp_path, "other", 'msgid "Help"\nmsgstr "提示"', '#~ msgid "Members"\n#~ msgstr "成员"')
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    monkeypatch.setattr(catalogues, "rooms", lambda: [people, firms, other])

    (clash,) = catalogues.clashes()

    assert (clash.language, clash.msgid, clash.context) == ("zh_Hans", "Name", "")
    assert clash.readings == {"姓名": ["people"], "名称": ["firms"]}


def test_the_program_reads_every_message_one_way() -> None:
    assert catalogues.clashes() == []


def test_a_translation_that_nothing_says_any_more_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = _room(
        tmp_path, "firms", 'msgid "Name"\nmsgstr "名称"', 'msgctxt "firm"\nmsgid "Name"\nmsgstr "厂名"'
    )
    (room / "forms.py").write_text('label = _("Name")\n', encoding="utf-8")
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    monkeypatch.setattr(catalogues, "rooms", lambda: [room])

    assert catalogues.unsaid() == [("zh_Hans", "firms", "Name")]


def test_every_translation_is_said_somewhere() -> None:
    assert catalogues.unsaid() == []


def test_no_translating_function_goes_by_a_name_that_is_not_looked_for() -> None:
    known = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
             "npgettext"}  # fmt: skip
    hidden = []
    for path in catalogues.PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                names = {one.name: one.asname or one.name for one in node.names if "gettext" in one.name}
                hidden += [
                    f"{path.name}: {name} as {used}" for name, used in names.items() if used not in known
                ]

    assert hidden == []


def test_what_is_compiled_is_said_by_the_same_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LOCALE_PATHS = [str(tmp_path / "locale")]
    monkeypatch.setattr(catalogues, "PACKAGE", tmp_path)
    source = tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Cuckoo"\nmsgstr "布谷鸟"\n',
        "utf-8",
    )
    assert gettext("Cuckoo") == "Cuckoo"

    try:
        assert catalogues.compile_stale() == 1
        assert gettext("Cuckoo") == "布谷鸟"
        assert catalogues.compile_stale() == 0
    finally:
        settings.LOCALE_PATHS = []
        translation_file_changed(sender=None, file_path=source.with_suffix(".mo"))
