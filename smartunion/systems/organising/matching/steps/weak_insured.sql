-- does: Insurance rows without a right ID number.
-- zh: 证件号码缺失或有误的参保记录
SELECT sid, name_no, phone, id_18!(COALESCE(id_text, '')) AS id_text, account_no, running
FROM insured
WHERE id_17 IS NULL AND name_no IS NOT NULL
