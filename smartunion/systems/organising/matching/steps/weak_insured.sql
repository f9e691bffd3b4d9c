-- does: Insurance rows without a right ID number.
-- zh: 证件号码缺失或有误的参保记录
SELECT sid, name_no, phone, id_18!(id_text, first_17) AS id_text, account_no, running
FROM (SELECT *, old_id!(id_text) AS first_17
      FROM (SELECT sid, name_no, phone, COALESCE(id_text, '') AS id_text, account_no, running
            FROM insured WHERE id_17 IS NULL AND name_no IS NOT NULL) AS poor) AS grown
