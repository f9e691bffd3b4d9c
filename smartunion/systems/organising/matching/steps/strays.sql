-- does: Members of unions with known employers who are insured now at an employer that is not of their union.
-- zh: 会员当前在非本工会单位参保的记录
SELECT p.member_id, p.union_id, p.rule, a.entity_id
FROM person_pairs AS p
JOIN (SELECT DISTINCT union_id FROM cover_accounts) AS u ON p.union_id = u.union_id
JOIN elsewhere AS a ON p.account_no = a.account_no
LEFT JOIN stays AS s ON p.union_id = s.union_id AND p.account_no = s.account_no
WHERE p.running AND p.is_auto AND s.account_no IS NULL
