"""The two official collection forms: titles, header rows, drop-downs and footnotes as unions know them.

Source: 工会会员信息采集表 (附件四) and 工会组织信息采集表 (附件一) of a provincial federation; labels are theirs.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

MEMBER_LABELS = (
    "序号", "姓名", "性别", "出生日期（格式：yyyy/MM/dd）", "民族", "就业状况", "有效证件类别",
    "证件号码\n(填写18位身份证)", "学历", "技术等级", "移动电话", "户籍类型", "户籍所在地", "会籍变化类型",
    "会籍变化日期（格式：yyyy/MM/dd）", "会籍变化原因", "政治面貌", "工作单位", "籍贯",
    "是否农民工会员\n填写“是”或“否”",
)  # fmt: skip
ORGANISATION_LABELS = (
    "单位名称", "单位法人和其他组织统一社会信用代码", "单位地址", "单位所在政区", "单位性质类别", "经济类型",
    "单位所属行业", "职工人数", "工会名称", "工会法人和其他组织统一社会信用代码", "上级工会名称",
    "建会日期（格式：yyyy/MM/dd）", "基层工会类型", "会员人数", "工会负责人", "联系电话",
)  # fmt: skip
_MEMBER_NOTE = (
    "填表说明：\n1、此表所列项目均为必填项，请按《工会会员登记表》规范填写；\n2、“工作单位”需填写完整的单位全称。\n"
    "3、证件号码请以文本格式填写。"
)
_ORGANISATION_NOTE = (
    "填表说明：\n1、此表所列项目均为必填项，按照证书上有相应项目填写；\n2、“工会负责人”填写工会法定代表人。"
)
_CHOICES = {
    "性别": ("男", "女"), "就业状况": ("在岗", "待（下）岗", "失业", "退休", "退职", "退养（内退）", "病休", "其他"),
    "有效证件类别": ("居民身份证",), "户籍类型": ("农业户口", "非农业户口"),
    "学历": ("博士", "硕士", "本科", "大专", "中专", "高中", "初中", "小学及以下"),
    "会籍变化类型": ("入会", "转入", "保留", "转出", "除名", "退会"),
}  # fmt: skip
#: Workbooks carry the day they were made; a fixed one keeps them the same bytes for the same seed.
_CREATED = datetime(2026, 10, 20, 9, 0)  # noqa: DTZ001 - a workbook's own property has no time zone


def open_workbook(path: Path) -> xlsxwriter.Workbook:
    """A workbook that never guesses: strings stay strings, links stay text."""
    options = {"strings_to_urls": False, "strings_to_numbers": False, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties(
        {"created": _CREATED, "author": "SmartUnion demo", "comments": "演示数据，人员与企业均为虚构"}
    )
    return book


def write_member_form(
    path: Path, title: str, unit: str, rows: Iterable[Sequence[Any]], *, extra_titles: int = 0
) -> int:
    """The member form: annex line, title, unit line, header, one row per member, footnote. Returns rows written.

    A cell given as a number is written as one, which is how spreadsheets lose the last digits of an ID.
    extra_titles: blank and heading rows some people put above.
    """
    book = open_workbook(path)
    sheet = book.add_worksheet("会员信息")
    head = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "align": "center", "valign": "vcenter"}
    )
    big = book.add_format({"bold": True, "font_size": 18, "align": "center"})
    text = book.add_format({"num_format": "@", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    top = 0
    for line in range(extra_titles):
        sheet.write_string(top, 0, "" if line % 2 else f"报送单位：{unit}（请于本月25日前报送）")
        top += 1
    sheet.write_string(top, 0, "附件四")
    sheet.merge_range(top + 1, 0, top + 1, 19, title, big)
    sheet.merge_range(top + 2, 0, top + 2, 10, f"填表单位（盖章）：{unit}")
    sheet.merge_range(top + 2, 11, top + 2, 19, "     单位负责人(签字)：")
    for column, label in enumerate(MEMBER_LABELS):
        sheet.write_string(top + 3, column, label, head)
        if choices := _CHOICES.get(label):
            sheet.data_validation(
                top + 4, column, top + 4003, column, {"validate": "list", "source": list(choices)}
            )
    sheet.set_column(0, 19, 14, text)
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, (int, float)):
                sheet.write_number(top + 3 + count, column, value)
            elif value:
                sheet.write_string(top + 3 + count, column, str(value), text)
    foot = top + 4 + count
    sheet.merge_range(foot, 0, foot, 19, _MEMBER_NOTE, wrap)
    book.add_worksheet("下拉菜单表").write_column(
        0, 0, ["民族", "汉族", "苗族", "布依族", "侗族", "土家族", "彝族"]
    )
    book.close()
    return count


def write_organisation_form(path: Path, title: str, unit: str, rows: Iterable[Sequence[Any]]) -> int:
    """The organisation form: two header rows with merged groups, one row per union, footnote. Returns rows written."""
    book = open_workbook(path)
    sheet = book.add_worksheet("工会组织信息")
    head = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "align": "center", "valign": "vcenter"}
    )
    big = book.add_format({"bold": True, "font_size": 18, "align": "center"})
    text = book.add_format({"num_format": "@", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.merge_range(0, 0, 0, 1, "附件一")
    sheet.merge_range(1, 0, 1, 16, title, big)
    sheet.merge_range(2, 0, 2, 1, "填表单位（盖章）：")
    sheet.merge_range(2, 2, 2, 3, unit)
    sheet.merge_range(2, 4, 2, 8, "   单位负责人(签字)：")
    sheet.merge_range(2, 9, 2, 12, "   信息采集人（签字）：")
    sheet.merge_range(2, 13, 2, 16, " 填报日期：2026/10/20")
    sheet.merge_range(3, 0, 4, 0, "序号", head)
    sheet.merge_range(3, 1, 3, 8, "工会组织所在单位信息", head)
    sheet.merge_range(3, 9, 3, 16, "工会组织信息", head)
    for column, label in enumerate(ORGANISATION_LABELS, start=1):
        sheet.write_string(4, column, label, head)
    sheet.set_column(0, 16, 16, text)
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, (int, float)):
                sheet.write_number(4 + count, column, value)
            elif value:
                sheet.write_string(4 + count, column, str(value), text)
    sheet.merge_range(5 + count, 0, 5 + count, 16, _ORGANISATION_NOTE, wrap)
    book.add_worksheet("下拉菜单表").write_column(0, 0, ["单位所在政区"])
    book.close()
    return count
