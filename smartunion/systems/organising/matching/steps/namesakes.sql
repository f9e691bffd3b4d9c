-- does: Members and insurance rows of one name and one telephone but different right ID numbers.
-- zh: 同名、同手机号而证件号码不同的会员与参保记录
SELECT e.member_id, e.union_id, i.sid, i.account_no
FROM enrolled AS e JOIN insured AS i ON e.phone = i.phone AND e.name_no = i.name_no
WHERE e.id_17 <> i.id_17
