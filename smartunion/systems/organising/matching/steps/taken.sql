-- does: Entities that another row of the same union's list means beyond doubt; two rows seldom mean one employer.
-- zh: 同一工会名单中其他行已确定的单位
SELECT kind, union_id, entity_id, MIN(ref) AS ref
FROM (SELECT kind, union_id, entity_id, ref FROM sure_refs WHERE kind = 'unit'
      UNION ALL
      SELECT kind, union_id, entity_id, ref FROM decisions_first WHERE kind = 'unit' AND is_auto AND points >= $auto + $margin) AS sure
GROUP BY kind, union_id, entity_id
