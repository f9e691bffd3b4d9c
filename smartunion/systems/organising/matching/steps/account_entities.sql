-- does: Which entity each insured unit is.
-- zh: 参保单位对应的市场主体
SELECT account_no, entity_id FROM accounts_first
UNION ALL
SELECT CAST(ref AS BIGINT), entity_id FROM decisions_second WHERE kind = 'account' AND is_auto
UNION ALL
SELECT CAST(ref AS BIGINT), entity_id FROM decisions_accounts WHERE is_auto
