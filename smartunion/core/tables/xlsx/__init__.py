"""XLSX workbooks, read as a stream of XML events.

The libraries at hand hand numbers over as doubles, which turns the 18 digits of an ID number into 18 other digits, and
hold whole sheets in memory. This reader keeps the digits the file has, the number formats, formulas, merged ranges and
hidden rows, and needs a few megabytes whatever the size of the sheet (shared texts apart).
"""
