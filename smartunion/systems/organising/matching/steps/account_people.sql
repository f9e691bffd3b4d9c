-- does: For insured units still unknown: which entities the unions of the people insured there cover.
-- zh: 未识别参保单位的职工所属工会覆盖哪些单位
SELECT p.account_no, c.entity_id, COUNT(*) AS people
FROM id_pairs AS p
JOIN open_accounts AS o ON p.account_no = o.account_no
JOIN cover AS c ON p.union_id = c.union_id
WHERE p.same_name
GROUP BY p.account_no, c.entity_id
