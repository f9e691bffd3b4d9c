-- does: For each member of a union with known employers who is insured now: whether at an employer of that union.
-- zh: 会员当前参保单位是否属于所在工会
SELECT p.member_id, p.union_id, MAX(p.rule) AS rule,
       MAX(CASE WHEN c.entity_id IS NOT NULL OR m.entity_id IS NOT NULL OR d.account_no IS NOT NULL OR o.account_no IS NOT NULL
                THEN 1 ELSE 0 END) AS covered,
       MIN(CASE WHEN a.entity_id IS NULL THEN 0 ELSE 1 END) AS known_employer,
       MIN(a.entity_id) AS entity_id, MIN(p.account_no) AS account_no
FROM person_pairs AS p
JOIN (SELECT union_id FROM cover UNION SELECT union_id FROM outside_cover) AS u ON p.union_id = u.union_id
JOIN elsewhere AS a ON p.account_no = a.account_no
LEFT JOIN cover AS c ON p.union_id = c.union_id AND a.entity_id = c.entity_id
LEFT JOIN maybe_cover AS m ON p.union_id = m.union_id AND a.entity_id = m.entity_id
LEFT JOIN outside_cover AS o ON p.union_id = o.union_id AND p.account_no = o.account_no
LEFT JOIN (SELECT DISTINCT d.account_no, k.union_id FROM account_doubts AS d
           JOIN (SELECT union_id, entity_id FROM cover UNION ALL SELECT union_id, entity_id FROM maybe_cover) AS k
             ON d.entity_id = k.entity_id) AS d
  ON p.account_no = d.account_no AND p.union_id = d.union_id
WHERE p.running AND p.is_auto
GROUP BY p.member_id, p.union_id
