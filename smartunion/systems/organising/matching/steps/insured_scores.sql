-- does: What speaks for each of these pairs. Name and employer alone say the more the rarer the name and the smaller the
--       union. A member insured at that very place with his own number already is hardly the one behind another row there.
-- zh: 候选配对计分
SELECT p.sid AS weak, p.id_17 AS person, p.employer, p.phone_how, p.id_how,
       CASE p.id_how WHEN 'near' THEN $id_near WHEN 'differs' THEN $id_differs ELSE 0 END
       + CASE p.phone_how WHEN 1 THEN $phone WHEN -1 THEN $phone_differs ELSE 0 END
       + CASE WHEN p.employer = 0 THEN 0
              WHEN n.share * p.account_rows <= 0.02 THEN $employer_rare
              WHEN n.share * p.account_rows <= 0.2 THEN $employer ELSE $employer_common END
       + CASE WHEN t.sid IS NOT NULL AND p.phone_how <= 0 AND p.id_how <> 'near' THEN $already_there ELSE 0 END AS points
FROM (SELECT q.*, w.name_no, a.rows_all AS account_rows
      FROM insured_pairs AS q
      JOIN weak_insured AS w ON q.sid = w.sid
      JOIN accounts AS a ON w.account_no = a.account_no) AS p
JOIN common_names AS n ON p.name_no = n.name_no
LEFT JOIN (
    SELECT DISTINCT q.sid, q.id_17
    FROM insured_pairs AS q
    JOIN weak_insured AS w ON q.sid = w.sid
    JOIN insured AS i ON q.id_17 = i.id_17 AND i.account_no = w.account_no
    WHERE q.employer = 1
) AS t ON p.sid = t.sid AND p.id_17 = t.id_17
