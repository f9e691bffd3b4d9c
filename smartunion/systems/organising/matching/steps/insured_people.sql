-- does: Every insurance row without a right ID number with the person behind it; rows that nobody could be found for
--       are kept together by name and telephone, or by name and employer.
-- zh: 弱参保记录归人
SELECT w.sid, w.account_no, w.running, w.name_no, w.phone, w.id_text,
       CASE WHEN f.weak IS NOT NULL THEN f.person
            WHEN w.phone IS NOT NULL THEN -1 - MIN(w.sid) OVER (PARTITION BY w.name_no, w.phone)
            ELSE -1 - MIN(w.sid) OVER (PARTITION BY w.name_no, w.account_no, w.phone) END AS person,
       CASE WHEN f.weak IS NULL THEN 'alone' WHEN f.id_how = 'near' THEN 'near_id'
            WHEN f.phone_how = 1 THEN 'name_phone' ELSE 'name_employer' END AS how,
       COALESCE(f.points, 0) AS points
FROM weak_insured AS w
LEFT JOIN (SELECT * FROM insured_found WHERE is_auto) AS f ON w.sid = f.weak
