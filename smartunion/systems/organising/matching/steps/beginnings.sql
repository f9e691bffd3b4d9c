-- does: Names of the register that begin as the short form a union gave, or whose core begins with the same four characters.
-- zh: 与称呼开头相同的登记名称
SELECT m.mention, n.entity_id, 'whole' AS how
FROM entity_names AS n JOIN nameless AS m ON SUBSTR(n.core, 1, 2) = SUBSTR(m.core, 1, 2)
WHERE m.kind IN ('union', 'unit') AND m.is_plain AND LENGTH(m.core) BETWEEN 2 AND 5 AND STARTS_WITH(n.core, m.core)
  AND same_region!(m, n)
UNION ALL
SELECT m.mention, n.entity_id, 'four'
FROM entity_names AS n JOIN nameless AS m ON SUBSTR(n.core, 1, 4) = SUBSTR(m.core, 1, 4)
WHERE m.is_plain AND LENGTH(m.core) >= 5 AND LENGTH(n.core) >= 5 AND same_region!(m, n)
