-- does: Taxpayers as they are written, with the number of employees in their latest return that gives one.
-- zh: 纳税人及最近一次申报的从业人数
SELECT $row_id AS tax_no, tax_code, taxpayer_name, employees, year
FROM (SELECT tax_code, taxpayer_name, MAX(year) AS year, MAX_BY(employees, year) AS employees
      FROM (SELECT TRIM(tax_code) AS tax_code, TRIM(taxpayer_name) AS taxpayer_name, COALESCE(year, 0) AS year,
                   MAX(employees) AS employees
            FROM tax_in WHERE employees IS NOT NULL
            GROUP BY TRIM(tax_code), TRIM(taxpayer_name), COALESCE(year, 0)) AS returns
      GROUP BY tax_code, taxpayer_name) AS latest
