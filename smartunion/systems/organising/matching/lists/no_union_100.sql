SELECT entity_id, source AS rule,
       '{"people":' || CAST(people AS VARCHAR) || ',"source":"' || source || '"'
       || CASE WHEN year IS NULL THEN '' ELSE ',"year":' || CAST(year AS VARCHAR) END || '}' AS evidence,
       CAST(CASE source WHEN 'social' THEN 0.98 ELSE 0.9 END AS DOUBLE) AS confidence
FROM headcounts
WHERE people >= 100
ORDER BY entity_id
