-- does: Those of them insured now at no employer of their union: an employer they are insured at, and how they are known.
-- zh: 已在其他单位参保的会员
SELECT w.member_id, w.union_id, MAX(w.rule) AS rule, MIN(w.entity_id) AS entity_id
FROM strays AS w
LEFT JOIN (SELECT DISTINCT p.member_id, p.union_id
           FROM person_pairs AS p
           JOIN (SELECT DISTINCT member_id FROM strays) AS m ON p.member_id = m.member_id
           JOIN stays AS s ON p.union_id = s.union_id AND p.account_no = s.account_no
           JOIN (SELECT DISTINCT account_no FROM elsewhere) AS a ON p.account_no = a.account_no
           WHERE p.running AND p.is_auto) AS c ON w.member_id = c.member_id AND w.union_id = c.union_id
WHERE c.member_id IS NULL
GROUP BY w.member_id, w.union_id
