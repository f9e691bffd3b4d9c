"""PDFs: the same paper on every machine, Chinese readable, text never taken for markup."""

from datetime import UTC, datetime
from pathlib import Path

from smartunion.core import pdf

AT = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)


def test_the_same_values_give_the_same_bytes(tmp_path: Path) -> None:
    template = tmp_path / "note.typ"
    template.write_text('#set text(font: "Noto Sans CJK SC")\n#sys.inputs.at("words")\n', encoding="utf-8")

    one = pdf.render(template, {"words": "工会 #panic() $x$ 䶮"}, at=AT)
    two = pdf.render(template, {"words": "工会 #panic() $x$ 䶮"}, at=AT)

    assert one == two
    assert one[:5] == b"%PDF-"
    assert b"NotoSansCJKsc" in one


def test_fonts_come_along_with_their_licence() -> None:
    names = {path.name for path in pdf.FONTS.iterdir()}

    assert names == {"NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf", "OFL.txt", "README.md"}
    assert "SIL OPEN FONT LICENSE Version 1.1" in (pdf.FONTS / "OFL.txt").read_text(encoding="utf-8")
