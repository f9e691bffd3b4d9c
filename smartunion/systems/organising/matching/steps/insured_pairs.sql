-- does: The same, once for each row and person, with what telephone and ID number say.
-- zh: 参保记录与候选人员的配对
SELECT sid, id_17, employer, phone_how, id_how!(id_text, full_id) AS id_how
FROM (SELECT w.sid, f.id_17, w.id_text, f.employer, f.phone_how,
             CASE WHEN LENGTH(w.id_text) >= 15 THEN CAST(f.id_17 AS VARCHAR) || id_check!(f.id_17) ELSE '' END AS full_id
      FROM weak_insured AS w
      JOIN (SELECT l.sid, l.id_17, MAX(l.employer) AS employer, MAX(phone_how!(v.phone, l.phone, x.phone, y.phone)) AS phone_how
            FROM insured_leads AS l
            JOIN weak_insured AS v ON l.sid = v.sid
            LEFT JOIN shared_phones AS x ON v.phone = x.phone
            LEFT JOIN shared_phones AS y ON l.phone = y.phone
            GROUP BY l.sid, l.id_17) AS f ON w.sid = f.sid) AS paired
