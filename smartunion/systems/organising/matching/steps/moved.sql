-- does: Members insured now, but at no employer of their union: an employer they are insured at, and how they are known.
-- zh: 已在其他单位参保的会员
SELECT w.member_id, w.union_id, MAX(p.rule) AS rule, MIN(a.entity_id) AS entity_id
FROM whereabouts AS w
JOIN person_pairs AS p ON w.member_id = p.member_id AND w.union_id = p.union_id
JOIN elsewhere AS a ON p.account_no = a.account_no
WHERE w.covered = 0 AND p.running AND p.is_auto
GROUP BY w.member_id, w.union_id
