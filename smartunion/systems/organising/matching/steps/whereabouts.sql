-- does: For each member of a union with known employers who is insured now: whether at an employer of that union.
-- zh: 会员当前参保单位是否属于所在工会
SELECT p.member_id, p.union_id, MAX(CASE WHEN s.account_no IS NULL THEN 0 ELSE 1 END) AS covered
FROM person_pairs AS p
JOIN (SELECT DISTINCT union_id FROM cover_accounts) AS u ON p.union_id = u.union_id
JOIN elsewhere AS a ON p.account_no = a.account_no
LEFT JOIN stays AS s ON p.union_id = s.union_id AND p.account_no = s.account_no
WHERE p.running AND p.is_auto
GROUP BY p.member_id, p.union_id
