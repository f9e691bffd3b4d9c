-- does: Where members of the contested unions are or were insured, by ID number and name: how many spells; one when they
--       are all one member's.
-- zh: 待定工会的会员在哪些单位参保
SELECT e.union_id, a.entity_id, CASE WHEN MIN(e.member_id) = MAX(e.member_id) THEN 1 ELSE COUNT(*) END AS people
FROM (SELECT m.member_id, m.union_id, m.id_17, m.name_no
      FROM enrolled AS m JOIN contested AS c ON m.union_id = c.union_id
      WHERE m.id_17 IS NOT NULL) AS e
JOIN insured AS s ON e.id_17 = s.id_17 AND e.name_no = s.name_no
JOIN accounts_first AS a ON s.account_no = a.account_no
GROUP BY e.union_id, a.entity_id
