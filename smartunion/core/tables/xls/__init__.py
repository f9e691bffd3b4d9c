"""XLS workbooks (Excel 5 to 2003), read record by record.

The library at hand holds the whole rectangle around the filled cells in memory, stops the process on some damaged
files, and tells neither formulas nor number formats. Cells come out here as they do from XLSX.
"""
