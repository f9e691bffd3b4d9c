SELECT n.sid, CASE WHEN n.person > 0 THEN 'insured_no_member' ELSE 'insured_no_member_weak_id' END AS rule,
       '{"entity_id":' || json_text!(n.entity_id) || ',"union_id":' || json_text!(n.union_id) || '}' AS evidence,
       CAST(CASE WHEN n.person > 0 THEN 0.97 ELSE 0.85 END AS DOUBLE) AS confidence
FROM (SELECT sid, person, entity_id, union_id
      FROM employed_now AS e
      WHERE union_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM known_members AS k WHERE k.person = e.person)
      ORDER BY sid) AS n
