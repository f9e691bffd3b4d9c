-- does: Members and insurance rows of the same right ID number.
-- zh: 证件号码一致的配对
SELECT m.member_id, s.sid, m.union_id, s.account_no, s.running, COALESCE(m.name_no = s.name_no, FALSE) AS same_name,
       COALESCE(m.phone = s.phone, FALSE) AS same_phone
FROM enrolled AS m JOIN insured AS s ON m.id_17 = s.id_17
