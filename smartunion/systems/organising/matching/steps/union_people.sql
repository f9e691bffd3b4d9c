-- does: Where members of the contested unions are or were insured, by ID number and name: how many spells; one when they
--       are all one member's.
-- zh: 待定工会的会员在哪些单位参保
SELECT p.union_id, a.entity_id, CASE WHEN MIN(p.member_id) = MAX(p.member_id) THEN 1 ELSE COUNT(*) END AS people
FROM id_pairs AS p
JOIN contested AS c ON p.union_id = c.union_id
JOIN accounts_first AS a ON p.account_no = a.account_no
WHERE p.same_name
GROUP BY p.union_id, a.entity_id
