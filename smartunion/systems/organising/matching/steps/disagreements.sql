-- does: Where two departments contradict one another about an employer: its code is one firm's and its name another's,
--       the register closed it and people are insured there, tax and insurance count very different numbers of people.
--       Nothing is decided here; a person asks.
-- zh: 部门之间相互矛盾的单位信息(只列出,不作推断)
WITH torn AS (
    SELECT c.kind, c.ref, c.mention, MIN(c.entity_id) AS entity_id, MIN(n.entity_id) AS other_id
    FROM mention_scores_first AS c
    JOIN mention_scores_first AS n ON c.mention = n.mention
    WHERE c.code_how = 'same' AND c.name_how = 'other' AND n.name_how = 'exact' AND n.code_how = 'other'
    GROUP BY c.kind, c.ref, c.mention
    HAVING COUNT(DISTINCT n.entity_id) = 1
),
counted AS (
    SELECT entity_id, year, MAX(employees) AS declared
    FROM (SELECT x.entity_id, COALESCE(t.year, 0) AS year, t.employees
          FROM tax_entities AS x JOIN taxpayers AS t ON x.tax_no = t.tax_no
          UNION ALL
          SELECT e.entity_id, COALESCE(t.year, 0), t.employees
          FROM tax_in AS t JOIN entities AS e ON t.tax_code = e.uscc_given
          JOIN entity_rows AS r ON e.entity_id = r.entity_id
          WHERE e.uscc_given <> '' AND t.employees IS NOT NULL AND r.rows_now >= $apart_people) AS returns
    GROUP BY entity_id, year
),
latest AS (
    SELECT entity_id, MAX(year) AS year, MAX_BY(declared, year) AS declared FROM counted GROUP BY entity_id
)
SELECT t.entity_id, t.other_id, CASE t.kind WHEN 'account' THEN 'social' WHEN 'tax' THEN 'tax' ELSE 'union' END AS source,
       CASE t.kind WHEN 'account' THEN a.unit_no WHEN 'tax' THEN o.given_code ELSE o.union_id END AS ref,
       'code_against_name' AS rule, o.given_name, o.given_code, CAST(NULL AS BIGINT) AS insured, CAST(NULL AS BIGINT) AS declared,
       CAST(NULL AS BIGINT) AS year, o.weight AS rows_said
FROM torn AS t
JOIN open_mentions AS o ON t.mention = o.mention
LEFT JOIN (SELECT CAST(number!(account!(unit_no, unit_name, unit_code)) AS VARCHAR) AS ref, MIN(unit_no) AS unit_no
           FROM account_rows GROUP BY 1) AS a ON t.kind = 'account' AND t.ref = a.ref
UNION ALL
SELECT r.entity_id, '', 'register', e.status, 'closed_but_insured', e.name, e.uscc_given, r.rows_now, NULL, NULL, r.rows_now
FROM entity_rows AS r JOIN entities AS e ON r.entity_id = e.entity_id
WHERE e.life = 'dead'
UNION ALL
SELECT l.entity_id, '', 'tax', CAST(NULLIF(l.year, 0) AS VARCHAR), 'headcounts_apart', e.name, e.uscc_given,
       r.rows_now, l.declared, NULLIF(l.year, 0), r.rows_now
FROM latest AS l
JOIN entity_rows AS r ON l.entity_id = r.entity_id
JOIN entities AS e ON l.entity_id = e.entity_id
WHERE e.life = 'living' AND ABS(l.declared - r.rows_now) >= $apart_people
  AND GREATEST(l.declared, r.rows_now) >= $apart_times * LEAST(l.declared, r.rows_now)
