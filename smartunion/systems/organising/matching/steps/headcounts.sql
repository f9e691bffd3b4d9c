-- does: People employed now by living entities without a union: insured persons, each once; the tax count where nobody
--       is insured.
-- zh: 存续未建会单位的从业人数
SELECT n.entity_id, COUNT(DISTINCT n.person) AS people, 'social' AS source, CAST(NULL AS BIGINT) AS year
FROM employed_now AS n JOIN big_entities AS b ON n.entity_id = b.entity_id
GROUP BY n.entity_id
UNION ALL
SELECT entity_id, people, 'tax', NULLIF(year, 0)
FROM tax_counts
WHERE people >= 25
