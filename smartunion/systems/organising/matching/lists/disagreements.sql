SELECT entity_id, other_id, source, ref, rule,
       '{"name":' || json_text!(name) || ',"code":' || json_text!(code)
       || CASE WHEN insured IS NULL THEN '' ELSE ',"insured":' || CAST(insured AS VARCHAR) END
       || CASE WHEN declared IS NULL THEN '' ELSE ',"declared":' || CAST(declared AS VARCHAR) END
       || CASE WHEN year IS NULL THEN '' ELSE ',"year":' || CAST(year AS VARCHAR) END || '}' AS evidence,
       CAST(CASE rule WHEN 'code_against_name' THEN 0.9
                      WHEN 'closed_but_insured' THEN ROUND(1 - 0.5 / insured, 4)
                      ELSE 0.8 END AS DOUBLE) AS confidence
FROM (SELECT entity_id, other_id, source, COALESCE(ref, '') AS ref, rule, MIN(given_name) AS name, MIN(given_code) AS code,
             MAX(insured) AS insured, MAX(declared) AS declared, MAX(year) AS year
      FROM disagreements GROUP BY entity_id, other_id, source, COALESCE(ref, ''), rule) AS rows_once
ORDER BY rule, entity_id, other_id, source, ref
