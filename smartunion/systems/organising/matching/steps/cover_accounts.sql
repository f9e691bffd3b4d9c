-- does: Insured units whose employer a union covers, with the number of rows at all of them together.
-- zh: 工会覆盖单位的参保编号
SELECT c.union_id, c.account_no, SUM(a.rows_all) OVER (PARTITION BY c.union_id) AS union_rows
FROM (SELECT k.union_id, e.account_no FROM cover AS k JOIN account_entities AS e ON k.entity_id = e.entity_id
      UNION
      SELECT union_id, account_no FROM outside_cover) AS c
JOIN accounts AS a ON c.account_no = a.account_no
