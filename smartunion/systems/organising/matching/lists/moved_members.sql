SELECT w.member_id, CASE WHEN w.known_employer = 1 THEN 'other_employer' ELSE 'unlisted_employer' END AS rule,
       '{"union_id":' || json_text!(w.union_id) || ',"entity_id":' || json_text!(w.entity_id) || ',"person":"' || w.rule || '"}' AS evidence,
       CASE WHEN w.known_employer = 1 THEN 0.97 ELSE 0.8 END AS confidence
FROM whereabouts AS w JOIN employer_unions AS u ON w.union_id = u.union_id
WHERE w.covered = 0
ORDER BY w.member_id
