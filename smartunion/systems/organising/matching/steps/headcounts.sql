-- does: People employed now by living entities without a union: insured persons, each once; the tax count where nobody
--       is insured.
-- zh: 存续未建会单位的从业人数
SELECT n.entity_id, COUNT(DISTINCT n.person) AS people, 'social' AS source, CAST(NULL AS BIGINT) AS year
FROM employed_now AS n JOIN big_entities AS b ON n.entity_id = b.entity_id
GROUP BY n.entity_id
UNION ALL
SELECT t.entity_id, t.people, 'tax', NULLIF(t.year, 0)
FROM tax_counts AS t
JOIN entities AS e ON t.entity_id = e.entity_id
LEFT JOIN entity_rows AS r ON t.entity_id = r.entity_id
LEFT JOIN (SELECT entity_id FROM cover UNION SELECT entity_id FROM maybe_cover WHERE confidence >= 0.5) AS c
  ON t.entity_id = c.entity_id
WHERE e.life = 'living' AND r.entity_id IS NULL AND c.entity_id IS NULL AND t.people >= 25
