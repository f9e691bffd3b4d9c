-- does: Insured units that are surely some employer: an entity, or one outside the register.
-- zh: 可确定为用人单位的参保单位
SELECT account_no, entity_id FROM account_entities
UNION ALL
SELECT DISTINCT account_no, CAST(NULL AS VARCHAR) FROM outside_accounts
