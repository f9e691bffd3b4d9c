-- does: Names of the register that begin as the short form a union gave, or whose core begins with the same four characters.
--       Four characters count where few names may be meant, which is counted first: most begin like a hundred others.
-- zh: 与称呼开头相同的登记名称
WITH four AS (
    SELECT mention, SUBSTR(core, 1, 4) AS beginning, province, city, county, town
    FROM nameless WHERE is_plain AND LENGTH(core) >= 5
),
bearers AS (
    SELECT n.entity_id, SUBSTR(n.core, 1, 4) AS beginning, n.province, n.city, n.county, n.town
    FROM entity_names AS n
    WHERE LENGTH(n.core) >= 5 AND SUBSTR(n.core, 1, 4) IN (SELECT beginning FROM four)
),
few AS (
    SELECT m.mention
    FROM four AS m
    JOIN (SELECT beginning, province, city, county, town, COUNT(*) AS names
          FROM bearers GROUP BY beginning, province, city, county, town) AS n ON m.beginning = n.beginning
    WHERE same_region!(m, n)
    GROUP BY m.mention
    HAVING SUM(n.names) <= $short_bearers
)
SELECT m.mention, n.entity_id, 'whole' AS how
FROM entity_names AS n JOIN nameless AS m ON SUBSTR(n.core, 1, 2) = SUBSTR(m.core, 1, 2)
WHERE m.kind IN ('union', 'unit') AND m.is_plain AND LENGTH(m.core) BETWEEN 2 AND 5 AND STARTS_WITH(n.core, m.core)
  AND same_region!(m, n)
UNION ALL
SELECT m.mention, n.entity_id, 'four'
FROM few AS f
JOIN four AS m ON f.mention = m.mention
JOIN bearers AS n ON m.beginning = n.beginning
WHERE same_region!(m, n)
