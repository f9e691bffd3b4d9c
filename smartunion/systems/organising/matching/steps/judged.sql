-- does: What people said about pairs of union and entity: right or wrong, the last word for each pair.
-- zh: 人工核实结论
SELECT union_id, entity_id, MIN(verdict) AS verdict
FROM verdicts_in
WHERE union_id <> '' AND entity_id <> '' AND verdict IN ('yes', 'no')
GROUP BY union_id, entity_id
