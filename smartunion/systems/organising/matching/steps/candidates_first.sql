-- does: Entities an open mention may mean: same code (also its organisation part or the old number), same name now or
--       before, same core of the name where the regions do not contradict.
-- zh: 候选主体:代码、名称、曾用名或名称主干一致
SELECT DISTINCT mention, entity_id, 0 AS typo
FROM (
    SELECT m.mention, e.entity_id
    FROM open_mentions AS m JOIN entities AS e ON m.code_key = e.uscc
    UNION ALL
    SELECT m.mention, e.entity_id
    FROM (SELECT mention, CASE LENGTH(code_key) WHEN 9 THEN code_key WHEN 15 THEN SUBSTR(code_key, 7, 9)
                               WHEN 18 THEN CASE WHEN NOT known_code THEN SUBSTR(code_key, 9, 9) END END AS organisation
          FROM open_mentions) AS m
    JOIN entities AS e ON m.organisation = CASE WHEN LENGTH(e.uscc) = 18 THEN SUBSTR(e.uscc, 9, 9) END
    UNION ALL
    SELECT m.mention, e.entity_id
    FROM open_mentions AS m JOIN entities AS e ON m.code_key = e.reg_no
    UNION ALL
    SELECT m.mention, n.entity_id
    FROM open_mentions AS m JOIN entity_names AS n ON m.name_key = n.name_key
    UNION ALL
    SELECT m.mention, n.entity_id
    FROM open_mentions AS m JOIN entity_names AS n
      ON m.core = n.core AND m.province = n.province AND m.city = n.city AND m.county = n.county AND m.town = n.town
    WHERE LENGTH(m.core) >= 2
    UNION ALL
    SELECT m.mention, n.entity_id
    FROM open_mentions AS m JOIN entity_names AS n ON m.core = n.core
    WHERE LENGTH(m.core) >= 3 AND same_region!(m, n) AND NOT is_generic!(m.core)
) AS found
