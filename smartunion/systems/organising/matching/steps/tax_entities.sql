-- does: Which entity each taxpayer is.
-- zh: 纳税人对应的市场主体
SELECT CAST(ref AS BIGINT) AS tax_no, entity_id FROM sure_refs WHERE kind = 'tax'
UNION ALL
SELECT CAST(ref AS BIGINT), entity_id FROM decisions_first WHERE kind = 'tax' AND is_auto
UNION ALL
SELECT CAST(ref AS BIGINT), entity_id FROM decisions_second WHERE kind = 'tax' AND is_auto
