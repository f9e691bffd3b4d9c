-- does: Records of both kinds without a right ID number, numbered apart: members below zero, insurance rows from zero.
-- zh: 证件号码缺失或有误的会员与参保记录
SELECT sid AS weak, name_no, phone, id_text FROM weak_insured
UNION ALL
SELECT -1 - member_id, name_no, phone, id_text FROM weak_enrolled
