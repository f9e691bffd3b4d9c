-- does: The same for members, with people insured where their union covers the employer, and insurance rows that have no
--       right number either.
-- zh: 会员(无有效证件)的候选参保人
SELECT -1 - weak AS member_id, id_17 AS person, phone, 0 AS employer, '' AS id_text FROM leads WHERE weak < 0
UNION ALL
SELECT w.member_id, o.person, o.phone, 0, o.id_text
FROM insured_people AS o JOIN weak_enrolled AS w ON o.phone = w.phone AND o.name_no = w.name_no
UNION ALL
SELECT w.member_id, o.person, o.phone, 0, o.id_text
FROM insured_people AS o JOIN weak_enrolled AS w ON o.id_text = w.id_text AND o.name_no = w.name_no
WHERE LENGTH(w.id_text) >= 15
UNION ALL
SELECT w.member_id, o.id_17, o.phone, 1, ''
FROM insured AS o
JOIN (SELECT m.member_id, m.name_no, c.account_no
      FROM weak_enrolled AS m JOIN cover_accounts AS c ON m.union_id = c.union_id) AS w
  ON o.account_no = w.account_no AND o.name_no = w.name_no
WHERE o.id_17 IS NOT NULL
UNION ALL
SELECT w.member_id, o.person, o.phone, 1, o.id_text
FROM insured_people AS o
JOIN (SELECT m.member_id, m.name_no, c.account_no
      FROM weak_enrolled AS m JOIN cover_accounts AS c ON m.union_id = c.union_id) AS w
  ON o.account_no = w.account_no AND o.name_no = w.name_no
