"""The number format of every cell style of an XLSX workbook."""

from smartunion.core.tables.formats import BUILT_IN, PLAIN, NumberFormat, number_format
from smartunion.core.tables.xlsx.package import Attributes, Package


def read_formats(package: Package) -> list[NumberFormat]:
    """The number format of every cell style, by style number."""
    part = package.first_part("/styles")
    if part is None:
        return [PLAIN]
    custom: dict[int, NumberFormat] = {}
    styles: list[NumberFormat] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            custom[int(attributes["numFmtId"])] = number_format(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            inside.append(name)
        elif name == "xf" and inside:
            number = attributes.get("numFmtId", "0")
            key = int(number) if number.isdecimal() else 0
            styles.append(custom.get(key) or BUILT_IN.get(key, PLAIN))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside.clear()

    package.parse(part, start, end)
    return styles or [PLAIN]
