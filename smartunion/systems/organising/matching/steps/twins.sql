-- does: A member and somebody insured at an employer of his union, of one name and one telephone but different right ID
--       numbers, neither of whom is found on the other side under his own name: mostly one person whose number was taken
--       from another's row. For a person to verify.
-- zh: 同名、同手机号、同单位而证件号码不同的会员与参保人(疑为证件号码录错)
SELECT m.member_id, s.sid
FROM (SELECT e.member_id, e.union_id, e.name_no, e.phone
      FROM enrolled AS e
      LEFT JOIN (SELECT DISTINCT member_id FROM id_pairs WHERE same_name) AS p ON e.member_id = p.member_id
      WHERE e.id_17 IS NOT NULL AND e.name_no IS NOT NULL AND e.phone IS NOT NULL AND p.member_id IS NULL) AS m
JOIN (SELECT i.sid, i.name_no, i.phone, c.union_id
      FROM insured AS i
      JOIN cover_accounts AS c ON i.account_no = c.account_no
      LEFT JOIN (SELECT DISTINCT sid FROM id_pairs WHERE same_name) AS p ON i.sid = p.sid
      WHERE i.id_17 IS NOT NULL AND i.phone IS NOT NULL AND p.sid IS NULL) AS s
  ON m.union_id = s.union_id AND m.name_no = s.name_no AND m.phone = s.phone
