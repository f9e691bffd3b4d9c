-- does: Which entities a union may cover besides, for a person to verify.
-- zh: 工会可能覆盖、待核实的单位
SELECT c.union_id, c.entity_id, MAX(c.confidence) AS confidence
FROM claims AS c
JOIN unions_in AS u ON c.union_id = u.union_id
LEFT JOIN cover AS k ON c.union_id = k.union_id AND c.entity_id = k.entity_id
LEFT JOIN (SELECT kind, ref FROM claims WHERE is_auto) AS s ON c.kind = s.kind AND c.ref = s.ref
WHERE k.union_id IS NULL AND s.ref IS NULL
GROUP BY c.union_id, c.entity_id
