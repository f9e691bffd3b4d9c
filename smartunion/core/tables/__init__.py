"""Reading other people's spreadsheets: any XLSX, XLS, CSV, TSV or HTML table becomes understood records.

open_workbook() opens a file by its content, read_table() understands one of its sheets, Table.records() reads it in
constant memory. What sheets can mean is registered by other rooms in `vocabulary`. See docs/spreadsheets.md.
"""
