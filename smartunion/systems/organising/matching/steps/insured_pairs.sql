-- does: The same, once for each row and person, with what telephone and ID number say.
-- zh: 参保记录与候选人员的配对
SELECT w.sid, f.id_17, MAX(f.employer) AS employer, MAX(phone_how!(w.phone, f.phone, x.phone, y.phone)) AS phone_how,
       id_how!(w.id_text, f.id_17) AS id_how
FROM weak_insured AS w
JOIN insured_leads AS f ON w.sid = f.sid
LEFT JOIN shared_phones AS x ON w.phone = x.phone
LEFT JOIN shared_phones AS y ON f.phone = y.phone
GROUP BY w.sid, f.id_17, id_how
