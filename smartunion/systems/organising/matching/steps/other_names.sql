-- does: Those among them of unequal names, with whether the names are alike: half their characters agree, or the telephone
--       is the same.
-- zh: 证件号码相同而姓名不同的配对
SELECT member_id, sid, union_id, account_no, running,
       same_phone OR one IS NULL OR other IS NULL OR LENGTH(TRANSLATE(one, other, '')) * 2 <= LENGTH(one) AS is_alike
FROM (SELECT p.*, person!(m.name) AS one, person!(s.name) AS other
      FROM id_pairs AS p
      JOIN members_in AS m ON p.member_id = m.member_id
      JOIN social_in AS s ON p.sid = s.sid
      WHERE NOT p.same_name) AS named
