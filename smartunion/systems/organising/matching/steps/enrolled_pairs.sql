-- does: The same, once for each member and person, with what telephone, sex and ID number say.
-- zh: 会员与候选参保人的配对
SELECT member_id, person, employer, phone_how, sex_differs, id_how!(id_text, full_id) AS id_how
FROM (SELECT w.member_id, f.person, w.id_text, f.employer, f.phone_how,
             CASE WHEN f.person > 0 AND w.sex <> f.person % 2 THEN 1 ELSE 0 END AS sex_differs,
             CASE WHEN LENGTH(w.id_text) < 15 THEN ''
                  WHEN f.person > 0 THEN CAST(f.person AS VARCHAR) || id_check!(f.person)
                  ELSE f.id_text END AS full_id
      FROM weak_enrolled AS w
      JOIN (SELECT l.member_id, l.person, MAX(l.employer) AS employer, MAX(l.id_text) AS id_text,
                   MAX(phone_how!(v.phone, l.phone, x.phone, y.phone)) AS phone_how
            FROM enrolled_leads AS l
            JOIN weak_enrolled AS v ON l.member_id = v.member_id
            LEFT JOIN shared_phones AS x ON v.phone = x.phone
            LEFT JOIN shared_phones AS y ON l.phone = y.phone
            GROUP BY l.member_id, l.person) AS f ON w.member_id = f.member_id) AS paired
