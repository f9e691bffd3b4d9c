-- does: Insured units of which it is not known which entity they are, with every entity they may be.
-- zh: 未能确定的参保单位及其可能对应的主体
SELECT DISTINCT o.account_no, d.entity_id
FROM decisions_accounts AS d
JOIN open_accounts AS o ON d.ref = o.ref
LEFT JOIN account_entities AS a ON o.account_no = a.account_no
WHERE a.account_no IS NULL
