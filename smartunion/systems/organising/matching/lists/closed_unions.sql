SELECT s.union_id, 'no_living_employer' AS rule,
       '{"employers":' || CAST(s.employers AS VARCHAR) || ',"status":' || json_text!(s.status) || '}' AS evidence,
       CAST(0.97 AS DOUBLE) AS confidence
FROM (SELECT c.union_id, COUNT(*) AS employers, MIN(e.status) AS status
      FROM cover AS c JOIN entities AS e ON c.entity_id = e.entity_id
      GROUP BY c.union_id
      HAVING SUM(CASE WHEN e.life = 'dead' THEN 0 ELSE 1 END) = 0) AS s
LEFT JOIN (SELECT m.union_id FROM maybe_cover AS m JOIN entities AS e ON m.entity_id = e.entity_id
           WHERE e.life <> 'dead' GROUP BY m.union_id HAVING SUM(m.confidence) >= 0.5) AS d ON s.union_id = d.union_id
LEFT JOIN (SELECT DISTINCT union_id FROM outside_cover) AS o ON s.union_id = o.union_id
WHERE d.union_id IS NULL AND o.union_id IS NULL
ORDER BY s.union_id
