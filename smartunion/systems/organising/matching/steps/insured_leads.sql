-- does: The same for insurance rows, with members of unions that cover the employer.
-- zh: 参保记录(无有效证件)的候选人员
SELECT weak AS sid, id_17, phone, 0 AS employer FROM leads WHERE weak >= 0
UNION ALL
SELECT w.sid, o.id_17, o.phone, 1
FROM enrolled AS o
JOIN (SELECT s.sid, s.name_no, c.union_id FROM weak_insured AS s JOIN cover_accounts AS c ON s.account_no = c.account_no) AS w
  ON o.name_no = w.name_no AND o.union_id = w.union_id
WHERE o.id_17 IS NOT NULL
