-- does: Insured units not recognised by code and name.
-- zh: 尚未识别的参保单位
SELECT DISTINCT CAST(m.ref AS BIGINT) AS account_no, m.ref
FROM open_mentions AS m
LEFT JOIN (SELECT ref FROM decisions_first WHERE kind = 'account' AND is_auto
           UNION ALL SELECT ref FROM decisions_second WHERE kind = 'account' AND is_auto) AS d ON m.ref = d.ref
WHERE m.kind = 'account' AND d.ref IS NULL
