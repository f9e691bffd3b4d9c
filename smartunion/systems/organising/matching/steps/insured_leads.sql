-- does: Persons with a right ID number who may stand behind an insurance row without one: same name and same telephone,
--       or part of the ID number the same, or a member of a union that covers the employer.
-- zh: 参保记录(无有效证件)的候选人员
SELECT w.sid, o.id_17, o.phone, 0 AS employer
FROM enrolled AS o JOIN weak_insured AS w ON o.phone = w.phone AND o.name_no = w.name_no
WHERE o.id_17 IS NOT NULL
UNION ALL
SELECT w.sid, o.id_17, o.phone, 0
FROM insured AS o JOIN weak_insured AS w ON o.phone = w.phone AND o.name_no = w.name_no
WHERE o.id_17 IS NOT NULL
UNION ALL
SELECT w.sid, o.id_17, o.phone, 0
FROM enrolled AS o JOIN id_blocks!(weak_insured, sid) AS w ON o.name_no = w.name_no AND o.id_17 // 100000000000 = w.head
UNION ALL
SELECT w.sid, o.id_17, o.phone, 0
FROM enrolled AS o JOIN id_blocks!(weak_insured, sid) AS w ON o.name_no = w.name_no AND o.id_17 // 100000 % 1000000 = w.middle
UNION ALL
SELECT w.sid, o.id_17, o.phone, 0
FROM enrolled AS o JOIN id_blocks!(weak_insured, sid) AS w ON o.name_no = w.name_no AND o.id_17 % 100000 = w.tail
UNION ALL
SELECT w.sid, o.id_17, o.phone, 0
FROM insured AS o JOIN id_blocks!(weak_insured, sid) AS w ON o.name_no = w.name_no AND o.id_17 // 100000000000 = w.head
UNION ALL
SELECT w.sid, o.id_17, o.phone, 0
FROM insured AS o JOIN id_blocks!(weak_insured, sid) AS w ON o.name_no = w.name_no AND o.id_17 // 100000 % 1000000 = w.middle
UNION ALL
SELECT w.sid, o.id_17, o.phone, 0
FROM insured AS o JOIN id_blocks!(weak_insured, sid) AS w ON o.name_no = w.name_no AND o.id_17 % 100000 = w.tail
UNION ALL
SELECT w.sid, o.id_17, o.phone, 1
FROM enrolled AS o
JOIN (SELECT s.sid, s.name_no, c.union_id FROM weak_insured AS s JOIN cover_accounts AS c ON s.account_no = c.account_no) AS w
  ON o.name_no = w.name_no AND o.union_id = w.union_id
WHERE o.id_17 IS NOT NULL
