-- does: Unions whose members belong by their employer: unions of one employer, and joint unions of a kind whose members
--       mostly work for the employers listed. Area and industry unions and federations take people wherever they work.
-- zh: 按用人单位入会的工会
SELECT u.union_id
FROM (SELECT union_id, TRIM(union_type) AS union_type, NULLIF(TRIM(union_type), '') IS NULL AS untyped, union_name,
             union_id IN (SELECT union_id FROM union_units_in WHERE union_id IS NOT NULL) AS joint
      FROM unions_in) AS u
LEFT JOIN (
    SELECT TRIM(x.union_type) AS union_type, AVG(CAST(w.covered AS DOUBLE)) AS staying
    FROM whereabouts AS w
    JOIN unions_in AS x ON w.union_id = x.union_id
    JOIN (SELECT DISTINCT union_id FROM union_units_in) AS y ON w.union_id = y.union_id
    GROUP BY TRIM(x.union_type)
) AS t ON u.union_type = t.union_type
WHERE NOT REGEXP_MATCHES(LOWER(CASE WHEN untyped THEN COALESCE(u.union_name, '') ELSE u.union_type END), $area_words)
  AND (NOT u.joint OR ($joint_counts = 1 AND COALESCE(t.staying, 1) >= 0.5))
