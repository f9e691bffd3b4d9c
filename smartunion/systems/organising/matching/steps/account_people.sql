-- does: For insured units still unknown: which entities the unions of the people insured there cover.
-- zh: 未识别参保单位的职工所属工会覆盖哪些单位
SELECT s.account_no, c.entity_id, COUNT(*) AS people
FROM (SELECT i.sid, i.account_no, i.id_17, i.name_no
      FROM insured AS i JOIN open_accounts AS o ON i.account_no = o.account_no
      WHERE i.id_17 IS NOT NULL) AS s
JOIN enrolled AS e ON s.id_17 = e.id_17 AND s.name_no = e.name_no
JOIN cover AS c ON e.union_id = c.union_id
GROUP BY s.account_no, c.entity_id
