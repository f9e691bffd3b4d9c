-- does: Every different way in which a union, a joint union's list, the insurer and the tax office name an employer.
-- zh: 各来源对用人单位的称呼(名称+代码),去重
SELECT number!(kind || '|' || ref || '|' || COALESCE(given_name, '') || '|' || COALESCE(given_code, '')) AS mention, kind, ref, union_id, weight, district, given_name, given_code
FROM (
    SELECT 'account' AS kind, ref, CAST(NULL AS VARCHAR) AS union_id, SUM(rows_all) AS weight,
           CAST(NULL AS VARCHAR) AS district, given_name, given_code
    FROM (SELECT CAST(number!(account!(unit_no, unit_name, unit_code)) AS VARCHAR) AS ref, rows_all,
                 NULLIF(TRIM(unit_name), '') AS given_name, NULLIF(TRIM(unit_code), '') AS given_code
          FROM account_rows) AS written
    GROUP BY ref, given_name, given_code
    UNION ALL
    SELECT 'tax', CAST(tax_no AS VARCHAR), NULL, 1, NULL, NULLIF(taxpayer_name, ''), NULLIF(tax_code, '')
    FROM taxpayers
    UNION ALL
    SELECT 'union', union_id, union_id, 1, NULLIF(TRIM(district), ''),
           COALESCE(NULLIF(TRIM(unit_name), ''), NULLIF(TRIM(union_name), '')), NULLIF(TRIM(unit_code), '')
    FROM unions_in
    UNION ALL
    SELECT 'union', union_id, union_id, 1, NULLIF(TRIM(district), ''),
           NULLIF(TRIM(union_name), ''), NULLIF(TRIM(unit_code), '')
    FROM unions_in
    WHERE TRIM(unit_name) <> '' AND TRIM(unit_name) <> COALESCE(TRIM(union_name), '')
    UNION ALL
    SELECT 'unit', u.union_id || '|' || COALESCE(TRIM(u.unit_name), '') || '|' || COALESCE(TRIM(u.unit_code), ''),
           u.union_id, COUNT(*), NULLIF(TRIM(MIN(x.district)), ''),
           NULLIF(TRIM(u.unit_name), ''), NULLIF(TRIM(u.unit_code), '')
    FROM union_units_in AS u LEFT JOIN unions_in AS x ON u.union_id = x.union_id
    WHERE u.union_id IS NOT NULL
    GROUP BY u.union_id, TRIM(u.unit_name), TRIM(u.unit_code)
) AS said
