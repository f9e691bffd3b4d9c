-- does: Member and insurance row of the same human being, with how that is known.
-- zh: 会员与参保记录人员一致的配对
SELECT member_id, sid, union_id, account_no, running, 'same_id' AS rule, TRUE AS is_auto
FROM id_pairs WHERE same_name
UNION ALL
SELECT member_id, sid, union_id, account_no, running,
       CASE WHEN is_alike THEN 'same_id_name_alike' ELSE 'same_id_other_name' END, is_alike
FROM other_names
UNION ALL
SELECT m.member_id, s.sid, m.union_id, s.account_no, s.running, s.how, TRUE
FROM enrolled AS m JOIN insured_people AS s ON m.id_17 = s.person
UNION ALL
SELECT m.member_id, s.sid, m.union_id, s.account_no, s.running, m.how, TRUE
FROM enrolled_people AS m JOIN insured AS s ON m.person = s.id_17
UNION ALL
SELECT m.member_id, s.sid, m.union_id, s.account_no, s.running,
       CASE WHEN 'name_employer' IN (m.how, s.how) THEN 'name_employer' ELSE m.how END, TRUE
FROM enrolled_people AS m JOIN insured_people AS s ON m.person = s.person
