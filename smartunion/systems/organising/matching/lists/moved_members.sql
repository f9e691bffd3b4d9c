SELECT w.member_id, CASE WHEN w.entity_id IS NULL THEN 'unlisted_employer' ELSE 'other_employer' END AS rule,
       '{"union_id":' || json_text!(w.union_id) || ',"entity_id":' || json_text!(w.entity_id) || ',"person":"' || w.rule || '"}' AS evidence,
       CAST(CASE WHEN w.entity_id IS NULL THEN 0.8 ELSE 0.97 END AS DOUBLE) AS confidence
FROM moved AS w
JOIN employer_unions AS u ON w.union_id = u.union_id
ORDER BY w.member_id
