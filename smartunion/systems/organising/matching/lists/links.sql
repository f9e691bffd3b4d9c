SELECT union_id, entity_id, rule, evidence, CAST(ROUND(confidence, 4) AS DOUBLE) AS confidence
FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY t.union_id, t.entity_id ORDER BY t.confidence DESC, t.kind DESC, t.ref) AS place
      FROM claim_texts AS t JOIN cover AS k ON t.union_id = k.union_id AND t.entity_id = k.entity_id
      WHERE t.is_auto) AS ranked
WHERE place = 1
ORDER BY union_id, entity_id
