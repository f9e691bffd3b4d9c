-- does: Unions with a claim that code and name together do not settle.
-- zh: 代码与名称不足以确定的工会
SELECT DISTINCT m.union_id
FROM open_mentions AS m
LEFT JOIN (SELECT kind, ref FROM decisions_first WHERE is_auto AND points >= $auto + $code_same) AS d
  ON m.kind = d.kind AND m.ref = d.ref
WHERE m.union_id IS NOT NULL AND d.ref IS NULL
