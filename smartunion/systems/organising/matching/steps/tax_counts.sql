-- does: Employees by the latest return of living entities that nobody covers and nobody is insured at now. A later return
--       under the same code or name, even of few people, counts before an earlier one.
-- zh: 无在保人员的存续未建会单位最近年度申报从业人数
WITH asked AS (
    SELECT x.entity_id, e.name, e.uscc_given, t.year, t.employees
    FROM tax_entities AS x
    JOIN taxpayers AS t ON x.tax_no = t.tax_no
    JOIN entities AS e ON x.entity_id = e.entity_id
    LEFT JOIN entity_rows AS r ON x.entity_id = r.entity_id
    LEFT JOIN (SELECT entity_id FROM cover UNION SELECT entity_id FROM maybe_cover WHERE confidence >= 0.5) AS c
      ON x.entity_id = c.entity_id
    WHERE e.life = 'living' AND r.entity_id IS NULL AND c.entity_id IS NULL
)
SELECT entity_id, MAX(year) AS year, MAX_BY(employees, year) AS people
FROM (SELECT entity_id, year, MAX(employees) AS employees
      FROM (SELECT entity_id, year, employees FROM asked
            UNION ALL
            SELECT a.entity_id, COALESCE(t.year, 0), t.employees
            FROM tax_in AS t JOIN asked AS a ON t.tax_code = a.uscc_given
            WHERE t.employees IS NOT NULL AND a.uscc_given <> ''
            UNION ALL
            SELECT a.entity_id, COALESCE(t.year, 0), t.employees
            FROM tax_in AS t JOIN asked AS a ON t.taxpayer_name = a.name
            WHERE t.employees IS NOT NULL AND (t.tax_code IS NULL OR TRIM(t.tax_code) = '')) AS returns
      GROUP BY entity_id, year) AS years
GROUP BY entity_id
