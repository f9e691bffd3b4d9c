-- does: Everybody insured now with employer and person, at employers somebody covers or of enough rows to be counted.
-- zh: 当前在保人员及其单位
SELECT s.sid, s.person, s.account_no, w.entity_id, w.union_id
FROM (SELECT sid, id_17 AS person, account_no FROM insured WHERE running AND id_17 IS NOT NULL
      UNION ALL
      SELECT sid, person, account_no FROM insured_people WHERE running) AS s
JOIN (SELECT a.account_no, a.entity_id, COALESCE(c.union_id, o.union_id) AS union_id
      FROM elsewhere AS a
      LEFT JOIN (SELECT entity_id, MIN(union_id) AS union_id FROM cover GROUP BY entity_id) AS c ON a.entity_id = c.entity_id
      LEFT JOIN (SELECT account_no, MIN(union_id) AS union_id FROM outside_cover GROUP BY account_no) AS o
        ON a.account_no = o.account_no
      LEFT JOIN big_entities AS b ON a.entity_id = b.entity_id
      WHERE c.union_id IS NOT NULL OR o.union_id IS NOT NULL OR b.entity_id IS NOT NULL) AS w
  ON s.account_no = w.account_no
