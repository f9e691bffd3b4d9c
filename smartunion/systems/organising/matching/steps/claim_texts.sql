-- does: Claims in the words they were made in, beside the register's, for the reasons of each link.
-- zh: 关联依据的原文
SELECT c.kind, c.ref, c.union_id, c.entity_id, c.is_auto, c.confidence, c.rule,
       '{"name":"' || c.name_how || '","name_given":' || json_text!(c.given_name)
       || ',"name_registered":' || json_text!(e.name)
       || CASE WHEN c.name_how IN ('exact', 'normal', 'part', 'typo', 'slip') AND f.former IS NOT NULL
               THEN ',"name_former":' || json_text!(f.former) ELSE '' END
       || ',"code":"' || c.code_how || '","code_given":' || json_text!(c.given_code)
       || ',"code_registered":' || json_text!(e.uscc_given)
       || ',"district":"' || c.district_how || '","people":' || CAST(c.people AS VARCHAR) || '}' AS evidence
FROM (
    SELECT k.kind, k.ref, k.union_id, k.entity_id, k.is_auto, k.confidence, k.name_how, k.code_how, k.district_how, k.people,
           t.given_name, t.given_code,
           k.rule, k.passed
    FROM claims AS k
    JOIN (SELECT 'union' AS kind, union_id AS ref, COALESCE(NULLIF(TRIM(unit_name), ''), union_name) AS given_name,
                 unit_code AS given_code
          FROM unions_in
          UNION ALL
          SELECT kind, ref, MIN(given_name), MIN(given_code) FROM mentions WHERE kind = 'unit' GROUP BY kind, ref) AS t
      ON k.kind = t.kind AND k.ref = t.ref
) AS c
JOIN entities AS e ON c.entity_id = e.entity_id
LEFT JOIN (SELECT m.ref, m.kind, n.entity_id, MIN(n.former) AS former
           FROM mention_keys AS m JOIN former_names AS n ON m.name_key = n.name_key
           WHERE m.union_id IS NOT NULL GROUP BY m.ref, m.kind, n.entity_id) AS f
  ON c.kind = f.kind AND c.ref = f.ref AND c.entity_id = f.entity_id
