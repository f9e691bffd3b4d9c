-- does: A member and somebody insured at an employer of his union, of one name and one telephone but different right ID
--       numbers, neither of whom is found on the other side under his own name: mostly one person whose number was taken
--       from another's row. For a person to verify.
-- zh: 同名、同手机号、同单位而证件号码不同的会员与参保人(疑为证件号码录错)
SELECT a.member_id, a.sid
FROM namesakes AS a
JOIN cover_accounts AS c ON a.union_id = c.union_id AND a.account_no = c.account_no
WHERE NOT EXISTS (SELECT 1 FROM id_pairs AS p WHERE p.same_name AND p.member_id = a.member_id)
  AND NOT EXISTS (SELECT 1 FROM id_pairs AS p WHERE p.same_name AND p.sid = a.sid)
