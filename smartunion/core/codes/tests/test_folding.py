from hypothesis import given
from hypothesis import strategies as st

from smartunion.core.codes import folding


def test_width_blanks_and_dashes_fold_while_chinese_stays() -> None:
    assert folding.fold_width("Ａ１（测试）\u3000，") == "A1(测试) ,"
    assert folding.fold_dashes("0515–8888—一") == "0515-8888-一"
    assert folding.squeeze("\ufeff 姓\xa0 名\n（必填）\u200b ") == "姓 名 （必填）"
    assert folding.without_blanks("李 \u3000敏\u200d") == "李敏"
    assert folding.fold_code("'91350100 m000100y－43") == "91350100M000100Y-43"


def test_rare_characters_in_names_are_never_rewritten() -> None:
    # Compatibility ideographs and characters outside the basic plane, as they stand on real identity cards.
    for name in ("䶮", "㛃", "𬭎", "\uf9dc", "李·阿依古丽"):
        assert folding.tidy(name) == name
        assert folding.squeeze(name) == name


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    for fold in (
        folding.tidy,
        folding.squeeze,
        folding.fold_width,
        folding.fold_dashes,
        folding.without_blanks,
    ):
        assert fold(fold(text)) == fold(text)
