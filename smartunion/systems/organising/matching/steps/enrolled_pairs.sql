-- does: The same, once for each member and person, with what telephone, sex and ID number say.
-- zh: 会员与候选参保人的配对
SELECT w.member_id, f.person, MAX(f.employer) AS employer,
       MAX(phone_how!(w.phone, f.phone, x.phone, y.phone)) AS phone_how,
       CASE WHEN f.person > 0 THEN id_how!(w.id_text, f.person)
            WHEN w.id_text = f.id_text AND LENGTH(w.id_text) >= 15 THEN 'near'
            WHEN LENGTH(w.id_text) >= 15 AND LENGTH(f.id_text) >= 15 AND LEVENSHTEIN(w.id_text, f.id_text) > 3 THEN 'differs'
            ELSE 'unknown' END AS id_how,
       CASE WHEN f.person > 0 AND w.sex <> f.person % 2 THEN 1 ELSE 0 END AS sex_differs
FROM weak_enrolled AS w
JOIN enrolled_leads AS f ON w.member_id = f.member_id
LEFT JOIN shared_phones AS x ON w.phone = x.phone
LEFT JOIN shared_phones AS y ON f.phone = y.phone
GROUP BY w.member_id, f.person, id_how, sex_differs
