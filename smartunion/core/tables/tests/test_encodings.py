from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartunion.core.tables.encodings import Encoding, sniff_encoding
from smartunion.core.tables.tests.builders import write_text

TABLE = "姓名,单位名称,联系电话\n李敏,盐城市大丰区机械制造有限公司,13800138000\n"
TRADITIONAL = "姓名,單位名稱,聯絡電話\n李敏,臺北縣機械製造股份有限公司,0912345678\n"


@pytest.mark.parametrize(
    ("encoding", "name", "mark"),
    [
        ("utf-8", "utf-8", 0),
        ("utf-8-sig", "utf-8", 3),
        ("gb18030", "gb18030", 0),
        ("gb2312", "gb18030", 0),
        ("utf-16", "utf-16-le", 2),
        ("utf-16-le", "utf-16-le", 0),
        ("utf-16-be", "utf-16-be", 0),
        ("utf-32", "utf-32-le", 4),
    ],
)
def test_encodings_of_chinese_tables_are_told(tmp_path: Path, encoding: str, name: str, mark: int) -> None:
    path = write_text(tmp_path / "a.csv", TABLE, encoding)

    found = sniff_encoding(path)

    assert found == Encoding(name, mark)
    assert path.read_bytes()[mark:].decode(found.codec) == TABLE


def test_big5_is_told_from_gb18030(tmp_path: Path) -> None:
    assert sniff_encoding(write_text(tmp_path / "a.csv", TRADITIONAL, "big5")) == Encoding("big5")


def test_chinese_after_a_megabyte_of_ascii_is_found(tmp_path: Path) -> None:
    text = "1234567890,abcdefghij\n" * 120_000 + "李敏,盐城市大丰区机械制造有限公司\n"

    assert sniff_encoding(write_text(tmp_path / "a.csv", text, "gb18030")).name == "gb18030"
    assert sniff_encoding(write_text(tmp_path / "b.csv", text)).name == "utf-8"


def test_rare_names_outside_gbk_are_read(tmp_path: Path) -> None:
    path = write_text(
        tmp_path / "a.csv", "姓名,单位\n王䶮,盐城公司\n李㛃,盐城公司\n张𬭎,盐城公司\n", "gb18030"
    )

    assert path.read_bytes().decode(sniff_encoding(path).codec).count("䶮") == 1


def test_one_broken_byte_does_not_turn_utf8_into_something_else(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.encode() * 20 + b"\xe6\x9d" + TABLE.encode())

    assert sniff_encoding(path).name == "utf-8"


@settings(max_examples=40)
@given(
    st.lists(
        st.text("盐城市大丰区东台建湖人民路号公司工会会员姓名李王张刘陈杨赵黄", min_size=2, max_size=12),
        min_size=3,
    )
)
def test_gb18030_is_recognised_from_a_few_words(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    path = write_text(tmp_path_factory.mktemp("enc") / "a.csv", "\n".join(cells), "gb18030")

    assert sniff_encoding(path).name == "gb18030"


def test_every_sample_text_is_told(shared_data: Path) -> None:
    wanted = {"Big5": "big5", "GB2312": "gb18030", "UTF-16": "utf-16-le"}
    found = {
        path.name: sniff_encoding(path).name
        for path in (shared_data / "messy_spreadsheets" / "encoded_texts").iterdir()
    }

    assert len(found) == 13
    assert found == {name: wanted[name.partition("__")[0]] for name in found}
