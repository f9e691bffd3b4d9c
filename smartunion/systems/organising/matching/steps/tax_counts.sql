-- does: Employees by the latest tax return of each entity.
-- zh: 各单位最近年度纳税申报从业人数
SELECT entity_id, MAX(year) AS year, MAX_BY(employees, year) AS people
FROM (SELECT x.entity_id, t.year, MAX(t.employees) AS employees
      FROM tax_entities AS x JOIN taxpayers AS t ON x.tax_no = t.tax_no
      GROUP BY x.entity_id, t.year) AS years
GROUP BY entity_id
