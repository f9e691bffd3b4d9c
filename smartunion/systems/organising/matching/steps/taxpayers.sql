-- does: Taxpayers that declared 25 employees or more in some year, as they are written, with their last such return.
-- zh: 申报从业人数25人以上的纳税人
SELECT number!(COALESCE(tax_code, '') || '|' || COALESCE(taxpayer_name, '')) AS tax_no, tax_code, taxpayer_name, employees, year
FROM (SELECT TRIM(tax_code) AS tax_code, TRIM(taxpayer_name) AS taxpayer_name, MAX(COALESCE(year, 0)) AS year,
             MAX_BY(employees, COALESCE(year, 0)) AS employees
      FROM (SELECT tax_code, taxpayer_name, year, MAX(employees) AS employees
            FROM tax_in WHERE employees >= 25 GROUP BY tax_code, taxpayer_name, year) AS returns
      GROUP BY TRIM(tax_code), TRIM(taxpayer_name)) AS latest
