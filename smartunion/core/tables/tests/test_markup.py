from pathlib import Path

from smartunion.core.tables.cells import CellType, Merge
from smartunion.core.tables.sniff import FileKind
from smartunion.core.tables.tests.builders import LI, WANG, read, texts_of, write_text
from smartunion.core.tables.workbook import open_workbook

PAGE = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv=Content-Type content="text/html; '
    'charset=gb2312"><style>td{mso-number-format:"\\@"}</style></head><body><table border=1>'
    "<tr><td colspan=3>人员名单</td></tr><tr><th>姓名</th><th>身份证号</th><th>单位<br>名称</th></tr>"
    f"<tr><td>{LI[0]}&nbsp;</td><td>{LI[1]}</td><td rowspan=2>甲\n  公司</td></tr><tr><td>{WANG[0]}</td><td>{WANG[1]}</table>"
    "<table><tr><td>第二个<table><tr><td>里面</td></tr></table></td></tr></table></body></html>"
)


def test_pages_saved_as_xls_are_read_with_their_spans(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.xls", PAGE, "gb18030")
    table, records, left_out = read(path)

    assert table.header.rows == (2,)
    assert [record.texts for record in records] == [[*LI, "甲 公司"], [*WANG, "甲 公司"]]
    assert [merge.range for merge in left_out.filled] == ["C3:C4"]
    with open_workbook(path) as book:
        assert (book.kind, book.encoding, book.separator) == (FileKind.HTML, "gb18030", None)
        assert book.sheets[0].merges == [Merge(1, 0, 1, 2), Merge(3, 2, 4, 2)]
        assert len(book.sheets) == 3


def test_a_page_without_table_is_text(tmp_path: Path) -> None:
    with open_workbook(write_text(tmp_path / "a.xls", "<html>\n<p>没有表格，只有文字</p>\n</html>")) as book:
        assert book.kind is FileKind.TEXT


def test_xml_workbooks_of_2003_are_read(tmp_path: Path) -> None:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="人员"><Table>'
        '<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">名册</Data></Cell></Row>'
        '<Row ss:Index="3"><Cell><Data ss:Type="String">姓名</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">日期</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="Number">320911199003070025</Data></Cell><Cell ss:Index="3" ss:Formula="=A1">'
        '<Data ss:Type="DateTime">2020-03-05T00:00:00.000</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    path = write_text(tmp_path / "a.xls", xml)

    assert texts_of(path) == {
        1: ["名册"],
        3: ["姓名", "", "日期"],
        4: ["320911199003070025", "", "2020-03-05"],
    }
    with open_workbook(path) as book:
        (sheet,) = book.sheets
        rows = list(sheet.rows())
    assert (book.kind, sheet.name, sheet.merges) == (FileKind.XML, "人员", [Merge(1, 0, 1, 2)])
    assert (rows[2].types[0], rows[2].formulas) == (CellType.NUMBER, (2,))
