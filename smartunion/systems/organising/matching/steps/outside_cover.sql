-- does: Insured units outside the register that a union covers: same name, or same code and a like name.
-- zh: 工会覆盖的登记之外的参保单位
SELECT DISTINCT f.union_id, f.account_no
FROM (
    SELECT m.kind, m.ref, m.union_id, o.account_no
    FROM open_mentions AS m JOIN outside_accounts AS o ON m.name_key = o.name_key
    WHERE m.union_id IS NOT NULL
    UNION ALL
    SELECT m.kind, m.ref, m.union_id, o.account_no
    FROM open_mentions AS m JOIN outside_accounts AS o ON m.core = o.core
    WHERE m.union_id IS NOT NULL AND LENGTH(m.core) >= 4 AND same_region!(m, o)
      AND (m.form = o.form OR m.form = '' OR o.form = '')
    UNION ALL
    SELECT m.kind, m.ref, m.union_id, o.account_no
    FROM open_mentions AS m JOIN outside_accounts AS o ON m.code_key = o.code_key
    WHERE m.union_id IS NOT NULL
      AND (m.name_key IS NULL OR LENGTH(TRANSLATE(m.core, o.name_key, '')) * 5 <= LENGTH(m.core) * 2)
) AS f
LEFT JOIN (SELECT kind, ref FROM claims WHERE is_auto) AS c ON f.kind = c.kind AND f.ref = c.ref
WHERE c.ref IS NULL
