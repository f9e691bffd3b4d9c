-- does: How many running insurance rows each entity has, before persons are told apart.
-- zh: 各单位在保记录数
SELECT a.entity_id, SUM(c.rows_now) AS rows_now
FROM account_entities AS a JOIN accounts AS c ON a.account_no = c.account_no
GROUP BY a.entity_id
HAVING SUM(c.rows_now) > 0
