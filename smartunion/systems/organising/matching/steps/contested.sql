-- does: Unions with a claim that name and code do not settle, or only before a near rival.
-- zh: 代码与名称不足以确定的工会
SELECT DISTINCT m.union_id
FROM open_mentions AS m
LEFT JOIN (SELECT kind, ref FROM decisions_first WHERE is_auto AND margin >= $auto) AS d
  ON m.kind = d.kind AND m.ref = d.ref
WHERE m.union_id IS NOT NULL AND d.ref IS NULL
