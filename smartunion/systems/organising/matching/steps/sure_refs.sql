-- does: Claims that need no further look: code and full name agree. An insured unit counts when at least half of its
--       rows say so; the others are outvoted.
-- zh: 代码、名称均一致,无需再核的单位
SELECT v.kind, v.ref, MIN(v.union_id) AS union_id, MIN(v.entity_id) AS entity_id
FROM (SELECT m.kind, m.ref, m.union_id, s.entity_id, SUM(m.weight) AS agreed
      FROM sure_mentions AS s JOIN mention_keys AS m ON s.mention = m.mention
      GROUP BY m.kind, m.ref, m.union_id, s.entity_id) AS v
LEFT JOIN (SELECT ref, SUM(weight) AS said FROM mention_keys WHERE kind = 'account' GROUP BY ref) AS a
  ON v.kind = 'account' AND v.ref = a.ref
WHERE a.said IS NULL OR v.agreed * 2 >= a.said
GROUP BY v.kind, v.ref
HAVING COUNT(*) = 1
