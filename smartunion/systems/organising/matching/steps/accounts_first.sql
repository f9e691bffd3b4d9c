-- does: Insured units already recognised; enough to ask where the members of a doubtful union work.
-- zh: 已识别的参保单位(第一轮)
SELECT CAST(ref AS BIGINT) AS account_no, entity_id FROM sure_refs WHERE kind = 'account'
UNION ALL
SELECT CAST(ref AS BIGINT), entity_id FROM decisions_first WHERE kind = 'account' AND is_auto
