-- does: Insured units that are employers outside the register, such as schools and offices: a name, and no entity it
--       could be. Windows where people insure themselves are no employers.
-- zh: 市场主体登记之外的用人单位(机关、学校、医院等)
SELECT o.account_no, m.name_key, m.code_key, m.province, m.city, m.county, m.town, m.core, m.form
FROM open_accounts AS o
JOIN open_mentions AS m ON m.kind = 'account' AND m.ref = o.ref
LEFT JOIN account_entities AS a ON o.account_no = a.account_no
LEFT JOIN account_doubts AS d ON o.account_no = d.account_no
WHERE a.account_no IS NULL AND d.account_no IS NULL AND LENGTH(m.name_key) >= 3 AND NOT is_window!(m.name_key)
