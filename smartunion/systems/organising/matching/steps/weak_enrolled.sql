-- does: Members without a right ID number.
-- zh: 证件号码缺失或有误的会员
SELECT member_id, union_id, name_no, sex, phone, id_18!(id_text, first_17) AS id_text
FROM (SELECT *, old_id!(id_text) AS first_17
      FROM (SELECT member_id, union_id, name_no, sex, phone, COALESCE(id_text, '') AS id_text
            FROM enrolled WHERE id_17 IS NULL AND name_no IS NOT NULL) AS poor) AS grown
