SELECT member_id, sid, rule,
       CASE rule WHEN 'same_id_other_name' THEN '{"id":"same","name":"differs"}'
                 WHEN 'name_phone_other_id' THEN '{"id":"differs","name":"same","phone":"same"}'
                 WHEN 'name_phone' THEN '{"name":"same","phone":"same"}'
                 ELSE '{"name":"same","employer":"same"}' END AS evidence,
       CAST(ROUND(confidence, 4) AS DOUBLE) AS confidence
FROM person_doubts
WHERE confidence >= 0.2
ORDER BY member_id, sid
