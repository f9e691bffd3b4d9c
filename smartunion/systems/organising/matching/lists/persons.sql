SELECT member_id, sid, rule,
       CASE rule WHEN 'same_id' THEN '{"id":"same","name":"same"}'
                 WHEN 'same_id_name_alike' THEN '{"id":"same","name":"alike"}'
                 WHEN 'near_id' THEN '{"id":"near","name":"same"}'
                 WHEN 'name_phone' THEN '{"id":"unknown","name":"same","phone":"same"}'
                 ELSE '{"id":"unknown","name":"same","employer":"same"}' END AS evidence,
       CAST(CASE rule WHEN 'same_id' THEN 0.999 WHEN 'same_id_name_alike' THEN 0.98 WHEN 'near_id' THEN 0.98
                 WHEN 'name_phone' THEN 0.97 ELSE 0.9 END AS DOUBLE) AS confidence
FROM (SELECT member_id, sid, rule FROM person_pairs WHERE is_auto ORDER BY member_id, sid) AS ordered
