SELECT union_id, entity_id, rule, evidence, CAST(ROUND(confidence, 4) AS DOUBLE) AS confidence
FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY t.union_id, t.entity_id ORDER BY t.confidence DESC, t.kind DESC, t.ref) AS place,
             ROW_NUMBER() OVER (PARTITION BY t.kind, t.ref ORDER BY t.confidence DESC, t.entity_id) AS rank_in_claim
      FROM claim_texts AS t JOIN maybe_cover AS k ON t.union_id = k.union_id AND t.entity_id = k.entity_id
      LEFT JOIN (SELECT kind, ref FROM claims WHERE is_auto) AS s ON t.kind = s.kind AND t.ref = s.ref
      WHERE NOT t.is_auto AND s.ref IS NULL) AS ranked
WHERE place = 1 AND rank_in_claim <= 5
ORDER BY union_id, entity_id
